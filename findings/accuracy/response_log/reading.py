"""Reads an uploaded log, and trusts nothing in it.

Before a spreadsheet is opened its parts are measured: a zip bomb, a part with a document type or an entity, a link to
another file, a macro or too many strings is refused unread. Formulas are read as the text that was typed.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from openpyxl import load_workbook

from findings.accuracy.response_log.columns import HEADINGS, LOG, MARK, Row, tidy
from hmic_core.errors import NotAllowed

MOST_BYTES = 5 * 1024 * 1024
MOST_PARTS = 200
MOST_UNPACKED = 40 * 1024 * 1024
#: A spreadsheet of text packs to about a tenth; a part above a megabyte that packs to a hundredth is no text.
MOST_RATIO, FROM_SIZE = 100, 1024 * 1024
#: Styles and themes are read whole and say nothing that is wanted here.
MOST_STYLE = 2 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_STRINGS, MOST_CELLS = 2_000, 60, 30_000, 60_000
_REFUSED_PARTS = ("vbaproject", "externallinks/", "embeddings/", "activex", "macrosheets/", "connections.xml")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_ROW_NUMBER = re.compile(rb"""\br=["'](\d{1,9})["']""")


class Unreadable(NotAllowed):
    """The file cannot be taken as a response log; the sentence says why and what to do."""


def read(data: bytes, round_id: UUID) -> list[Row]:
    """The rows of a log that have anything in them, in order. Raises Unreadable."""
    _measure(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False, keep_vba=False)
        try:
            _check_round(book, round_id)
            return list(_rows(book))
        finally:
            book.close()
    except NotAllowed:
        raise
    except Exception as error:  # a damaged file fails anywhere in the library, with any exception
        raise Unreadable("The file is damaged. Save it as .xlsx in your spreadsheet program again.") from error


# Before it is opened


def _measure(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // 1024**2} MB. A response log holds text only.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            _measure_parts(parts)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _measure_xml(part.filename.lower(), packed.read(part))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, RuntimeError):
        raise Unreadable("The file is not an .xlsx spreadsheet. Save it as .xlsx first.") from None


def _measure_parts(parts: list[zipfile.ZipInfo]) -> None:
    """By what the zip says of its parts; its reader never unpacks more of a part than that."""
    names = [part.filename.lower() for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("The file needs a password. Save it without one.")
    if any(each in name for name in names for each in _REFUSED_PARTS):
        raise Unreadable("The file holds macros or links to other files. Save it as .xlsx without them.")
    if "xl/workbook.xml" not in names or len(parts) > MOST_PARTS or len(set(names)) != len(names):
        raise Unreadable("The file is not an .xlsx spreadsheet of ours. Download the log and start from that.")
    bomb = any(p.file_size > FROM_SIZE and p.file_size > MOST_RATIO * max(p.compress_size, 1) for p in parts)
    if bomb or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable("The file unpacks to far more than a response log holds, so it was not opened.")


def _measure_xml(name: str, xml: bytes) -> None:
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in xml[:200]:
        raise Unreadable("The file is in an encoding that is not read here. Save it as .xlsx again.")
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise Unreadable("The file holds definitions that a spreadsheet does not need, so it was not opened.")
    if name.startswith(("xl/styles", "xl/theme")) and len(xml) > MOST_STYLE:
        raise Unreadable("The file holds far more formats than a response log needs. Download the log and start anew.")
    if name == "xl/sharedstrings.xml" and xml.count(b"<si>") + xml.count(b"<si ") > MOST_STRINGS:
        raise Unreadable(f"The file holds more than {MOST_STRINGS:,} different texts. Download the log and start anew.")
    if name.startswith("xl/worksheets/"):
        _measure_sheet(xml)


def _measure_sheet(xml: bytes) -> None:
    """Rows that say they stand a million down, or a million cells: what a reader would fill up with empty ones."""
    if len(re.findall(rb"<(?:\w+:)?c\b", xml)) > MOST_CELLS:
        raise Unreadable(f"The file holds more than {MOST_CELLS:,} cells. Download the log and start from that.")
    last = 0
    for found in _ROW.finditer(xml):
        number = _ROW_NUMBER.search(found.group(1))
        empty = found.group(1).rstrip().endswith(b"/")
        last = last if empty else max(last + 1, int(number.group(1)) if number else 0)
        if last > MOST_ROWS:
            raise Unreadable(
                f"The log has something below row {MOST_ROWS:,}, further down than is read. Move it up and try again."
            )


# Once it is open


def _check_round(book: Any, round_id: UUID) -> None:
    """A log says which check it belongs to. Without the mark the rows themselves must show it."""
    if MARK not in book.sheetnames:
        return
    for row in book[MARK].iter_rows(max_row=5, max_col=2, values_only=True):
        if row and row[0] == "check" and str(row[1]) != str(round_id):
            raise Unreadable("This file is the log of another check. Download the log of this one and start from that.")


def _rows(book: Any) -> Iterator[Row]:
    sheet = book[LOG] if LOG in book.sheetnames else book.worksheets[0]
    columns: dict[int, str] = {}
    for number, cells in enumerate(sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS), start=1):
        texts = [text_of(getattr(cell, "value", None)) for cell in cells]
        if not columns:
            columns = _columns(texts)
            continue
        row = Row(number, {key: texts[at] for at, key in columns.items() if at < len(texts) and texts[at]})
        if row.cells:
            yield row
    if not columns:
        raise Unreadable("The first row with the headings is missing. Download the log and start from that.")


def _columns(texts: list[str]) -> dict[int, str]:
    """Where each column stands: people move columns. Empty until the row of headings is reached."""
    found = {at: HEADINGS[" ".join(text.lower().split())] for at, text in enumerate(texts) if text.lower() in HEADINGS}
    return found if {"ref", "kind"} <= {*found.values()} else {}


def text_of(value: Any) -> str:
    """What a cell holds, as the text somebody sees or typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return f"{value:%d/%m/%Y}" if value.time() == dt.time() else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return tidy(str(getattr(value, "text", value)))
