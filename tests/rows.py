"""Many rows at once, for lists: rows instead of verbs, since their number is the point and not how they came about."""

import datetime as dt
from itertools import count
from typing import Any

from archive.models import ImportBatch, ImportedLetter, ImportFile
from findings.models import Comment, CriterionAnswer, Evidence, Finding, Paragraph, Point, Revision, Round
from forces.models import Contact, Force, Person, Post, RegionMembership
from hmic_core import clock, files
from hmic_core.models import AuditEntry, Notice, User
from inspections.models import (
    Assignment,
    Criterion,
    ForceInScope,
    Indicator,
    Inspection,
    NationalEntry,
    Release,
    ReleaseItem,
    ReportPassage,
    Theme,
)
from letters.models import Copy, Letter, Recipient, Rendition, Signatory
from tests.cast import LONG_AGO, Cast
from tests.items import inspection_content, letter_content

_numbers = count(1)
A_DAY = dt.timedelta(days=1)


def force(cast: Cast) -> Force:
    """One more force of the cast's region and inspection, with a chief officer."""
    number = next(_numbers)
    made = Force.objects.create(name=f"Force {number}", slug=f"force-{number}", chief_officer_title="Chief Constable")
    RegionMembership.objects.create(region=cast.region, force=made, starts_on=LONG_AGO)
    ForceInScope.objects.create(inspection=cast.inspection, force=made)
    Post.objects.create(
        kind=Post.Kind.CHIEF_OFFICER,
        title="Chief Constable",
        person=Person.objects.create(name=f"Chief Constable {number}"),
        force=made,
        starts_on=LONG_AGO,
    )
    return made


def finding(cast: Cast, of: Force, theme: int = 0, state: str = "draft") -> Finding:
    number = next(_numbers)
    now = clock.now()
    made = Finding.objects.create(
        inspection=cast.inspection,
        force=of,
        theme=cast.themes[theme],
        number=number,
        position=number,
        state=state,
        text=f"The force has plan number {number}.",
        author=cast.inspector,
        changed_at=now,
        state_reason="Say which plan." if state == "draft" else "",
    )
    Revision.objects.create(finding=made, version=1, kind=made.kind, text=made.text, by=cast.inspector, at=now)
    return made


def discussion(cast: Cast, of: Finding) -> None:
    """One more comment with an answer and somebody mentioned, and one more piece of evidence."""
    number, now = next(_numbers), clock.now()
    about = {"finding": of, "version": 1, "at": now}
    comment = Comment.objects.create(number=number, quoted="The force", text="Which?", by=cast.moderator, **about)
    comment.mentioned.add(cast.inspector)
    Comment.objects.create(parent=comment, text="This.", by=cast.inspector, **about)
    evidence = Evidence.objects.create(
        inspection=of.inspection,
        force=of.force,
        number=number,
        kind="data",
        source="Log",
        created_by=cast.inspector,
        created_at=now,
    )
    evidence.findings.add(of)


def check(cast: Cast, of: Force, state: str = "issued", points: int = 1, paragraphs: int = 1) -> Round:
    """A factual accuracy check with a force, its notice sent, its points written."""
    now = clock.now()
    event = f"round:{next(_numbers)}"
    notice = Notice.objects.create(recipient=cast.liaison_officer, event=event, created_at=now, sent_at=now)
    made = Round.objects.create(
        inspection=cast.inspection,
        force=of,
        state=state,
        issued_by=cast.lead_inspector,
        issued_at=now,
        notice=notice,
        submitted_at=None if state == "issued" else now,
    )
    shown = [_paragraph(made, finding(cast, of, state="moderated"), position) for position in range(1, paragraphs + 1)]
    for number in range(1, points + 1):
        point(cast, made, shown[(number - 1) % len(shown)], number)
    return made


def indicator(cast: Cast) -> Indicator:
    """One more indicator, with a value for a force of its own."""
    number = next(_numbers)
    made = Indicator.objects.create(
        inspection=cast.inspection,
        position=number,
        number=number,
        title=f"Indicator {number}",
        unit="per cent",
        period="2014",
        source="Log",
    )
    NationalEntry.objects.create(force=force(cast), indicator=made, value="62.0")
    return made


