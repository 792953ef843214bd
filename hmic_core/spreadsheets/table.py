"""One table out of a spreadsheet, as text with tabs, and an account of all that the file holds beside it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hmic_core.spreadsheets import reading
from hmic_core.spreadsheets.book import Book, Sheet, Unreadable, letters


@dataclass(frozen=True)
class Table:
    """`text` has a line for each row, tabs between its cells; `unread` says in words what else the file holds."""

    text: str
    unread: list[str] = field(default_factory=list)


def read(data: bytes, first_heading: str) -> Table:
    """The table whose first heading is `first_heading`, on whichever sheet and row it begins.

    Raises Unreadable where the file cannot be read or no table begins so, and for cells whose text cannot be known.
    """
    book = reading.read(data)
    found = next((place for sheet in book.sheets if (place := _begin(sheet, first_heading))), None)
    if found is None:
        raise Unreadable(f"No table in the file begins with the heading “{first_heading}”. Add the row of headings.")
    sheet, top, left = found
    if faults := [f"{_name(*at)}: {cell.fault}" for at, cell in sheet.cells.items() if cell.fault]:
        raise Unreadable(" ".join(faults[:3]))
    lines = []
    for number, cells in sheet.rows():
        if number >= top:
            last = max(cells)
            words = [" ".join(cells[at].text.split()) if at in cells else "" for at in range(left, last + 1)]
            lines.append("\t".join(words))
    return Table("\n".join(lines), list(_unread(book, sheet)))


def _begin(sheet: Sheet, first_heading: str) -> tuple[Sheet, int, int] | None:
    at = next((at for at, cell in sorted(sheet.cells.items()) if cell.text.lower() == first_heading.lower()), None)
    return (sheet, *at) if at else None


def _unread(book: Book, taken: Sheet) -> Iterator[str]:
    for sheet in book.sheets:
        if sheet is not taken and sheet.cells:
            yield f"sheet “{sheet.name}”"
        for at, cell in sorted(sheet.cells.items()):
            if cell.note:
                yield f"a note on {_name(*at)}: “{cell.note}”"
            if sheet is taken and cell.struck:
                yield f"struck-out words in {_name(*at)}: “{cell.struck}”"
            if sheet is taken and cell.doubt:
                yield f"{_name(*at)} is a date, shown as {cell.text}"
        yield from sheet.unread


def _name(row: int, column: int) -> str:
    return f"cell {letters(column)}{row}"
