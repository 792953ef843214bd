"""The locks of the force's side: the round as it is now, in a state that allows the verb, and who may do it."""

from typing import Any

from findings.models import Point, Round
from findings.permissions import can_check, can_submit, leads
from findings.rounds import STANDS
from findings.states import ANSWER_STATES
from hmic_core import audit
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User


def locked(round: Round, verb: str) -> Round:
    """The round under a lock. Raises NotAllowed in a state in which the verb cannot be done."""
    rounds = Round.objects.select_for_update(of=("self",)).select_related("inspection", "force", "notice")
    found: Round = rounds.get(pk=round.pk)
    if found.state not in ANSWER_STATES[verb][0]:
        raise NotAllowed(STANDS[Round.State(found.state)])
    return found


def locked_for_writer(round: Round, verb: str, by: User) -> Round:
    found = locked(round, verb)
    if not can_check(by, found):
        raise NotAllowed("Only your force’s liaison officer and reviewers can do this.")
    return found


def locked_for_officer(round: Round, verb: str, by: User) -> Round:
    found = locked(round, verb)
    if not can_submit(by, found):
        raise NotAllowed("Only your force’s liaison officer can do this.")
    return found


def locked_for_lead(round: Round, verb: str, by: User) -> Round:
    found = locked(round, verb)
    if not leads(by, found.inspection, found.force):
        raise NotAllowed("Only the lead inspector can do this.")
    return found


def locked_draft(point: Point) -> Point:
    """A point that has not been sent, under a lock."""
    points = Point.objects.select_for_update(of=("self",)).select_related("paragraph")
    found: Point | None = points.filter(pk=point.pk).first()
    if found is None:
        raise NotAllowed(f"Point {point.number} has been withdrawn.")
    if found.state != Point.State.DRAFT:
        raise NotAllowed(f"Point {found.number} has been sent to HMIC already.")
    return found


def record(action: Action, by: User | None, round: Round, **facts: Any) -> None:
    audit.record(action, by, round, force=round.force.slug, inspection=round.inspection.slug, **facts)
