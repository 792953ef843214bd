"""What a careful person would stop at in the findings as read: each is asked, nothing is changed.

The reader's rules are made for layouts that somebody thought of. These are about what no letter has, whatever its
layout: a line that interrupts a sentence, a count or a mark that stands among the words, a sentence without a
beginning.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import pairwise

from archive.reading import wording
from archive.reading.result import ReadTheme
from archive.reading.source import Desk, ordinal
from archive.reading.words import Word

#: "No. 1", "Finding 2:", "1,2," before the words of a finding.
_COUNT = re.compile(r"^\W*(?:[A-Za-z]{1,9}\W{0,2})?(?:\d{1,2}\W{1,2})?(\d{1,2})\b\W*")
_LETTER = re.compile(r"^\W*([A-Za-z])[.):\]>]{1,2}\s")
_NUMBERED = re.compile(r"^\s*(\d{1,3})[.)]\s")
_DASH = re.compile(r"\s[-–—]\s")
_NO_TITLE = re.compile(r"^[\[({<|]|^Copied to\b|[a-z][A-Z]+[a-z]")
_MIXED_UP = re.compile(
    r"\w[‘“](?=\s|$)|\w=(?=\s|$)|=[0-9A-F]{2}|\+[A-Z][A-Za-z0-9/]{2,8}-|&#?\w{2,8};"
    r"|[a-z][ÀÁÂÃÄÅÆÈÊËÌÍÎÏÐÒÓÔÕÖ×ØÙÚÛÜÝÞ¥][a-z]"
)
_WIDE = re.compile(r"\S\s{3,}\S")
_LONGEST_INTERRUPTION = 12
_LEAST_OF_A_LINE = 0.75
_FEW_LINES = 3
_MANY = 4


def look_again(desk: Desk, themes: Sequence[ReadTheme]) -> None:
    for number, theme in enumerate(themes, start=1):
        _ask_about_counts(desk, theme, number)
    _ask_about_titles(desk, themes)
    _ask_about_the_last(desk, themes)
    _ask_about_one_word(desk, [finding.text for theme in themes for finding in theme.findings])
    width, shapes = _usual_width(desk), Counter(map(_shape, desk.source.lines))
    for start, end in _ranges(desk):
        interrupted = _interruptions(desk, start, end, width, shapes)
        _ask_about_interruptions(desk, interrupted)
        _ask_about_ends(desk, start, end, width, {n for n, _ in interrupted})
        _ask_about_strays(desk, start, end)
    if found := _MIXED_UP.search(desk.stream.text):
        near = desk.stream.text[max(found.start() - 12, 0) : found.end() + 12]
        desk.ask(f"characters seem to come from another encoding, at '{near}': kept as they stand")


def _ranges(desk: Desk) -> Iterator[tuple[int, int]]:
    """The words of each paragraph of a finding."""
    starts = [word.start for word in desk.words]
    for span in desk.spans:
        if span.kind == "finding":
            yield bisect_left(starts, span.start), bisect_left(starts, span.end)


def _ask_about_titles(desk: Desk, themes: Sequence[ReadTheme]) -> None:
    """A heading unlike the others: a remark in brackets, or a heading that took a finding along."""
    dashed = [theme for theme in themes if _DASH.search(theme.title)]
    odd = [theme for theme in themes if _NO_TITLE.search(theme.title)]
    for theme in [*odd, *(dashed if len(dashed) < len(themes) else ())]:
        text = f"the heading '{theme.title}' is unlike the others: taken as a theme"
        desk.ask(text, "heading", taken="heading", at=desk.word_at(theme.start))


def _ask_about_counts(desk: Desk, theme: ReadTheme, number: int) -> None:
    """Findings that all begin with a count or with the same sign: it may be their mark, among their words."""
    texts = [finding.text for finding in theme.findings]
    if len(texts) > 1 and (_counts_up(texts) or _begin_alike(texts)):
        first = " ".join(texts[0].split()[:2])
        text = f"the findings of the {ordinal(number)} theme begin with a count or a mark, the first with '{first}'"
        desk.ask(f"{text}: kept as words", at=desk.word_at(theme.findings[0].pieces[0].start))


def _ask_about_one_word(desk: Desk, texts: Sequence[str]) -> None:
    """A word with which every finding of the letter begins, and with which sentences do not: a mark misread."""
    first = texts[0].split()[0]
    if len(texts) >= _MANY and first not in wording.SENTENCE_WORDS and all(text.split()[0] == first for text in texts):
        desk.ask(f"every finding of the letter begins with '{first}': kept as a word")


def _ask_about_the_last(desk: Desk, themes: Sequence[ReadTheme]) -> None:
    """A count that goes on from the opening stands on every paragraph, and tells no finding from closing words."""
    findings = [finding for theme in themes for finding in theme.findings]
    counted = _NUMBERED.match(desk.source.lines[findings[0].first_line - 1])
    if counted and int(counted[1]) > 1:
        at = desk.word_at(findings[-1].pieces[0].start)
        begins = " ".join(findings[-1].text.split()[:6])
        text = f"all paragraphs of the letter are numbered, and the last one, '{begins}', may be closing words"
        desk.ask(f"{text}: taken as a finding", "paragraph", taken="finding", at=at)


def _counts_up(texts: Sequence[str]) -> bool:
    for pattern, value in ((_COUNT, int), (_LETTER, ord)):
        found = [match for text in texts if (match := pattern.match(text))]
        values = [value(match.group(1)) for match in found]
        if len(values) == len(texts) and all(b == a + 1 or b == values[0] for a, b in pairwise(values)):
            return True
    return False


def _begin_alike(texts: Sequence[str]) -> bool:
    """The same first sign, which is no word ("A", "I" and names are)."""
    first = texts[0].split()[0]
    is_word = any(c.isalpha() for c in first) and (len(first) > 1 or first in "AI")
    return not is_word and all(text.split()[0] == first for text in texts)


def _usual_width(desk: Desk) -> int:
    """Of the lines that end inside a sentence; 0 where lines are not wrapped."""
    widths = sorted(desk.source.width(left) for left, right in pairwise(desk.words) if right.first and _is_lower(right))
    return widths[len(widths) // 2] if len(widths) > _FEW_LINES else 0


def _ask_about_interruptions(desk: Desk, found: Sequence[tuple[int, int]]) -> None:
    for n, line_end in found:
        text = desk.text(n, line_end)
        desk.ask(f"the line '{text}' stands in the middle of a sentence: kept as part of it", at=n)


def _interruptions(desk: Desk, start: int, end: int, width: int, shapes: Mapping[str, int]) -> list[tuple[int, int]]:
    """Lines in the middle of a sentence that are no part of the sentence: what a page's end leaves behind."""
    firsts = [n for n in range(start + 1, end) if desk.words[n].first]
    return [(n, line_end) for n, line_end in pairwise(firsts) if _interrupts(desk, n, line_end, width, shapes)]


