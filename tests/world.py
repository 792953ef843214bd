"""A whole round for one force, by the verbs, with a word of its own in every text: what a leak test looks for."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from findings import accuracy, commenting, copies, workflow
from findings.models import Comment, Evidence, Finding, Paragraph, Point, Round, WorkingCopy
from hmic_core import clock, files, notices, pdf
from hmic_core.clock import LONDON
from inspections.models import Release, ReleaseItem
from letters import workflow as letters
from letters.models import Copy, Letter, Letterhead, Rendition
from publication import workflow as publication
from tests.cast import LONG_AGO, Cast

STAGES = ("drafting", "issued", "responded", "closed", "signed", "approved")


@dataclass
class World:
    """What was made, by name, for routes that need an identifier."""

    cast: Cast
    word: str
    stage: str = ""
    findings: list[Finding] = field(default_factory=list)
    evidence: Evidence | None = None
    comment: Comment | None = None
    copy_of_words: WorkingCopy | None = None
    round: Round | None = None
    point: Point | None = None
    release: Release | None = None
    letter: Letter | None = None
    copies: list[Copy] = field(default_factory=list)

    @property
    def paragraph(self) -> Paragraph | None:
        return self.round.paragraphs.first() if self.round else None

    @property
    def item(self) -> ReleaseItem | None:
        return self.release.items.filter(kind="letter").first() if self.release else None


def make_world(cast: Cast, word: str, until: str = "approved", *, ahead: dt.timedelta = dt.timedelta(hours=1)) -> World:
    """Take Northamptonshire's findings to the stage `until`; `word` stands in every text, name and file on the way."""
    world = World(cast, word)
    grow(world, until, ahead=ahead)
    return world


def grow(world: World, until: str, *, ahead: dt.timedelta = dt.timedelta(hours=1)) -> None:
    """Take a world on from its stage to a later one."""
    steps = (_draft, _issue, _respond, _close, lambda world: _sign(world, ahead), _approve)
    first = STAGES.index(world.stage) + 1 if world.stage else 0
    for stage, step in list(zip(STAGES, steps, strict=True))[first : STAGES.index(until) + 1]:
        step(world)
        world.stage = stage


def report_pdf(word: str) -> bytes:
    """A small accessible PDF with `word` in it."""
    described = pdf.Metadata(title=f"Report {word}", author="HMIC", created=dt.datetime(2014, 9, 1, tzinfo=dt.UTC))
    html = (
        f'<html lang="en-GB"><head><title>Report {word}</title></head><body><h1>Report</h1><p>{word}</p></body></html>'
    )
    return pdf.render(html, described)


def _draft(world: World) -> None:
    cast = world.cast
    for number, theme in enumerate(cast.themes):
        finding = workflow.draft_finding(
            inspection=cast.inspection,
            force=cast.northamptonshire,
            theme=theme,
            text=f"The {world.word} force has a plan for this, number {number}, and does not test it.",
            kind="finding",
            basis=f"Documents {world.word}",
            by=cast.inspector,
        )
        workflow.mark_ready(finding, by=cast.inspector)
        finding.refresh_from_db()
        workflow.moderate(finding, version=finding.version, by=cast.moderator)
        world.findings.append(finding)
    world.evidence = workflow.add_evidence(
        inspection=cast.inspection,
        force=cast.northamptonshire,
        kind="interview",
        source=f"Interview {world.word}",
        note=f"Note {world.word}",
        happened_on=dt.date(2014, 2, 13),
        file=files.store(world.word.encode(), f"{world.word}.txt", "text/plain", cast.inspector),
        findings=world.findings,
        by=cast.inspector,
    )

    _write(world)


