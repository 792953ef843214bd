"""How every verb of the factual accuracy check, on either side, begins and ends: lock, check the state table and who
may, write the audit entry.

The round is locked first, then its point, then the finding.
"""

from typing import Any

from findings.accuracy.rounds import STANDS
from findings.accuracy.states import ANSWER_STATES, POINT_STATES, STATES
from findings.models import EarlierPoint, Paragraph, Point, Round
from findings.permissions import can_check, can_submit, leads
from hmic_core import audit, clock, confirming
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User

#: What a point's query joins to read what it is about as that is now.
ABOUT = tuple(f"paragraph__{each}" for each in Paragraph.SUBJECTS)


def locked(round: Round, verb: str) -> Round:
    """The round as it is now, under a lock. Raises NotAllowed in a state in which the verb cannot be done, and Changed
    where the form showed something else.
    """
    rounds = Round.objects.select_for_update(of=("self",)).select_related("inspection", "force", "notice")
    found: Round = rounds.get(pk=round.pk)
    if found.state not in (STATES.get(verb) or ANSWER_STATES[verb])[0]:
        raise NotAllowed(STANDS[Round.State(found.state)])
    confirming.compare(verb, found)
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


def locked_point(point: Point, verb: str) -> Point:
    """The point as it is now, under a lock; its round is locked already."""
    points = Point.objects.select_for_update(of=("self",)).select_related(*ABOUT)
    found: Point = points.get(pk=point.pk)
    if found.state not in POINT_STATES[verb][0]:
        was = "is not withdrawn" if verb == "restore_point" else _HAS_BEEN[Point.State(found.state)]
        raise NotAllowed(f"Point {found.number} {was}.")
    confirming.compare(verb, found)
    return found


def locked_draft(point: Point) -> Point:
    """A point that has not been sent, under a lock; its round is locked already."""
    return locked_point(point, "change_point")


def keep_earlier(
    point: Point, what: str, said: dict[str, str], written: tuple[User, Any], by: User, **facts: Any
) -> Any:
    """Keep what stood in a point, before it is replaced. `written`: by whom and when."""
    author, at = written
    return EarlierPoint.objects.create(
        point=point, what=what, said=said, by=author, at=at, replaced_by=by, replaced_at=clock.now(), **facts
    )


def record(action: Action, by: User | None, round: Round, **facts: Any) -> None:
    audit.record(action, by, round, force=round.force.slug, inspection=round.inspection.slug, **facts)


_DECIDED = "has been decided already"
_HAS_BEEN = {
    Point.State.DRAFT: "has not been sent yet",
    Point.State.SUBMITTED: "has been sent to HMIC already",
    Point.State.WITHDRAWN: "was withdrawn: bring it back first",
    Point.State.MORE_EVIDENCE: "waits for the evidence that HMIC asked for",
    **{Point.State(state): _DECIDED for state in Point.DECIDED},
}
