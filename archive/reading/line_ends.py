"""What the line ends of a letter mean, whatever became of its layout: on this, marks, headings and paragraphs are told.

A line that had room for the next word ended its paragraph. How much room there was is learnt from the lines that end
inside a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.reading.words import Source, Word

#: A line so many times as long as the others was joined by hand.
_LONG = 1.35


class LineEnds:
    """The words of one part of a letter (`start` up to `end`), with what its line ends mean."""

    def __init__(self, source: Source, words: Sequence[Word], start: int, end: int) -> None:
        self.source, self.words, self.start, self.end = source, words, start, end
        #: Where marks of lists stand: found by `Marks`, and asked here, since nothing is unfinished after one.
        self.bullets: set[int] = set()
        self.base_gap = self._base_gap()
        self.cuts_at_hyphens = any(word.joined for word in words)
        self.reach, self.ragged = self._reach()

    def stopped(self, index: int) -> bool:
        """Whether nothing is unfinished before this word."""
        return index <= self.start or self.words[index - 1].stops or index - 1 in self.bullets

    def begins_line(self, index: int) -> bool:
        return index == self.start or self.words[index].first

    def gap(self, index: int) -> bool:
        return self.words[index].first and self.words[index].gap > self.base_gap

    def _base_gap(self) -> int:
        """Empty lines between the lines of one sentence: 0, or 1 in double-spaced copies."""
        gaps = [
            self.words[i].gap
            for i in range(self.start + 1, self.end)
            if self.words[i].first and not self.words[i - 1].stops and self.words[i].text[0].islower()
        ]
        return min(gaps) if len(gaps) >= 3 else 0

    def _measure(self, index: int) -> int:
        """Length that the previous line would have with this word on it as well."""
        words, text = self.words, self.words[index].text
        if self.cuts_at_hyphens and (cut := re.match(r"[A-Za-z]{2,}-(?=[A-Za-z])", text)):
            text = cut.group()
        space = 0 if words[index].joined else 1
        return self.source.width(words[index - 1]) + space + len(text)

    def _reach(self) -> tuple[int | None, bool]:
        """Longest line that still ended its paragraph for certain; None if lines are not wrapped.

        Also whether lines of one sentence differ so much that some were joined by hand.
        """
        ends = [
            i
            for i in range(self.start + 1, self.end)
            if self.words[i].first
            and not self.words[i - 1].stops
            and (self.words[i].text[0].islower() or self.words[i].joined)
        ]
        if not ends:
            return None, False
        inside = sorted(self._measure(i) for i in ends)
        # A stray short line inside a sentence, at a page end say, must not count as the width.
        widest = max(self.source.width(self.words[i - 1]) for i in ends)
        reach = min(inside[len(inside) // 20] - 1, widest)
        return reach, inside[-1] > reach * _LONG

    def has_room(self, index: int) -> bool | None:
        """Whether the line before had room for this word: then it ended there. None: can't say."""
        if self.reach is None:
            return True
        length = self._measure(index)
        if length <= self.reach:
            return True
        return True if self._is_long(index) and not self.ragged else None

    def _is_long(self, index: int) -> bool:
        """Whether the line before goes on far beyond the width of the others."""
        return self.reach is not None and self.source.width(self.words[index - 1]) > self.reach * _LONG
