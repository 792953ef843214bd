"""Reads an uploaded log: the rows of points, and everything else that somebody wrote in the file and no row takes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from findings.accuracy.draft import WHOLE
from findings.accuracy.response_log.columns import COLUMNS, GUIDE, LOG, MARK, WORDS, Row, heading_key, tidy
from hmic_core.spreadsheets import reading
from hmic_core.spreadsheets.book import Book, Cell, Sheet, Unreadable, letters

__all__ = ["Extra", "Log", "Unreadable", "read"]

#: So many recognised headings make a row the one of headings.
_ENOUGH = 3
#: Headings without which nothing is said about a file: they are ours, and tell the force nothing.
_OURS = ("draft", "point", "files", "author", "state", "id", "version", "check")


@dataclass(frozen=True)
class Extra:
    """Something that somebody wrote where no point is read from: a note, a column or sheet of their own.

    `key` tells it apart within the file. `words` are a point's, where it can be offered as one; `ref` its paragraph.
    """

    key: str
    place: str
    text: str
    ref: str = ""
    row: int = 0
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Log:
    """What a file holds: its rows, what stands beside them, and the headings of columns that are missing."""

    rows: list[Row]
    extras: list[Extra]
    missing: tuple[str, ...] = ()


def read(data: bytes, round_id: UUID) -> Log:
    """The rows of a log that have anything in them, in order, and what else was written. Raises Unreadable."""
    book = reading.read(data)
    _check_round(book, round_id)
    sheet, head, columns = _log_of(book)
    rows, extras = [], list[Extra]()
    for number, cells in sheet.rows():
        if number > head:
            row, found = _row(sheet, number, cells, columns)
            rows += [row] if row.cells or row.faults else []
            extras += found
    extras += _of_headings(sheet, head, columns)
    extras += _of_sheets(book, sheet)
    extras += [
        Extra(f"{each.name}!{at}", f"“{each.name}”" if each.name else "The file", text)
        for each in book.sheets
        for at, text in enumerate(each.unread)
    ]
    missing = tuple(heading for key, heading, *_ in COLUMNS if key not in _OURS and key not in columns.values())
    return Log(rows, extras, missing)


def _check_round(book: Book, round_id: UUID) -> None:
    """A log says which check it belongs to. Without the mark the rows themselves must show it."""
    for sheet in book.sheets:
        named = {cells[1].text: cells[2].text for _, cells in sheet.rows() if {1, 2} <= {*cells}}
        if sheet.name.startswith(MARK) and "check" in named and named["check"] != str(round_id):
            raise Unreadable("This file is the log of another check. Download the log of this one and start from that.")


def _log_of(book: Book) -> tuple[Sheet, int, dict[int, str]]:
    """The sheet with the headings, whatever it is called and wherever it stands: ours by its name, else the first."""
    found = [(sheet, *head) for sheet in book.sheets if (head := _head_of(sheet))]
    if not found:
        raise Unreadable("The first row with the headings is missing. Download the log and start from that.")
    return max(found, key=lambda each: (each[0].name == LOG, each[0].name.startswith(LOG), len(each[2])))


def _head_of(sheet: Sheet) -> tuple[int, dict[int, str]] | None:
    """The row of headings and where each column stands: people move columns, and leave some out."""
    for number, cells in sheet.rows():
        columns = {at: key for at, cell in cells.items() if (key := heading_key(cell.text))}
        if "ref" in columns.values() and len(columns) >= _ENOUGH:
            return number, columns
    return None


def _row(sheet: Sheet, number: int, cells: dict[int, Cell], columns: dict[int, str]) -> tuple[Row, list[Extra]]:
    made: dict[str, str] = {}
    faults, doubts, extras = list[str](), list[str](), list[Extra]()
    ref = next((cells[at].text for at, key in columns.items() if key == "ref" and at in cells), "")
    for at, cell in cells.items():
        where, key = f"{letters(at)}{number}", columns.get(at, "")
        if key and cell.text:
            made[key] = tidy(cell.text)
        if key in (*WORDS, "ref", "kind"):
            faults += [f"{where}: {cell.fault}"] if cell.fault else []
            doubts += [f"{where}: {cell.doubt}"] if cell.doubt else []
        extras += _beside(cell, where, key, ref, number, sheet, at)
    return Row(number, made, tuple(faults), tuple(doubts)), extras


def _beside(cell: Cell, where: str, key: str, ref: str, row: int, sheet: Sheet, column: int) -> Iterator[Extra]:
    """What a cell holds that is no cell of the log: a note, struck words, words of a column of somebody's own."""
    if cell.note:
        yield _offered(f"{where}:note", f"A note on cell {where}", cell.note, ref, row)
    if cell.struck:
        yield Extra(f"{where}:struck", f"Struck out in cell {where}, and not taken", cell.struck, ref, row)
    if not key and cell.text:
        heading = _heading_above(sheet, column, row)
        yield _offered(f"{where}:own", f"{heading}, cell {where}", cell.text, ref, row)
    if key in WORDS and cell.merged:
        yield Extra(
            f"{where}:merged", f"Merged cells {cell.merged}", f"The words are read for row {row} only.", ref, row
        )


def _offered(key: str, place: str, text: str, ref: str, row: int) -> Extra:
    return Extra(key, place, text, ref, row, {"explanation": tidy(text)})


def _heading_above(sheet: Sheet, column: int, row: int) -> str:
    above = [
        cell.text for (at, where), cell in sorted(sheet.cells.items()) if where == column and at < row and cell.text
    ]
    return f"Column “{above[0]}”" if above else "A cell outside the columns"


def _of_headings(sheet: Sheet, head: int, columns: dict[int, str]) -> Iterator[Extra]:
    """Notes on the headings, and words above them."""
    for (row, column), cell in sheet.cells.items():
        where = f"{letters(column)}{row}"
        if row < head and cell.text:
            yield _offered(f"{where}:above", f"Above the headings, cell {where}", cell.text, WHOLE, 0)
        if row <= head and cell.note:
            yield _offered(f"{where}:note", f"A note on cell {where}", cell.note, WHOLE, 0)


def _of_sheets(book: Book, log: Sheet) -> Iterator[Extra]:
    """Other sheets: rows that look like points are offered as points, anything else as words on the whole draft."""
    for sheet in book.sheets:
        if sheet is log or sheet.name.startswith((GUIDE, MARK)) or not sheet.cells:
            continue
        head = _head_of(sheet)
        if head is None:
            said = "\n".join(" | ".join(cell.text for cell in cells.values()) for _, cells in sheet.rows())
            yield _offered(f"{sheet.name}!", f"Sheet “{sheet.name}”", said, WHOLE, 0)
            continue
        for number, cells in sheet.rows():
            if number > head[0]:
                row, beside = _row(sheet, number, cells, head[1])
                said = " | ".join(value for key, value in row.cells.items() if key != "ref")
                if said:
                    yield Extra(
                        f"{sheet.name}!{number}",
                        f"Sheet “{sheet.name}”, row {number}",
                        said,
                        row["ref"],
                        0,
                        {key: row[key] for key in ("kind", *WORDS)},
                    )
                yield from (
                    Extra(
                        f"{sheet.name}!{each.key}",
                        f"Sheet “{sheet.name}”: {each.place}",
                        each.text,
                        each.ref,
                        0,
                        each.words,
                    )
                    for each in beside
                )
