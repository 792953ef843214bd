"""A whole round for one force, by the verbs, with a word of its own in every text: what a leak test looks for."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from archive import batches
from archive.models import EarlierReading, ImportBatch, ImportedLetter
from findings import workflow
from findings.accuracy.documents import rendering
from findings.accuracy.force import answers, differences, extensions, invitations, late_points, point_files, receipts
from findings.accuracy.inspectorate import closing, decisions
from findings.accuracy.response_log import saving, sheet
from findings.cross_force import moderation
from findings.cross_force.consistency import verbs as consistency
from findings.drafting import comments, criteria, working_copies
from findings.drafting.evidence import add_evidence
from findings.models import (
    Comment,
    CommonWording,
    Evidence,
    EvidenceRequest,
    Extension,
    Finding,
    LateOffer,
    LogUpload,
    Paragraph,
    Point,
    PointFile,
    RefusedSave,
    Round,
    WorkingCopy,
)
from forces.models import Contact, Person, Place
from hmic_core import clock, files, notices
from hmic_core.clock import LONDON
from hmic_core.models import GlobalRole, Notice
from hmic_core.pdf import rendering as pdf
from inspections.models import (
    Assignment,
    BulkRun,
    Criterion,
    Indicator,
    LegalHold,
    NationalEntry,
    Release,
    ReleaseItem,
)
from inspections.setup import indicators, passages
from letters import renditions
from letters.copies import report
from letters.document import languages
from letters.document.parts import Variant
from letters.models import Copy, Exclusion, Letter, Letterhead, Recipient, Rendition, WelshForce
from letters.signing import exclusions, preparation, signatures, welsh
from letters.versions import document_of
from publication.evidence import break_glass
from publication.models import BreakGlassGrant, ProofPaper
from publication.release import workflow as publication
from publication.release.legal_holds import place_legal_hold
from tests.cast import LONG_AGO, Cast
from tests.sending import issue_round

OLD_LETTER = Path(__file__).resolve().parents[1] / "archive" / "data" / "northamptonshire-2014.txt"
STAGES = ("drafting", "issued", "responded", "closed", "signed", "approved")


@dataclass
class World:
    """What was made, by name, for routes that need an identifier."""

    cast: Cast
    word: str
    stage: str = ""
    findings: list[Finding] = field(default_factory=list)
    refused: RefusedSave | None = None
    exclusion: Exclusion | None = None
    evidence: Evidence | None = None
    criterion: Criterion | None = None
    run: BulkRun | None = None
    comment: Comment | None = None
    copy_of_words: WorkingCopy | None = None
    round: Round | None = None
    point: Point | None = None
    asked: EvidenceRequest | None = None
    release: Release | None = None
    letter: Letter | None = None
    copies: list[Copy] = field(default_factory=list)
    imported: ImportedLetter | None = None
    batch: ImportBatch | None = None
    entry: NationalEntry | None = None
    wording: CommonWording | None = None
    place: Place | None = None
    grant: BreakGlassGrant | None = None
    paper: ProofPaper | None = None

    @property
    def of_one_theme(self) -> str:
        """The word in what belongs to the first theme alone, for readers who are assigned to another one."""
        return f"theme{self.word}"

    @property
    def of_all_forces(self) -> str:
        """The word in what every force of the inspection shares, for readers who are assigned to another force."""
        return f"shared{self.word}"

    @property
    def paragraph(self) -> Paragraph | None:
        return self.round.paragraphs.first() if self.round else None

    @property
    def recipient(self) -> Recipient | None:
        return self.release.recipients.first() if self.release else None

    @property
    def item(self) -> ReleaseItem | None:
        return self.release.items.filter(kind="letter").first() if self.release else None


def make_world(cast: Cast, word: str, until: str = "approved") -> World:
    """Take Northamptonshire's findings to the stage `until`; `word` stands in every text, name and file on the way."""
    world = World(cast, word)
    grow(world, until)
    return world


def grow(world: World, until: str) -> None:
    """Take a world on from its stage to a later one."""
    steps = (_draft, _issue, _respond, _close, _sign, _approve)
    first = STAGES.index(world.stage) + 1 if world.stage else 0
    for stage, step in list(zip(STAGES, steps, strict=True))[first : STAGES.index(until) + 1]:
        step(world)
        world.stage = stage


