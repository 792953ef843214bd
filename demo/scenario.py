"""The demonstration's data, made by the verbs that the screens call: it can be in no state that users cannot reach."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from demo import comparing
from demo.cast import NORTHAMPTONSHIRE, SINCE, person
from demo.words import THEMES, findings_for
from findings import workflow
from findings.accuracy.force import answers
from findings.accuracy.inspectorate import closing, decisions, issuing, unconfirmed
from findings.drafting.evidence import add_evidence
from findings.models import Finding, Paragraph, Point, Round
from forces.models import Contact, Force, Person
from hmic_core import clock, notices
from hmic_core.clock import LONDON
from hmic_core.models import User
from inspections.models import Assignment, ForceInScope, Inspection, Release, Theme
from letters import renditions
from letters.copies import report
from letters.models import Letter, Letterhead, Rendition, Signatory
from letters.signing import preparation, signatures
from publication.release import calendar
from publication.release import workflow as publication

REPORT = Path(__file__).parent / "data" / "national-report.pdf"
SHORT_TITLE = "Demonstration"


def make_inspection(slug: str, short_title: str, forces: Iterable[Force]) -> Inspection:
    """A demonstration inspection of `forces`, with themes, people and signatories. Says that it is one."""
    inspection = Inspection.objects.create(
        title=f"{short_title}: An invented inspection that shows how this service works",
        short_title=short_title,
        slug=slug,
        state=Inspection.State.DRAFTING,
        fieldwork_from=dt.date(2026, 6, 1),
        fieldwork_until=dt.date(2026, 9, 30),
        fieldwork_words="June to September 2026",
        contact_name="Lead inspector (demonstration)",
        contact_telephone="020 7946 0142",
        is_demonstration=True,
    )
    for position, (title, prefix, question) in enumerate(THEMES, start=1):
        Theme.objects.create(inspection=inspection, position=position, title=title, prefix=prefix, question=question)
    for force in forces:
        ForceInScope.objects.create(inspection=inspection, force=force)
    _assign(inspection)
    comparing.add_questions(inspection)
    _name_signatories(inspection)
    return inspection


def _assign(inspection: Inspection) -> None:
    role = Assignment.Role
    for key, what in (
        ("inspector", role.INSPECTOR),
        ("second-inspector", role.INSPECTOR),
        ("moderator", role.MODERATOR),
        ("lead-inspector", role.LEAD_INSPECTOR),
        ("hm-inspector", role.HM_INSPECTOR),
    ):
        Assignment.objects.create(inspection=inspection, user=person(key), role=what, starts_on=SINCE)


def _name_signatories(inspection: Inspection) -> None:
    """The register knows the regions of two forces: for the demonstration one invented HM Inspector signs for all."""
    hmi = Person.objects.get(user=person("hm-inspector"))
    for scope in inspection.scope.select_related("force"):
        Signatory.objects.create(
            inspection=inspection,
            force=scope.force,
            person=hmi,
            post_title="HM Inspector of Constabulary",
            region_name="",
            invented=True,
            starts_on=SINCE,
        )


def ensure_letterheads() -> None:
    """The inspectorate's letterhead of 2014, as the real letter prints it, and one for today's demonstration."""
    name = "Her Majesty’s Inspectorate of Constabulary"
    for starts, ends, address in (
        (
            dt.date(2014, 1, 1),
            SINCE - dt.timedelta(days=1),
            "6th Floor | Globe House | 89 Eccleston Square | London SW1V 1PN",
        ),
        (SINCE, None, "Demonstration letter | Not sent to anyone"),
    ):
        Letterhead.objects.get_or_create(
            starts_on=starts, defaults={"ends_on": ends, "name": name, "short_name": "HMIC", "address": address}
        )


def draft(inspection: Inspection, force: Force, seed: int, *, until: str = "moderated") -> list[Finding]:
    """Draft a force's invented findings and take them to `until`: "draft", "ready" or "moderated"."""
    themes = {theme.prefix: theme for theme in inspection.themes.all()}
    author, reader = person("inspector"), person("moderator")
    made = []
    for words in findings_for(force.slug, seed):
        finding = workflow.draft_finding(
            inspection=inspection,
            force=force,
            theme=themes[words.prefix],
            text=words.text,
            kind=words.kind,
            basis=words.basis,
            by=author,
        )
        if until in {"ready", "moderated"}:
            finding = workflow.mark_ready(finding, by=author)
        if until == "moderated":
            finding = workflow.moderate(finding, version=finding.version, by=reader)
        made.append(finding)
    add_evidence(
        inspection=inspection,
        force=force,
        kind="interview",
        source="Interview with a head of department (demonstration)",
        note="Demonstration note. Private to the inspectorate.",
        happened_on=dt.date(2026, 9, 1),
        findings=made,
        by=author,
    )
    comparing.answer(inspection, force, made, seed)
    return made


