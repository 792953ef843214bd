"""The force answers: it opens the draft, checks paragraphs, raises points, sends its response; or does not answer."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from findings import notices
from findings.accuracy import quoted_words, reminders
from findings.accuracy.locking import keep_earlier, locked, locked_point, record
from findings.accuracy.rounds import due_at, lacks, response
from findings.accuracy.states import enter
from findings.models import (
    AnswerFile,
    EarlierPoint,
    EvidenceRequest,
    Paragraph,
    ParagraphCheck,
    Point,
    Round,
    RoundOpening,
)
from findings.permissions import FORCE_READERS, can_check, can_submit, can_withdraw, leads, speaks_for
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed, Stale
from hmic_core.models import StoredFile, User
from inspections.frozen import content_hash

State = Round.State


@transaction.atomic
def open_round(round: Round, *, by: User) -> None:
    """Note the first time that one of the force's people opened the draft. Later times change nothing."""
    if round.openings.filter(by=by).exists() or not speaks_for(by, round.force, FORCE_READERS):
        return
    round = locked(round, "open_round")
    _, first = RoundOpening.objects.get_or_create(round=round, by=by, defaults={"at": clock.now()})
    if first:
        record(Action.ROUND_OPENED, by, round)


@transaction.atomic
def check_paragraph(paragraph: Paragraph, *, by: User) -> None:
    """Mark a paragraph as read and checked. Marking it again keeps who did it first."""
    round = _locked_for_force(paragraph.round, "check_paragraph", by)
    _, first = ParagraphCheck.objects.get_or_create(paragraph=paragraph, defaults={"by": by, "at": clock.now()})
    if first:
        record(Action.PARAGRAPH_CHECKED, by, round, paragraph=paragraph.reference)


@transaction.atomic
def raise_point(
    round: Round, *, paragraph: Paragraph | None, kind: str, quoted: str, proposed: str, explanation: str, by: User
) -> Point:
    """Begin a point. It may be unfinished: `lacks` says what it needs before the response can be sent."""
    round = _locked_for_force(round, "raise_point", by)
    quoted_words.check(paragraph, quoted)
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
    record(Action.POINT_RAISED, by, round, point=point.number)
    return point


@transaction.atomic
def change_point(
    point: Point, *, kind: str, quoted: str, proposed: str, explanation: str, version: int, by: User
) -> Point:
    """Save a point that has not been sent; what it said before is kept. Raises Stale if somebody saved it since."""
    round = _locked_for_force(point.round, "change_point", by)
    point = locked_point(point, "change_point")
    if point.version != version:
        raise Stale(f"Somebody changed point {point.number} while you were writing. Both texts are kept: compare them.")
    quoted_words.check(point.paragraph, quoted)
    words = {"kind": kind, "quoted": quoted.strip(), "proposed": proposed.strip(), "explanation": explanation.strip()}
    before = {name: str(getattr(point, name)) for name in words}
    if before != words:
        keep_earlier(point, EarlierPoint.What.WORDS, before, (point.written_by, point.changed_at), by)
    for name, value in words.items():
        setattr(point, name, value)
    point.version, point.changed_at, point.changed_by = version + 1, clock.now(), by
    point.save()
    record(Action.POINT_CHANGED, by, round, point=point.number, version=point.version)
    return point


@transaction.atomic
def withdraw_point(point: Point, *, by: User) -> None:
    """Take back a point that has not been sent: it is not sent and does not count. Words and evidence are kept."""
    round = _locked_for_force(point.round, "withdraw_point", by)
    point = _locked_own(point, "withdraw_point", by)
    enter(point, "withdraw_point")
    point.withdrawn_by, point.withdrawn_at = by, clock.now()
    point.save(update_fields=["state", "withdrawn_by", "withdrawn_at"])
    record(Action.POINT_WITHDRAWN, by, round, point=point.number)


