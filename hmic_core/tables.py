"""Tables to take away: CSV and .xlsx, with cells that a spreadsheet would take for a formula made plain."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

from hmic_core import files

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
#: Below nought begins with a minus and is no formula.
_NUMBER = re.compile(r"-\d+(\.\d+)?")
CSV = "text/csv; charset=utf-8"
#: What the format cannot hold.
_CONTROL = dict.fromkeys(set(range(32)) - {9, 10, 13})
#: The most that one cell of a spreadsheet holds.
_CELL = 32_767


def plain(value: Any) -> str:
    """A cell as text. One that begins like a formula gets an apostrophe in front: it is shown, never worked out."""
    words = str(value if value is not None else "").translate(_CONTROL)
    is_formula = words.lstrip(" \u00a0")[:1] in _FORMULA and not _NUMBER.fullmatch(words)
    return f"'{words}" if is_formula else words


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The table as a CSV download."""
    return files.respond(csv_bytes(head, rows), name, CSV)


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    written = io.StringIO()
    written.write("\ufeff")  # Excel takes a file without it for Windows-1252
    writer = csv.writer(written)
    writer.writerows([plain(cell) for cell in row] for row in (head, *rows))
    return written.getvalue().encode()


def xlsx_file(name: str, title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The table as a spreadsheet: one sheet, its head kept in sight, every cell text."""
    return files.respond(xlsx_bytes(title, head, rows), name, XLSX)


def xlsx_bytes(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = title[:31]
    sheet.append(list(head))
    for row in rows:
        sheet.append([plain(cell)[:_CELL] for cell in row])
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 24
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
