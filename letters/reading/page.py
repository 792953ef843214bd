"""The pages of a letter: which words are its text and which are furniture.

Page numbers, running headers, markings and footnote marks are set aside, never dropped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from letters.reading.files.lines import Extracted
from letters.reading.words import (
    MONTHS,
    SOFT_HYPHEN,
    Furniture,
    Source,
    Word,
    clean,
    plain,
    word_set,
    words_text,
)

_FOOTNOTE = re.compile(r"^([^\d/@]*[a-z]{3,}[’'”\")]*[.,;:]?[’'”\")]*)(\d{1,2}|[⁰¹²³⁴-⁹]+)$")
_PAGE_LINE = re.compile(
    r"^(?:\W*\d{1,3}\W*|\W*page\s*\d+(?:\s*(?:of|/)\s*\d+)?\W*|\W*\d+\s*(?:of|/)\s*\d+\W*"
    r"|\d+\s*\|\s*p\s*a\s*g\s*e.*|p\s*a\s*g\s*e\s*\|\s*\d+)$",
    re.IGNORECASE,
)
_PAGE_PHRASE = re.compile(r"(?<!\S)(?:[-–—] \d{1,3} [-–—] |Page \d{1,3} (?:of \d{1,3} )?|\d{1,3} \| Page )")
_NUMBER_MARK = re.compile(r"^\(?\d{1,3}[.)]$|^\(\d{1,3}\)$")
_WORD = re.compile(r"\S+")
_GUTTER = re.compile(r"\S\s{3,}(?=\w|[•▪-] )")
#: So many lines with a gap inside are no accident.
_COLUMN_LINES = 6
_LONGEST_HEADER = 10
_RULE_LINE = re.compile(r"^[\W_]{3,}$")
_MARKING = re.compile(
    r"^(?:OFFICIAL|RESTRICTED|PROTECT|CONFIDENTIAL|UNCLASSIFIED|NOT PROTECTIVELY MARKED|EMBARGOED)"
    r"\b[^a-z]{0,60}$"
)
_GLUED_MARK = re.compile(r"^[^\w\s\"'“”‘’(\[£$€&@%]{1,3}(?=[\w\"'“‘(])")
_CERTAIN_MARK = re.compile(r"^[•●◦▪▫■□‣⁃∙·➢►▶✓✔\ue000-\uf8ff]+(?=\w)")
_COMPOUND_PREFIXES = word_set(
    "anti co non pre post re self well long short high low multi inter sub semi over under ex cross mid "
    "part full half north south east west one two three four five"
)


def read_source(given: Extracted, *, header: str = "") -> Source:
    """Words and furniture of a file's lines. Nothing is dropped: each word is in one of the two.

    `header` is a text known to stand at the top of pages: wherever it comes again after its first
    place, it is a running header, even in the middle of a line.
    """
    source = Source(given.text, headings=given.headings)
    rows = _without_furniture(source, _rows(source), given)
    rows = _without_headers_in_sentences(source, rows)
    rows = _without_loose_numbers(source, _without_header(source, rows, header))
    _place(source, rows)
    _join_broken_words(source)
    _ask_about_columns(source)
    source.furniture.sort(key=lambda item: item.start)
    return source


def _rows(source: Source) -> list[list[Word]]:
    rows, offset = [], 0
    quoted = _is_quoted_mail(source.text)
    for number, raw in enumerate(source.text.splitlines(keepends=True), start=1):
        line = raw.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
        source.lines.append(line)
        row: list[Word] = []
        for match in _WORD.finditer(line, len(line) - len(line.lstrip("> ")) if quoted else 0):
            row.extend(_words_of(source, match, offset, number, first=not row))
        rows.append(row)
        offset += len(raw)
    return rows


def _is_quoted_mail(text: str) -> bool:
    """Whether every line begins with the ">" of a reply: then that is no mark of the letter's own."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > 5 and all(line.startswith(">") for line in lines)


