"""The inspectorate's side of a factual accuracy check."""