def _interrupts(desk: Desk, start: int, end: int, width: int, shapes: Mapping[str, int]) -> bool:
    before, first, last, after = (desk.words[n] for n in (start - 1, start, end - 1, end))
    if before.stops or last.stops or end - start > _LONGEST_INTERRUPTION or not _is_lower(after):
        return False
    line = desk.source.lines[first.line - 1]
    if shapes[_shape(line)] > 1 or not width or len(line.rstrip()) < _LEAST_OF_A_LINE * width:
        return True
    if not first.opens and first.text[0].isalpha():
        return False
    return bool(_WIDE.search(line.strip())) or first.gap != after.gap


def _shape(line: str) -> str:
    """A line, its figures apart: one that comes often is no part of a sentence."""
    return re.sub(r"\d+", "#", line.strip())


def _ask_about_ends(desk: Desk, start: int, end: int, width: int, asked: Set[int]) -> None:
    """A line that ended early though its sentence did not, and words that close a letter, inside a finding."""
    for n in (n for n in range(start + 1, end) if desk.words[n].first and n not in asked):
        before, word = desk.words[n - 1], desk.words[n]
        begins = desk.text(n, min(n + 6, end))
        early = desk.source.width(before) < _LEAST_OF_A_LINE * width or not width
        if word.opens and not before.stops and early:
            desk.ask(
                f"a heading or a finding may begin at '{begins}': taken as going on", "paragraph", taken="same", at=n
            )
        elif before.stops and _is_lower(word):
            desk.ask(f"the line that begins '{begins}' follows a stop without a capital: taken as going on", at=n)
        elif wording.closes(begins):
            desk.ask(f"the letter's closing words may begin at '{begins}': taken as part of the finding", at=n)


def _is_lower(word: Word) -> bool:
    return word.text.lstrip("\"'“‘(")[:1].islower()


def _ask_about_strays(desk: Desk, start: int, end: int) -> None:
    """A sentence without its beginning, and what may be a mark of a list that nothing else shows to be one."""
    begins = desk.text(start, min(start + 8, end))
    if _is_lower(desk.words[start]) and desk.words[start].first:
        desk.ask(f"the finding or paragraph that begins '{begins}' has no capital: taken as it stands", at=start)
    for n in range(start, end - 1):
        word, after = desk.words[n], desk.words[n + 1]
        letter = len(word.text) == 1 and word.text.isalpha() and word.text not in "AIa"
        symbol = not any(c.isalnum() for c in word.text) and word.text not in ("&", "…", "...", "+", "=")
        # Between figures a sign may be arithmetic.
        if word.text == "|" or (word.first and after.opens and (letter or symbol) and not after.text[0].isdigit()):
            near = desk.text(max(n - 2, start), min(n + 3, end))
            desk.ask(f"the sign in '{near}' may be the mark of a finding: kept as a word", at=n)
