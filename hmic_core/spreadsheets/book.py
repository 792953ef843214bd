"""A spreadsheet as plain data: what each cell shows, and what else the file holds that no cell shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hmic_core.errors import NotAllowed

#: Further down or to the right nothing is read; what stands there is counted and named.
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 2_000, 60, 60_000


class Unreadable(NotAllowed):
    """The file cannot be read as a spreadsheet; the sentence says why and what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell. `text` is what its author saw, without words that are struck out.

    `fault` says why that cannot be known, and how to mend it; `doubt` is a question that its author can answer.
    """

    text: str = ""
    fault: str = ""
    doubt: str = ""
    struck: str = ""
    note: str = ""
    #: Of merged cells the first one's reference, such as “B2:B5”; the others show nothing.
    merged: str = ""

    @property
    def holds_something(self) -> bool:
        return bool(self.text or self.struck or self.note or self.fault)


@dataclass
class Sheet:
    """One sheet; rows and columns count from 1, as the program shows them (column 1 is A)."""

    name: str
    hidden: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    #: What the sheet holds beside its cells, in words: “1 text box: …”, “3 rows below row 2,000”.
    unread: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Each row that holds anything, by its number, with its cells by column."""
        made: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(self.cells.items()):
            made.setdefault(row, {})[column] = cell
        yield from made.items()


@dataclass
class Book:
    """A file's sheets in their order."""

    sheets: list[Sheet]

    def sheet(self, name: str) -> Sheet | None:
        return next((each for each in self.sheets if each.name == name), None)


def letters(column: int) -> str:
    """The column's letters, 1 is A and 27 is AA."""
    made = ""
    while column:
        column, rest = divmod(column - 1, 26)
        made = chr(ord("A") + rest) + made
    return made


def date_doubt(words: str) -> str:
    """The question about a cell whose program may have made a date of something else."""
    return (
        f"The cell shows {words}, which is a date. Programs make dates of words such as “10/12”. If you typed "
        "something else, type it again in a cell with the format Text."
    )
