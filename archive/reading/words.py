"""The source of a letter as words that know where they stand.

The importer never cuts text: it assigns words. Everything here keeps, for each
word, its place in the source, so that what was read can be shown beside it and
what was not read can be listed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from hmic_core.text import folding

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
SOFT_HYPHEN = "\u00ad"
_CERTAIN_MARKS = frozenset("•●◦▪▫■□‣⁃∙·➢►▶✓✔")
_STOP = re.compile(r"[.!?;:][)\]\"'”’»]*$")
_ABBREVIATION = re.compile(r"^\W*(?:e\.g|i\.e|etc|Mr|Mrs|Ms|Dr|St|No|nos?|para|paras|cf|v|vs)\.$")


def word_set(text: str) -> frozenset[str]:
    """A list of words, written as one text."""
    return frozenset(text.split())


@dataclass(slots=True)
class Word:
    """One run of characters without spaces; `start` and `end` are offsets into the source."""

    text: str
    start: int
    end: int
    line: int
    first: bool
    gap: int = 0
    indent: int = 0
    joined: bool = False
    broken: bool = False
    after_furniture: bool = False

    @property
    def stops(self) -> bool:
        """Whether a sentence or list item ends with this word."""
        return bool(_STOP.search(self.text)) and not _ABBREVIATION.match(self.text)

    @property
    def opens(self) -> bool:
        """Whether a sentence can begin with this word: a capital or a figure."""
        bare = self.text.lstrip("\"'“‘([*_")
        return bool(bare) and (bare[0].isupper() or bare[0].isdigit())


@dataclass(frozen=True, slots=True)
class Furniture:
    """Something on the page that is not the letter's text: a page number, a running header."""

    kind: str
    text: str
    line: int
    start: int
    end: int


def plain(text: str) -> str:
    """The same text, of the same length, with straight quotation marks and hyphens."""
    return folding.one_shape(text)


def is_greeting(text: str) -> bool:
    """Whether a salutation begins with this word, in English or in Welsh."""
    return text in ("Dear", "DEAR", "Annwyl", "ANNWYL")


def is_certain_mark(text: str) -> bool:
    """Whether this is the mark of a list item wherever it stands; a dash or a letter is one only by its place."""
    return bool(text) and all(c in _CERTAIN_MARKS or 0xE000 <= ord(c) < 0xF900 for c in text)


def clean(text: str) -> str:
    """A word without invisible characters and ligatures."""
    return folding.bare(text)


@dataclass(slots=True)
class Source:
    """A letter's source: its lines, the words of its text, and its furniture."""

    text: str
    #: Lines that the file itself says are headings.
    headings: frozenset[int] = frozenset()
    lines: list[str] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    furniture: list[Furniture] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def width(self, word: Word) -> int:
        """Length in characters of the line on which a word stands."""
        return len(self.lines[word.line - 1].rstrip())

    def set_aside(self, kind: str, words: Sequence[Word]) -> None:
        text = " ".join(word.text for word in words)
        first, last = words[0], words[-1]
        self.furniture.append(Furniture(kind, text, first.line, first.start, last.end))


class Stream:
    """Words as one line of text, whatever the layout, and the way back from text to words."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = list(words)
        self.offsets: list[int] = []
        parts: list[str] = []
        length = 0
        for word in self.words:
            if parts and not word.joined:
                parts.append(" ")
                length += 1
            self.offsets.append(length)
            parts.append(word.text)
            length += len(word.text)
        self.text = "".join(parts)
        self.plain = plain(self.text)

    def word_at(self, offset: int) -> int:
        """Index of the word at or before an offset into the text."""
        return max(bisect_right(self.offsets, offset) - 1, 0)

    def range_of(self, start: int, end: int) -> tuple[int, int]:
        """Indexes (from, up to) of the words that a part of the text touches."""
        if end <= start:
            index = self.word_at(start)
            return index, index
        return self.word_at(start), self.word_at(end - 1) + 1

    def offset(self, index: int) -> int:
        return self.offsets[index] if index < len(self.offsets) else len(self.text)

    def slice(self, start: int, end: int) -> str:
        return words_text(self.words[start:end])


def words_text(words: Sequence[Word]) -> str:
    """Words with one space between them; the halves of a cut word without."""
    parts: list[str] = []
    for word in words:
        if parts and not word.joined:
            parts.append(" ")
        parts.append(word.text)
    return "".join(parts)
