"""The elements that screens are built from, each once, and the one way from a stored text to a page.

The libraries of `ELEMENTS` are builtin: templates use their tags without `load`. Tags that wrap content are block tags
(`{% card "Heading" %}…{% endcard %}`); tags that need a list of rows are templates in `templates/components/`.
Nothing in them decides anything: whoever passes a value has decided that the reader may see it.
"""

ELEMENTS = [f"{__name__}.{library}" for library in ("times", "marks", "boxes", "documents", "controls", "confirming")]
