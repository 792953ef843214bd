"""A letter until it is signed: assembly, proof-reading, signature, integrity."""
