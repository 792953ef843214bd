"""The source of a letter as words that know where they stand.

The importer never cuts text: it assigns words. Everything here keeps, for each
word, its place in the source, so that what was read can be shown beside it and
what was not read can be listed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SOFT_HYPHEN = "\u00ad"
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
_LIGATURES = str.maketrans({"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"})
_PLAIN = str.maketrans("’‘‛“”„–—‑‐−", "'''\"\"\"-----")
_STOP = re.compile(r"[.!?;:][)\]\"'”’»]*$")
_ABBREVIATION = re.compile(r"^\W*(?:e\.g|i\.e|etc|Mr|Mrs|Ms|Dr|St|No|nos?|para|paras|cf|v|vs)\.$")
_FOOTNOTE = re.compile(r"^([^\d/@]*[a-z]{3,}[’'”\")]*[.,;:]?[’'”\")]*)(\d{1,2}|[⁰¹²³⁴-⁹]+)$")
_PAGE_LINE = re.compile(
    r"^(?:\W*\d{1,3}\W*|\W*page\s*\d+(?:\s*(?:of|/)\s*\d+)?\W*|\W*\d+\s*(?:of|/)\s*\d+\W*"
    r"|\d+\s*\|\s*p\s*a\s*g\s*e.*|p\s*a\s*g\s*e\s*\|\s*\d+)$",
    re.IGNORECASE,
)
_NUMBER_MARK = re.compile(r"^\(?\d{1,3}[.)]$|^\(\d{1,3}\)$")
_RULE_LINE = re.compile(r"^[\W_]{3,}$")
_MARKING = re.compile(
    r"^(?:OFFICIAL|RESTRICTED|PROTECT|CONFIDENTIAL|UNCLASSIFIED|NOT PROTECTIVELY MARKED|EMBARGOED)"
    r"\b[^a-z]{0,60}$"
)
_GLUED_MARK = re.compile(r"^[^\w\s\"'“”‘’(\[£$€&@%]{1,3}(?=[\w\"'“‘(])")
_COMPOUND_PREFIXES = frozenset(
    "anti co non pre post re self well long short high low multi inter sub semi over under ex"
    " cross mid part full half north south east west one two three four five".split()
)


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


def decode(data: bytes) -> str:
    """Text of a file in UTF-8 (with or without a mark), UTF-16 with its mark, or Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Windows-1252 leaves five bytes undefined; Latin-1 reads those as control characters.
        return "".join(_one_byte(byte) for byte in data)


def _one_byte(byte: int) -> str:
    raw = bytes((byte,))
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def plain(text: str) -> str:
    """The same text, of the same length, with straight quotation marks and hyphens."""
    return text.translate(_PLAIN)


@dataclass(slots=True)
class Source:
    """A letter's source: its lines, the words of its text, and its furniture."""

    text: str
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


def read_source(text: str) -> Source:
    """Words and furniture of a text. Nothing is dropped: each word is in one of the two."""
    source = Source(text)
    rows = _rows(source)
    rows = _without_furniture(source, rows)
    _place(source, rows)
    _join_broken_words(source)
    source.furniture.sort(key=lambda item: item.start)
    return source


def _rows(source: Source) -> list[list[Word]]:
    rows, offset = [], 0
    for number, raw in enumerate(source.text.splitlines(keepends=True), start=1):
        line = raw.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
        source.lines.append(line)
        row: list[Word] = []
        for match in re.finditer(r"\S+", line):
            row.extend(_words_of(source, match, offset, number, first=not row))
        rows.append(row)
        offset += len(raw)
    return rows


def _words_of(source: Source, match: re.Match[str], offset: int, line: int, *, first: bool) -> list[Word]:
    raw = match.group()
    text = raw.translate(_INVISIBLE).translate(_LIGATURES)
    if not text:
        return []
    start, end = offset + match.start(), offset + match.end()
    broken = raw.endswith(_SOFT_HYPHEN)
    found: list[Word] = []
    if first and (mark := _GLUED_MARK.match(raw)):
        cut = start + mark.end()
        found.append(Word(mark.group(), start, cut, line, True, indent=match.start()))
        text, start, first = text[mark.end() :], cut, False
    if note := _FOOTNOTE.match(text):
        width = len(note.group(2))
        text = note.group(1)
        source.furniture.append(Furniture("footnote mark", note.group(2), line, end - width, end))
        source.questions.append(f"the figure after '{text}' on line {line}: taken as a footnote mark")
    found.append(Word(text, start, end, line, first, indent=match.start(), broken=broken))
    return found


