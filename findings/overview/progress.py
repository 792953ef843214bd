"""How far the findings of an inspection are: the matrix of forces and themes, and what each finding still lacks.

Reading only. Everything here starts from `visible_to(user)` and the reader's own assignments.
"""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Q, Value, When

from findings import permissions, verdict
from findings.blockers import CELL_STATES, ORDER, State, latest_rounds, regions_of
from findings.models import Finding, Round
from findings.overview.changes import is_new
from findings.permissions import Coverage
from forces.models import Force, Region
from hmic_core import clock
from hmic_core.models import User
from inspections.models import Assignment, Inspection, Theme


@dataclass
class Cell:
    """One force's findings under one theme: how many stand in each state, how many rest on no evidence."""

    theme: Theme
    mine: bool = True
    counts: dict[str, int] = field(default_factory=dict)
    without_evidence: int = 0
    #: How many problems block them: see `findings.verdict`.
    to_settle: int = 0
    #: How many of them others changed since the reader last looked.
    news: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def state(self) -> str:
        """The least advanced state in it."""
        return next((str(state) for state in ORDER if self.counts.get(state)), "not_started")

    @property
    def label(self) -> str:
        return CELL_STATES[self.state]

    @property
    def tone(self) -> str:
        return "none" if self.state == "not_started" else self.state

    @property
    def words(self) -> str:
        """Progress towards the next state: "4 of 6 moderated"."""
        if self.state == "not_started":
            return "none yet"
        if self.state in (State.MODERATED, State.FINAL):
            return "1 of 1" if self.total == 1 else f"all {self.total}"
        beyond = State.READY if self.state == State.DRAFT else State.MODERATED
        return f"{self.at_least(beyond)} of {self.total} {beyond}"

    @property
    def flags(self) -> list[str]:
        """What is wrong with them, as counts in words: "2 to settle"."""
        counts = ((self.to_settle, "to settle"), (self.without_evidence, "without evidence"))
        return [f"{number} {words}" for number, words in counts if number]

    def at_least(self, state: str) -> int:
        return sum(self.counts.get(each, 0) for each in ORDER[ORDER.index(State(state)) :])


@dataclass
class Row:
    """One force of the matrix."""

    force: Force
    region: Region | None
    cells: list[Cell]
    round: Round | None = None
    #: Today's inspectors of this force by name; those of every force only where nobody is named for it.
    people: list[Assignment] = field(default_factory=list)

    @property
    def hmi(self) -> str:
        return getattr(self.region, "hmi", None) or ""

    @property
    def news(self) -> int:
        return sum(cell.news for cell in self.cells)

    @property
    def own_people(self) -> list[Assignment]:
        return [each for each in self.people if each.force_id]

    @property
    def states(self) -> set[str]:
        return {cell.state for cell in self.cells if cell.mine}

    @property
    def all_moderated(self) -> bool:
        return self.states <= {State.MODERATED, State.FINAL}


@dataclass
class ThemeProgress:
    """One theme over all forces: how many forces stand where, and how many findings are moderated."""

    theme: Theme
    forces: dict[str, int]
    moderated: int
    total: int


@dataclass
class Matrix:
    """All forces of an inspection that the reader's assignments cover, before and after filtering."""

    inspection: Inspection
    coverage: Coverage
    themes: list[Theme]
    rows: list[Row]
    #: How many forces are in the inspection, theirs or not.
    scope: int
    #: Everybody who works on it today.
    assignments: list[Assignment] = field(default_factory=list)

    def people(self) -> list[User]:
        found = {each.user_id: each.user for each in self.assignments}
        return sorted(found.values(), key=lambda user: user.name)

    def hmis(self) -> list[str]:
        return sorted({row.hmi for row in self.rows if row.hmi})

    def regions(self) -> list[Region]:
        return sorted({row.region for row in self.rows if row.region}, key=lambda region: region.name)

    def filtered(
        self,
        *,
        region: str = "",
        hmi: str = "",
        state: str = "",
        theme: str = "",
        person: str = "",
        force: str = "",
        changed: str = "",
    ) -> list[Row]:
        """Rows of a region's slug, of an HM Inspector, with a cell in a state (of one theme's prefix, if given), of a
        person who works on it, of a force by name, with something new."""
        theirs = [each for each in self.assignments if str(each.user_id) == person]
        return [
            row
            for row in self.rows
            if (not region or (row.region.slug if row.region else "unknown") == region)
            and (not state or any(cell.mine and cell.state == state for cell in _of_theme(row.cells, theme)))
            and (not force or force.lower() in row.force.name.lower())
            and (not hmi or (row.hmi or "unknown") == hmi)
            and (not person or any(each.force_id in (None, row.force.pk) for each in theirs))
            and (not changed or row.news)
        ]

    def by_theme(self) -> list[ThemeProgress]:
        found = []
        for place, theme in enumerate(self.themes):
            cells = [row.cells[place] for row in self.rows if row.cells[place].mine]
            forces = dict.fromkeys(CELL_STATES, 0)
            for cell in cells:
                forces[cell.state] += 1
            moderated = sum(cell.at_least(State.MODERATED) for cell in cells)
            found.append(ThemeProgress(theme, forces, moderated, sum(cell.total for cell in cells)))
        return found