@transaction.atomic
def restore_point(point: Point, *, by: User) -> None:
    """Bring a withdrawn point back, as it was."""
    round = _locked_for_force(point.round, "restore_point", by)
    point = _locked_own(point, "restore_point", by)
    enter(point, "restore_point")
    point.withdrawn_by = point.withdrawn_at = None
    point.save(update_fields=["state", "withdrawn_by", "withdrawn_at"])
    record(Action.POINT_RESTORED, by, round, point=point.number)


@transaction.atomic
def submit_response(round: Round, *, authorised_by: str, by: User) -> None:
    """Send the force's one response: its points, or "no inaccuracies" when it has none. Freezes the points."""
    round = locked(round, "submit_response")
    if not can_submit(by, round):
        raise NotAllowed("Only your force’s liaison officer can send the response.")
    if not authorised_by.strip():
        raise NotAllowed("Enter the name of the chief officer who authorised this response.")
    points = list(round.points.present().select_for_update(of=("self",)).order_by("number").select_related("paragraph"))
    if unfinished := [point for point in points if lacks(point)]:
        raise NotAllowed(" ".join(f"Point {point.number}: {lacks(point).lower()}." for point in unfinished))
    now = clock.now()
    for point in points:
        enter(point, "submit_response")
        point.submitted_at = now
    Point.objects.bulk_update(points, ["state", "submitted_at"])
    enter(round, "submit_response", State.RESPONDED if points else State.NO_INACCURACIES)
    round.submitted_by, round.submitted_at, round.authorised_by = by, now, authorised_by.strip()
    round.response_hash = content_hash(response(round, points))
    round.save()
    record(Action.ROUND_SUBMITTED, by, round, response_hash=round.response_hash, points=len(points))
    reminders.take_back(round)
    notices.response_received(round)


@transaction.atomic
def record_no_response(round: Round, *, by: User | None = None) -> None:
    """Go on without a response once the time has passed. `by` None is the scheduler. Unsent points stay the force's."""
    round = locked(round, "record_no_response")
    if by is not None and not leads(by, round.inspection, round.force):
        raise NotAllowed("Only the lead inspector can go on without a response.")
    last = due_at(round)
    if last is None or clock.now() <= last:
        raise NotAllowed("The force still has time to respond.")
    enter(round, "record_no_response")
    round.save(update_fields=["state"])
    record(Action.ROUND_NO_RESPONSE, by, round, due_at=last)


def _locked_for_force(round: Round, verb: str, by: User) -> Round:
    found = locked(round, verb)
    if not can_check(by, found):
        raise NotAllowed("Only your force’s liaison officer and reviewers can do this.")
    return found


def _locked_own(point: Point, verb: str, by: User) -> Point:
    found = locked_point(point, verb)
    found.round = point.round
    if not can_withdraw(by, found):
        raise NotAllowed(f"Only {found.author}, who wrote point {found.number}, or your liaison officer can do this.")
    return found


@transaction.atomic
def answer_request(
    asked: EvidenceRequest, *, answer: str, files: Sequence[tuple[StoredFile, str]] = (), by: User
) -> EvidenceRequest:
    """The force answers, in words or with files and what each shows, late or not, while the point is undecided."""
    round = locked(asked.point.round, "answer_request")
    if not can_check(by, round):
        raise NotAllowed("Only your force’s liaison officer and reviewers can do this.")
    point = locked_point(asked.point, "answer_request")
    asked = EvidenceRequest.objects.select_for_update().get(pk=asked.pk)
    if asked.answered_at is not None:
        raise NotAllowed("This question has been answered already.")
    if not answer.strip() and not files:
        raise NotAllowed("Write an answer, or add a file: HMIC decides without one otherwise.")
    asked.answer, asked.answered_by, asked.answered_at = answer.strip(), by, clock.now()
    asked.save()
    for file, shows in files:
        AnswerFile.objects.create(request=asked, file=file, shows=shows)
    enter(point, "answer_request")
    point.save(update_fields=["state"])
    hashes = [file.sha256 for file, _ in files]
    record(Action.EVIDENCE_ANSWERED, by, round, point=point.number, request=asked.number, files=hashes)
    point.round, asked.point = round, point
    notices.evidence_answered(asked)
    return asked