def _line_text(row: Sequence[Word]) -> str:
    return " ".join(word.text for word in row)


def _without_furniture(source: Source, rows: list[list[Word]]) -> list[list[Word]]:
    headers = _running_headers(source, rows)
    kept: list[list[Word]] = []
    follows = False
    for number, row in enumerate(rows):
        kind = _furniture_kind(row) or headers.get(number, "")
        if row and kind:
            source.set_aside(kind, row)
            follows = True
            kept.append([])
            continue
        if row and follows:
            row[0].after_furniture = True
            follows = False
        kept.append(row)
    return _without_loose_numbers(source, kept)


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
        if key in head or (counts[key] > 1 and key == shaped.get(subject)):
            found[number] = "running header"
        elif counts[key] > 1:
            found[number] = "running header"
    asked = {key for n, key in shaped.items() if n in found and key not in head} - {shaped.get(subject)}
    for key in sorted(asked):
        source.questions.append(f"the line '{key}' stands {counts[key]} times: taken as a running header")
    return found


def _without_loose_numbers(source: Source, rows: list[list[Word]]) -> list[list[Word]]:
    """Page numbers that share a line with text: before a capital, after a stop, in order.

    Numbers that count paragraphs (1, 2, 3 after the salutation) are left for the reader of bullets.
    """
    flat = [word for row in rows for word in row]
    loose = [n for n in range(len(flat)) if _is_loose(flat, n)]
    dear = next((n for n, word in enumerate(flat) if word.text == "Dear"), -1)
    body = [n for n in loose if n > dear]
    if len(body) > 1 and flat[body[0]].text == "1":
        loose = [n for n in loose if n < dear]
    values = [int(flat[n].text) for n in loose]
    if values != sorted(set(values)):
        return rows
    gone = {id(flat[n]) for n in loose}
    for n in loose:
        source.set_aside("page number", [flat[n]])
        if n + 1 < len(flat) and flat[n].first and flat[n + 1].line == flat[n].line:
            flat[n + 1].first = True
            flat[n + 1].after_furniture = True
    return [[word for word in row if id(word) not in gone] for row in rows]


def _is_loose(words: Sequence[Word], n: int) -> bool:
    if not re.fullmatch(r"[1-9]\d?", words[n].text):
        return False
    before = words[n - 1] if n else None
    after = words[n + 1] if n + 1 < len(words) else None
    if after is not None and re.fullmatch(f"(?:{MONTHS})[,.]?", after.text):
        return False
    free_before = before is None or before.stops or words[n].first
    same_line = after is not None and after.line == words[n].line
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


def _join_broken_words(source: Source) -> None:
    """Words cut by a line end. A hyphen stays unless the letter writes the word without one."""
    vocabulary = Counter(re.sub(r"\W+$", "", w.text).casefold() for w in source.words)
    for left, right in zip(source.words, source.words[1:], strict=False):
        if left.broken and right.first:
            right.joined = True
            continue
        if not right.first or not re.search(r"[A-Za-z]-$", left.text) or not right.text[0].isalpha():
            continue
        right.joined = True
        tail = re.sub(r"\W+$", "", right.text)
        solid, compound = (left.text[:-1] + tail).casefold(), (left.text + tail).casefold()
        stem = left.text[:-1].strip("\"'“‘(").casefold()
        if vocabulary[solid] and not vocabulary[compound]:
            left.text = left.text[:-1]
        elif not (vocabulary[compound] or stem in _COMPOUND_PREFIXES or vocabulary[stem]):
            source.questions.append(f"'{left.text}{tail}' is cut by a line end: its hyphen was kept")


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