def passage(cast: Cast) -> ReportPassage:
    """One more passage of the national report, naming two forces of their own."""
    number = next(_numbers)
    made = ReportPassage.objects.create(inspection=cast.inspection, position=number, text=f"Passage {number}.")
    for _ in range(2):
        NationalEntry.objects.create(force=force(cast), passage=made, number=1, reason="Good practice", words="It is.")
    return made


def _paragraph(round: Round, of: Finding, position: int) -> Paragraph:
    return Paragraph.objects.create(
        round=round,
        position=position,
        reference=of.reference,
        theme_title=of.theme.title,
        theme_question=of.theme.question,
        kind=of.kind,
        text=of.text,
        finding=of,
        revision=of.revisions.get(),
    )


def point(cast: Cast, round: Round, paragraph: Paragraph, number: int) -> Point:
    return Point.objects.create(
        round=round,
        paragraph=paragraph,
        number=number,
        kind="disputed",
        state="draft" if round.state == "issued" else "submitted",
        quoted="plan number",
        proposed="strategy number",
        explanation="See the cover.",
        author=cast.reviewer,
        changed_at=clock.now(),
        submitted_at=round.submitted_at,
    )


def decided_point(cast: Cast, round: Round, paragraph: Paragraph, number: int) -> Point:
    made = point(cast, round, paragraph, number)
    made.state, made.decision_reason = Point.State.NOT_ACCEPTED, "The cover says otherwise."
    made.decided_by, made.decided_at = cast.lead_inspector, clock.now()
    made.save()
    return made


def inspection(cast: Cast) -> Inspection:
    """One more inspection that the whole inspectorate works on."""
    number = next(_numbers)
    made = Inspection.objects.create(
        title=f"Inspection {number}", short_title=f"Inspection {number}", slug=f"inspection-{number}", state="drafting"
    )
    Theme.objects.create(inspection=made, position=1, title="Theme", question="how well", prefix="TH")
    for held in Assignment.objects.filter(inspection=cast.inspection):
        Assignment.objects.create(inspection=made, user=held.user, role=held.role, starts_on=LONG_AGO)
    return made


def criterion(cast: Cast) -> Criterion:
    number = next(_numbers)
    return Criterion.objects.create(
        theme=cast.themes[0], position=number, number=number, question=f"Question {number}?"
    )


def answer(cast: Cast, to: Criterion, of: Force) -> CriterionAnswer:
    made = CriterionAnswer.objects.create(
        inspection=cast.inspection, criterion=to, force=of, answer="yes", by=cast.inspector, at=clock.now()
    )
    made.findings.add(finding(cast, of))
    return made


def assignment(cast: Cast) -> None:
    number = next(_numbers)
    user = User.objects.create_user(f"inspector-{number}@cast.example", f"Inspector {number}")
    Assignment.objects.create(inspection=cast.inspection, user=user, role="inspector", starts_on=LONG_AGO)


def notice(user: User) -> Notice:
    return Notice.objects.create(
        recipient=user, event=f"reminder:{next(_numbers)}", subject="Subject", link="/", created_at=clock.now()
    )


def release(cast: Cast, state: str = "scheduled", **changes: Any) -> Release:
    now = clock.now()
    approved = state in ("approved", "released")
    values: dict[str, Any] = {
        "inspection": cast.inspection,
        "title": f"Release {next(_numbers)}",
        "state": state,
        "embargo_until": (now - A_DAY if state == "released" else now + A_DAY).replace(microsecond=0),
        "created_at": now,
        "scheduled_by": cast.admin,
        "scheduled_at": now,
        "sealed_by": cast.admin if approved else None,
        "approved_by": cast.second_admin if approved else None,
        "approved_at": now if approved else None,
        "approved_installation": "development" if approved else "",
        "released_at": now if state == "released" else None,
    }
    return Release.objects.create(**{**values, **changes})


def letter(cast: Cast, of: Force, in_release: Release, content: dict[str, Any], state: str = "assembled") -> Letter:
    """`content` is what a real assembled letter holds: it is read for the key of the PDF."""
    now = clock.now()
    signed = state in ("signed", "issued")
    signatory = Signatory.objects.create(
        inspection=in_release.inspection,
        force=of,
        person=Person.objects.get(user=cast.hmi),
        post_title="HM Inspector of Constabulary",
        starts_on=LONG_AGO,
    )
    return Letter.objects.create(
        inspection=in_release.inspection,
        force=of,
        release=in_release,
        signatory=signatory,
        state=state,
        letter_date=now.date(),
        content=content,
        content_hash="ab" * 32,
        assembled_by=cast.lead_inspector,
        assembled_at=now,
        signed_by=cast.hmi if signed else None,
        signed_at=now if signed else None,
        signed_hash="ab" * 32 if signed else "",
    )


