"""A table of values, one row a force and one column an indicator, as it is pasted or uploaded: what saving it would do.

Spreadsheets paste tabs; files of comma-separated values have commas or semicolons. Reads; changes nothing.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from forces.models import Force
from hmic_core.errors import NotAllowed
from inspections import national_entries
from inspections.models import Indicator, Inspection, NationalEntry
from inspections.setup.indicators import NONE, as_typed, values_of

#: More than this is no table of forces.
MOST_CHARACTERS, MOST_ROWS, MOST_COLUMNS = 500_000, 500, 200


@dataclass
class Cell:
    """One value of the table, in which row, and what becomes of it."""

    row: int
    force: Force
    indicator: Indicator
    before: str
    after: str

    @property
    def name(self) -> str:
        return f"{self.force.name}, {self.indicator.reference}"

    @property
    def result(self) -> tuple[str, str]:
        """In a word, with its tone."""
        if not self.before:
            return "New", "ok"
        return ("Taken out", "stop") if self.after == NONE else ("Change", "ready")


@dataclass
class Plan:
    """What saving would do: values that are new, changed or taken out; rows and cells that are refused and why."""

    cells: list[Cell] = field(default_factory=list)
    #: (row as counted in the table, what it is about, why it is not saved)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    unchanged: int = 0

    @property
    def changes(self) -> dict[tuple[Force, Indicator], str]:
        return {(each.force, each.indicator): each.after for each in self.cells}


def present(inspection: Inspection) -> str:
    """The table as it is now, to paste into a spreadsheet or to change in place."""
    indicators = list(inspection.indicators.all())
    held = values_of(inspection)
    rows = [["Force", *(each.reference for each in indicators)]]
    rows += [
        [force.name, *(held.get((force.pk, each.pk), "") for each in indicators)] for force in forces_of(inspection)
    ]
    return "\n".join("\t".join(row) for row in rows)


def forces_of(inspection: Inspection) -> list[Force]:
    return list(Force.objects.filter(scope__inspection=inspection).order_by("name"))


def plan(inspection: Inspection, table: str) -> Plan:
    """Raises NotAllowed where the whole table cannot be read."""
    rows = _rows(table)
    columns = _columns(inspection, rows[0])
    forces = {name.lower(): force for force in forces_of(inspection) for name in (force.name, force.short_name)}
    made, held, seen = Plan(), values_of(inspection), dict[str, int]()
    for at, row in enumerate(rows[1:], start=2):
        named = row[0].strip()
        force = forces.get(" ".join(named.lower().split()))
        if not any(cell.strip() for cell in row):
            continue
        if force is None:
            made.refused.append((at, named or "No force", "No force in scope has this name. Correct it."))
        elif first := seen.get(force.slug):
            made.refused.append((at, force.name, f"Row {first} is the same force. Take one of them out."))
        else:
            seen[force.slug] = at
            for indicator, written in zip(columns, row[1:], strict=False):
                if indicator and written.strip():
                    _plan_cell(made, Cell(at, force, indicator, held.get((force.pk, indicator.pk), ""), written))
    _leave_what_is_kept(inspection, made)
    made.refused.sort(key=lambda each: each[0])
    return made


def _plan_cell(made: Plan, cell: Cell) -> None:
    try:
        cell.after = NONE if cell.after.strip() == NONE else as_typed(cell.after)
    except NotAllowed as refusal:
        made.refused.append((cell.row, cell.name, refusal.sentence))
        return
    if cell.after == (cell.before or NONE):
        made.unchanged += 1
    else:
        made.cells.append(cell)


def _leave_what_is_kept(inspection: Inspection, made: Plan) -> None:
    """Values that cannot be changed now are refused one by one, so that the others can be saved."""
    of = NationalEntry.objects.filter(indicator__inspection=inspection).select_related("force", "indicator")
    held = {(entry.force_id, entry.indicator_id): entry for entry in of}
    there = [(cell, held[cell.force.pk, cell.indicator.pk]) for cell in made.cells if cell.before]
    gone = [entry for cell, entry in there if cell.after == NONE]
    why = national_entries.kept(national_entries.CHANGE, [entry for _, entry in there]) | national_entries.kept(
        national_entries.REMOVE, gone
    )
    for cell, entry in there:
        if sentence := why.get(entry.pk):
            made.cells.remove(cell)
            made.refused.append((cell.row, cell.name, sentence))


def _rows(table: str) -> list[list[str]]:
    if len(table) > MOST_CHARACTERS:
        raise NotAllowed("The table is far larger than one of forces. Paste only the forces and their values.")
    lines = table.strip("\n").splitlines()
    if not any(line.strip() for line in lines):
        raise NotAllowed("Paste the table, or choose a file.")
    mark = next((each for each in "\t;" if each in lines[0]), ",")
    try:
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=mark))
    except csv.Error:
        raise NotAllowed("The table cannot be read. Copy it from the spreadsheet again.") from None
    if len(rows) > MOST_ROWS or max(map(len, rows)) > MOST_COLUMNS:
        raise NotAllowed(f"The table has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns.")
    return [row or [""] for row in rows]


def _columns(inspection: Inspection, head: Sequence[str]) -> list[Indicator | None]:
    """The indicator of each column after the first, by its reference or title; None for an empty heading."""
    known: dict[str, Indicator] = {}
    for each in inspection.indicators.all():
        known |= {each.reference.lower(): each, each.title.lower(): each}
    found = [known.get(" ".join(cell.lower().split())) for cell in head[1:]]
    unknown = [cell.strip() for cell, each in zip(head[1:], found, strict=True) if cell.strip() and not each]
    if head[0].strip().lower() != "force" or not any(found):
        raise NotAllowed("The first row must be the headings: Force, then the references of indicators, such as IN-1.")
    if unknown:
        raise NotAllowed(f"No indicator has this reference or title: {', '.join(unknown)[:200]}. Correct the heading.")
    if len({each.pk for each in found if each}) < sum(each is not None for each in found):
        raise NotAllowed("Two columns are of the same indicator. Take one of them out.")
    return found
