"""Where an inspection stands: the matrix, criteria, what waits for whom, verbs on many forces at once."""
