"""The verbs of a release, from its draft to its withdrawal."""