@cache
def report_pdf(word: str) -> bytes:
    """A small accessible PDF with `word` in it."""
    described = pdf.Metadata(title=f"Report {word}", author="HMIC", created=dt.datetime(2014, 9, 1, tzinfo=dt.UTC))
    html = (
        f'<html lang="en-GB"><head><title>Report {word}</title></head><body><h1>Report</h1><p>{word}</p></body></html>'
    )
    return pdf.render(html, described)


def _draft(world: World) -> None:
    cast = world.cast
    cast.inspection.differences_printed = True
    cast.inspection.save(update_fields=["differences_printed"])
    for number, theme in enumerate(cast.themes):
        word = world.word if number else world.of_one_theme
        finding = workflow.draft_finding(
            inspection=cast.inspection,
            force=cast.northamptonshire,
            theme=theme,
            text=f"The {word} force has a plan for this, number {number}, and does not test it.",
            kind="finding",
            basis=f"Documents {word}",
            by=cast.inspector,
        )
        if number == 0:
            _refuse_a_save(world, finding)
        workflow.mark_ready(finding, by=cast.inspector)
        finding.refresh_from_db()
        workflow.moderate(finding, version=finding.version, by=cast.moderator)
        world.findings.append(finding)
    world.evidence = add_evidence(
        inspection=cast.inspection,
        force=cast.northamptonshire,
        kind="interview",
        source=f"Interview {world.word}",
        note=f"Note {world.word}",
        happened_on=dt.date(2014, 2, 13),
        source_reference=f"REF-{world.word}",
        files=[files.store(world.word.encode(), f"{world.word}.txt", "text/plain", cast.inspector)],
        findings=world.findings,
        by=cast.inspector,
    )
    _set_up(world)


def _refuse_a_save(world: World, finding: Finding) -> None:
    """One more version, and the words of somebody who had not seen it: refused, and kept for them."""
    by = world.cast.inspector
    words = {"kind": finding.kind, "basis": finding.basis, "by": by}
    workflow.save_finding(finding, text=f"{finding.text} ", version=1, **{**words, "basis": f"{finding.basis} again"})
    mine = f"Refused {world.of_one_theme} words."
    try:
        workflow.save_finding(finding, text=mine, version=1, **words)
    except workflow.Stale as stale:
        world.refused = workflow.keep_refused_save(stale, text=mine, version=1, **words)
    finding.refresh_from_db()


def _set_up(world: World) -> None:
    """A criterion with its answer, and the result of a bulk verb."""
    cast = world.cast
    question = f"Is there a {world.of_all_forces} plan?"
    world.criterion = Criterion.objects.create(theme=cast.themes[0], position=1, number=1, question=question)
    criteria.answer_criterion(
        world.criterion,
        cast.northamptonshire,
        answer="partly",
        note=f"Answer of the records: {world.of_one_theme}",
        findings=world.findings[:1],
        version=0,
        by=cast.inspector,
    )
    rows = [{"force": "Northamptonshire Police", "what": world.word, "done": True, "said": world.word}]
    world.run = BulkRun.objects.create(
        inspection=cast.inspection, heading="Mark ready", rows=rows, by=cast.lead_inspector, at=clock.now()
    )
    _say_nationally(world)
    _look_across(world)


def _say_nationally(world: World) -> None:
    """An indicator with a value, and a passage of the national report that names this force and another one."""
    cast, word, by = world.cast, world.word, world.cast.lead_inspector
    about = {"title": f"Crimes {word}", "unit": f"of {word}", "period": f"in {word}", "source": f"Source {word}"}
    indicator = indicators.add_indicator(cast.inspection, **about, by=by)
    indicators.save_values(cast.inspection, {(cast.northamptonshire, indicator): "62.0"}, by=by)
    passage = passages.add_passage(
        cast.inspection, words=f"Northamptonshire Police and Kent Police have {word} plans.", by=by
    )
    for force in (cast.northamptonshire, cast.kent):
        words = f"{force} has a {word} plan."
        world.entry = passages.name_force(passage, force=force, reason=f"Named {word}", words=words, by=by)


def _look_across(world: World) -> None:
    """A second reader's note, agreed wording, and a listed place (which is no secret: it has no word of its own)."""
    cast = world.cast
    moderation.save_note(
        inspection=cast.inspection,
        force=cast.northamptonshire,
        theme=cast.themes[0],
        text=f"Ask about {world.of_one_theme}.",
        version=0,
        by=cast.moderator,
    )
    words = f"The force has a {world.of_all_forces} plan, and it does not test it."
    world.wording = consistency.agree_wording(
        inspection=cast.inspection, theme=cast.themes[0], text=words, by=cast.moderator
    )
    world.place = Place.objects.create(force=cast.kent, name="Maidstone")

    _write(world)


