"""The text people type, and searching it."""
