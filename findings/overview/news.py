"""What happened beside the findings since somebody last looked: comments, decisions on points, their own assignments.

Changes of the findings themselves are in `changes`. By others, and only about what the reader may see.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, IntegerField, Q, UUIDField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse

from findings.cross_force.search.sources import points_sent
from findings.models import Comment, Finding
from findings.overview.timetable import Timetable
from hmic_core.audit import Action
from hmic_core.models import AuditEntry, User
from inspections.models import Assignment, Inspection

#: Asked for at once; My work shows the newest few of them.
MOST = 50
Known = Mapping[UUID, Timetable]
_COMMENT, _DECISION, _ASSIGNED = "comment", "decision", "assigned"


@dataclass(frozen=True)
class News:
    """One thing that happened: where it leads, and what it was in words without any text of a finding."""

    heading: str
    url: str
    words: str
    inspection: Inspection
    at: dt.datetime


def beside_findings(user: User, inspections: Mapping[UUID, Inspection], known: Known) -> list[News]:
    """The newest first, in one query."""
    if not known:
        return []
    rows = _comments(user, known).union(_decisions(user, known), _assigned(user, known), all=True)
    return [_news(*row, inspections=inspections) for row in rows.order_by("-at")[:MOST]]


def _comments(user: User, known: Known) -> Any:
    seen = Finding.objects.visible_to(user).present()
    written = Comment.objects.filter(_since(known, "finding__inspection", "at"), finding__in=seen).exclude(by=user)
    reference = Concat(F("finding__theme__prefix"), Value("-"), Cast("finding__number", CharField()))
    number = Coalesce("number", "parent__number")
    return _row(written, _COMMENT, number, reference, "finding__force__name", "finding", "by__name", "finding", "at")


def _decisions(user: User, known: Known) -> Any:
    decided = points_sent(user).filter(_since(known, "round__inspection", "decided_at")).exclude(decided_by=user)
    reference = Coalesce("paragraph__reference", Value(""), output_field=CharField())
    who, place = "decided_by__name", "round__force__name"
    return _row(decided, _DECISION, F("number"), reference, place, "pk", who, "round", "decided_at")


def _assigned(user: User, known: Known) -> Any:
    """Of the reader, by somebody else: the audit trail says when."""
    since = Q(pk=None)
    for inspection, each in known.items():
        since |= Q(subject_id=str(inspection), at__gt=each.since)
    made = AuditEntry.objects.filter(since, action=Action.ASSIGNMENT_MADE, facts__user=str(user.pk)).exclude(actor=user)
    subject = Cast("subject_id", UUIDField())
    about = made.annotate(role=KT("facts__role"), what=Value(_ASSIGNED), nought=Value(0, output_field=IntegerField()))
    return about.order_by().values_list("what", "nought", "role", "force_slug", subject, "actor__name", subject, "at")


def _since(known: Known, inspection: str, at: str) -> Q:
    found = Q(pk=None)
    for pk, each in known.items():
        found |= Q(**{inspection: pk, f"{at}__gt": each.since})
    return found


def _row(
    rows: Any, what: str, number: Any, reference: Any, place: str, subject: str, who: str, of: str, at: str
) -> Any:
    """The columns that all three have in common; `of`: what leads to the inspection."""
    named = {"what": Value(what, output_field=CharField()), "nought": number, "reference": reference}
    inspection = f"{of}__inspection"
    return rows.annotate(**named).order_by().values_list(*named, place, subject, who, inspection, at)


def _news(
    what: str,
    number: int,
    reference: str,
    place: str,
    subject: UUID,
    who: str,
    inspection: UUID,
    at: dt.datetime,
    *,
    inspections: Mapping[UUID, Inspection],
) -> News:
    found = inspections[inspection]
    if what == _COMMENT:
        url = reverse("findings:finding-show", args=[subject])
        return News(f"{reference} {place}", f"{url}#comment-{number}", f"Comment {number}, {who}", found, at)
    if what == _DECISION:
        url = reverse("findings:point-decide", args=[subject])
        heading = f"Point {number}{f' on {reference}' if reference else ''}, {place}"
        return News(heading, url, f"Decided by {who}", found, at)
    url = reverse("findings:matrix-show", args=[found.slug])
    role = str(Assignment.Role(reference).label).lower()
    return News(str(found), url, f"You were assigned as {role} by {who}", found, at)