def _write(world: World) -> None:
    """What the editor keeps beside the text: a comment with an answer, and words not saved yet."""
    cast, finding = world.cast, world.findings[0]
    world.comment = comments.comment_on(
        finding,
        quoted=f"The {world.of_one_theme} force",
        text=f"Which {world.of_one_theme}?",
        mentioned=[cast.inspector],
        by=cast.moderator,
    )
    comments.reply_to(world.comment, text=f"This {world.of_one_theme}.", by=cast.inspector)
    typed = working_copies.Typed(
        copy=uuid.uuid4(),
        seen=0,
        tab="a",
        stroke=1,
        text=f"Words {world.of_one_theme} not saved",
        basis=world.of_one_theme,
        kind="finding",
        base_version=finding.version,
    )
    place = {"inspection": finding.inspection_id, "force": finding.force_id, "finding": finding.pk}
    kept = working_copies.keep(typed, **place, by=cast.inspector)
    world.copy_of_words = WorkingCopy.objects.get(pk=kept.copy)


def _issue(world: World) -> None:
    cast = world.cast
    world.round = issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    notices.deliver()
    rendering.make(Round.objects.get(pk=world.round.pk), "draft")


def _respond(world: World) -> None:
    raise_point(world)
    answers.raise_point(
        world.round,  # type: ignore[arg-type]
        paragraph=None,
        kind="left_out",
        quoted="",
        proposed="",
        explanation=f"Nothing about {world.word} is in it.",
        by=world.cast.reviewer,
    )
    answer_in_parts(world)
    submit(world)
    offer_late(world)
    receipts.make_receipt(Round.objects.get(pk=world.round.pk))  # type: ignore[union-attr]


def raise_point(world: World) -> None:
    """The force's reviewer opens the draft and raises a point."""
    assert world.round is not None
    answers.open_round(world.round, by=world.cast.reviewer)
    world.point = answers.raise_point(
        world.round,
        paragraph=world.paragraph,
        kind="disputed",
        quoted="does not test it",
        proposed=f"tests it each {world.word} year",
        explanation=f"Our records {world.word} show it.",
        by=world.cast.reviewer,
    )


def answer_in_parts(world: World) -> None:
    """What the force does beside its points: a reviewer, evidence, a spreadsheet, a request for more time."""
    assert world.round is not None
    assert world.point is not None
    cast, word = world.cast, world.word
    invitations.invite_reviewer(
        world.round, name=f"Reviewer {word}", email=f"{word}@force.example", by=cast.liaison_officer
    )
    invitations.give_paragraphs(
        world.round, list(world.round.paragraphs.all()), to=cast.reviewer, by=cast.liaison_officer
    )
    point_files.add_file(
        world.point,
        data=word.encode(),
        name=f"{word}.txt",
        content_type="text/plain; charset=utf-8",
        shows=f"Shows {word}",
        by=cast.reviewer,
    )
    log = sheet.written(world.round, cast.reviewer, "")
    saving.upload_log(world.round, data=log, name=f"{word}.xlsx", by=cast.reviewer)
    asked = extensions.ask_extension(world.round, days=2, reason=f"More time {word}", by=cast.liaison_officer)
    extensions.grant_extension(asked, days=1, answer=f"Granted {word}", by=cast.lead_inspector)


def offer_late(world: World) -> None:
    """A point after the answer, which the lead inspector does not take."""
    assert world.round is not None
    offer = late_points.offer_point(
        world.round,
        paragraph=world.paragraph,
        kind="left_out",
        quoted="",
        proposed=f"Late {world.word}",
        explanation=f"Late {world.word}",
        reason=f"Why late {world.word}",
        by=world.cast.liaison_officer,
    )
    late_points.decline_late_point(offer, answer=f"Declined {world.word}", by=world.cast.lead_inspector)


def submit(world: World) -> None:
    """The force's liaison officer sends its response."""
    assert world.round is not None
    answers.submit_response(world.round, authorised_by=f"Officer {world.word}", by=world.cast.liaison_officer)
    ask(world)
    world.stage = "responded"


