"""Where the headings of themes stand: told by the file itself, by their own line, or by the sentence that follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive.reading import wording
from archive.reading.marks import Marks
from archive.reading.words import Source, Word


@dataclass(frozen=True, slots=True)
class Heading:
    start: int
    end: int


class Headings(Marks):
    def __init__(self, source: Source, words: Sequence[Word], start: int, end: int) -> None:
        super().__init__(source, words, start, end)
        self.given = self._given_headings()

    def heading_at(self, index: int, *, after_heading: bool = False, same_mark: bool = False) -> Heading | None:
        """The heading that begins at this word, if one does."""
        if index in self.given and index not in self.bullets:
            return Heading(index, self.given[index])
        if index in self.bullets or not self.words[index].opens:
            return None
        marked = index - 1 in self.bullets and index > self.start
        if not (self.stopped(index) or self.gap(index) or after_heading):
            return None
        if marked and not (same_mark or self._marks_headings(index - 1)):
            return None
        for end in range(index + 1, min(index + 13, self.end)):
            if self._ends_heading(index, end, marked=marked and not same_mark):
                return Heading(index, end)
            if self.words[end - 1].stops and not self.words[end - 1].text.endswith(":"):
                return None
        return None

    def _given_headings(self) -> dict[int, int]:
        """Lines that the file itself calls headings: first word and the word after the last.

        Where it calls most lines that, it says nothing.
        """
        firsts = [i for i in range(self.start, self.end) if self.begins_line(i)]
        told = [i for i in firsts if self.words[i].line in self.source.headings]
        if len(told) * 3 > len(firsts):
            return {}
        found: dict[int, int] = {}
        for index in told:
            after = next((i for i in firsts if i > index), self.end)
            goes_on = next((i for i, end in found.items() if end == index and self.words[index].gap == 0), None)
            found[index if goes_on is None else goes_on] = after
        return found

    def _marks_headings(self, bullet: int) -> bool:
        """Whether this mark ("2.", "**") stands before headings and another before findings."""
        own = self.bullet_class(bullet)
        return any(self.bullet_class(other) != own for other in self.bullets)

    def _ends_heading(self, start: int, end: int, *, marked: bool) -> bool:
        after = self.words[end]
        if not self.looks_like_heading(start, end):
            return False
        if end in self.bullets:
            return not (marked and self.bullet_class(end) == self.bullet_class(start - 1))
        if after.first and after.opens:
            own_line = self.begins_line(start) or start - 1 in self.bullets
            return own_line and (self.gap(end) or self.has_room(end) is True)
        return self._ends_flat_heading(start, end) if not after.first else False

    def _ends_flat_heading(self, start: int, end: int) -> bool:
        """A heading joined to its first sentence: "Freeing up time The force has"."""
        words = self.words
        first = re.sub(r"\W", "", words[start].text)
        if first.casefold() in wording.NEVER_FIRST:
            return False
        follows = words[end].text
        ahead = words[end + 1].text if end + 1 < self.end else ""
        verb_next = ahead in wording.VERBS and words[end - 1].text.islower()
        if follows not in wording.SENTENCE_WORDS and not (words[end].opens and verb_next):
            return False
        capitals = all(w.text.isupper() for w in words[start:end] if w.text[0].isalpha())
        named = follows in ("Police", "Crime", "Staff", "Victims") and not verb_next
        return capitals or (end - start >= 2 and not named)

    def is_flat(self, heading: Heading) -> bool:
        """Whether only the wording tells this heading from the sentence after it."""
        return heading.end < self.end and not (heading.end in self.bullets or self.words[heading.end].first)

    def headings(self) -> list[Heading]:
        """All headings; where there are none, list items that look like headings."""
        return self._headings(same_mark=False) or self._headings(same_mark=True)

    def is_run_together(self, start: int, end: int) -> bool:
        """Whether several sentences stand on one line without a mark between them."""
        inside = range(start + 1, end)
        if any(self.words[i].first for i in inside) or any(b in self.bullets for b in range(start, end)):
            return False
        return any(self.stopped(i) and self.words[i].opens for i in inside)

    def _headings(self, *, same_mark: bool) -> list[Heading]:
        found: list[Heading] = []
        index = self.start
        while index < self.end:
            after_heading = bool(found) and found[-1].end == index
            heading = self.heading_at(index, after_heading=after_heading, same_mark=same_mark)
            if heading is not None:
                found.append(heading)
                index = heading.end
            else:
                index += 1
        return found
