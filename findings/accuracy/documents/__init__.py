"""The documents of a factual accuracy check: the draft as it was sent, the schedule of decisions."""
