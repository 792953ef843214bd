"""The screens of inspectors and of the factual accuracy check: each fetches through its reader and calls one verb."""
