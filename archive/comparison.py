"""Two states of an import side by side, paragraph by paragraph."""

from collections.abc import Mapping
from typing import Any

from archive.word_count import LABELS
from letters.document.comparison import Part


def parts_of_import(result: Mapping[str, Any]) -> list[Part]:
    """An imported letter as it stands: its fields, then its paragraphs."""
    parts = [(label, str(result.get(name) or "")) for name, label in LABELS.items()]
    parts += [("Opening", words) for words in result["opening"]]
    for theme, findings in zip(result["themes"], result["paragraphs"], strict=True):
        parts.append(("Heading", theme["title"]))
        for first, *others in findings:
            parts += [("Finding", first), *(("Further paragraph of a finding", words) for words in others)]
    return [*parts, *(("Closing", words) for words in result["closing"])]
