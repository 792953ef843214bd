"""The data of inspections as readers meet it: figures and answers of all forces, from frozen items."""