def _close(world: World) -> None:
    assert world.round is not None
    assert world.point is not None
    answer(world)
    for point in Point.objects.filter(round=world.round).exclude(submitted_at=None):
        outcome = "accepted" if point.pk == world.point.pk else "not_accepted"
        decisions.decide_point(
            point, outcome=outcome, reason=f"Shown {world.word}.", quote_basis=True, by=world.cast.lead_inspector
        )
    round = Round.objects.get(pk=world.round.pk)
    closing.close_round(round, by=world.cast.lead_inspector)
    for point in round.points.filter(state="not_accepted"):
        differences.record_difference(point, words=f"It differs {world.word}.", by=world.cast.liaison_officer)
    rendering.make(Round.objects.get(pk=world.round.pk), "decisions")


def ask(world: World) -> None:
    """The lead inspector asks for more evidence on the point."""
    assert world.point is not None
    point = Point.objects.get(pk=world.point.pk)
    world.asked = decisions.ask_for_evidence(point, question=f"Which {world.word}?", by=world.cast.lead_inspector)


def answer(world: World) -> None:
    """The force answers, with a file."""
    if world.asked is None:
        ask(world)
    assert world.asked is not None
    given = files.store(world.word.encode(), f"{world.word}.txt", "text/plain", world.cast.reviewer)
    asked = EvidenceRequest.objects.get(pk=world.asked.pk)
    answers.answer_request(
        asked, answer=f"These {world.word}.", files=[(given, f"Shows {world.word}")], by=world.cast.reviewer
    )


def _sign(world: World) -> None:
    cast = world.cast
    Letterhead.objects.get_or_create(
        starts_on=LONG_AGO, defaults={"name": "Inspectorate", "short_name": "HMIC", "address": "6th Floor | London"}
    )
    release = publication.create_release(inspection=cast.inspection, title="Release", by=cast.admin)
    wall = (clock.now() + dt.timedelta(hours=1)).astimezone(LONDON).replace(microsecond=0, tzinfo=None)
    world.release = publication.schedule(release, wall=wall, zone="Europe/London", by=cast.admin)
    letter = preparation.assemble_letter(
        inspection=cast.inspection, force=cast.northamptonshire, release=world.release, by=cast.lead_inspector
    )
    _import(world)
    _exclude_and_include(world, letter)
    _say_in_welsh(world, letter)
    preparation.proof_letter(letter, by=cast.lead_inspector)
    letter.refresh_from_db()
    world.letter = signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)
    welsh.sign_welsh(world.letter, expected_hash=world.letter.translations.get().content_hash, by=cast.hmi)
    for variant in (Rendition.Variant.EMBARGOED, Rendition.Variant.FINAL):
        renditions.rendition(world.letter, variant)
        renditions.rendition(world.letter, Variant(variant), languages.LANGUAGE)
    report.upload_report(
        world.release,
        title=f"Report {world.word}",
        summary=world.word,
        data=report_pdf(world.word),
        name=f"{world.word}.pdf",
        by=cast.admin,
    )


def _exclude_and_include(world: World, letter: Letter) -> None:
    """A passage kept from the public and given back, and a force (not this one) whose letters go out in Welsh too."""
    by = world.cast.admin
    words = f"The {world.word} force"
    world.exclusion = exclusions.exclude_passage(
        letter, reference="FT-1", words=words, ground="safety", reason=f"Kept {world.word}", by=by
    )
    letter.refresh_from_db()
    exclusions.include_passage(world.exclusion, letter, reason=f"Looked at {world.word}", by=by)
    letter.refresh_from_db()
    WelshForce.objects.create(force=world.cast.kent, starts_on=LONG_AGO)


def _say_in_welsh(world: World, letter: Letter) -> None:
    """The letter's Welsh version, with the word in each of its texts."""
    slots = welsh.slots(document_of(letter))
    said = {slot.key: f"Cymraeg {world.word} {slot.english}" for slot in slots}
    welsh.enter_welsh(letter, texts=said, by=world.cast.lead_inspector)
    welsh.need_welsh(world.cast.northamptonshire, starts_on=LONG_AGO, by=world.cast.admin)


def _import(world: World) -> None:
    """A letter that came as a file, with the word in its text and its name: for those who import only."""
    text = OLD_LETTER.read_text(encoding="utf-8").replace("call-handling centre", f"call-handling {world.word} centre")
    world.batch = batches.make_batch([(text.encode(), f"{world.word}.txt"), (b"x", "other.bin")], by=world.cast.admin)
    for row in batches.unread(world.batch):
        batches.read_file(row.pk)
    world.imported = ImportedLetter.objects.get()
    _correct_once(world, world.imported)


