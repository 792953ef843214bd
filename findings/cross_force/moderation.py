"""One theme over all forces side by side, for second readers, and their notes. Starts from `visible_to` throughout."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from findings import permissions
from findings.blockers import regions_of, with_evidence
from findings.cross_force.consistency.duplicates import Fingerprint, candidates
from findings.locking import tidy
from findings.models import Finding, ModeratorNote
from findings.permissions import Coverage
from findings.unseen import new_in, with_shown
from forces.models import Force, Region
from hmic_core import audit, clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed, Stale
from hmic_core.models import User
from hmic_core.text.markdown import check
from inspections.models import ForceInScope, Inspection, Theme

#: Hashes of 24 in common that make a hint: about half of the words.
HINT = 9

_SEVERAL = {Finding.Kind.AFI: "areas for improvement", Finding.Kind.CAUSE_OF_CONCERN: "causes of concern"}


def _called(kind: Finding.Kind, number: int) -> str:
    label = str(kind.label).lower()
    return label if number == 1 else _SEVERAL.get(kind, f"{label}s")


@dataclass
class Column:
    """One force under the theme."""

    force: Force
    region: Region | None
    findings: list[Finding] = field(default_factory=list)
    note: ModeratorNote | None = None

    def kinds(self) -> list[tuple[int, str]]:
        """How many findings of each kind and what they are called, in the order of the kinds."""
        counted = Counter(finding.kind for finding in self.findings)
        return [(number, _called(kind, number)) for kind in Finding.Kind if (number := counted[kind])]


def columns(
    inspection: Inspection, theme: Theme, user: User, coverage: Coverage, *, region: str = "", **filters: str
) -> list[Column]:
    """The forces of the reader under a theme, by name; with a filter on findings only those that have one left."""
    scope = Force.objects.filter(scope__inspection=inspection).order_by("name")
    forces = [force for force in scope if coverage.covers(force.pk, theme.pk)]
    regions = regions_of(force.pk for force in forces)
    found: dict[UUID, list[Finding]] = defaultdict(list)
    for finding in _matching(inspection, theme, user, **filters):
        found[finding.force_id].append(finding)
    return [
        Column(force, regions.get(force.pk), found[force.pk])
        for force in forces
        if (not region or _slug(regions.get(force.pk)) == region) and (found[force.pk] or not any(filters.values()))
    ]


def _matching(
    inspection: Inspection, theme: Theme, user: User, *, kind: str = "", state: str = "", text: str = ""
) -> Iterable[Finding]:
    """Identifiers and what is counted; `fill` fetches the words of a page."""
    rows = Finding.objects.visible_to(user).present().filter(inspection=inspection, theme=theme)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(text__icontains=text) if text else rows
    return rows.only("pk", "force", "kind", "state", "number").order_by("position", "number")  # type: ignore[no-any-return]


def fill(shown: Sequence[Column], theme: Theme, user: User) -> None:
    """Words, evidence, near-duplicates and notes of the columns of one page: three queries."""
    ids = [finding.pk for column in shown for finding in column.findings]
    visible = Finding.objects.visible_to(user).filter(pk__in=ids)
    rows = with_shown(visible.annotate(supported=with_evidence())).in_bulk()
    hints = similar(theme, user)
    notes = latest_notes(theme, user, [column.force.pk for column in shown])
    for column in shown:
        column.note = notes.get(column.force.pk)
        column.findings = [rows[each.pk] for each in column.findings if each.pk in rows]
        for finding in column.findings:
            finding.theme = theme
            finding.alike = hints.get(finding.pk, [])  # type: ignore[attr-defined]
            finding.new = new_in(finding)  # type: ignore[attr-defined]


def similar(theme: Theme, user: User) -> dict[UUID, list[str]]:
    """For each finding of the theme which others of it share its words: "Kent PC-3"."""
    rows = Finding.objects.visible_to(user).present().filter(inspection=theme.inspection_id, theme=theme)
    found = list(rows.order_by("force__name", "number").values_list("pk", "force__name", "number", Fingerprint()))
    prints = [frozenset(row[3] or ()) for row in found]
    hints: dict[UUID, list[str]] = defaultdict(list)
    for first, second in candidates([row[3] or [] for row in found]):
        if len(prints[first] & prints[second]) >= min(HINT, len(prints[first]), len(prints[second])):
            hints[found[first][0]].append(_named(theme, found[second]))
            hints[found[second][0]].append(_named(theme, found[first]))
    return hints


def latest_notes(theme: Theme, user: User, forces: Sequence[UUID]) -> dict[UUID, ModeratorNote]:
    """The newest note on each force under the theme, if it says anything."""
    visible = ModeratorNote.objects.visible_to(user).filter(theme=theme, force__in=forces)
    newest = visible.select_related("by").order_by("force_id", "-version").distinct("force_id")
    return {note.force_id: note for note in newest if note.text}


@transaction.atomic
def save_note(
    *, inspection: Inspection, force: Force, theme: Theme, text: str, version: int, by: User
) -> ModeratorNote | None:
    """Keep a second reader's note; each save is a row. `version`: the one that the writer started from, 0 for none.

    Raises Stale when somebody saved in between: the caller shows both.
    """
    scope = ForceInScope.objects.select_for_update().filter(inspection=inspection, force=force).first()
    if scope is None or theme.inspection_id != inspection.pk or not permissions.can_note(by, inspection, force, theme):
        raise NotAllowed("Only a moderator or lead inspector of this theme writes its notes.")
    text = tidy(text)
    for sentence in check(text):
        raise NotAllowed(sentence)
    last = ModeratorNote.objects.filter(theme=theme, force=force).order_by("-version").first()
    if (last.text if last else "") == text:
        return last  # type: ignore[no-any-return]
    if version != (last.version if last else 0):
        raise Stale(
            "Somebody else saved a note meanwhile. Theirs stands beside yours: put them together and save again."
        )
    made = ModeratorNote.objects.create(
        inspection=inspection, force=force, theme=theme, version=version + 1, text=text, by=by, at=clock.now()
    )
    audit.record(Action.MODERATOR_NOTED, by, made, force=force.slug, theme=theme.prefix, version=made.version)
    return made


def _slug(region: Region | None) -> str:
    return region.slug if region else "unknown"


def _named(theme: Theme, row: tuple[Any, ...]) -> str:
    return f"{row[1]} {theme.prefix}-{row[2]}"