def _words_of(source: Source, match: re.Match[str], offset: int, line: int, *, first: bool) -> list[Word]:
    raw = match.group()
    text = clean(raw)
    if not text:
        return []
    start, end = offset + match.start(), offset + match.end()
    broken = raw.endswith(SOFT_HYPHEN)
    found: list[Word] = []
    if mark := _GLUED_MARK.match(text) if first else _CERTAIN_MARK.match(text):
        # Counted in the source, where invisible characters may stand between.
        cut = start + raw.index(mark.group()[-1]) + 1
        found.append(Word(mark.group(), start, cut, line, first, indent=match.start()))
        text, start, first = text[mark.end() :], cut, False
    if len(text) <= 60 and (note := _FOOTNOTE.match(text)):
        width = len(note.group(2))
        text = note.group(1)
        source.furniture.append(Furniture("footnote mark", note.group(2), line, end - width, end))
        source.questions.append(f"the figure after '{text}' on line {line}: taken as a footnote mark")
    found.append(Word(text, start, end, line, first, indent=match.start(), broken=broken))
    return found


def _line_text(row: Sequence[Word]) -> str:
    return " ".join(word.text for word in row)


def _without_furniture(source: Source, rows: list[list[Word]], given: Extracted) -> list[list[Word]]:
    asides = given.asides
    # What the file itself sets apart says nothing of the lines that repeat in the text.
    headers = _running_headers(source, [[] if n in asides else row for n, row in enumerate(rows, start=1)])
    kept: list[list[Word]] = []
    follows = False
    for number, row in enumerate(rows):
        kind = asides.get(number + 1) or _furniture_kind(row) or headers.get(number, "")
        if row and kind:
            source.set_aside(kind, row)
            follows = True
            kept.append([])
            continue
        if row and (follows or number + 1 in given.pages):
            row[0].after_furniture = True
            follows = False
        kept.append(row)
    return kept


def _without_headers_in_sentences(source: Source, rows: list[list[Word]]) -> list[list[Word]]:
    """A line beside a page number, in the middle of a sentence that goes on below: a header that stands but once.

    It is asked: a sentence may begin a line with a name.
    """
    numbers = {item.line for item in source.furniture if item.kind == "page number"}
    kept = list(rows)
    dear = next((n for n, row in enumerate(rows) if row and row[0].text == "Dear"), 0)
    # Above its first stop a letter has lines that are no sentences.
    first = next((n for n in range(dear, len(rows)) if any(word.text.endswith(".") for word in rows[n])), len(rows))
    for n in range(first + 1, len(rows)):
        row = rows[n]
        # A form feed leaves an empty line between the two.
        beside = {n - 1, n, n + 2, n + 3} & numbers
        if not beside or not 2 <= len(row) <= _LONGEST_HEADER or not row[0].opens or row[-1].stops:
            continue
        before = next((each for each in reversed(rows[:n]) if each), [])
        after = next((each for each in rows[n + 1 :] if each), [])
        if before and after and not before[-1].stops and after[0].text[0].islower():
            source.set_aside("running header", row)
            source.questions.append(f"the line '{_line_text(row)}' beside a page number: taken as a running header")
            kept[n] = []
            after[0].after_furniture = True
    return kept


def _ask_about_columns(source: Source) -> None:
    """Two columns that were pasted line by line across mix their sentences. No reader can part them for certain."""
    wide = [n for n, line in enumerate(source.lines, start=1) if _GUTTER.search(line.strip())]
    if len(wide) >= _COLUMN_LINES:
        source.questions.append(
            f"lines {wide[0]} to {wide[-1]} seem to be two columns side by side, read across: paste one column below"
            " the other and import that"
        )


def _without_header(source: Source, rows: list[list[Word]], header: str) -> list[list[Word]]:
    wanted = plain(header).casefold().split()
    if len(wanted) < 5:
        return rows
    flat = [word for row in rows for word in row]
    keys = [plain(word.text).casefold() for word in flat]
    places = [n for n in range(len(flat)) if keys[n : n + len(wanted)] == wanted]
    gone: set[int] = set()
    for n in places[1:]:
        found = flat[n : n + len(wanted)]
        source.set_aside("running header", found)
        gone.update(id(word) for word in found)
        if (end := n + len(wanted)) < len(flat):
            flat[end].after_furniture = True
            flat[end].first = flat[end].first or found[0].first
    return [[word for word in row if id(word) not in gone] for row in rows]


def _furniture_kind(row: Sequence[Word]) -> str:
    text = _line_text(row)
    if _PAGE_LINE.match(text) and not _NUMBER_MARK.match(text):
        return "page number"
    if _MARKING.match(text):
        return "marking"
    if _RULE_LINE.match(text) and not any(0xE000 <= ord(c) < 0xF900 for c in text):
        return "rule"
    return ""