def _write(world: World) -> None:
    """What the editor keeps beside the text: a comment with an answer, and words not saved yet."""
    cast, finding = world.cast, world.findings[0]
    world.comment = commenting.comment_on(
        finding,
        quoted=f"The {world.word} force",
        text=f"Which {world.word}?",
        mentioned=[cast.inspector],
        by=cast.moderator,
    )
    commenting.reply_to(world.comment, text=f"This {world.word}.", by=cast.inspector)
    typed = copies.Typed(
        copy=uuid.uuid4(),
        seen=0,
        tab="a",
        stroke=1,
        text=f"Words {world.word} not saved",
        basis=world.word,
        kind="finding",
        base_version=finding.version,
    )
    place = {"inspection": finding.inspection_id, "force": finding.force_id, "finding": finding.pk}
    kept = copies.keep(typed, **place, by=cast.inspector)
    world.copy_of_words = WorkingCopy.objects.get(pk=kept.copy)


def _issue(world: World) -> None:
    cast = world.cast
    world.round = accuracy.issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    notices.deliver()


def _respond(world: World) -> None:
    raise_point(world)
    submit(world)


def raise_point(world: World) -> None:
    """The force's reviewer opens the draft and raises a point."""
    assert world.round is not None
    accuracy.open_round(world.round, by=world.cast.reviewer)
    world.point = accuracy.raise_point(
        world.round,
        paragraph=world.paragraph,
        kind="disputed",
        quoted="does not test it",
        proposed=f"tests it each {world.word} year",
        explanation=f"Our records {world.word} show it.",
        by=world.cast.reviewer,
    )


def submit(world: World) -> None:
    """The force's liaison officer sends its response."""
    assert world.round is not None
    accuracy.submit_response(world.round, authorised_by=f"Officer {world.word}", by=world.cast.liaison_officer)
    world.stage = "responded"


def _close(world: World) -> None:
    assert world.round is not None
    assert world.point is not None
    point = Point.objects.get(pk=world.point.pk)
    accuracy.decide_point(point, outcome="accepted", reason=f"Shown {world.word}.", by=world.cast.lead_inspector)
    accuracy.close_round(Round.objects.get(pk=world.round.pk), by=world.cast.lead_inspector)


def _sign(world: World, ahead: dt.timedelta) -> None:
    cast = world.cast
    Letterhead.objects.get_or_create(
        starts_on=LONG_AGO, defaults={"name": "Inspectorate", "short_name": "HMIC", "address": "6th Floor | London"}
    )
    release = publication.create_release(inspection=cast.inspection, title="Release", by=cast.admin)
    wall = (clock.now() + ahead).astimezone(LONDON).replace(microsecond=0, tzinfo=None)
    world.release = publication.schedule(release, wall=wall, zone="Europe/London", by=cast.admin)
    letter = letters.assemble_letter(
        inspection=cast.inspection, force=cast.northamptonshire, release=world.release, by=cast.lead_inspector
    )
    letters.proof_letter(letter, by=cast.lead_inspector)
    letter.refresh_from_db()
    world.letter = letters.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)
    for variant in (Rendition.Variant.EMBARGOED, Rendition.Variant.FINAL):
        letters.rendition(world.letter, variant)
    letters.upload_report(
        world.release,
        title=f"Report {world.word}",
        summary=world.word,
        data=report_pdf(world.word),
        name=f"{world.word}.pdf",
        by=cast.admin,
    )


def _approve(world: World) -> None:
    assert world.release is not None
    release = Release.objects.get(pk=world.release.pk)
    release = publication.seal(release, version=release.version, by=world.cast.admin)
    world.release = publication.approve(release, expected_version=release.version, by=world.cast.second_admin)
    world.copies = list(Copy.objects.filter(letter__release=world.release).order_by("number"))


def identifiers(world: World) -> dict[str, Any]:
    """Values for the names in routes, as far as the stage has them."""
    return {
        "inspection": world.cast.inspection.slug,
        "force": world.cast.northamptonshire.slug,
        "point": world.point and world.point.pk,
        "comment": world.comment and world.comment.pk,
        "working_copy": world.copy_of_words and world.copy_of_words.pk,
        "paragraph": world.paragraph and world.paragraph.pk,
        "round": world.round and world.round.pk,
        "release": world.release and world.release.pk,
        "letter": world.letter and world.letter.pk,
        "item": world.item and world.item.pk,
        "copy": world.copies[0].pk if world.copies else None,
    }
