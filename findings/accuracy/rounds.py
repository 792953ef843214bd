"""What can be said of a round without changing it: when it is due, what is in its way, what was frozen, what is new."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce

from findings.accuracy import national
from findings.accuracy.deadlines import due
from findings.models import EvidenceRequest, Point, PointFile, Round
from findings.quotes import anchors
from findings.unseen import unseen, was_shown

__all__ = [
    "STANDS",
    "answer_due",
    "days_of",
    "due_at",
    "frozen_copy",
    "lacks",
    "overdue",
    "proposal",
    "response",
    "sent_at",
    "unseen",
    "was_shown",
]

State = Round.State

#: Where a round stands, as a sentence: what a verb says that cannot be done in that state.
STANDS = {
    State.PREPARING: "The draft has not been sent to the force yet.",
    State.ISSUED: "The draft is with the force, which has not responded yet.",
    State.RESPONDED: "The force has sent its response, and its points are not all decided.",
    State.NO_INACCURACIES: "The force has responded: no inaccuracies.",
    State.NO_RESPONSE: "The time to respond has passed, and the check went on without a response.",
    State.DECIDED: "Every point has been decided.",
    State.CLOSED: "This check is complete.",
    State.RECALLED: "HMIC has recalled this draft.",
}


def sent_at(round: Round) -> dt.datetime | None:
    """When the draft was really sent: the notice to the liaison officer left the outbox. None until then."""
    return round.notice.sent_at if round.notice else None


def due_at(round: Round) -> dt.datetime | None:
    """The instant, in UTC, by which the force responds; None until the draft has really been sent."""
    sent = sent_at(round)
    return due(sent, days=days_of(round), hour=round.inspection.check_hour) if sent else None


def days_of(round: Round) -> int:
    """How many working days the force has: fewer where it looks only at what is new, more by what was granted."""
    settings = round.inspection
    return (settings.second_look_days if round.is_second_look else settings.check_days) + round.extra_days


def answer_due(asked: EvidenceRequest) -> dt.datetime | None:
    """The instant by which the force is asked to answer; None until the question has really been sent."""
    sent = asked.notice.sent_at if asked.notice else None
    return due(sent, days=asked.days, hour=asked.point.round.inspection.check_hour) if sent else None


def overdue(now: dt.datetime) -> list[Round]:
    """The rounds that are still with a force although its time to respond has passed at `now`."""
    waiting = Round.objects.filter(state=State.ISSUED, notice__sent_at__isnull=False)
    found = list(waiting.select_related("inspection", "force", "notice"))
    return [round for round in found if (last := due_at(round)) and last < now]


def frozen_copy(round: Round) -> dict[str, Any]:
    """The frozen copy as canonical data: what `copy_hash` is the hash of."""
    shown = round.paragraphs.annotate(shown_revision=Coalesce("revision_id", "national_revision_id"))
    rows = shown.order_by("position").values(
        "reference", "theme_title", "theme_question", "kind", "text", "basis", "shown_revision"
    )
    paragraphs = [{"revision_id": str(row.pop("shown_revision")), **row} for row in rows]
    second = {"second_look": True} if round.is_second_look else {}
    return {
        **second,
        "inspection": round.inspection.title,
        "force": round.force.name,
        "number": round.number,
        "paragraphs": paragraphs,
    }


def lacks(point: Point) -> str:
    """What a point still needs before it can be sent, in words; empty when it is ready."""
    if point.carried_from_id and point.quoted and _lost(point):
        return "Quotes words that are not once in this draft: quote others"
    if point.paragraph_id and point.kind in (Point.Kind.TYPING, Point.Kind.DISPUTED) and not point.quoted:
        return "Needs the words that are wrong"
    if not point.proposed and not point.explanation:
        return "Needs proposed words or a reason"
    return ""


def _lost(point: Point) -> bool:
    """Of a point that was carried over: whether its words do not stand once in the new draft."""
    return point.paragraph is None or anchors.count(point.paragraph.text, point.quoted) != 1


def response(round: Round, points: Sequence[Point]) -> dict[str, Any]:
    """The response as canonical data: what `response_hash` is the hash of."""
    references = dict(round.paragraphs.values_list("pk", "reference"))
    files = files_of(points)
    return {
        "copy_hash": round.copy_hash,
        "authorised_by": round.authorised_by,
        "submitted_at": round.submitted_at.isoformat() if round.submitted_at else "",
        "points": [
            {
                "number": point.number,
                "paragraph": references.get(point.paragraph_id, "") if point.paragraph_id else "",
                "kind": point.kind,
                "quoted": point.quoted,
                "proposed": point.proposed,
                "explanation": point.explanation,
                "files": files.get(point.pk, []),
            }
            for point in points
        ],
    }


def files_of(points: Iterable[Point]) -> dict[UUID, list[dict[str, str]]]:
    """The evidence of each point as canonical data: its bytes by hash, its name, what the force says it shows."""
    found: dict[UUID, list[dict[str, str]]] = {}
    given = (
        PointFile.objects.given()
        .filter(point__in=list(points))
        .select_related("file")
        .order_by("file__created_at", "pk")
    )
    for each in given:
        facts = {"sha256": each.file.sha256, "name": each.file.name, "shows": each.shows}
        found.setdefault(each.point_id, []).append(facts)
    return found


def proposal(point: Point) -> str | None:
    """The present text (of an indicator: the value) with the force's words put in; None where that cannot be done."""
    if point.paragraph is None:
        return None
    entry = point.paragraph.national
    return proposal_on(point, national.amendable(entry) if entry else point.paragraph.now)


def proposal_on(point: Point, present: str) -> str | None:
    """The same on another text, or value, of what the point is about."""
    assert point.paragraph is not None  # noqa: S101
    if point.paragraph.national:
        return national.proposal(point, point.paragraph.national, present)
    return anchors.replaced(present, point.quoted, point.proposed)
