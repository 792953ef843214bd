"""The factual accuracy check: one round of issue and answer with one force, from the frozen copy to the last decision.

Every verb locks the round first, then its point, then the finding, and checks the state against the tables of
`findings.states`, which docs/workflow.md prints. A force's silence never blocks: `record_no_response` ends the wait.

Second reading of amendments. The author of words is never their second reader. When a point is accepted in exactly
the words that the force proposed, the force wrote them and the decider is the second person: the finding stays
moderated, by the decider (unless the decider drafted the finding). Any other amended words are the decider's own:
the finding goes back to a second reader, and the round cannot be closed before they have read it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from findings import anchors, nearest, notices, reminders, workflow
from findings.deadlines import working_days_left
from findings.models import Finding, Paragraph, ParagraphCheck, Point, Revision, Round, RoundOpening
from findings.permissions import FORCE_READERS, can_check, can_decide, can_submit, is_barred, leads, speaks_for
from findings.rounds import (
    STANDS,
    due_at,
    frozen_copy,
    lacks,
    obstacles,
    overdue,
    proposal,
    response,
    sent_at,
    unseen,
)
from findings.states import POINT_STATES, STATES
from forces.models import Force
from hmic_core import audit, clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed, Stale
from hmic_core.models import User
from inspections.frozen import content_hash
from inspections.models import ForceInScope, Inspection

__all__ = [
    "STATES",
    "change_point",
    "check_paragraph",
    "close_round",
    "decide_point",
    "due_at",
    "issue_round",
    "lacks",
    "obstacles",
    "on_recalled",
    "open_round",
    "overdue",
    "proposal",
    "raise_point",
    "recall_round",
    "record_no_response",
    "sent_at",
    "submit_response",
    "unseen",
    "withdraw_point",
    "working_days_left",
]

State = Round.State

#: Called with a round and who recalled it, inside the verb's transaction. Higher rooms add theirs at start-up: a
#: recall opens an incident.
on_recalled: list[Callable[[Round, User], object]] = []

# The inspectorate sends


@transaction.atomic
def issue_round(*, inspection: Inspection, force: Force, by: User) -> Round:
    """Freeze the force's moderated findings and send the liaison officer a link. The clock starts when that is sent."""
    if not leads(by, inspection, force):
        raise NotAllowed("Only the lead inspector can send the draft to the force.")
    scope = ForceInScope.objects.select_for_update().filter(inspection=inspection, force=force).first()
    if scope is None:
        raise NotAllowed(f"{force} is not in this inspection.")
    findings = Finding.objects.filter(inspection=inspection, force=force).present()
    frozen = list(findings.in_order().select_related("theme").select_for_update(of=("self",)))
    if found := obstacles(inspection, force):
        raise NotAllowed(" ".join(found))
    round = _next_round(inspection, force)
    _freeze(round, frozen)
    round.state, round.issued_by, round.issued_at = State.ISSUED, by, clock.now()
    round.copy_hash = content_hash(frozen_copy(round))
    round.notice = notices.round_issued(round)
    round.save()
    _record(Action.ROUND_ISSUED, by, round, copy_hash=round.copy_hash, paragraphs=len(frozen))
    return round


def _next_round(inspection: Inspection, force: Force) -> Round:
    rounds = Round.objects.filter(inspection=inspection, force=force)
    prepared: Round | None = rounds.filter(state=State.PREPARING).first()
    number = (rounds.aggregate(last=Max("number"))["last"] or 0) + 1
    return prepared or Round.objects.create(inspection=inspection, force=force, number=number)


def _freeze(round: Round, findings: Sequence[Finding]) -> None:
    kept = Revision.objects.filter(finding__in=findings).values_list("finding_id", "version", "pk")
    revisions = {(finding, version): pk for finding, version, pk in kept}
    Paragraph.objects.bulk_create(
        Paragraph(
            round=round,
            position=position,
            reference=finding.reference,
            theme_title=finding.theme.title,
            theme_question=finding.theme.question,
            kind=finding.kind,
            text=finding.text,
            basis=finding.basis,
            finding=finding,
            revision_id=revisions[finding.pk, finding.version],
        )
        for position, finding in enumerate(findings, start=1)
    )


@transaction.atomic
def recall_round(round: Round, *, reason: str, by: User) -> None:
    """End the force's access at once. A new issue starts the clock again."""
    round = _locked(round, "recall_round")
    if not leads(by, round.inspection, round.force):
        raise NotAllowed("Only the lead inspector can recall the draft.")
    if not reason.strip():
        raise NotAllowed("Say why the draft is recalled: the reason is kept.")
    round.state = State.RECALLED
    round.save(update_fields=["state"])
    _record(Action.ROUND_RECALLED, by, round, reason=reason.strip())
    notices.round_recalled(round)
    for react in on_recalled:
        react(round, by)


# The force answers


@transaction.atomic
def open_round(round: Round, *, by: User) -> None:
    """Note the first time that one of the force's people opened the draft. Later times change nothing."""
    if round.openings.filter(by=by).exists() or not speaks_for(by, round.force, FORCE_READERS):
        return
    round = _locked(round, "open_round")
    _, first = RoundOpening.objects.get_or_create(round=round, by=by, defaults={"at": clock.now()})
    if first:
        _record(Action.ROUND_OPENED, by, round)