def _correct_once(world: World, imported: ImportedLetter) -> None:
    """It was confirmed before and opened again: the word is in why, and in what it said then."""
    EarlierReading.objects.create(
        imported=imported,
        number=1,
        reading=imported.reading,
        answers=imported.answers,
        corrections=imported.corrections,
        result={**imported.result, "addressee": f"Chief {world.word}"},
        confirmed_by=world.cast.admin,
        confirmed_at=clock.now(),
        reason=f"Read wrongly {world.word}",
        opened_by=world.cast.admin,
        opened_at=clock.now(),
    )


def _approve(world: World) -> None:
    assert world.release is not None
    release = Release.objects.get(pk=world.release.pk)
    release = publication.seal(release, version=release.version, by=world.cast.admin)
    world.release = publication.approve(release, expected_version=release.version, by=world.cast.second_admin)
    # Publication: something of everything that a route names
    place_legal_hold(inspection=world.cast.inspection, force=world.cast.kent, reason="A claim", by=world.cast.admin)
    _look_at_it(world, world.release)
    world.copies = list(Copy.objects.filter(letter__release=world.release).order_by("number"))


def _look_at_it(world: World, release: Release) -> None:
    """A system admin's grant that has ended: it opens nothing any more. The proof of embargo, which holds no word."""
    cast = world.cast
    grant = break_glass.give(release, to=cast.system_admin, reason="The page is empty", hours=1, by=cast.admin)
    world.grant = break_glass.end(grant, by=cast.second_admin)
    now, kept = clock.now(), files.store(report_pdf("proof"), "proof.pdf", "application/pdf", None)
    world.paper = ProofPaper.objects.create(
        release=release, asked_by=cast.auditor, asked_at=now, file=kept, made_at=now, chain_head="0" * 64
    )


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
        "asked": world.asked and world.asked.pk,
        "release": world.release and world.release.pk,
        "letter": world.letter and world.letter.pk,
        "item": world.item and world.item.pk,
        "copy": world.copies[0].pk if world.copies else None,
        "recipient": world.recipient and world.recipient.pk,
        "hold": LegalHold.objects.values_list("pk", flat=True).first(),
        "evidence": world.evidence and world.evidence.pk,
        "evidence_file": world.evidence and world.evidence.files.values_list("pk", flat=True).get(),
        "criterion": world.criterion and world.criterion.pk,
        "run": world.run and world.run.pk,
        "indicator": Indicator.objects.values_list("pk", flat=True).first(),
        "passage": world.entry and world.entry.passage_id,
        "entry": world.entry and world.entry.pk,
        "theme": world.cast.themes[0].pk,
        "assignment": Assignment.objects.get(user=world.cast.inspector).pk,
        "notice": Notice.objects.values_list("pk", flat=True).first(),
        # Accounts: somebody's, a role, a region
        "user": world.cast.inspector.pk,
        "role": GlobalRole.objects.values_list("pk", flat=True).first(),
        "region": world.cast.region.slug,
        # Letters: whose signature
        "person_id": Person.objects.get(user=world.cast.hmi).pk,
        "exclusion": world.exclusion and world.exclusion.pk,
        "welsh_force": WelshForce.objects.values_list("pk", flat=True).first(),
        "imported": world.imported and world.imported.pk,
        "batch": world.batch and world.batch.pk,
        **_of_the_answer(world),
        "wording": world.wording and world.wording.pk,
        "place": world.place and world.place.pk,
        "grant": world.grant and world.grant.pk,
        "paper": world.paper and world.paper.pk,
    }


def _of_the_answer(world: World) -> dict[str, Any]:
    """Identifiers of what the force did beside its points."""
    about = {"file": PointFile, "upload": LogUpload, "extension": Extension, "offer": LateOffer}
    path = {"file": "point__round", "upload": "round", "extension": "round", "offer": "point__round"}
    found = {name: model.objects.filter(**{path[name]: world.round}).first() for name, model in about.items()}
    contact = Contact.objects.filter(force=world.cast.northamptonshire, capacity="reviewer").order_by("pk").first()
    return {"contact": contact and contact.pk, **{name: each and each.pk for name, each in found.items()}}
