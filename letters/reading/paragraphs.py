"""Where paragraphs, list items and headings begin, whatever became of the layout.

A bullet or an empty line settles it. Without them the line ends do: a line that had room for the
next word ended its paragraph. Where even the line ends are gone, the wording decides and the reader
of the letter is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from letters.reading import wording
from letters.reading.words import Source, Word, words_text

Confidence = Literal["sure", "likely", "unsure"]

_LONG = 1.35
_NUMBER = re.compile(r"^(?:\(?\d{1,2}(?:\.\d{1,2})*[.)]|\d{1,2}(?:\.\d{1,2})+|\(\d{1,2}\))$")
_BARE_NUMBER = re.compile(r"^\d{1,2}$")
_LETTERED = re.compile(r"^(?:\([a-z]\)|[a-z][.)]|\(?[ivx]{1,4}[.)])$")


@dataclass(frozen=True, slots=True)
class Break:
    """A paragraph that begins at `index`; `why` it was taken for one."""

    index: int
    confidence: Confidence
    why: Literal["bullet", "sub-bullet", "empty line", "line end", "wording", "start"]


@dataclass(frozen=True, slots=True)
class Heading:
    start: int
    end: int


class Layout:
    """The words of one part of a letter, with what its line ends mean."""

    def __init__(self, source: Source, words: Sequence[Word], start: int, end: int) -> None:
        self.source, self.words, self.start, self.end = source, words, start, end
        self.base_gap = self._base_gap()
        self.cuts_at_hyphens = any(w.joined for w in words)
        self.numbered = self._is_numbered()
        self.bullets = self._bullets()
        self.reach, self.ragged = self._reach()
        self.given = self._given_headings()

    # What stands at a word

    def stopped(self, index: int) -> bool:
        """Whether nothing is unfinished before this word."""
        return index <= self.start or self.words[index - 1].stops or index - 1 in self.bullets

    def begins_line(self, index: int) -> bool:
        return index == self.start or self.words[index].first

    def gap(self, index: int) -> bool:
        return self.words[index].first and self.words[index].gap > self.base_gap

    def bullet_class(self, index: int) -> str:
        text = self.words[index].text
        if _NUMBER.match(text) or _BARE_NUMBER.match(text):
            return f"number{text.count('.')}"
        return "letter" if _LETTERED.match(text) else text

    # What line ends mean

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

    # Bullets

    def _is_numbered(self) -> bool:
        counts = [int(self.words[i].text) for i in range(self.start, self.end - 1) if self._may_be_bare_number(i)]
        return len(counts) >= 2 and 1 in counts and 2 in counts

    def _may_be_bare_number(self, index: int) -> bool:
        words = self.words
        if not _BARE_NUMBER.match(words[index].text) or not words[index + 1].text[0].isupper():
            return False
        free = words[index].first or index == self.start or words[index - 1].stops
        # The first number of a theme may follow its heading on the same line.
        return free or words[index].text == "1"

    def _bullets(self) -> set[int]:
        shaped = [i for i in range(self.start, self.end - 1) if self._is_bullet_shaped(i)]
        letters = {
            text
            for text in {self.words[i].text for i in shaped if self.words[i].text.isalpha()}
            if sum(self.words[i].text == text and (text.islower() or self.words[i].first) for i in shaped) >= 2
        }
        found: set[int] = set()
        last = self.start
        for i in shaped:
            text = self.words[i].text
            if text.isalpha() and text not in letters:
                continue
            if self._is_bullet(i, last):
                found.add(i)
                last = i + 1
        return found

    def _is_bullet_shaped(self, index: int) -> bool:
        text = self.words[index].text
        if _BARE_NUMBER.match(text):
            return self.numbered and self._may_be_bare_number(index)
        if _NUMBER.match(text) or _LETTERED.match(text):
            return True
        if len(text) == 1 and text.isalpha():
            return text not in "AIa" and (self.words[index].first or self.words[index + 1].opens)
        return len(text) <= 3 and not any(c.isalnum() for c in text) and text not in ("&", "...", "…")

    def _is_bullet(self, index: int, last: int) -> bool:
        words, after = self.words, self.words[index + 1]
        stopped = index == self.start or words[index - 1].stops
        if not after.opens:
            return stopped and words[index].first and after.text[0].islower()
        if stopped or self.gap(index):
            return True
        run = self._run_before(index, last)
        if self.looks_like_heading(run, index):
            return not self._is_dash_of_heading(index)
        # A list whose items end without a stop; a dash inside a sentence is not one of those.
        return words[index].first and words[index].text not in ("-", "–", "—")

    def _is_dash_of_heading(self, index: int) -> bool:
        """Whether this dash stands inside a heading ("Theme 1 – Staffing"): the rest of its line is short too."""
        if self.words[index].first or self.words[index].text not in ("-", "–", "—"):
            return False
        end = next((i for i in range(index + 1, min(index + 14, self.end)) if self.words[i].first), self.end)
        return self.looks_like_heading(index + 1, end)

    def _run_before(self, index: int, last: int) -> int:
        begin = index
        # Longer runs are no headings, whatever stands before them.
        while begin > max(last, index - 14) and not self.words[begin - 1].stops:
            begin -= 1
        return begin

    # Headings

    def looks_like_heading(self, start: int, end: int) -> bool:
        """A short run of words with a capital, no verb and no stop."""
        words = self.words[start:end]
        if not 1 <= len(words) <= 12 or not words[0].opens:
            return False
        bare = [re.sub(r"^\W+|\W+$", "", word.text).casefold() for word in words]
        if words[-1].text.endswith((",", ";", ".", "-")) or bare[-1] in wording.NEVER_LAST or not bare[-1]:
            return False
        if len(words) == 1 and len(bare[0]) < 4:
            return False
        inside = any(w.stops and not w.text.endswith(":") for w in words[:-1])
        return not (wording.VERBS & set(bare)) and not inside

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

    # Paragraphs

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
            return None
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
