"""What of this room can be found: findings, evidence, and the points of the factual accuracy check."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from findings.cross_force.search.query import Line, Source, plain, reference_of, register
from findings.models import Evidence, Finding, Point, assigned
from hmic_core.models import User

_PLACE = {"inspection": "inspection__slug", "force": "force__slug"}


def _findings(user: User) -> QuerySet[Any]:
    return Finding.objects.visible_to(user).present()


def _evidence(user: User) -> QuerySet[Any]:
    return Evidence.objects.visible_to(user)


def points_sent(user: User) -> QuerySet[Any]:
    """Points that a force has sent, on findings that the reader may see. What it has not sent is its own.

    A point about the whole draft belongs to no theme: it is for those whose assignment has none either.
    """
    if not user.is_authenticated or not user.is_active:
        return Point.objects.none()
    place = {"inspection": "round__inspection", "force": "round__force", "theme": "paragraph__finding__theme"}
    return Point.objects.filter(assigned(user, **place), submitted_at__isnull=False)


def _finding_line(finding: Finding) -> Line:
    return Line(
        heading=f"{finding.reference}, {finding.force.name}",
        url=reverse("findings:finding-show", args=[finding.pk]),
        about=(finding.get_kind_display(), finding.theme.title, finding.inspection.short_title),
        state=(finding.get_state_display(), finding.state),
        at=finding.changed_at,
    )


def _evidence_line(evidence: Evidence) -> Line:
    return Line(
        heading=f"{evidence.reference}, {evidence.force.name}",
        url=reverse("findings:evidence-show", args=[evidence.pk]),
        about=(evidence.get_kind_display(), evidence.source, evidence.inspection.short_title),
        at=evidence.created_at,
    )


def _point_line(point: Point) -> Line:
    about = point.paragraph.reference if point.paragraph else "the whole draft"
    return Line(
        heading=f"Point {point.number} on {about}, {point.round.force.name}",
        url=reverse("findings:point-decide", args=[point.pk]),
        about=(point.get_kind_display(), point.round.inspection.short_title),
        state=(point.get_state_display(), point.state),
        at=point.submitted_at,
    )


def _finding_named(words: str) -> Q | None:
    named = reference_of(words)
    return Q(theme__prefix=named[0], number=named[1]) if named else None


def _evidence_named(words: str) -> Q | None:
    named = reference_of(words)
    return Q(number=named[1]) if named and named[0] == "EV" else None


FINDINGS = Source(
    key="findings",
    label="Findings",
    order=0,
    visible=_findings,
    inspection="inspection",
    newest="changed_at",
    paths={**_PLACE, "theme": "theme__prefix", "kind": "kind", "state": "state"},
    text=lambda finding: plain(finding.text, finding.basis),
    line=_finding_line,
    related=("force", "theme", "inspection"),
    reference=_finding_named,
)
EVIDENCE = Source(
    key="evidence",
    label="Evidence",
    order=10,
    visible=_evidence,
    inspection="inspection",
    newest="created_at",
    paths=_PLACE,
    text=lambda evidence: plain(evidence.source, evidence.note),
    line=_evidence_line,
    related=("force", "inspection"),
    reference=_evidence_named,
)
POINTS = Source(
    key="points",
    label="Points",
    order=20,
    visible=points_sent,
    inspection="round__inspection",
    newest="submitted_at",
    paths={
        "inspection": "round__inspection__slug",
        "force": "round__force__slug",
        "theme": "paragraph__finding__theme__prefix",
    },
    text=lambda point: plain(point.explanation, point.proposed, point.quoted, point.decision_reason),
    line=_point_line,
    related=("round__force", "round__inspection", "paragraph"),
)


def register_sources() -> None:
    register(FINDINGS, EVIDENCE, POINTS)
