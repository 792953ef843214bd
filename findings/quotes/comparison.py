"""Two texts compared in words: a list that a screen reader reads as sentences, and eyes as well. Pure functions."""

from dataclasses import dataclass
from itertools import pairwise

from hmic_core.text.markdown import DiffSpan, words_diff

#: How many words around a change say where it is.
_AROUND = 4


@dataclass(frozen=True)
class Change:
    """One change: what went out, what came in, and the words before it."""

    removed: str
    added: str
    after: str

    @property
    def verb(self) -> str:
        return "Replaced" if self.removed and self.added else "Added" if self.added else "Removed"


def changes(before: str, after: str) -> list[Change]:
    """Every change from one text to the other, in reading order. White space alone is no change."""
    found: list[Change] = []
    said = ""
    spans = [*words_diff(before, after), DiffSpan("same", "")]
    skip = False
    for span, following in pairwise(spans):
        if skip:
            skip = False
            said += span.text
            continue
        if span.kind == "same":
            said += span.text
            continue
        removed = span.text if span.kind == "removed" else ""
        added = span.text if span.kind == "added" else following.text if following.kind == "added" else ""
        skip = span.kind == "removed" and following.kind == "added"
        if removed.strip() or added.strip():
            found.append(Change(removed.strip(), added.strip(), _tail(said)))
        if span.kind == "added":
            said += span.text
    return found


def _tail(said: str) -> str:
    words = said.split()
    return " ".join(words[-_AROUND:])
