"""The inspectorate decides each point with an outcome and a reason, by somebody who may, or asks for more evidence."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from findings import notices
from findings.accuracy import amendments
from findings.accuracy.locking import locked, locked_point, record
from findings.accuracy.states import enter
from findings.models import EvidenceRequest, Point, Round
from findings.permissions import can_decide, why_barred
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed, Stale
from hmic_core.models import User
from hmic_core.text import markdown


@dataclass(frozen=True)
class Decided:
    """What became of one point when several were accepted at once."""

    point: Point
    accepted: bool
    sentence: str


@transaction.atomic
def decide_point(
    point: Point,
    *,
    outcome: str,
    reason: str,
    by: User,
    amended_text: str | None = None,
    version: int | None = None,
    quote_basis: bool = False,
) -> Point:
    """Record the decision on one point; an accepted one amends its finding. The last decision makes the round decided.

    Accepted means that the proposed words come to stand exactly; in any others it is recorded as accepted in part.
    `amended_text` is the whole finding (of an indicator the value); without it the proposed words replace the quoted
    ones. `version` is the one that the decider was shown: raises Stale if it has moved on. `quote_basis` lets the
    reason quote the finding's basis, which the force may be told.
    """
    round = locked(point.round, "decide_point")
    point = locked_point(point, "decide_point")
    point.round = round
    check_decision(point, outcome, reason, by)
    if outcome in Point.TAKEN and point.paragraph is not None:
        amendment = amendments.planned(point, outcome, amended_text, amendments.present(point))
        outcome = amendment.outcome
        amendments.put_in(point, amendment, version, by)
    enter(point, "decide_point", outcome)
    point.decision_reason, point.decision_basis = reason.strip(), basis_quoted(point, quote_basis)
    point.decided_by, point.decided_at = by, clock.now()
    point.save()
    record(Action.POINT_DECIDED, by, round, point=point.number, outcome=outcome)
    if not round.points.exclude(submitted_at=None).exclude(state__in=Point.DECIDED).exists():
        enter(round, "decide_point", Round.State.DECIDED)
        round.save(update_fields=["state"])
    return point


def basis_quoted(point: Point, quote: bool) -> str:
    """The basis of the finding that the point is on, where the reason quotes it."""
    about = point.paragraph.finding if point.paragraph else None
    return about.basis if quote and about else ""


def accept_typing(points: Iterable[Point], *, reason: str, by: User) -> list[Decided]:
    """Accept several typing or number errors for one reason: each a decision of its own; one refused stops no other."""
    results = []
    for point in points:
        try:
            _accept_typing(point, reason=reason, by=by)
        except (NotAllowed, Stale) as refusal:
            results.append(Decided(point, False, refusal.sentence))
        else:
            results.append(Decided(point, True, "Accepted in the force’s words."))
    return results


def _accept_typing(point: Point, *, reason: str, by: User) -> None:
    if point.kind != Point.Kind.TYPING:
        raise NotAllowed(f"Point {point.number} is no typing or number error: decide it on its own page.")
    if not (point.quoted.strip() and point.proposed.strip()):
        raise NotAllowed(f"Point {point.number} proposes no words: decide it on its own page.")
    decide_point(point, outcome=Point.State.ACCEPTED, reason=reason, by=by)


@transaction.atomic
def ask_for_evidence(point: Point, *, question: str, days: int | None = None, by: User) -> EvidenceRequest:
    """Ask the force for more evidence. The point can be decided all the same: nothing waits for an answer."""
    round = locked(point.round, "ask_for_evidence")
    point = locked_point(point, "ask_for_evidence")
    point.round = round
    check_decider(point, by)
    if not question.strip():
        raise NotAllowed("Write what you ask: the force answers that question.")
    number = (point.requests.aggregate(last=Max("number"))["last"] or 0) + 1
    asked: EvidenceRequest = EvidenceRequest.objects.create(
        point=point,
        number=number,
        question=question.strip(),
        asked_by=by,
        asked_at=clock.now(),
        days=days or round.inspection.more_evidence_days,
    )
    asked.notice = notices.evidence_asked(asked)
    asked.save(update_fields=["notice"])
    enter(point, "ask_for_evidence")
    point.save(update_fields=["state"])
    record(Action.EVIDENCE_ASKED, by, round, point=point.number, request=asked.number)
    return asked


def check_decider(point: Point, by: User) -> None:
    """Raises NotAllowed unless they may decide the point."""
    if not can_decide(by, point):
        raise NotAllowed("Only the lead inspector or a decider of this inspection can decide points.")
    if barred := why_barred(by, point):
        raise NotAllowed(barred)


def check_decision(point: Point, outcome: str, reason: str, by: User) -> None:
    """Raises NotAllowed unless they may decide the point so, for this reason."""
    check_decider(point, by)
    if outcome not in Point.DECIDED:
        raise NotAllowed("Choose a decision.")
    if not reason.strip():
        raise NotAllowed("Give the reason for the decision: the force will read it.")
    if errors := markdown.check(reason):
        raise NotAllowed(errors[0])
