"""OpenDocument spreadsheets (ISO 26300): each cell holds, beside its value, the text that its author saw."""

import io
import zipfile
from xml.etree.ElementTree import Element, fromstring

from hmic_core.spreadsheets.book import MOST_COLUMNS, MOST_ROWS, Book, Cell, Sheet, date_doubt

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"


def read(data: bytes) -> Book:
    """The sheets of an .ods file that has been measured: no entities, no bombs."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        root = fromstring(packed.read("content.xml"))  # noqa: S314 (measured: no entities)
    struck = {
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        for looks in style.iter(f"{_STYLE}text-properties")
        if looks.get(f"{_STYLE}text-line-through-style", "none") != "none"
        or looks.get(f"{_STYLE}text-line-through-type", "none") != "none"
    }
    hidden = {
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        for looks in style.iter(f"{_STYLE}table-properties")
        if looks.get(f"{_TABLE}display") == "false"
    }
    return Book([_sheet(table, struck, hidden) for table in root.iter(f"{_TABLE}table")])


def _sheet(table: Element, struck: set[str], hidden: set[str]) -> Sheet:
    made = Sheet(table.get(f"{_TABLE}name", ""), hidden=table.get(f"{_TABLE}style-name", "") in hidden)
    number = below = 0
    for row in table.iter(f"{_TABLE}table-row"):
        times = int(row.get(f"{_TABLE}number-rows-repeated", "1"))
        cells = _cells(row, struck)
        if cells and number < MOST_ROWS:
            # A row that is repeated with words in it stands once for each repetition, as on the screen.
            for at in range(number + 1, min(number + times, MOST_ROWS) + 1):
                made.cells |= {(at, column): cell for column, cell in cells.items()}
        elif cells:
            below += 1
        number += times
    if below:
        made.unread.append(f"{below} row{'' if below == 1 else 's'} below row {MOST_ROWS:,}")
    for shape in table.findall(f".//{_TABLE}shapes//{_TEXT}p"):
        made.unread.append(f"a text box: “{_words(shape, set())[0]}”")
    return made


def _cells(row: Element, struck: set[str]) -> dict[int, Cell]:
    made: dict[int, Cell] = {}
    column = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        held = _cell(cell, struck)
        if held.holds_something:
            for at in range(column + 1, min(column + times, MOST_COLUMNS) + 1):
                made[at] = held
        column += times
    return made


def _cell(cell: Element, struck: set[str]) -> Cell:
    whole = cell.get(f"{_TABLE}style-name", "") in struck
    note = "\n".join(
        _words(p, set())[0] for each in cell.findall(f"{_OFFICE}annotation") for p in each.iter(f"{_TEXT}p")
    )
    lines = [_words(p, struck) for p in cell.findall(f"{_TEXT}p")]
    words = "\n".join(kept for kept, _ in lines).strip()
    gone = " ".join(out for _, out in lines if out).strip()
    doubt = ""
    if cell.get(f"{_OFFICE}value-type") == "date" and words and not any(len(each) == 4 for each in _numbers(words)):
        doubt = date_doubt(words)
    return Cell("", "", "", words, note) if whole else Cell(words, "", doubt, gone, note)


def _numbers(words: str) -> list[str]:
    return "".join(letter if letter.isdigit() else " " for letter in words).split()


def _words(element: Element, struck: set[str]) -> tuple[str, str]:
    """The words of a paragraph, and its struck words apart. Spaces and tabs are elements of their own."""
    kept, gone = [element.text or ""], [""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            kept.append(" " * int(child.get(f"{_TEXT}c", "1")))
        elif child.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            kept.append("\t" if child.tag.endswith("tab") else "\n")
        else:
            inner, out = _words(child, struck)
            if child.get(f"{_TEXT}style-name", "") in struck:
                inner, out = "", f"{inner} {out}"
            kept.append(inner)
            gone.append(out)
        kept.append(child.tail or "")
    return "".join(kept), " ".join(" ".join(gone).split())
