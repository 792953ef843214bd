"""Page numbers that share a line with the letter's text, since the page's end was lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from archive.reading.words import MONTHS, Source, Word, is_greeting, words_text

_PAGE_PHRASE = re.compile(r"(?<!\S)(?:[-–—] \d{1,3} [-–—] |Page \d{1,3} (?:of \d{1,3} )?|\d{1,3} \| Page )")


def without_loose_numbers(source: Source, rows: list[list[Word]]) -> list[list[Word]]:
    """Page numbers that share a line with text: before a capital, after a stop, in order.

    Numbers that count paragraphs (1, 2, 3 after the salutation) are left for the reader of bullets.
    """
    rows = _without_page_phrases(source, rows)
    flat = [word for row in rows for word in row]
    loose = [n for n in range(len(flat)) if _is_loose(flat, n)]
    dear = next((n for n, word in enumerate(flat) if is_greeting(word.text)), -1)
    # What stands before a street's name in the letterhead is a house.
    loose = [n for n in loose if n > dear or n == 0]
    body = [n for n in loose if n > dear]
    if len(body) > 1 and flat[body[0]].text == "1":
        loose = [n for n in loose if n < dear]
    values = [int(flat[n].text) for n in loose]
    if values != sorted(set(values)):
        return rows
    for n in _missing_pages(flat, loose):
        text = words_text(flat[max(n - 2, 0) : n + 2])
        source.questions.append(f"the figure in '{text}' was taken for a page number")
        loose.append(n)
    gone = {id(flat[n]) for n in loose}
    for n in loose:
        source.set_aside("page number", [flat[n]])
        if n + 1 < len(flat) and flat[n].first and flat[n + 1].line == flat[n].line:
            flat[n + 1].first = True
            flat[n + 1].after_furniture = True
    return [[word for word in row if id(word) not in gone] for row in rows]


def _without_page_phrases(source: Source, rows: list[list[Word]]) -> list[list[Word]]:
    """ "- 2 -" and "Page 2 of 9" that were joined to the text around them."""
    kept: list[list[Word]] = []
    for row in rows:
        text, ends = "", {0: 0}
        for n, word in enumerate(row, start=1):
            text += word.text + " "
            ends[len(text)] = n
        gone: set[int] = set()
        for match in _PAGE_PHRASE.finditer(text):
            first, last = ends.get(match.start()), ends.get(match.end())
            if first is None or last is None:
                continue
            source.set_aside("page number", row[first:last])
            gone.update(range(first, last))
            if match.group().startswith("P"):
                source.questions.append(f"'{match.group().strip()}' on line {row[0].line}: taken as a page number")
        kept.append([word for n, word in enumerate(row) if n not in gone])
        if kept[-1] and row and not kept[-1][0].first:
            kept[-1][0].first = kept[-1][0].after_furniture = True
    return kept


def _missing_pages(words: Sequence[Word], pages: Sequence[int]) -> list[int]:
    """Figures inside a sentence that are the one page number missing between two known ones."""
    missing: list[int] = []
    for left, right in pairwise(pages):
        wanted = str(int(words[left].text) + 1)
        inside = [n for n in range(left + 1, right) if words[n].text == wanted]
        if int(words[right].text) == int(wanted) + 1 and len(inside) == 1:
            missing += inside
    return missing


def _is_loose(words: Sequence[Word], n: int) -> bool:
    if not re.fullmatch(r"[1-9]\d?", words[n].text):
        return False
    before = words[n - 1] if n else None
    after = words[n + 1] if n + 1 < len(words) else None
    if after is not None and re.fullmatch(f"(?:{MONTHS})[,.]?", after.text):
        return False
    free_before = before is None or before.stops or words[n].first or words[n].text == "1"
    same_line = after is not None and after.line == words[n].line
    follows = words[n + 2] if n + 2 < len(words) else None
    if same_line and after and not re.search(r"\w", after.text) and follows and follows.opens:
        # Between a heading and the first bullet under it.
        return True
    if after is None or not same_line:
        return before is not None and before.stops
    return free_before and (after.opens or not any(c.isalnum() for c in after.text))
