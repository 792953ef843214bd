"""What became of quoted words when the text around them changed: still there, moved, changed, gone. Pure functions."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from findings.words import anchors
from hmic_core.text import plain_words

Fate = Literal["there", "moved", "changed", "gone"]

LABELS: dict[str, str] = {"there": "Still there", "moved": "Moved", "changed": "Changed", "gone": "Gone"}

#: Characters that people type in several shapes; each is one character long, so that places stay the same.
_ONE_SHAPE = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-"})


@dataclass(frozen=True)
class Standing:
    """What became of the words, and for changed ones what now stands in their place."""

    fate: Fate
    now: str = ""

    @property
    def label(self) -> str:
        return LABELS[self.fate]


def standing(quoted: str, before: str, after: str) -> Standing:
    """Follow words quoted from `before` (Markdown) into `after`."""
    stands = anchors.count(after, quoted) > 0
    if before == after:
        return Standing("there" if stands else "gone")
    old, new = _words(before), _words(after)
    span = _place(quoted, old)
    if span is None:
        return Standing("there" if stands else "gone")
    now = _followed(span, old, new)
    if _flat(quoted) in _flat(" ".join(now)):
        return Standing("there")
    if stands:
        return Standing("moved")
    alike = SequenceMatcher(None, [_flat(w) for w in old[span[0] : span[1]]], [_flat(w) for w in now]).ratio()
    return Standing("changed", " ".join(now)) if alike >= 0.4 else Standing("gone")


def _words(text: str) -> list[str]:
    return plain_words(text).split()


def _flat(words: str) -> str:
    return " ".join(words.translate(_ONE_SHAPE).split())


def _place(quoted: str, words: list[str]) -> tuple[int, int] | None:
    """Which words of a text the quotation touches: (first, behind the last)."""
    text, wanted = _flat(" ".join(words)), _flat(quoted)
    at = text.find(wanted) if wanted else -1
    if at < 0:
        return None
    touched = [
        number
        for number, word in enumerate(re.finditer(r"\S+", text))
        if word.start() < at + len(wanted) and word.end() > at
    ]
    return touched[0], touched[-1] + 1


def _followed(span: tuple[int, int], old: list[str], new: list[str]) -> list[str]:
    """The words of `new` that stand where the span of `old` stood."""
    found: list[str] = []
    first, behind = span
    for tag, i1, i2, j1, j2 in SequenceMatcher(
        None, [_flat(word) for word in old], [_flat(word) for word in new], autojunk=False
    ).get_opcodes():
        if tag == "equal":
            left, right = max(i1, first), min(i2, behind)
            found += new[j1 + left - i1 : j1 + right - i1] if left < right else []
        elif tag == "insert":
            found += new[j1:j2] if first < i1 < behind else []
        elif i1 < behind and i2 > first:
            found += new[j1:j2]
    return found
