"""The marks of a letter's lists: bullets of any character, figures, letters, Roman numerals; also alone on their line.

A mark is told by its shape and by what stands around it, so that a dash inside a sentence is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.reading import wording
from archive.reading.line_ends import LineEnds
from archive.reading.words import Source, Word, is_certain_mark

_NUMBER = re.compile(
    r"^(?:\(?\d{1,2}(?:\.\d{1,2})*[.)]|\d{1,2}(?:\.\d{1,2})+|\(\d{1,2}\)|\[\d{1,2}\]|#\d{1,2}|[①-⑳❶-➓])$"
)
_BARE_NUMBER = re.compile(r"^\d{1,2}$")
_LETTERED = re.compile(r"^(?:\([a-z]\)|[a-z][.)]|\(?[ivx]{1,4}[.)])$")
_CAPITAL_ROMAN = re.compile(r"^\(?[IVX]{1,4}[.)]$")


class Marks(LineEnds):
    """Which words are marks of a list, and which runs of words look like a heading above one."""

    def __init__(self, source: Source, words: Sequence[Word], start: int, end: int) -> None:
        super().__init__(source, words, start, end)
        self.numbered = self._is_numbered()
        self.roman = self._counts_in_capital_roman()
        self.bullets = self._bullets()

    def bullet_class(self, index: int) -> str:
        text = self.words[index].text
        if _NUMBER.match(text) or _BARE_NUMBER.match(text):
            return f"number{text.rstrip('.').count('.')}"
        if self.roman and _CAPITAL_ROMAN.match(text):
            return "roman"
        return "letter" if _LETTERED.match(text) else text

    def _is_numbered(self) -> bool:
        counts = [int(self.words[i].text) for i in range(self.start, self.end - 1) if self._may_be_bare_number(i)]
        return len(counts) >= 2 and 1 in counts and 2 in counts

    def _counts_in_capital_roman(self) -> bool:
        """Whether lines begin with "I." and "II.": one of them alone may be an initial."""
        firsts = {word.text.strip("(.)") for word in self.words if word.first and _CAPITAL_ROMAN.match(word.text)}
        return {"I", "II"} <= firsts

    def _may_be_bare_number(self, index: int) -> bool:
        words = self.words
        if not _BARE_NUMBER.match(words[index].text) or not words[index + 1].text[0].isupper():
            return False
        free = words[index].first or index == self.start or words[index - 1].stops
        # The first number of a theme may follow its heading on the same line.
        return free or words[index].text == "1"

    def _bullets(self) -> set[int]:
        shaped = [
            i for i in range(self.start, self.end - 1) if self._is_bullet_shaped(i) and not self._closes_bracket(i)
        ]
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

    def _closes_bracket(self, index: int) -> bool:
        """Whether "11)" ends what a bracket before it began: "(case 11)"."""
        text = self.words[index].text
        if not text.endswith(")") or text.startswith("("):
            return False
        before = " ".join(word.text for word in self.words[max(index - 12, self.start) : index])
        return before.rfind("(") > before.rfind(")")

    def _is_bullet_shaped(self, index: int) -> bool:
        text = self.words[index].text
        if _BARE_NUMBER.match(text):
            return self.numbered and self._may_be_bare_number(index)
        if _NUMBER.match(text) or _LETTERED.match(text):
            return True
        if self.roman and _CAPITAL_ROMAN.match(text):
            return self.words[index].first
        if len(text) == 1 and text.isalpha():
            return text not in "AIa" and (self.words[index].first or self.words[index + 1].opens)
        return len(text) <= 3 and not any(c.isalnum() for c in text) and text not in ("&", "...", "…")

    def _is_bullet(self, index: int, last: int) -> bool:
        words, after = self.words, self.words[index + 1]
        stopped = index == self.start or words[index - 1].stops
        if not after.opens:
            return stopped and words[index].first and after.text[0].islower()
        if stopped or self.gap(index) or is_certain_mark(text := words[index].text):
            return True
        run = self._run_before(index, last)
        if self.looks_like_heading(run, index):
            return not self._is_dash_of_heading(index)
        # A list whose items end without a stop; a dash inside a sentence is not one of those.
        return words[index].first and text not in ("-", "–", "—")

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

    def looks_like_heading(self, start: int, end: int) -> bool:
        """A short run of words with a capital, no verb and no stop."""
        words = self.words[start:end]
        if not 1 <= len(words) <= 12 or not words[0].opens:
            return False
        bare = [re.sub(r"^\W+|\W+$", "", word.text).casefold() for word in words]
        if words[-1].text.endswith((",", ";", ".", "-")) or not bare[-1]:
            return False
        if bare[-1] in wording.NEVER_LAST and bare[0] not in wording.ASKING:
            return False
        if len(words) == 1 and len(bare[0]) < 4:
            return False
        inside = any(w.stops and not w.text.endswith(":") for w in words[:-1])
        asks = words[-1].text.endswith("?") and bare[0] in wording.ASKING
        return (asks or not wording.VERBS & set(bare)) and not inside
