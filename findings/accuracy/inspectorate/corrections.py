"""A decision corrected: on the record, and after the force has seen it only by a second person, with a reason for it.

What the first decision put into the words is never left behind silently: whoever corrects it says what the words are
now, and by default they are as they were before.
"""

from django.db import transaction

from findings import notices
from findings.accuracy import amendments
from findings.accuracy.force import differences
from findings.accuracy.inspectorate.decisions import basis_quoted, check_decision
from findings.accuracy.locking import keep_earlier, locked, locked_point, record
from findings.accuracy.states import enter
from findings.models import Difference, EarlierPoint, Point, Round
from findings.permissions import can_decide, why_barred
from findings.quotes import anchors
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.text import markdown


def was_seen(round: Round) -> bool:
    """Whether the force has been shown the decisions: it is, when the check is complete."""
    return round.state == Round.State.CLOSED


def why_not_correct(user: User, point: Point) -> str:
    """Why they may not correct the decision on a point, as a sentence; empty where they may."""
    if not can_decide(user, point):
        return "The lead inspector, or a decider of this inspection, can correct this decision."
    if barred := why_barred(user, point):
        return barred
    if was_seen(point.round) and point.decided_by_id == user.pk:
        return "The force has seen your decision: a second person who may decide corrects it."
    return ""


@transaction.atomic
def correct_decision(
    point: Point,
    *,
    outcome: str,
    reason: str,
    why: str,
    by: User,
    amended_text: str | None = None,
    version: int | None = None,
    quote_basis: bool = False,
) -> Point:
    """Replace a decision; the former one is kept with `why`, which a force that has seen it is given.

    `amended_text` is what the finding, value or passage says afterwards. Without it an accepted point is taken in the
    force's words, and for any other outcome what the former decision put in is taken out again. `version` is the one
    that the decider was shown: raises Stale if it has moved on.
    """
    round = locked(point.round, "correct_decision")
    point = locked_point(point, "correct_decision")
    point.round = round
    check_decision(point, outcome, reason, by)
    if refusal := why_not_correct(by, point):
        raise NotAllowed(refusal)
    _check_why(why, round)
    change = _words(point, outcome, amended_text)
    basis = basis_quoted(point, quote_basis)
    if change.is_none and (change.outcome, reason.strip(), basis) == (
        point.state,
        point.decision_reason,
        point.decision_basis,
    ):
        raise NotAllowed("The decision would stay as it is. Change the outcome, the reason or the words.")
    _keep(point, why.strip(), by)
    enter(point, "correct_decision", change.outcome)
    point.decision_reason, point.decision_basis = reason.strip(), basis
    point.decided_by, point.decided_at = by, clock.now()
    point.save()
    if change.words is not None:
        amendments.put_right(point, change.words, is_others=change.is_others, version=version, by=by)
    record(Action.DECISION_CORRECTED, by, round, point=point.number, outcome=point.state, seen=was_seen(round))
    if was_seen(round):
        _tell(point)
    return point


class _Change:
    """What a correction makes of the words; `words` None: they stay."""

    def __init__(self, outcome: str, words: str | None = None, *, is_others: bool = False) -> None:
        self.outcome, self.words, self.is_others = outcome, words, is_others

    @property
    def is_none(self) -> bool:
        return self.words is None


def _words(point: Point, outcome: str, written: str | None) -> _Change:
    if point.paragraph is None:
        return _Change(outcome)
    now, without = amendments.present(point), amendments.taken_out(point)
    if outcome in Point.TAKEN:
        found = amendments.planned(point, outcome, written, now if without is None else without)
        if anchors.same_words(found.words, now):
            return _Change(found.outcome)
        return _Change(found.outcome, found.words, is_others=found.is_others)
    if not amendments.is_in(point) or without == now:
        return _Change(outcome)
    reference = point.paragraph.reference
    words = written if written and written.strip() else without
    if words is None:
        raise NotAllowed(f"{reference} was changed since in the same place. Write what it says without this point.")
    if anchors.same_words(words, now):
        raise NotAllowed(
            f"{reference} would still say what the former decision put in. Take that out, or choose accepted."
        )
    return _Change(outcome, words, is_others=without is not None and anchors.same_words(words, without))


def _check_why(why: str, round: Round) -> None:
    if not why.strip():
        kept = "the force will read it" if was_seen(round) else "it is kept with the decision"
        raise NotAllowed(f"Say why the decision is corrected: {kept}.")
    if errors := markdown.check(why):
        raise NotAllowed(errors[0])


def _keep(point: Point, why: str, by: User) -> None:
    assert point.decided_by is not None  # noqa: S101
    said = {"state": point.state, "reason": point.decision_reason, "basis": point.decision_basis}
    written, seen = (point.decided_by, point.decided_at), was_seen(point.round)
    keep_earlier(point, EarlierPoint.What.DECISION, said, written, by, why=why, seen=seen)


def _tell(point: Point) -> None:
    """Tell the force, and whoever prints what it still disagrees with."""
    notices.decision_corrected(point, occasion=point.earlier.count())
    if Difference.objects.filter(point=point).exists():
        differences.on_difference.send(Round, round=point.round)
