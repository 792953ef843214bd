"""Reads .xlsx (strict or not), .ods and .csv files as their author saw them. Everything that is not taken is named."""

import csv
import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.worksheet.worksheet import Worksheet

from hmic_core.spreadsheets import measuring, ods
from hmic_core.spreadsheets.book import MOST_COLUMNS, MOST_ROWS, Book, Cell, Sheet, Unreadable, date_doubt, letters
from hmic_core.spreadsheets.formats import looks_turned_into_a_date, shown

#: Strict files (ISO 29500 strict, “Strict Open XML Spreadsheet”) differ in the names of their namespaces only.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
)
#: A cell that holds a format and no value: programs fill whole columns with them, down to row 1,048,576.
_EMPTY_CELL = re.compile(rb"<((?:\w+:)?)c\b[^>]*/>|<((?:\w+:)?)c\b[^>]*>\s*</\2c>")
_EMPTY_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*/>|<((?:\w+:)?)row\b[^>]*>\s*</\1row>")
_NUMBERED_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d{1,9})["'][^>]*>.*?</(?:\w+:)?row>""", re.DOTALL)
_THREAD = re.compile(r"^\[Threaded comment\].*?\n(?:Comment:\n\s*)", re.DOTALL)
_NO_RESULT = (
    "The formula was saved without its result. Open the file in your spreadsheet program, save it, and try again."
)
_NO_FORMAT = "What this cell shows cannot be read. Type it as text."


def read(data: bytes) -> Book:
    """All sheets of a file. Raises Unreadable, with the way out, for other formats and what is damaged or too large."""
    kind = measuring.kind_of(data)
    try:
        if kind == "csv":
            return _csv(data)
        return ods.read(data) if kind == "ods" else _xlsx(data)
    except Unreadable:
        raise
    except Exception as error:  # a damaged file fails anywhere in the library, with any exception
        raise Unreadable("The file is damaged. Save it as .xlsx in your spreadsheet program again.") from error


def _csv(data: bytes) -> Book:
    text = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max("\t;,", key=first.count)
    sheet = Sheet("")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    for at, row in enumerate(rows[:MOST_ROWS], start=1):
        for column, words in enumerate(row[:MOST_COLUMNS], start=1):
            if words.strip():
                sheet.cells[at, column] = Cell(words.strip())
    if below := sum(any(cell.strip() for cell in row) for row in rows[MOST_ROWS:]):
        sheet.unread.append(_below(below))
    return Book([sheet])


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _below(rows: int) -> str:
    return f"{rows} row{'' if rows == 1 else 's'} below row {MOST_ROWS:,}"


# .xlsx


def _xlsx(data: bytes) -> Book:
    thin, below = _thinned(data)
    options = {"keep_links": False, "keep_vba": False}
    results = load_workbook(io.BytesIO(thin), data_only=True, **options)  # type: ignore[arg-type]
    written = load_workbook(io.BytesIO(thin), rich_text=True, **options)  # type: ignore[arg-type]
    boxes = _text_boxes(data)
    made = []
    for at, sheet in enumerate(written.worksheets):
        made.append(_sheet(sheet, results.worksheets[at]))
    if made:
        # Which sheet a part belongs to is not asked: what was passed over is said once, with the first.
        made[0].unread += [_below(below)] if below else []
        made[0].unread += [f"a text box: “{words}”" for words in boxes]
    return Book(made)


def _thinned(data: bytes) -> tuple[bytes, int]:
    """The file without cells that only hold a format, and how many rows stand too far down to be read."""
    made, below = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as thin:
        for part in packed.infolist():
            xml = packed.read(part)
            if part.filename.endswith((".xml", ".rels")):
                for strict, usual in _STRICT:
                    xml = xml.replace(strict, usual)
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename, re.IGNORECASE):
                xml = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", xml))
                far = [row for row in _NUMBERED_ROW.finditer(xml) if int(row.group(1)) > MOST_ROWS]
                below += len(far)
                for row in reversed(far):
                    xml = xml[: row.start()] + xml[row.end() :]
            thin.writestr(part.filename, xml)
    return made.getvalue(), below


def _sheet(written: Worksheet, results: Worksheet) -> Sheet:
    merged = {(area.min_row, area.min_col): area.coord for area in written.merged_cells.ranges}
    made = Sheet(written.title, hidden=written.sheet_state != "visible")
    rows = written.iter_rows(max_row=min(written.max_row, MOST_ROWS), max_col=min(written.max_column, MOST_COLUMNS))
    for row in rows:
        for cell in row:
            if isinstance(cell, MergedCell) or (cell.value is None and cell.comment is None):
                continue
            at = (cell.row, cell.column)
            read_cell = _cell(cell, results.cell(*at).value, merged.get(at, ""))
            if read_cell.holds_something:
                made.cells[at] = read_cell
    if written.max_row > MOST_ROWS:
        made.unread.append(_below(written.max_row - MOST_ROWS))
    if written.max_column > MOST_COLUMNS:
        made.unread.append(f"everything to the right of column {letters(MOST_COLUMNS)}")
    for place in (written.oddHeader, written.oddFooter):
        words = " ".join(part.text for part in (place.left, place.center, place.right) if part and part.text)
        if words:
            made.unread.append(f"the header or footer of the page: “{words}”")
    return made


def _cell(cell: Any, result: Any, merged: str) -> Cell:
    note = _THREAD.sub("", cell.comment.text).strip() if cell.comment else ""
    value = cell.value
    if cell.data_type == "f":
        if result is None:
            return Cell(fault=_NO_RESULT, note=note, merged=merged)
        value = result
    words, struck = _words(value, bool(cell.font and cell.font.strike))
    if words is None:
        words = shown(value, cell.number_format)
        if words is None:
            return Cell(str(value), fault=_NO_FORMAT, note=note, merged=merged)
        words, struck = ("", words) if cell.font and cell.font.strike else (words, "")
    doubt = date_doubt(words) if looks_turned_into_a_date(value, cell.number_format) else ""
    return Cell(words.strip(), "", doubt, struck.strip(), note, merged)


def _words(value: Any, all_struck: bool) -> tuple[str | None, str]:
    """The words of a text and its struck words apart; None for what is no text."""
    if isinstance(value, CellRichText):
        pieces = [
            (piece.text, bool(piece.font and piece.font.strike)) if isinstance(piece, TextBlock) else (piece, False)
            for piece in value
        ]
        kept = "".join(text for text, struck in pieces if not (struck or all_struck))
        return kept, " ".join(text.strip() for text, struck in pieces if struck or all_struck)
    if isinstance(value, str):
        return ("", value) if all_struck else (value, "")
    return None, ""


def _text_boxes(data: bytes) -> list[str]:
    made = []
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for name in packed.namelist():
            if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name, re.IGNORECASE):
                for shape in ElementTree.fromstring(packed.read(name)).iter():  # noqa: S314 (measured: no entities)
                    if shape.tag.endswith("}txBody"):
                        words = " ".join(part.text or "" for part in shape.iter() if part.tag.endswith("}t")).strip()
                        made += [words] if words else []
    return made
