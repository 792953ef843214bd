"""The order of the matrix: by any of its columns, kept in the address (`?sort=region`, `?sort=-pc`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from findings.blockers import CELL_STATES
from findings.overview.progress import Matrix, Row

#: The least advanced first.
_ADVANCE = list(CELL_STATES)


@dataclass(frozen=True)
class Heading:
    """The heading of one column: a link that orders by it, and says how the table is ordered now."""

    label: str
    url: str
    #: The value of `aria-sort`.
    sorted: str


def ordered(rows: list[Row], matrix: Matrix, sort: str) -> list[Row]:
    """Rows by a column; with a minus the other way round. An unknown column is taken for the forces' names."""
    key = _keys(matrix).get(sort.removeprefix("-"), _by_name)
    return sorted(rows, key=lambda row: (key(row), row.force.name), reverse=sort.startswith("-"))


def headings(matrix: Matrix, sort: str, chosen: dict[str, str]) -> dict[str, Heading]:
    """The heading of each column by its key, with the address that orders by it and keeps the filters."""
    themes = {theme.prefix.lower(): theme.title for theme in matrix.themes}
    labels = {"force": "Force", "region": "Region", **themes, "inspector": "Inspector", "check": "Accuracy check"}
    return {key: _heading(key, label, sort or "force", chosen) for key, label in labels.items()}


def _heading(key: str, label: str, sort: str, chosen: dict[str, str]) -> Heading:
    state = {key: "ascending", f"-{key}": "descending"}.get(sort, "none")
    following = f"-{key}" if state == "ascending" else key
    return Heading(label, f"?{urlencode({**chosen, 'sort': following})}#forces", state)


def _keys(matrix: Matrix) -> dict[str, Callable[[Row], Any]]:
    themes = {theme.prefix.lower(): _by_theme(number) for number, theme in enumerate(matrix.themes)}
    return {"force": _by_name, "region": _by_region, "inspector": _by_person, "check": _by_check, **themes}


def _by_name(row: Row) -> str:
    return row.force.name


def _by_region(row: Row) -> tuple[bool, str]:
    return (row.region is None, row.region.name if row.region else "")


def _by_person(row: Row) -> tuple[bool, str]:
    return (not row.own_people, row.own_people[0].user.name if row.own_people else "")


def _by_check(row: Row) -> tuple[bool, str]:
    return (row.round is None, row.round.get_state_display() if row.round else "")


def _by_theme(number: int) -> Callable[[Row], tuple[bool, int, int]]:
    """The least advanced first, then the fewest findings; what is not the reader's comes last."""

    def key(row: Row) -> tuple[bool, int, int]:
        cell = row.cells[number]
        return (not cell.mine, _ADVANCE.index(cell.state) if cell.mine else 0, cell.total)

    return key
