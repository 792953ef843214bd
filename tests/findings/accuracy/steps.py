"""Steps that the tests of the factual accuracy check share: from a moderated finding to a response."""

import datetime as dt

from findings import workflow
from findings.accuracy.force import answers
from findings.accuracy.inspectorate import closing, decisions
from findings.cross_force.consistency import verbs, warnings
from findings.models import EvidenceRequest, Finding, Paragraph, Point, Round
from hmic_core import clock
from hmic_core.models import Notice, User
from inspections.models import Assignment
from tests.cast import Cast
from tests.sending import issue_round

WORDS = "The force has an “all crime prevention strategy”, supported by other plans."


def keep_what_blocks(finding: Finding, by: User) -> None:
    """Each check that stops a finding, kept with a reason: for words that only look like a note left for later."""
    for remark in warnings.remarks_on(finding, by).standing:
        if remark.blocks:
            verbs.dismiss(finding, kind=remark.kind, detail=remark.detail, seen=remark.seen, reason="It is so.", by=by)


def moderated(cast: Cast, text: str = WORDS, *, theme: int = 0) -> Finding:
    """A finding about Northamptonshire that its second reader has settled."""
    finding = workflow.draft_finding(
        inspection=cast.inspection,
        force=cast.northamptonshire,
        theme=cast.themes[theme],
        text=text,
        kind=Finding.Kind.FINDING,
        basis="",
        by=cast.inspector,
    )
    keep_what_blocks(finding, cast.inspector)
    finding = workflow.mark_ready(finding, by=cast.inspector)
    return workflow.moderate(finding, version=finding.version, by=cast.moderator)


def issued(cast: Cast, *texts: str, sent: bool = True) -> Round:
    """A round with the force. `sent`: its notice has left the outbox."""
    for text in texts or (WORDS,):
        moderated(cast, text)
    round = issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    if sent:
        sent_on(round, clock.now())
    return Round.objects.select_related("inspection", "force", "notice").get(pk=round.pk)


def sent_on(round: Round, moment: dt.datetime) -> Round:
    """As if the notice of the round had been sent at `moment`."""
    Notice.objects.filter(pk=round.notice_id).update(sent_at=moment)
    return Round.objects.select_related("inspection", "force", "notice").get(pk=round.pk)


def point(
    cast: Cast,
    round: Round,
    *,
    quoted: str = "crime prevention strategy",
    proposed: str = "crime reduction strategy",
    kind: str = Point.Kind.TYPING,
    explanation: str = "The cover says so.",
    paragraph: Paragraph | None = None,
) -> Point:
    return answers.raise_point(
        round,
        paragraph=paragraph or round.paragraphs.get(position=1),
        kind=kind,
        quoted=quoted,
        proposed=proposed,
        explanation=explanation,
        by=cast.reviewer,
    )


def responded(cast: Cast, points: int = 1) -> Round:
    """A round that came back with points, each on a paragraph of its own."""
    round = issued(cast, *(f"{WORDS} This is paragraph {number}." for number in range(max(points, 1))))
    for paragraph in round.paragraphs.all()[:points]:
        point(cast, round, paragraph=paragraph)
    answers.submit_response(round, authorised_by="Mr Adrian Lee QPM", by=cast.liaison_officer)
    return again(round)


def accept(cast: Cast, each: Point, **more: object) -> Point:
    wanted = {"outcome": Point.State.ACCEPTED, "reason": "The cover page agrees.", "by": cast.lead_inspector, **more}
    return decisions.decide_point(each, **wanted)  # type: ignore[arg-type]


def asked(cast: Cast, each: Point) -> EvidenceRequest:
    """A request for more evidence on a point, by its row."""
    return EvidenceRequest.objects.create(
        point=each, number=1, question="Which months?", asked_by=cast.lead_inspector, asked_at=clock.now(), days=5
    )


def decided(cast: Cast, points: int = 1) -> Round:
    round = responded(cast, points)
    for each in round.points.all():
        accept(cast, each)
    return again(round)


def closed(cast: Cast, points: int = 1) -> Round:
    round = decided(cast, points)
    closing.close_round(round, by=cast.lead_inspector)
    return again(round)


def again(round: Round) -> Round:
    """The round as it is now."""
    return Round.objects.select_related("inspection", "force", "notice").get(pk=round.pk)


def second_decider(cast: Cast) -> User:
    """Somebody else who may decide."""
    user = User.objects.create_user("decider@example.org", "A Second Decider")
    today = Assignment.objects.filter(user=cast.lead_inspector).first()
    assert today is not None
    Assignment.objects.create(
        inspection=cast.inspection, user=user, role=Assignment.Role.DECIDER, starts_on=today.starts_on
    )
    return user
