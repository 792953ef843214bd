"""The audit trail in plain words: who did what to which thing, for the audit page. A constant number of queries."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from findings.models import Evidence, Finding, Point, Round
from forces.models import Contact, Force
from hmic_core.audit import Action
from hmic_core.models import AuditEntry, User
from hmic_core.templatetags.times import london
from inspections.models import Inspection, Release
from letters.models import Copy, Letter, NationalReport
from publication.models import Incident


@dataclass(frozen=True)
class Line:
    """One entry as `components/audit_table.html` shows it."""

    at: dt.datetime
    actor: str
    action: str
    subject: str
    address: str
    detail: str
    url: str = ""


@dataclass(frozen=True)
class _Kind:
    """How a kind of subject is called, and how its rows are fetched and named."""

    words: str
    rows: Callable[[], "QuerySet[Any]"]
    name: Callable[[Any], str]


_KINDS: dict[str, _Kind] = {
    "inspections.release": _Kind("Releases", lambda: Release.objects.all(), lambda row: f"Release “{row.title}”"),
    "inspections.inspection": _Kind(
        "Inspections", lambda: Inspection.objects.all(), lambda row: f"Inspection “{row.short_title}”"
    ),
    "findings.finding": _Kind(
        "Findings",
        lambda: Finding.objects.select_related("theme", "force"),
        lambda row: f"Finding {row.reference}, {row.force.name}",
    ),
    "findings.round": _Kind(
        "Factual accuracy checks",
        lambda: Round.objects.select_related("force"),
        lambda row: f"Factual accuracy check, {row.force.name}",
    ),
    "findings.point": _Kind(
        "Points",
        lambda: Point.objects.select_related("round__force"),
        lambda row: f"Point {row.number}, {row.round.force.name}",
    ),
    "findings.evidence": _Kind(
        "Evidence",
        lambda: Evidence.objects.select_related("force"),
        lambda row: f"{row.reference}, {row.force.name}",
    ),
    "letters.letter": _Kind(
        "Letters", lambda: Letter.objects.select_related("force"), lambda row: f"Letter to {row.force.name}"
    ),
    "letters.copy": _Kind(
        "Embargoed copies",
        lambda: Copy.objects.select_related("letter__force"),
        lambda row: f"Copy {row.number} of the letter to {row.letter.force.name}",
    ),
    "letters.nationalreport": _Kind("National reports", lambda: NationalReport.objects.all(), lambda row: row.title),
    "publication.incident": _Kind("Incidents", lambda: Incident.objects.all(), lambda row: f"Incident: {row.summary}"),
    "forces.contact": _Kind(
        "Contacts", lambda: Contact.objects.select_related("force"), lambda row: f"{row.name}, {row.force.name}"
    ),
    "hmic_core.user": _Kind("Accounts", lambda: User.objects.all(), lambda row: f"Account of {row.name}"),
}
#: What an entry's facts are called on screen; the others (identifiers, hashes) stay in the export.
_FACTS = {
    "reason": "Reason",
    "instant": "Instant",
    "old": "From",
    "new": "To",
    "late_seconds": "Seconds after the instant",
    "items": "Items",
    "errors": "Errors",
    "warnings": "Warnings",
    "copy": "Copy",
    "outcome": "Outcome",
    "version": "Version",
    "path": "Address",
    "installation": "Installation",
    "was_public": "Was public",
    "waiver": "Waiver",
    "role": "Role",
    "capacity": "Capacity",
    "variant": "Variant",
}


def register(label: str, words: str, rows: Callable[[], "QuerySet[Any]"], name: Callable[[Any], str]) -> None:
    """Name a kind of subject that belongs to a higher room: its model's label, its words, its rows, one row's name."""
    _KINDS[label] = _Kind(words, rows, name)


def about_choices() -> list[tuple[str, str]]:
    """The kinds of subject that the page can be filtered by."""
    return [(label, kind.words) for label, kind in _KINDS.items()]


def entries() -> "QuerySet[AuditEntry]":
    return AuditEntry.objects.select_related("actor").order_by("-id")


def of_release(release: Release) -> "QuerySet[AuditEntry]":
    """Every step of a release: its own, and those of the letters, findings and checks of its forces."""
    letters = Letter.objects.ever_of(release)
    forces = letters.values("force")
    of_forces = {"inspection": release.inspection_id, "force__in": forces}
    rounds = Round.objects.filter(**of_forces)
    related: list[QuerySet[Any]] = [
        letters,
        Copy.objects.filter(letter__in=letters),
        NationalReport.objects.filter(release=release),
        Incident.objects.filter(release=release),
        Finding.objects.filter(**of_forces),
        Evidence.objects.filter(**of_forces),
        rounds,
        Point.objects.filter(round__in=rounds),
    ]
    keys = [str(release.pk), str(release.inspection_id)]
    found = entries().filter(subject_id__in=keys)
    for rows in related:
        ids = rows.order_by().annotate(key=Cast("pk", CharField())).values("key")
        found = found | entries().filter(subject_id__in=ids)
    return found.order_by("-id")


def lines(found: Iterable[AuditEntry]) -> list[Line]:
    """The entries in words; one query for each kind of subject on the page."""
    rows = list(found)
    names = _names(rows)
    return [_line(entry, names.get((entry.subject_type, entry.subject_id), "")) for entry in rows]


def _names(rows: list[AuditEntry]) -> dict[tuple[str, str], str]:
    wanted: dict[str, set[str]] = {}
    for entry in rows:
        wanted.setdefault(entry.subject_type, set()).add(entry.subject_id)
    return {
        (label, str(row.pk)): kind.name(row)
        for label, kind in _KINDS.items()
        if label in wanted
        for row in kind.rows().filter(pk__in=[UUID(key) for key in wanted[label]])
    }


def _line(entry: AuditEntry, name: str) -> Line:
    action = Action(entry.action).label if entry.action in Action.values else entry.action
    url = ""
    if entry.subject_type == "inspections.release":
        url = reverse("publication:release-audit", args=[entry.subject_id])
    return Line(
        entry.at,
        entry.actor.name if entry.actor else "",
        str(action),
        name or _words_for(entry.subject_type),
        entry.address,
        detail(entry.facts),
        url,
    )


def _words_for(subject_type: str) -> str:
    """What a subject is called that has no name here, or is gone: "A request", "Legal hold"."""
    if subject_type == "request":
        return "A request"
    try:
        words = str(apps.get_model(subject_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return subject_type
    return words[:1].upper() + words[1:]


def detail(facts: dict[str, Any]) -> str:
    """The facts that people read, in words: "Reason: the report is late. Instant: Thursday …"."""
    parts = [f"{words}: {_said(facts[key])}" for key, words in _FACTS.items() if facts.get(key) not in (None, "", [])]
    return ". ".join(parts)


def _said(value: Any) -> str:
    moment = parse_datetime(value) if isinstance(value, str) and "T" in value else None
    if moment is not None and moment.tzinfo is not None:
        return london(moment)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def force_choices() -> list[tuple[str, str]]:
    return list(Force.objects.order_by("name").values_list("slug", "name"))