def _key(row: Sequence[Word]) -> str:
    text = plain(_line_text(row)).casefold()
    if len(text) > 300:
        return text
    return re.sub(r"^\W*(?:page\s*)?\d{1,3}\W+|\W+(?:page\s*)?\d{1,3}(?:\s*of\s*\d+)?\W*$", "", text).strip(" |-.")


def _running_headers(source: Source, rows: list[list[Word]]) -> dict[int, str]:
    """Lines of the body that repeat: a line of the head of the letter, or each other."""
    start = next((n for n, row in enumerate(rows) if row and row[0].text == "Dear"), 0)
    end = next((n for n, row in enumerate(rows) if n > start and row and row[0].text == "Yours"), len(rows))
    head = {_key(row) for row in rows[:start] if row}
    subject = next((n for n in range(start + 1, end) if rows[n]), start)
    shaped = {
        n: _key(rows[n])
        for n in range(start + 1, end)
        if rows[n]
        and 2 <= len(rows[n]) <= 16
        and rows[n][0].opens
        and not rows[n][-1].stops
        and rows[n][0].text[0].isalnum()
    }
    counts = Counter(shaped.values())
    found: dict[int, str] = {}
    for number, key in shaped.items():
        if number == subject or len(key) < 8:
            continue
        if key in head or counts[key] > 1:
            found[number] = "running header"
    known = head | {shaped.get(subject, "")}
    asked = {key: _line_text(rows[n]) for n, key in shaped.items() if n in found and key not in known}
    for key, text in asked.items():
        source.questions.append(f"the line '{text}' stands {counts[key]} times: taken as a running header")
    return found


def _without_loose_numbers(source: Source, rows: list[list[Word]]) -> list[list[Word]]:
    """Page numbers that share a line with text: before a capital, after a stop, in order.

    Numbers that count paragraphs (1, 2, 3 after the salutation) are left for the reader of bullets.
    """
    rows = _without_page_phrases(source, rows)
    flat = [word for row in rows for word in row]
    loose = [n for n in range(len(flat)) if _is_loose(flat, n)]
    dear = next((n for n, word in enumerate(flat) if word.text == "Dear"), -1)
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


def _place(source: Source, rows: list[list[Word]]) -> None:
    """Number of empty lines before each line's first word; furniture counts as no line at all."""
    set_aside = {item.line for item in source.furniture}
    gap = 0
    for number, row in enumerate(rows, start=1):
        if not row:
            gap += number not in set_aside
            continue
        row[0].gap = gap
        source.words.extend(row)
        gap = 0


def _hyphen_of_line_ends(source: Source) -> str:
    """The typographic hyphen, where it stands at line ends only: then whoever set the lines put it there."""
    inside = any("\u2010" in word.text[:-1] for word in source.words)
    return "" if inside else "\u2010"


def _join_broken_words(source: Source) -> None:
    """Words cut by a line end. A hyphen stays unless the letter writes the word without one."""
    soft = _hyphen_of_line_ends(source)
    vocabulary = _whole_words(source)
    for left, right in pairwise(source.words):
        if left.broken and right.first:
            right.joined = True
            continue
        if soft and right.first and left.text.endswith(soft) and right.text[0].isalpha():
            left.text, right.joined = left.text[:-1], True
            continue
        if not right.first or not re.search(r"[A-Za-z]-$", left.text) or not right.text[0].isalpha():
            continue
        right.joined = True
        tail = re.sub(r"\W+$", "", right.text).casefold()
        solid, compound = (left.text[:-1] + tail).casefold(), (left.text + tail).casefold()
        stem = left.text[:-1].strip("\"'“‘(").casefold()
        if vocabulary[solid] and not vocabulary[compound]:
            left.text = left.text[:-1]
        elif not (vocabulary[compound] or stem in _COMPOUND_PREFIXES or (vocabulary[stem] and vocabulary[tail])):
            source.questions.append(f"'{left.text}{tail}' is cut by a line end: its hyphen was kept")


def _whole_words(source: Source) -> Counter[str]:
    """The words that the letter has anyway: what stands at a cut says nothing of itself."""
    halves = {
        id(half)
        for left, right in pairwise(source.words)
        if right.first and left.text.endswith("-")
        for half in (left, right)
    }
    whole = (word.text for word in source.words if id(word) not in halves)
    return Counter(re.sub(r"\W+$", "", text).casefold() for text in whole)
