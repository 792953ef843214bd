"""The pages of a letter: which words are its text and which are furniture.

Page numbers, running headers, markings and footnote marks are set aside, never dropped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from archive.reading.cut_words import join_cut_words
from archive.reading.files.lines import Extracted
from archive.reading.page_numbers import without_loose_numbers
from archive.reading.words import SOFT_HYPHEN, Furniture, Source, Word, clean, is_certain_mark, is_greeting, plain

_FOOTNOTE = re.compile(r"^([^\d/@]*[a-z]{3,}[’'”\")]*[.,;:]?[’'”\")]*)(\d{1,2}|[⁰¹²³⁴-⁹]+|\[\d{1,2}\])$")
_PAGE_LINE = re.compile(
    r"^(?:\W*\d{1,3}\W*|\W*page\s*\d+(?:\s*(?:of|/)\s*\d+)?\W*|\W*\d+\s*(?:of|/)\s*\d+\W*"
    r"|\d+\s*\|\s*p\s*a\s*g\s*e.*|p\s*a\s*g\s*e\s*\|\s*\d+|[-–—]\s*[ivxl]{1,6}\s*[-–—])$",
    re.IGNORECASE,
)
_CONTINUED = re.compile(
    r"^\W*(?:continued(?: overleaf| on (?:the )?next page)?|cont(?:inued|[’']?d|\.)|P\.?T\.?O)\W*$", re.IGNORECASE
)
_HEADING_AGAIN = re.compile(r"^(.+?)\s*\(cont(?:inued|[’']?d|\.)\)\W*$", re.IGNORECASE)
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
_GLUED_MARK = re.compile(r"^(?!#\d)[^\w\s\"'“”‘’(\[£$€&@%]{1,3}(?=[\w\"'“‘(])")
_CERTAIN_MARK = re.compile(r"^[•●◦▪▫■□‣⁃∙·➢►▶✓✔\ue000-\uf8ff]+(?=\w)")


def read_source(given: Extracted, *, header: str = "") -> Source:
    """Words and furniture of a file's lines. Nothing is dropped: each word is in one of the two.

    `header` is a text known to stand at the top of pages: wherever it comes again after its first
    place, it is a running header, even in the middle of a line.
    """
    source = Source(given.text, headings=given.headings)
    rows = _without_furniture(source, _rows(source), given)
    rows = _without_headers_in_sentences(source, rows)
    rows = without_loose_numbers(source, _without_header(source, rows, header))
    _place(source, rows)
    join_cut_words(source)
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
    own = [[] if n in asides else row for n, row in enumerate(rows, start=1)]
    headers = {**_running_headers(source, own), **_headings_again(own), **_empty_marks(own)}
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


def _headings_again(rows: list[list[Word]]) -> dict[int, str]:
    """Headings that the next page says again: "Freeing up time (continued)"."""
    told = {_key(row) for row in rows if row}
    again = {n: match for n, row in enumerate(rows) if (match := _HEADING_AGAIN.match(_line_text(row)))}
    return {n: "running header" for n, match in again.items() if plain(match.group(1)).casefold().strip(" |-.") in told}


def _empty_marks(rows: list[list[Word]]) -> dict[int, str]:
    """Marks of list items without words. Where no mark has words beside it, a mark alone stands above its own."""
    marked = [n for n, row in enumerate(rows) if row and is_certain_mark(row[0].text)]
    alone = [n for n in marked if len(rows[n]) == 1]
    return dict.fromkeys(alone, "empty bullet") if len(alone) < len(marked) else {}


def _without_headers_in_sentences(source: Source, rows: list[list[Word]]) -> list[list[Word]]:
    """A line beside a page number, in the middle of a sentence that goes on below: a header that stands but once.

    It is asked: a sentence may begin a line with a name.
    """
    numbers = {item.line for item in source.furniture if item.kind == "page number"}
    kept = list(rows)
    dear = next((n for n, row in enumerate(rows) if row and is_greeting(row[0].text)), 0)
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
    # "11)." closes a bracket of the line before.
    closes = ")" in text and "(" not in text
    if _PAGE_LINE.match(text) and not (_NUMBER_MARK.match(text) or closes):
        return "page number"
    if _MARKING.match(text):
        return "marking"
    if _CONTINUED.match(text):
        return "running footer"
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
    start = next((n for n, row in enumerate(rows) if row and is_greeting(row[0].text)), 0)
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
