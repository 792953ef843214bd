"""Where paragraphs and list items begin, whatever became of the layout.

A bullet or an empty line settles it. Without them the line ends do: a line that had room for the
next word ended its paragraph. Where even the line ends are gone, the wording decides and the reader
of the letter is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from archive.reading import wording
from archive.reading.headings import Headings
from archive.reading.words import words_text

Confidence = Literal["sure", "likely", "unsure"]


@dataclass(frozen=True, slots=True)
class Break:
    """A paragraph that begins at `index`; `why` it was taken for one."""

    index: int
    confidence: Confidence
    why: Literal["bullet", "sub-bullet", "empty line", "line end", "wording", "start"]


class Layout(Headings):
    """One part of a letter: its line ends, its marks, its headings (the classes below), and its paragraphs."""

    def breaks(self, start: int, end: int) -> list[Break]:
        """Where paragraphs begin between two words, the first of them included."""
        subs = self._sub_bullets(start, end)
        found = [Break(start, "sure", "bullet" if start in self.bullets else "start")]
        bulleted = any(start <= b < end for b in self.bullets - subs)
        spaced = any(self._is_spaced(i) for i in range(start + 1, end))
        lined = any(self.words[i].first for i in range(start + 1, end))
        for i in range(start + 1, end):
            if i in subs:
                found.append(Break(i, "sure", "sub-bullet"))
            elif (made := self._break_at(i, bulleted, spaced, lined)) is not None:
                found.append(made)
        if any(b.why == "wording" for b in found):
            found[0] = Break(start, "unsure", found[0].why)
        return found

    def doubts(self, start: int, end: int) -> list[int]:
        """Line ends where a paragraph may or may not begin, and the wording does not tell."""
        if any(start <= b < end for b in self.bullets):
            return []
        return sorted(
            {*self._line_end_doubts(start, end), *(i for i in range(start + 1, end) if self._is_unfinished(i))}
        )

    def _line_end_doubts(self, start: int, end: int) -> list[int]:
        if any(self._is_spaced(i) for i in range(start + 1, end)):
            return [i for i in range(start + 1, end) if self._is_page_doubt(i)]
        return [
            i
            for i in range(start + 1, end)
            if self.words[i].first
            and self.words[i].opens
            and self.stopped(i)
            and self.has_room(i) is None
            and (self.ragged or abs(self.cue(i)) < 2)
        ]

    def _is_unfinished(self, index: int) -> bool:
        """Whether an empty line and a capital follow a sentence that has no stop."""
        word = self.words[index]
        return self.gap(index) and word.opens and not self.stopped(index) and not word.after_furniture

    def _is_page_doubt(self, index: int) -> bool:
        """Whether a page ends between two sentences, where the empty line would show and cannot."""
        word = self.words[index]
        fits = word.after_furniture and self.gap(index) and self.stopped(index) and word.opens
        return fits and (self.reach is None or not self.has_room(index)) and abs(self.cue(index)) < 2

    def _is_spaced(self, index: int) -> bool:
        word = self.words[index]
        return self.gap(index) and self.stopped(index) and word.opens and not word.after_furniture

    def _sub_bullets(self, start: int, end: int) -> set[int]:
        """Marks of a list inside a paragraph: after a colon, or a deeper mark of another kind."""
        marks = sorted(b for b in self.bullets if start <= b < end)
        main = self.bullet_class(start) if start in self.bullets else ""
        subs: set[int] = set()
        for before, mark in zip([None, *marks], marks, strict=False):
            kind = self.bullet_class(mark)
            if mark == start or kind == main:
                continue
            colon = self.words[mark - 1].text.endswith(":")
            goes_on = before in subs and kind == self.bullet_class(before if before else mark)
            deeper = bool(main) and self.words[mark].first and self._is_deeper(start, mark)
            if colon or goes_on or deeper:
                subs.add(mark)
        return subs

    def _is_deeper(self, main: int, mark: int) -> bool:
        return self.words[mark].indent > self.words[main].indent + 1

    def _break_at(self, index: int, bulleted: bool, spaced: bool, lined: bool) -> Break | None:
        word = self.words[index]
        if index in self.bullets:
            return Break(index, "sure", "bullet")
        if not word.opens or not self.stopped(index) or index - 1 in self.bullets:
            return None
        if self.gap(index):
            return self._break_at_gap(index, bulleted)
        if bulleted or spaced:
            return Break(index, "likely", "line end") if bulleted and self._ends_short(index) else None
        if word.first:
            return self._break_at_line_end(index)
        return None if lined else self._break_by_wording(index)

    def _break_at_gap(self, index: int, bulleted: bool) -> Break | None:
        if not self.words[index].after_furniture:
            return Break(index, "sure", "empty line")
        # The empty lines belong to the page's end, which may fall inside a paragraph.
        if bulleted:
            return None
        if self.reach is not None and self.has_room(index):
            return Break(index, "sure", "line end")
        if self.cue(index) < 0:
            return None
        return Break(index, "likely", "empty line")

    def _ends_short(self, index: int) -> bool:
        """Whether the line before ended its paragraph, lists or not: there was room for this word."""
        if not self.words[index].first or self.words[index].after_furniture:
            return False
        return self.reach is None or self._measure(index) <= self.reach

    def _break_at_line_end(self, index: int) -> Break | None:
        if self.has_room(index):
            return Break(index, "sure", "line end")
        begins = self.cue(index) >= (0 if self._is_long(index) else 1)
        return Break(index, "likely", "line end") if begins else None

    def _break_by_wording(self, index: int) -> Break | None:
        return Break(index, "unsure", "wording") if self.cue(index) > 0 else None

    def cue(self, index: int) -> int:
        """What the wording says: above 0 a new finding begins here, below 0 one goes on."""
        return wording.cue(words_text(self.words[index : index + 12]))

    def closing_from(self, start: int, end: int) -> int:
        """Index of the first word that is no finding any more but the letter's closing words."""
        for i in range(start + 1, end):
            if not self.stopped(i) or i in self.bullets or i - 1 in self.bullets:
                continue
            if wording.closes(words_text(self.words[i : i + 6])):
                return i
        return end