def copies(cast: Cast, of: Letter, user: User | None = None) -> Copy:
    """A copy of a letter for somebody of its force, issued yesterday."""
    number = next(_numbers)
    user = user or User.objects.create_user(f"recipient-{number}@cast.example", f"Recipient {number}")
    contact = Contact.objects.create(
        force=of.force,
        capacity=Contact.Capacity.LIAISON_OFFICER,
        user=user,
        name=user.name,
        starts_on=LONG_AGO,
        verified_at=clock.now(),
    )
    yesterday = clock.now() - A_DAY
    master, _ = Rendition.objects.get_or_create(
        letter=of,
        variant=Rendition.Variant.EMBARGOED,
        defaults={
            "key": f"{number:064}",
            "file": files.store(b"%PDF-1.7", "letter.pdf", "application/pdf", None),
            "pages": 1,
            "rendered_at": yesterday,
        },
    )
    return Copy.objects.create(
        letter=of,
        contact=contact,
        number=number,
        not_before=yesterday,
        reason="Liaison officer",
        issued_at=yesterday,
        master=master,
    )


def recipient(cast: Cast, of_release: Release, of: Force) -> Recipient:
    """Somebody of a force on the pre-release list, without a copy."""
    number = next(_numbers)
    user = User.objects.create_user(f"listed-{number}@cast.example", f"Listed {number}")
    contact = Contact.objects.create(
        force=of,
        capacity=Contact.Capacity.PCC_OFFICE,
        user=user,
        name=user.name,
        starts_on=LONG_AGO,
        verified_at=clock.now(),
    )
    return Recipient.objects.create(
        release=of_release, contact=contact, reason="Asked for it", added_by=cast.admin, added_at=clock.now()
    )


def item(
    in_release: Release,
    kind: str,
    content: dict[str, Any],
    of: Force | None = None,
    slug: str = "",
    **changes: Any,
) -> None:
    """One frozen document."""
    values: dict[str, Any] = {
        "inspection_slug": slug or in_release.inspection.slug,
        "title": f"{kind} {next(_numbers)}",
        "published_at": in_release.embargo_until or clock.now(),
        "content_hash": "ab" * 32,
        "file_key": "00/none",
        "file_name": "letter.pdf",
        "file_size": 1000,
    }
    ReleaseItem.objects.create(release=in_release, kind=kind, force=of, content=content, **{**values, **changes})


def published_inspection(cast: Cast, of: Force) -> None:
    """One more inspection with a page, a report and a force's letter, all public."""
    slug = f"published-{next(_numbers)}"
    out = release(cast, "released")
    item(out, "inspection", inspection_content(cast, "words"), slug=slug)
    item(out, "report", {"title": "Report", "summary": "", "inspection_title": ""}, slug=slug)
    item(out, "letter", letter_content(cast, "words"), of, slug)


def audit_entry(cast: Cast, about: Any, action: str = "finding:drafted") -> None:
    AuditEntry.objects.create(
        at=clock.now(),
        action=action,
        actor=cast.inspector,
        subject_type=about._meta.label_lower,
        subject_id=str(about.pk),
        force_slug="northamptonshire",
    )


def imported(cast: Cast, batch: ImportBatch) -> ImportFile:
    """A file of a batch that was read into a letter, and a batch of its own beside it."""
    number = batch.files.count() + 1
    data = f"letter {number}".encode()
    file = files.store(data, f"{number}.txt", "text/plain; charset=utf-8", cast.admin)
    letter = ImportedLetter.objects.create(
        file=file,
        source_hash=files.digest(data),
        source_text=data.decode(),
        result={"force": "Kent Police", "counts": [2, 3]},
        open_questions=1,
        read_by=cast.admin,
        read_at=clock.now(),
    )
    ImportBatch.objects.create(created_by=cast.admin, created_at=clock.now())
    return ImportFile.objects.create(
        batch=batch, position=number, name=file.name, file=file, state=ImportFile.State.READ, imported=letter
    )
