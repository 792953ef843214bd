"""Letters at each of their states, through the verbs; releases as rows, since their verbs are in a higher room."""

import datetime as dt
import io

import pikepdf
from django.conf import settings

from findings.accuracy.force import answers
from findings.accuracy.inspectorate import closing, decisions
from findings.models import Finding, Revision, Round
from forces.models import Contact, Force
from hmic_core import clock
from inspections.models import Release
from letters import renditions
from letters.copies import issuing
from letters.document.parts import Variant
from letters.models import Copy, Letter, Letterhead
from letters.signing import preparation, signatures
from tests.cast import LONG_AGO, Cast
from tests.findings.accuracy.steps import issued, point

WORDS = "The force has an all crime reduction strategy."


def letterhead() -> Letterhead:
    head, _ = Letterhead.objects.get_or_create(
        name="Her Majesty's Inspectorate of Constabulary",
        short_name="HMIC",
        address="6th Floor | Globe House | 89 Eccleston Square | London SW1V 1PN",
        starts_on=LONG_AGO,
    )
    return head


def scheduled(cast: Cast, *, hours: float = 48) -> Release:
    """A release of the cast's inspection, so many hours ahead of the database's clock, on a whole second."""
    letterhead()
    instant = (clock.now() + dt.timedelta(hours=hours)).replace(microsecond=0)
    return Release.objects.create(
        inspection=cast.inspection,
        title="Test subject",
        state=Release.State.SCHEDULED,
        embargo_until=instant,
        created_by=cast.admin,
        created_at=clock.now(),
        scheduled_by=cast.admin,
        scheduled_at=clock.now(),
    )


def approved(release: Release, cast: Cast) -> Release:
    release.refresh_from_db()
    release.state = Release.State.APPROVED
    release.approved_by, release.approved_at = cast.second_admin, clock.now()
    release.approved_installation = settings.INSTALLATION
    release.save()
    return release


def closed_round(cast: Cast, *texts: str, amended: str = "") -> Round:
    """Northamptonshire's check, answered and closed. `amended`: the words that replace the first finding's."""
    round_ = issued(cast, *(texts or (WORDS,)))
    if amended:
        raised = point(cast, round_, quoted=WORDS, proposed=amended)
    answers.submit_response(round_, authorised_by="Adrian Lee", by=cast.liaison_officer)
    if amended:
        decisions.decide_point(
            raised,
            outcome="accepted",
            reason="The cover says so.",
            by=cast.lead_inspector,
            amended_text=amended,
            version=Finding.objects.get().version,
        )
    round_.refresh_from_db()
    closing.close_round(round_, by=cast.lead_inspector)
    round_.refresh_from_db()
    return round_


def final_rows(cast: Cast, force: Force) -> None:
    """Rows instead of verbs, for lists of many forces: one final finding, shown as it stands, the check closed."""
    now = clock.now()
    finding = Finding.objects.create(
        inspection=cast.inspection,
        force=force,
        theme=cast.themes[0],
        number=1,
        position=1,
        state=Finding.State.FINAL,
        text=WORDS,
        author=cast.inspector,
        changed_at=now,
    )
    revision = Revision.objects.create(
        finding=finding, version=1, kind="finding", text=WORDS, by=cast.inspector, at=now
    )
    round_ = Round.objects.create(
        inspection=cast.inspection, force=force, state=Round.State.CLOSED, issued_at=now, submitted_at=now
    )
    round_.paragraphs.create(
        position=1,
        reference="PC-1",
        theme_title=cast.themes[0].title,
        theme_question=cast.themes[0].question,
        kind="finding",
        text=WORDS,
        finding=finding,
        revision=revision,
    )


def assembled(cast: Cast, release: Release | None = None) -> Letter:
    release = release or scheduled(cast)
    if not Round.objects.filter(force=cast.northamptonshire).exists():
        closed_round(cast)
    return preparation.assemble_letter(
        inspection=cast.inspection, force=cast.northamptonshire, release=release, by=cast.lead_inspector
    )


def signed(cast: Cast) -> Letter:
    letter = assembled(cast)
    return signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)


def copy_for(cast: Cast, letter: Letter, who: str = "liaison_officer") -> Copy:
    """An approved release, and a copy to somebody of the force, an hour ago (readers use the transaction's time)."""
    approved(letter.release, cast)
    renditions.rendition(letter, Variant.EMBARGOED)
    return issuing.issue_copy(
        letter,
        contact=Contact.objects.get(user=getattr(cast, who)),
        not_before=clock.now() - dt.timedelta(hours=1),
        reason="Liaison officer",
        by=cast.admin,
    )


def a_pdf(words: str = "Report") -> bytes:
    """A small real PDF, with a page."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(595, 842))
    made.docinfo["/Title"] = words
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()
