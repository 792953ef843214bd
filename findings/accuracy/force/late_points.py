"""Points after the answer or after the time: the force offers one with a reason, the lead inspector takes it or not.

A point that is taken stands like any other that was sent; the check then waits for its decision. One that is not taken
stays the force's own draft, with the reason beside it. Nothing waits for an offer.
"""

from django.db import transaction
from django.db.models import Max

from findings.accuracy import notices, quoted_words
from findings.accuracy.locking import locked_draft, locked_for_lead, locked_for_officer, record
from findings.accuracy.rounds import files_of, lacks
from findings.accuracy.states import enter
from findings.models import LateOffer, Paragraph, Point, Round
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.frozen import content_hash

State = LateOffer.State


@transaction.atomic
def offer_point(
    round: Round,
    *,
    paragraph: Paragraph | None,
    kind: str,
    quoted: str,
    proposed: str,
    explanation: str,
    reason: str,
    by: User,
) -> LateOffer:
    """Write a point and offer it late."""
    round = locked_for_officer(round, "offer_point", by)
    quoted_words.check(paragraph, quoted)
    now = clock.now()
    point = Point.objects.create(
        round=round,
        paragraph=paragraph,
        number=(round.points.aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=Point.Kind(kind),
        quoted=quoted.strip(),
        proposed=proposed.strip(),
        explanation=explanation.strip(),
        author=by,
        changed_at=now,
    )
    return _offer(round, point, reason, by)


@transaction.atomic
def offer_draft(point: Point, *, reason: str, by: User) -> LateOffer:
    """Offer a point that was begun in time and not sent."""
    round = locked_for_officer(point.round, "offer_point", by)
    point = locked_draft(point)
    if LateOffer.objects.filter(point=point).exists():
        raise NotAllowed(f"Point {point.number} has been offered already.")
    return _offer(round, point, reason, by)


def _offer(round: Round, point: Point, reason: str, by: User) -> LateOffer:
    point.round = round
    if need := lacks(point):
        raise NotAllowed(f"Point {point.number}: {need.lower()}.")
    if not reason.strip():
        raise NotAllowed("Say why the point comes late.")
    offer = LateOffer.objects.create(
        point=point,
        reason=reason.strip(),
        offered_by=by,
        offered_at=clock.now(),
        content_hash=content_hash(
            {
                "copy_hash": round.copy_hash,
                "number": point.number,
                "paragraph": point.paragraph.reference if point.paragraph else "",
                "kind": point.kind,
                "quoted": point.quoted,
                "proposed": point.proposed,
                "explanation": point.explanation,
                "files": files_of([point]).get(point.pk, []),
            }
        ),
    )
    record(Action.POINT_OFFERED_LATE, by, round, point=point.number, content_hash=offer.content_hash)
    notices.point_offered(offer)
    return offer


@transaction.atomic
def take_late_point(offer: LateOffer, *, answer: str, by: User) -> None:
    """Take the point as if it had been sent in time. The check waits for its decision."""
    round, offer = _to_answer(offer, "take_late_point", answer, by)
    point = locked_draft(offer.point)
    enter(point, "take_late_point")
    point.submitted_at = clock.now()
    point.save(update_fields=["state", "submitted_at"])
    enter(round, "take_late_point")
    round.save(update_fields=["state"])
    enter(offer, "take_late_point")
    _answered(offer, answer, by)
    record(Action.POINT_TAKEN_LATE, by, round, point=point.number)
    notices.late_point_answered(offer)


@transaction.atomic
def decline_late_point(offer: LateOffer, *, answer: str, by: User) -> None:
    """Leave the point out. It stays readable for the force, with the reason."""
    round, offer = _to_answer(offer, "decline_late_point", answer, by)
    enter(offer, "decline_late_point")
    _answered(offer, answer, by)
    record(Action.POINT_DECLINED_LATE, by, round, point=offer.point.number)
    notices.late_point_answered(offer)


def _to_answer(offer: LateOffer, verb: str, answer: str, by: User) -> tuple[Round, LateOffer]:
    round = locked_for_lead(offer.point.round, verb, by)
    offers = LateOffer.objects.select_for_update(of=("self",)).select_related("point__paragraph", "offered_by")
    found: LateOffer = offers.get(pk=offer.pk)
    found.point.round = round
    if found.state != State.OFFERED:
        raise NotAllowed("This point has been answered already.")
    if not answer.strip():
        raise NotAllowed("Give the reason: the force will read it.")
    return round, found


def _answered(offer: LateOffer, answer: str, by: User) -> None:
    offer.answer = answer.strip()
    offer.decided_by, offer.decided_at = by, clock.now()
    offer.save()
