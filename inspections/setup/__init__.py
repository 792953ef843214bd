"""Setting up an inspection: titles, forces, people, themes, criteria, and entries of the national report."""
