"""Embargoed copies: recipients, issuing, recall, the zip of all letters, and which copy a PDF is."""
