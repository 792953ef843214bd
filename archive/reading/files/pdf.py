"""A PDF into lines, by where its characters stand: lines, gaps between them, pages, what repeats on each page."""

from __future__ import annotations

import io
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from archive.reading.files import pdf_annotations
from archive.reading.files.lines import Extracted, Line, Unreadable, one_line, without_edges

MOST_PAGES = 60
SECONDS = 15
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_LETTERHEAD = re.compile(r"\bInspectorate\b", re.IGNORECASE)
_UNKNOWN = re.compile(r"\(cid:\d+\)")
#: Codes of a bullet in simple fonts (WinAnsi 0x7F and 0x95, Symbol 0xB7) that name no character: at a line's beginning.
_BULLET = re.compile(r"^\(cid:(?:127|149|183)\)\s*")
_PAGE_NUMBER = re.compile(r"^\W*(?:page\s*)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?\W*$", re.IGNORECASE)
_STOPS = re.compile(r"[.!?;:,]\W*$")
#: How many lines at the top and the bottom of a page may be furniture.
_EDGE = 4
#: So many lines of a first page may have the sender on one side and the addressee on the other.
_HEAD = 12


@dataclass(slots=True)
class _Piece:
    """One line of type on a page; `top` counts downwards from the page's upper edge."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool
    aside: str = ""
    side_by_side: bool = False


def read_pdf(data: bytes) -> Extracted:
    plain = pdf_annotations.plain(data)
    pages = _pages(plain.data)
    words = sum(len(piece.text.split()) for page in pages for piece in page)
    if words < 20:
        raise Unreadable(
            "The PDF holds pictures of pages and no text: it is a scan. Run text recognition (OCR) on it first, or"
            " type the letter into a text file."
        )
    unknown = sum(len(_UNKNOWN.findall(piece.text)) for page in pages for piece in page)
    if unknown * 20 > words:
        raise Unreadable(
            "The PDF does not say which letters its characters are, so its text cannot be read. Print it to a new PDF"
            " with text recognition (OCR), or type the letter into a text file."
        )
    body = _body_size(pages)
    notes = list(plain.notes)
    notes += [f"{unknown} characters of the PDF cannot be told: they stand as (cid:…)"] if unknown else []
    if across := sum(piece.side_by_side for n, page in enumerate(pages) for piece in page[0 if n else _HEAD :]):
        notes.append(f"text stands side by side on {across} lines, as in a table: read across, line by line")
    notes += _set_footnotes_aside(pages, body)
    notes += _set_repeated_aside(pages)
    lines = without_edges(line for page in pages for line in _lines(page, body, _pitch(pages)))
    return Extracted(lines, tuple(notes))


def _pages(data: bytes) -> list[list[_Piece]]:
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    until = time.monotonic() + SECONDS
    found: list[list[_Piece]] = []
    try:
        _count_pages(data)
        for page in extract_pages(io.BytesIO(data), laparams=LAParams(boxes_flow=None, all_texts=True)):
            if time.monotonic() > until:
                raise Unreadable("The PDF takes longer to open than any letter does, so it was left. Save it again.")
            found.append(_in_order(list(_pieces(page, page.height))))
    except (PDFPasswordIncorrect, PDFEncryptionError):
        raise Unreadable("The PDF is protected with a password. Take the password off, then import it.") from None
    return found


def _count_pages(data: bytes) -> None:
    """Before anything is laid out: a book is refused at once."""
    from pdfminer.pdfpage import PDFPage

    for number, _ in enumerate(PDFPage.get_pages(io.BytesIO(data)), start=1):
        if number > MOST_PAGES:
            raise Unreadable(f"The PDF has more than {MOST_PAGES} pages. Import one letter at a time.")


def _pieces(container: Any, height: float) -> Iterator[_Piece]:
    from pdfminer.layout import LTFigure, LTTextContainer, LTTextLine

    for item in container:
        if isinstance(item, LTTextLine):
            # A watermark that crosses a line is given as part of it.
            upright: list[Any] = []
            turned: list[Any] = []
            for each in item:
                (turned if _is_turned(each) else upright).append(each)
            for characters, aside in ((upright, ""), (turned, "watermark")):
                if piece := _piece(characters, height, aside):
                    yield piece
        elif isinstance(item, LTTextContainer | LTFigure):
            # A figure holds what is drawn apart from the page's text: the value of a form field is.
            yield from _pieces(item, height)


def _piece(characters: Sequence[Any], height: float, aside: str) -> _Piece | None:
    from pdfminer.layout import LTChar

    text = _BULLET.sub("• ", one_line("".join(each.get_text() for each in characters)).strip())
    kinds = [each for each in characters if isinstance(each, LTChar)]
    if not kinds or not text:
        return None
    size = statistics.median(each.size for each in kinds)
    bold = sum(bool(_BOLD.search(each.fontname)) for each in kinds) * 2 > len(kinds)
    left, right = min(each.x0 for each in kinds), max(each.x1 for each in kinds)
    top, bottom = height - max(each.y1 for each in kinds), height - min(each.y0 for each in kinds)
    return _Piece(text, left, right, top, bottom, size, bold, aside)


def _is_turned(character: Any) -> bool:
    """Whether it does not stand upright, as the text of a letter does."""
    along, across = getattr(character, "matrix", (1.0, 0.0))[:2]
    return bool(abs(across) > 0.05 * max(abs(along), 0.01))


def _in_order(pieces: list[_Piece]) -> list[_Piece]:
    """Pieces of one baseline become one line, unless they are columns; then from top to bottom."""
    pieces.sort(key=lambda piece: ((piece.top + piece.bottom) / 2, piece.left))
    rows: list[list[_Piece]] = []
    for piece in pieces:
        if rows and not (piece.aside or rows[-1][-1].aside) and _beside(rows[-1][-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return _without_columns([sorted(row, key=lambda piece: piece.left) for row in rows])


def _beside(left: _Piece, right: _Piece) -> bool:
    overlap = min(left.bottom, right.bottom) - max(left.top, right.top)
    return overlap > 0.5 * min(left.bottom - left.top, right.bottom - right.top)


def _without_columns(rows: list[list[_Piece]]) -> list[_Piece]:
    """Where many rows have two long pieces with the same gutter, the left column goes before the right one."""
    gutters = Counter(round(row[1].left / 8) for row in rows if len(row) == 2 and _are_columns(row))
    gutter, times = gutters.most_common(1)[0] if gutters else (0, 0)
    if times < 8:
        return [_joined(row) for row in rows]
    edge = gutter * 8 - 6
    inside = [n for n, row in enumerate(rows) if len(row) == 2 and row[1].left >= edge and row[0].right < edge + 8]
    first, last = inside[0], inside[-1] + 1
    block = [piece for row in rows[first:last] for piece in row]
    left, right = [p for p in block if p.left < edge], [p for p in block if p.left >= edge]
    before, after = [_joined(row) for row in rows[:first]], [_joined(row) for row in rows[last:]]
    return [*before, *left, *right, *after]


def _are_columns(row: Sequence[_Piece]) -> bool:
    return all(len(piece.text.split()) >= 3 for piece in row) and row[1].left - row[0].right > row[0].size


def _joined(row: Sequence[_Piece]) -> _Piece:
    text = " ".join(piece.text for piece in row)
    widest = max(row, key=lambda piece: len(piece.text))
    top, bottom = min(p.top for p in row), max(p.bottom for p in row)
    bold = all(p.bold for p in row if any(c.isalnum() for c in p.text))
    side_by_side = any(_are_cells(left, right) for left, right in pairwise(row))
    return _Piece(text, row[0].left, row[-1].right, top, bottom, widest.size, bold, row[0].aside, side_by_side)


def _are_cells(left: _Piece, right: _Piece) -> bool:
    """Whether two pieces of one line stand as far apart as the cells of a table; a mark of a list is no cell."""
    words = all(len(re.sub(r"[\W\d_]", "", piece.text)) > 2 for piece in (left, right))
    return words and right.left - left.right > left.size / 2


# What is known of a line by its page


def _body_size(pages: Sequence[Sequence[_Piece]]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for piece in page:
            sizes[round(piece.size, 1)] += len(piece.text)
    return sizes.most_common(1)[0][0]


def _set_footnotes_aside(pages: Sequence[Sequence[_Piece]], body: float) -> list[str]:
    """Small type below the last full-size line of a page that begins with a figure or a mark."""
    found: list[str] = []
    for page in pages:
        full = max((n for n, piece in enumerate(page) if piece.size > 0.9 * body), default=-1)
        small = [p for p in page[full + 1 :] if p.size < 0.9 * body and not _PAGE_NUMBER.match(p.text)]
        if small and re.match(r"^[\d*†‡¹²³]", small[0].text):
            found.append(small[0].text)
            for piece in small:
                piece.aside = "footnote"
    return [f"'{text[:60]}' stands in small type at a page's foot: taken as a footnote" for text in found]


def _set_repeated_aside(pages: Sequence[Sequence[_Piece]]) -> list[str]:
    """Running headers and footers: what stands in the same place on several pages, figures apart."""
    places: Counter[tuple[str, str]] = Counter()
    edges = [(n, place, piece) for n, page in enumerate(pages) for place, piece in _edges(page)]
    for _, place, piece in edges:
        places[place, _key(piece)] += 1
    asked: list[str] = []
    for n, place, piece in edges:
        kind = "page number" if _PAGE_NUMBER.match(piece.text) else f"running {place}"
        repeated = places[place, _key(piece)] > 1
        if piece.aside or not (repeated or (kind == "page number" and piece in (pages[n][0], pages[n][-1]))):
            continue
        if kind == "running header" and n == 0 and _LETTERHEAD.search(piece.text):
            continue
        piece.aside = kind
        if kind != "page number":
            asked.append(f"'{piece.text[:80]}' stands on several pages: taken as a {kind}")
    return list(dict.fromkeys(re.sub(r"\d+", "…", text) for text in asked))


def _edges(page: Sequence[_Piece]) -> Iterator[tuple[str, _Piece]]:
    deep = min(_EDGE, max(len(page) // 2, 1))
    yield from (("header", piece) for piece in page[:deep])
    yield from (("footer", piece) for piece in page[max(len(page) - deep, deep) :])


def _key(piece: _Piece) -> str:
    return f"{re.sub(r'[0-9]+', '#', piece.text)}@{round(piece.top / 6)}"


def _pitch(pages: Sequence[Sequence[_Piece]]) -> float:
    """The usual distance from one line of a paragraph to the next."""
    steps: Counter[float] = Counter()
    for page in pages:
        text = [piece for piece in page if not piece.aside]
        for above, below in pairwise(text):
            if 0 < below.bottom - above.bottom < 60:
                steps[round((below.bottom - above.bottom) * 2) / 2] += 1
    if not steps:
        return 0.0
    common = [step for step, times in steps.items() if times * 5 >= max(steps.values())]
    return min(common)


def _lines(page: Sequence[_Piece], body: float, pitch: float) -> Iterator[Line]:
    above: _Piece | None = None
    begins = True
    for piece in page:
        if above is None or piece.aside or piece.bottom - above.bottom > 1.3 * pitch or piece.bottom < above.bottom:
            yield Line("")
        yield Line(piece.text, aside=piece.aside, heading=_is_heading(piece, body), page=begins and not piece.aside)
        if not piece.aside:
            above, begins = piece, False
    yield Line("")


def _is_heading(piece: _Piece, body: float) -> bool:
    if piece.aside or len(piece.text.split()) > 12 or _STOPS.search(piece.text):
        return False
    return piece.bold or piece.size > 1.12 * body