@transaction.atomic
def check_paragraph(paragraph: Paragraph, *, by: User) -> None:
    """Mark a paragraph as read and checked. Marking it again keeps who did it first."""
    round = _locked_for_force(paragraph.round, "check_paragraph", by)
    _, first = ParagraphCheck.objects.get_or_create(paragraph=paragraph, defaults={"by": by, "at": clock.now()})
    if first:
        _record(Action.PARAGRAPH_CHECKED, by, round, paragraph=paragraph.reference)


@transaction.atomic
def raise_point(
    round: Round, *, paragraph: Paragraph | None, kind: str, quoted: str, proposed: str, explanation: str, by: User
) -> Point:
    """Begin a point. It may be unfinished: `lacks` says what it needs before the response can be sent."""
    round = _locked_for_force(round, "raise_point", by)
    nearest.check(paragraph, quoted)
    point: Point = Point.objects.create(
        round=round,
        paragraph=paragraph,
        number=(round.points.aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=Point.Kind(kind),
        quoted=quoted.strip(),
        proposed=proposed.strip(),
        explanation=explanation.strip(),
        author=by,
        changed_at=clock.now(),
    )
    _record(Action.POINT_RAISED, by, round, point=point.number)
    return point


@transaction.atomic
def change_point(
    point: Point, *, kind: str, quoted: str, proposed: str, explanation: str, version: int, by: User
) -> Point:
    """Save a point that has not been sent. Raises Stale if somebody saved it since `version`."""
    round = _locked_for_force(point.round, "change_point", by)
    point = _locked_point(point, "change_point")
    if point.version != version:
        raise Stale(f"Somebody changed point {point.number} while you were writing. Both texts are kept: compare them.")
    nearest.check(point.paragraph, quoted)
    point.kind, point.quoted = Point.Kind(kind), quoted.strip()
    point.proposed, point.explanation = proposed.strip(), explanation.strip()
    point.version, point.changed_at = version + 1, clock.now()
    point.save()
    _record(Action.POINT_CHANGED, by, round, point=point.number, version=point.version)
    return point


@transaction.atomic
def withdraw_point(point: Point, *, by: User) -> None:
    """Take back a point that has not been sent. HMIC never sees it."""
    round = _locked_for_force(point.round, "withdraw_point", by)
    number = point.number
    _locked_point(point, "withdraw_point").delete()
    _record(Action.POINT_WITHDRAWN, by, round, point=number)


@transaction.atomic
def submit_response(round: Round, *, authorised_by: str, by: User) -> None:
    """Send the force's one response: its points, or "no inaccuracies" when it has none. Freezes the points."""
    round = _locked(round, "submit_response")
    if not can_submit(by, round):
        raise NotAllowed("Only your force’s liaison officer can send the response.")
    if not authorised_by.strip():
        raise NotAllowed("Enter the name of the chief officer who authorised this response.")
    points = list(round.points.select_for_update().order_by("number"))
    if unfinished := [point for point in points if lacks(point)]:
        raise NotAllowed(" ".join(f"Point {point.number}: {lacks(point).lower()}." for point in unfinished))
    now = clock.now()
    round.points.update(state=Point.State.SUBMITTED, submitted_at=now)
    round.state = State.RESPONDED if points else State.NO_INACCURACIES
    round.submitted_by, round.submitted_at, round.authorised_by = by, now, authorised_by.strip()
    round.response_hash = content_hash(response(round, points))
    round.save()
    _record(Action.ROUND_SUBMITTED, by, round, response_hash=round.response_hash, points=len(points))
    reminders.take_back(round)
    notices.response_received(round)


@transaction.atomic
def record_no_response(round: Round, *, by: User | None = None) -> None:
    """Go on without a response once the time has passed. `by` None is the scheduler. Unsent points stay the force's."""
    round = _locked(round, "record_no_response")
    if by is not None and not leads(by, round.inspection, round.force):
        raise NotAllowed("Only the lead inspector can go on without a response.")
    last = due_at(round)
    if last is None or clock.now() <= last:
        raise NotAllowed("The force still has time to respond.")
    round.state = State.NO_RESPONSE
    round.save(update_fields=["state"])
    _record(Action.ROUND_NO_RESPONSE, by, round, due_at=last)


# The inspectorate decides


@transaction.atomic
def decide_point(
    point: Point, *, outcome: str, reason: str, by: User, amended_text: str | None = None, version: int | None = None
) -> Point:
    """Record the decision on one point; an accepted one amends its finding. The last decision makes the round decided.

    `amended_text` is the whole finding; without it the proposed words replace the quoted ones. `version` is that of
    the finding the decider was shown: raises Stale if it has moved on.
    """
    round = _locked(point.round, "decide_point")
    point = _locked_point(point, "decide_point")
    point.round = round
    _check_decision(point, outcome, reason, by)
    if outcome in (Point.State.ACCEPTED, Point.State.ACCEPTED_IN_PART) and point.paragraph is not None:
        _amend(point, point.paragraph.finding, amended_text, version, by)
    point.state, point.decision_reason = outcome, reason.strip()
    point.decided_by, point.decided_at = by, clock.now()
    point.save()
    _record(Action.POINT_DECIDED, by, round, point=point.number, outcome=outcome)
    if not round.points.exclude(submitted_at=None).exclude(state__in=Point.DECIDED).exists():
        round.state = State.DECIDED
        round.save(update_fields=["state"])
    return point


def _check_decision(point: Point, outcome: str, reason: str, by: User) -> None:
    if not can_decide(by, point):
        raise NotAllowed("Only the lead inspector or a decider of this inspection can decide points.")
    if is_barred(by, point):
        raise NotAllowed("This inspection asks for a decider who did no fieldwork here and did not write the finding.")
    if outcome not in Point.DECIDED:
        raise NotAllowed("Choose a decision.")
    if not reason.strip():
        raise NotAllowed("Give the reason for the decision: the force will read it.")


def _amend(point: Point, finding: Finding, amended_text: str | None, version: int | None, by: User) -> None:
    proposed = proposal(point)
    text = amended_text if amended_text and amended_text.strip() else proposed
    if text is None:
        raise NotAllowed(
            f"The words that point {point.number} disputes do not stand once in {finding.reference} as it is now. "
            "Write the amended words yourself."
        )
    if anchors.same_words(text, finding.text):
        raise NotAllowed(f"{finding.reference} would stay as it is. Change its words, or choose another decision.")
    was_moderated = finding.state in (Finding.State.MODERATED, Finding.State.FINAL)
    saved = workflow.save_finding(
        finding,
        text=text,
        kind=finding.kind,
        basis=finding.basis,
        version=finding.version if version is None else version,
        by=by,
        point=point,
    )
    settled = was_moderated and proposed is not None and anchors.same_words(text, proposed) and saved.author_id != by.pk
    if settled:
        _moderate(saved, point, by)


def _moderate(finding: Finding, point: Point, by: User) -> None:
    """The words are the force's: whoever accepted them is their second reader."""
    finding.state, finding.moderated_by, finding.moderated_at = Finding.State.MODERATED, by, clock.now()
    finding.save(update_fields=["state", "moderated_by", "moderated_at"])
    facts = {"reference": finding.reference, "version": finding.version, "point": point.number}
    audit.record(Action.FINDING_MODERATED, by, finding, force=finding.force.slug, **facts)


@transaction.atomic
def close_round(round: Round, *, by: User, waiver: str = "") -> None:
    """End the check and make its findings final. `waiver`: why words that the force has not seen may stand."""
    round = _locked(round, "close_round")
    if not leads(by, round.inspection, round.force):
        raise NotAllowed("Only the lead inspector can complete the check.")
    findings = Finding.objects.filter(inspection=round.inspection, force=round.force).present().in_order()
    present = list(findings.select_related("theme"))
    settled = (Finding.State.MODERATED, Finding.State.FINAL)
    if waiting := [finding.reference for finding in present if finding.state not in settled]:
        raise NotAllowed(f"A second reader must read these first: {', '.join(waiting)}.")
    new = [finding.reference for finding in unseen(round.inspection, round.force)]
    if new and not waiver.strip():
        raise NotAllowed(f"The force has not seen these words: {', '.join(new)}. Say why they may stand.")
    workflow.make_final([finding for finding in present if finding.state == Finding.State.MODERATED], by=by)
    round.state, round.closed_by, round.closed_at = State.CLOSED, by, clock.now()
    round.unseen_waiver = waiver.strip() if new else ""
    round.save()
    _record(Action.ROUND_CLOSED, by, round, unseen=new, waiver=round.unseen_waiver)
    notices.round_closed(round)


# Locks


def _locked(round: Round, verb: str) -> Round:
    """The round as it is now, under a lock. Raises NotAllowed in a state in which the verb cannot be done."""
    rounds = Round.objects.select_for_update(of=("self",)).select_related("inspection", "force", "notice")
    locked: Round = rounds.get(pk=round.pk)
    if locked.state not in STATES[verb][0]:
        raise NotAllowed(STANDS[State(locked.state)])
    return locked


def _locked_for_force(round: Round, verb: str, by: User) -> Round:
    locked = _locked(round, verb)
    if not can_check(by, locked):
        raise NotAllowed("Only your force’s liaison officer and reviewers can do this.")
    return locked


def _locked_point(point: Point, verb: str) -> Point:
    points = Point.objects.select_for_update(of=("self",)).select_related("paragraph__finding__theme")
    locked: Point | None = points.filter(pk=point.pk).first()
    if locked is None:
        raise NotAllowed(f"Point {point.number} has been withdrawn.")
    if locked.state not in POINT_STATES[verb][0]:
        decided = "decided" if locked.state in Point.DECIDED else "sent to HMIC"
        raise NotAllowed(f"Point {point.number} has been {decided} already.")
    return locked


def _record(action: Action, by: User | None, round: Round, **facts: Any) -> None:
    audit.record(action, by, round, force=round.force.slug, inspection=round.inspection.slug, **facts)
