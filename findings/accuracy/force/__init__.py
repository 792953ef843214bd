"""The force's side of a factual accuracy check."""