def issue(inspection: Inspection, force: Force) -> Round:
    """Send the draft to the force, and really send the notice: its clock starts then."""
    ticked = [each.key for each in unconfirmed.to_confirm(inspection, [force])[force.pk]]
    issued = issuing.issue_round(inspection=inspection, force=force, by=person("lead-inspector"), confirmed=ticked)
    notices.deliver()
    return issued


def liaison_officer(force: Force) -> User:
    contact = Contact.objects.filter(
        force=force, capacity=Contact.Capacity.LIAISON_OFFICER, user__email__endswith="@demonstration.example"
    ).first()
    if contact is None or contact.user is None:
        raise Contact.DoesNotExist(f"{force.name} has no liaison officer in the demonstration.")
    officer: User = contact.user
    return officer


def raise_a_point(round: Round, paragraph: Paragraph, old: str, new: str, kind: str = "disputed") -> Point:
    """A force's point on some words of a paragraph, by its liaison officer."""
    return answers.raise_point(
        round,
        paragraph=paragraph,
        kind=kind,
        quoted=old,
        proposed=new,
        explanation="Our records for the period show this. (Demonstration reason.)",
        by=liaison_officer(round.force),
    )


def respond(round: Round, *, points: int = 0) -> list[Point]:
    """The force reads, raises `points` points on its first paragraphs, and submits."""
    speaker = liaison_officer(round.force)
    answers.open_round(round, by=speaker)
    paragraphs = list(round.paragraphs.all())
    for paragraph in paragraphs:
        answers.check_paragraph(paragraph, by=speaker)
    raised = []
    for paragraph in paragraphs[:points]:
        words = " ".join(paragraph.text.split()[:3])
        raised.append(
            raise_a_point(round, paragraph, words, f"At the time of fieldwork, {words[0].lower()}{words[1:]}")
        )
    answers.submit_response(round, authorised_by="Assistant Chief Constable (demonstration)", by=speaker)
    return raised


def decide(points: Iterable[Point]) -> None:
    """Accept the first point and each second one after it; the others are not accepted. Always with a reason."""
    for number, point in enumerate(points):
        outcome = Point.State.ACCEPTED if number % 2 == 0 else Point.State.NOT_ACCEPTED
        reason = (
            "The records show it. (Demonstration reason.)"
            if number % 2 == 0
            else "The finding already says when. (Demonstration reason.)"
        )
        decisions.decide_point(
            Point.objects.get(pk=point.pk), outcome=outcome, reason=reason, by=person("lead-inspector")
        )


def close(round: Round) -> None:
    closing.close_round(Round.objects.get(pk=round.pk), by=person("lead-inspector"))


def schedule(inspection: Inspection, ahead: dt.timedelta) -> Release:
    """A release whose instant is `ahead` from now by the database's clock, on a whole second."""
    admin = person("admin")
    release = publication.create_release(inspection=inspection, title=inspection.short_title, by=admin)
    instant = (clock.now() + ahead).astimezone(LONDON).replace(microsecond=0, tzinfo=None)
    release = publication.schedule(release, wall=instant, zone="Europe/London", by=admin)
    calendar.announce(release, title=f"{inspection.short_title}: letters, report and data", by=admin)
    return Release.objects.get(pk=release.pk)


def assemble(release: Release, force: Force) -> Letter:
    letter = preparation.assemble_letter(
        inspection=release.inspection, force=force, release=release, by=person("lead-inspector")
    )
    return preparation.proof_letter(letter, by=person("lead-inspector"))


def sign(letter: Letter) -> Letter:
    """Sign, then render what will be issued and released."""
    signed = signatures.sign_letter(letter, expected_hash=letter.content_hash, by=person("hm-inspector"))
    for variant in (Rendition.Variant.EMBARGOED, Rendition.Variant.FINAL):
        renditions.rendition(signed, variant)
    return signed


def add_report(release: Release) -> None:
    report.upload_report(
        release,
        title="National report (demonstration)",
        summary="An invented national report.",
        data=REPORT.read_bytes(),
        name="national-report.pdf",
        by=person("admin"),
    )


def seal_and_approve(release: Release) -> Release:
    """Lock by the first publication admin, approve by the second."""
    release = publication.seal(
        Release.objects.get(pk=release.pk), version=Release.objects.get(pk=release.pk).version, by=person("admin")
    )
    return publication.approve(release, expected_version=release.version, by=person("second-admin"))


def northamptonshire() -> Force:
    return Force.objects.get(slug=NORTHAMPTONSHIRE)