def matrix(inspection: Inspection, user: User, coverage: Coverage, since: dt.datetime | None = None) -> Matrix:
    """The matrix as `user` may see it: rows of their forces, cells of their themes. Few queries, whatever its size.

    With `since` its cells say what others changed after that.
    """
    themes = list(inspection.themes.all())
    scope = list(Force.objects.filter(scope__inspection=inspection).order_by("name"))
    covered = [force for force in scope if coverage.covers(force.pk)]
    news = is_new(user, since) if since else None
    visible = Finding.objects.visible_to(user).filter(inspection=inspection)
    counts, blocked = cell_counts(visible, news), cell_blocks(visible)
    assignments = assignments_of(inspection)
    regions = regions_of(force.pk for force in covered)
    rounds = latest_rounds(inspection, user)
    rows = [
        Row(
            force,
            regions.get(force.pk),
            [_cell(force, theme, coverage, counts, blocked) for theme in themes],
            rounds.get(force.pk),
            _inspectors(assignments, force),
        )
        for force in covered
    ]
    return Matrix(inspection, coverage, themes, rows, len(scope), assignments)


def cell_counts(findings: Any, news: Q | None = None) -> dict[tuple[UUID, UUID], dict[str, tuple[int, int, int]]]:
    """(force, theme) -> state -> (how many findings, how many of them without evidence, how many `news`)."""
    counted: dict[tuple[UUID, UUID], dict[str, tuple[int, int, int]]] = defaultdict(dict)
    grouped = (
        findings.present()
        .with_support()
        .annotate(fresh=Case(When(news, then=True), default=False) if news else Value(False))
        .values("force", "theme", "state")
        .annotate(
            number=Count("pk"),
            unsupported=Count("pk", filter=Q(supported=False)),
            news=Count("pk", filter=Q(fresh=True)),
        )
        .order_by()
    )
    for row in grouped:
        counted[row["force"], row["theme"]][row["state"]] = (row["number"], row["unsupported"], row["news"])
    return counted


def cell_blocks(findings: Any) -> Counter[tuple[UUID, UUID]]:
    """(force, theme) -> how many problems block its findings. Four queries, whatever their number."""
    found = list(findings.present().only("force", "theme", "kind", "text", "basis"))
    blocked = verdict.blocking(found)
    return Counter((each.force_id, each.theme_id) for each in found for _ in blocked.get(each.pk, ()))


def assignments_of(inspection: Inspection) -> list[Assignment]:
    """Who works on it today, by name."""
    held = Assignment.objects.on(clock.Today()).filter(inspection=inspection, user__is_active=True)
    return list(held.select_related("user", "force", "theme").order_by("user__name", "force__name", "theme__position"))


def _inspectors(assignments: list[Assignment], force: Force) -> list[Assignment]:
    """The inspectors named for a force; where nobody is, those of every force. Each person once."""
    held = [each for each in assignments if each.role == Assignment.Role.INSPECTOR]
    named = [each for each in held if each.force_id == force.pk] or [each for each in held if each.force_id is None]
    return list({each.user_id: each for each in named}.values())


def next_step(finding: Finding, user: User, coverage: Coverage, last_editor: UUID | None) -> str:
    """What happens next to a finding, from its reader's side."""
    own = user.pk in (finding.author_id, last_editor)
    reads = coverage.may(permissions.SECOND_READERS, finding.force_id, finding.theme_id)
    if finding.state == State.DRAFT:
        return "Correct it and mark it ready" if finding.state_reason else "Finish it and mark it ready"
    if finding.state == State.READY:
        if reads and not own:
            return "Second reading: yours to moderate"
        return "Second reading by somebody else" if own else "Second reading by a moderator"
    return "Goes into the factual accuracy check" if finding.state == State.MODERATED else ""


def _cell(force: Force, theme: Theme, coverage: Coverage, counts: dict[Any, Any], blocked: Counter[Any]) -> Cell:
    found = counts.get((force.pk, theme.pk), {})
    return Cell(
        theme,
        coverage.covers(force.pk, theme.pk),
        {state: number for state, (number, _, _) in found.items()},
        sum(unsupported for _, unsupported, _ in found.values()),
        blocked[force.pk, theme.pk],
        sum(news for _, _, news in found.values()),
    )


def _of_theme(cells: list[Cell], prefix: str) -> list[Cell]:
    return [cell for cell in cells if cell.theme.prefix == prefix] if prefix else cells
