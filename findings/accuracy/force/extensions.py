"""More time for a force: asked for before the time ends, granted or refused by the lead inspector, both with a reason.

While nobody has answered, the time goes on running: a request blocks nothing. One that was made in time can be granted
after it, as long as the check is not complete; the check is then with the force again.
"""

import datetime as dt

from django.db import transaction

from findings.accuracy import notices
from findings.accuracy.deadlines import due
from findings.accuracy.locking import keep_earlier, locked_for_lead, locked_for_officer, record
from findings.accuracy.rounds import days_of, due_at, sent_at
from findings.accuracy.states import enter
from findings.models import EarlierPoint, Extension, LateOffer, Round
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User

MOST_DAYS = 20
State = Extension.State


def due_with(round: Round, days: int) -> dt.datetime | None:
    """When the round would be due with so many more working days."""
    sent = sent_at(round)
    return due(sent, days=days_of(round) + days, hour=round.inspection.check_hour) if sent else None


def latest(round: Round) -> Extension | None:
    return round.extensions.select_related("asked_by").order_by("-asked_at").first()


@transaction.atomic
def ask_extension(round: Round, *, days: int, reason: str, by: User) -> Extension:
    """Ask for more working days. Only before the time ends, one request at a time."""
    round = locked_for_officer(round, "ask_extension", by)
    last = due_at(round)
    if last is None:
        raise NotAllowed("The time to respond has not begun yet.")
    if clock.now() > last:
        raise NotAllowed("The time to respond has passed, so more time can’t be asked for here. Ring the inspectorate.")
    if not 1 <= days <= MOST_DAYS:
        raise NotAllowed(f"Ask for 1 to {MOST_DAYS} working days.")
    if not reason.strip():
        raise NotAllowed("Say why your force needs more time.")
    if round.extensions.filter(state=State.ASKED).exists():
        raise NotAllowed("Your force has asked already. HMIC’s answer is still to come.")
    extension = Extension.objects.create(
        round=round, days=days, reason=reason.strip(), asked_by=by, asked_at=clock.now()
    )
    record(Action.EXTENSION_ASKED, by, round, extension=extension.pk, days=days)
    notices.extension_asked(extension)
    return extension


@transaction.atomic
def grant_extension(extension: Extension, *, days: int, answer: str, by: User) -> Extension:
    """Add working days to the round's time. A round that went on without a response is with the force again."""
    round, extension = _to_answer(extension, "grant_extension", answer, by)
    if not 1 <= days <= MOST_DAYS:
        raise NotAllowed(f"Grant 1 to {MOST_DAYS} working days.")
    round.extra_days += days
    new = due_at(round)
    if new is None or new <= clock.now():
        raise NotAllowed("With so many days the time would be over already. Grant more.")
    enter(round, "grant_extension")
    round.save(update_fields=["extra_days", "state"])
    _end_offers(round, by)
    enter(extension, "grant_extension")
    _answered(extension, answer, by, days=days)
    record(Action.EXTENSION_GRANTED, by, round, extension=extension.pk, days=days, due_at=new)
    notices.extension_answered(extension, new)
    return extension


@transaction.atomic
def refuse_extension(extension: Extension, *, answer: str, by: User) -> Extension:
    """Leave the round's time as it is."""
    round, extension = _to_answer(extension, "refuse_extension", answer, by)
    enter(extension, "refuse_extension")
    _answered(extension, answer, by)
    record(Action.EXTENSION_REFUSED, by, round, extension=extension.pk)
    notices.extension_answered(extension, None)
    return extension


def _to_answer(extension: Extension, verb: str, answer: str, by: User) -> tuple[Round, Extension]:
    round = locked_for_lead(extension.round, verb, by)
    found: Extension = round.extensions.select_for_update(of=("self",)).select_related("asked_by").get(pk=extension.pk)
    found.round = round
    if found.state != State.ASKED:
        raise NotAllowed("This request has been answered already.")
    if not answer.strip():
        raise NotAllowed("Give the reason: the force will read it.")
    return round, found


def _end_offers(round: Round, by: User) -> None:
    """Points that were offered late can be sent in time again. What was said about each offer is kept."""
    over = LateOffer.objects.filter(point__round=round).exclude(state=LateOffer.State.TAKEN)
    for offer in over.select_related("point", "offered_by"):
        said = {"state": offer.state, "reason": offer.reason, "answer": offer.answer}
        keep_earlier(offer.point, EarlierPoint.What.OFFER, said, (offer.offered_by, offer.offered_at), by)
        offer.delete()


def _answered(extension: Extension, answer: str, by: User, days: int | None = None) -> None:
    extension.answer, extension.days_granted = answer.strip(), days
    extension.decided_by, extension.decided_at = by, clock.now()
    extension.save()
