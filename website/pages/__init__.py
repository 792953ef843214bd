"""Pages that gather more than one item: forces."""
