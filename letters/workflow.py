"""The verbs of letters: assembled from final findings, proof-read, signed, issued to named people under embargo.

Each locks the release, then the letter (always in this order), checks the present state against `TRANSITIONS`, and
writes its audit entry and notices in the same transaction. A refusal is `NotAllowed` with the sentence for the screen.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from findings.models import Finding
from forces.models import Contact, Force, Post
from hmic_core import audit, clock, files, pdf
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections import legal_hold
from inspections.embargo import spoken_instant
from inspections.models import ForceInScope, Inspection, Release, ReleaseItem, Reopening
from letters import document, notices, permissions, store, tasks
from letters.assembling import document_of, letter_document, signatory_for, usual_date
from letters.document import Variant
from letters.models import Acknowledgement, Copy, Download, Letter, NationalReport, Rendition

State = Letter.State
#: verb -> (states it may start from, state it leads to). docs/workflow.md is checked against it.
TRANSITIONS: dict[str, tuple[frozenset[Letter.State], Letter.State]] = {
    "assemble": (frozenset({State.ASSEMBLED, State.PROOFED, State.SIGNED}), State.ASSEMBLED),
    "proof": (frozenset({State.ASSEMBLED}), State.PROOFED),
    "sign": (frozenset({State.ASSEMBLED, State.PROOFED}), State.SIGNED),
    "void": (frozenset({State.PROOFED, State.SIGNED}), State.ASSEMBLED),
    "issue": (frozenset({State.SIGNED, State.ISSUED}), State.ISSUED),
    "supersede": (frozenset({State.ISSUED}), State.SUPERSEDED),
}
#: Releases whose letters may not change: what was approved is what is read.
LOCKED = (Release.State.SEALED, Release.State.APPROVED, Release.State.HELD)
#: Releases whose present text and report a second person has approved.
APPROVED = (Release.State.APPROVED, Release.State.HELD, Release.State.RELEASED)


# Assembling


@transaction.atomic
def assemble_letter(
    *, inspection: Inspection, force: Force, release: Release, by: User, letter_date: dt.date | None = None
) -> Letter:
    """Make the force's final findings into a letter that quotes the release's instant; or make it again.

    Again: the text may have changed, so a signature is voided if it did; a letter whose copies are out is superseded by
    a new one. Side effects: assigns the region's HM Inspector as signatory where nobody is; asks for a draft PDF.
    """
    if not permissions.can_assemble(by, inspection, force):
        raise NotAllowed("Only the lead inspector of this inspection or a publication admin assembles its letters.")
    release = _scheduled(release, force)
    _check_scope(inspection, force, release)
    day = letter_date or usual_date(release)
    signatory = signatory_for(inspection, force, day)
    made = letter_document(inspection, force, release, signatory=signatory, day=day)
    content_hash = document.content_hash(made)
    letter = _current(inspection, force)
    left = letter is not None and letter.release_id != release.pk and _left_its_release(letter)
    if letter and letter.state == State.ISSUED and (left or letter.content_hash != content_hash):
        _supersede(letter, by=by)
        letter = None
    if letter and not left and letter.content_hash == content_hash and letter.state in (State.SIGNED, State.ISSUED):
        raise NotAllowed(
            "The letter already says what the findings say, and it is signed. There is nothing to assemble."
        )
    if letter and letter.signed_hash:
        void_signature(letter, reason="The letter was assembled again with other words.")
        letter.refresh_from_db()
    letter = letter or Letter(inspection=inspection, force=force, version=0)
    letter.release, letter.signatory, letter.letter_date = release, signatory, day
    letter.content, letter.content_hash = document.to_json(made), content_hash
    letter.state, letter.version = State.ASSEMBLED, letter.version + 1
    letter.assembled_by, letter.assembled_at = by, clock.now()
    letter.proofed_by = letter.proofed_at = None
    letter.save()
    _record(Action.LETTER_ASSEMBLED, letter, by, release=release.pk)
    notices.letter_to_sign(letter)
    tasks.render_later(letter)
    return letter


def _check_scope(inspection: Inspection, force: Force, release: Release) -> None:
    if release.inspection_id != inspection.pk:
        raise NotAllowed("This release belongs to another inspection. Choose one of this inspection.")
    if not ForceInScope.objects.filter(inspection=inspection, force=force).exists():
        raise NotAllowed(f"{force.name} is not part of this inspection.")


def _current(inspection: Inspection, force: Force) -> Letter | None:
    letters = Letter.objects.select_for_update(of=("self",)).filter(inspection=inspection, force=force)
    letters = letters.select_related("release")
    current: Letter | None = letters.exclude(state=State.SUPERSEDED).first()
    return current


def _left_its_release(letter: Letter) -> bool:
    """Whether the letter may follow in another release: it was dropped or withdrawn, or its release was given up.

    Refuses while another release has it locked: what that one publishes must keep its letter and signature.
    """
    release = letter.release
    items = set(ReleaseItem.objects.filter(release=release, source_id=letter.pk).values_list("state", flat=True))
    ended = release.state in (Release.State.CANCELLED, Release.State.WITHDRAWN)
    if release.state in LOCKED and ReleaseItem.State.ACTIVE in items:
        raise NotAllowed(
            f"The letter is part of “{release.title}”, which is locked for publication. Drop it from that release, or "
            "unlock that release, first."
        )
    return ended or bool(items and ReleaseItem.State.ACTIVE not in items)


def _supersede(letter: Letter, *, by: User) -> None:
    """Copies of it stay readable until copies of the new letter are issued."""
    _move(letter, "supersede")
    letter.save(update_fields=["state", "version"])


@transaction.atomic
def proof_letter(letter: Letter, *, by: User) -> Letter:
    """Record that somebody other than the signatory has read the letter as a whole."""
    _scheduled(letter.release, letter.force)
    letter = _locked(letter)
    if not permissions.can_proof(by, letter):
        raise NotAllowed("A letter is proof-read by somebody of its inspection who does not sign it.")
    _move(letter, "proof")
    letter.proofed_by, letter.proofed_at = by, clock.now()
    letter.save(update_fields=["state", "version", "proofed_by", "proofed_at"])
    _record(Action.LETTER_PROOFED, letter, by)
    return letter


# Signing


@transaction.atomic
def sign_letter(letter: Letter, *, expected_hash: str, by: User) -> Letter:
    """Sign the letter's canonical data, with the instant and the date as named placeholders.

    `expected_hash` is what the signatory was shown: a letter that changed meanwhile is not signed. The caller has
    re-authenticated `by`. Side effect: asks for the embargoed and the final PDF.
    """
    release = _scheduled(letter.release, letter.force)
    letter = _locked(letter)
    if not permissions.can_sign(by, letter):
        raise NotAllowed(f"This letter is signed by {letter.signatory.person.name} and by nobody else.")
    if expected_hash != letter.content_hash:
        raise NotAllowed("The letter has changed since you opened it, so it was not signed. Read it again, then sign.")
    _check_signable(letter, release)
    _move(letter, "sign")
    letter.signed_by, letter.signed_at, letter.signed_hash = by, clock.now(), letter.content_hash
    letter.confirmed_instant = release.embargo_until
    letter.save()
    _record(Action.LETTER_SIGNED, letter, by, instant=release.embargo_until)
    tasks.render_later(letter)
    return letter


def _check_signable(letter: Letter, release: Release) -> None:
    """The row says what was hashed, the findings still say what the row does, and the addressee holds the post."""
    check_addressee(letter)
    if document.content_hash(document_of(letter)) != letter.content_hash:
        raise NotAllowed("The letter's stored text does not agree with its hash. Assemble it again.")
    if differs_from_findings(letter):
        raise NotAllowed(
            "The findings have changed since this letter was assembled. It has to be assembled again first."
        )


def check_addressee(letter: Letter) -> None:
    """The addressee must hold the post on the letter's date, or the signature does not count (domain.md, rule 14)."""
    if not addressee_in_post(letter):
        named = letter.content["addressee"]["name"]
        raise NotAllowed(
            f"{named} is not recorded as chief officer of {letter.force.name} on "
            f"{document.date_words(letter.letter_date)}. Assemble the letter again."
        )


def addressee_in_post(letter: Letter) -> bool:
    holders = Post.objects.on(letter.letter_date).filter(kind=Post.Kind.CHIEF_OFFICER, force=letter.force_id)
    return bool(holders.filter(person__name=letter.content["addressee"]["name"]).exists())


def differs_from_findings(letter: Letter) -> bool:
    """Whether assembling now would give another text, or could not be done."""
    try:
        fresh = letter_document(
            letter.inspection, letter.force, letter.release, signatory=letter.signatory, day=letter.letter_date
        )
    except NotAllowed:
        return True
    return document.content_hash(fresh) != letter.content_hash


@transaction.atomic
def void_signature(letter: Letter, *, reason: str, by: User | None = None) -> None:
    """Take a letter back to assembled because its text changed; the signatory is told, the audit trail says why."""
    letter = _locked(letter)
    signed = bool(letter.signed_hash)
    _move(letter, "void")
    old_hash, letter.signed_hash = letter.signed_hash, ""
    letter.signed_by = letter.signed_at = letter.confirmed_instant = None
    letter.proofed_by = letter.proofed_at = None
    letter.save()
    if signed:
        _record(Action.LETTER_SIGNATURE_VOIDED, letter, by, reason=reason, signed_hash=old_hash)
        notices.signature_voided(letter)


def text_changed(finding: Finding, by: User | None = None, **_: Any) -> None:
    """For the registry of `findings.workflow`: an edit voids the signature of the force's letter, in its transaction.

    Refuses while the letter's release is locked for publication. What is already public stays what it is.
    """
    letters = Letter.objects.filter(inspection=finding.inspection_id, force=finding.force_id)
    letter = letters.exclude(state=State.SUPERSEDED).select_related("release").first()
    if letter is None:
        return
    if letter.release.state in LOCKED and not is_reopened(letter.release, letter.force):
        raise NotAllowed(
            "This finding is part of a letter that is locked for publication. A publication admin has to unlock the "
            "release before it can be changed."
        )
    if letter.state in TRANSITIONS["void"][0]:
        void_signature(letter, reason=f"{finding.reference} was changed after the letter was assembled.", by=by)


# A moved instant


def waiting_for_confirmation(release: Release) -> QuerySet[Letter]:
    """Signed letters whose wording quotes another instant than the signatory has seen."""
    signed = Letter.objects.filter(release=release, state__in=[State.SIGNED, State.ISSUED])
    return signed.exclude(confirmed_instant=release.embargo_until).select_related("signatory__person", "force")


@transaction.atomic
def instant_moved(release: Release, *, by: User | None = None) -> int:
    """After `reschedule`: date the letters anew, ask for PDFs, tell each signatory once. Returns how many letters."""
    release = Release.objects.select_for_update().get(pk=release.pk)
    day = usual_date(release)
    letters = Letter.objects.select_for_update(of=("self",)).filter(release=release).exclude(state=State.SUPERSEDED)
    letters.update(letter_date=day)
    tasks.render_release(release)
    for user in {each.signatory.person.user for each in waiting_for_confirmation(release)}:
        if user is not None:
            notices.wording_to_confirm(release, user)
    return int(letters.count())


@transaction.atomic
def confirm_wording(release: Release, *, by: User) -> int:
    """The signatory confirms the new sentence and date once for all their letters; no text is signed again."""
    release = _scheduled(release)
    mine = list(waiting_for_confirmation(release).filter(signatory__person__user=by).select_for_update(of=("self",)))
    if not mine:
        raise NotAllowed("No letter that you signed waits for its new wording to be confirmed.")
    for letter in mine:
        check_addressee(letter)
        letter.confirmed_instant = release.embargo_until
        letter.save(update_fields=["confirmed_instant"])
        _record(Action.LETTER_SIGNED, letter, by, instant=release.embargo_until, confirmed="wording")
    return len(mine)


def rendition(letter: Letter, variant: Variant | str) -> Rendition:
    """The stored PDF of a variant, rendered if need be. For workers and commands only: it loads WeasyPrint."""
    return store.rendition(letter, Variant(variant))


# The national report


@transaction.atomic
def upload_report(release: Release, *, title: str, summary: str, data: bytes, name: str, by: User) -> NationalReport:
    """Keep the national report's PDF with its release, instead of an earlier one; refused once that is locked."""
    release = Release.objects.select_for_update().get(pk=release.pk)
    if not permissions.can_upload_report(by):
        raise NotAllowed("Only a publication admin uploads the national report.")
    if release.state not in (Release.State.DRAFT, Release.State.SCHEDULED):
        raise NotAllowed("The release is locked for publication, so its report cannot be replaced. Unlock it first.")
    pages = report_pages(data)
    stored = files.store(data, name, "application/pdf", by)
    report, _ = NationalReport.objects.update_or_create(
        release=release,
        defaults={"title": title, "summary": summary, "file": stored, "uploaded_by": by, "uploaded_at": clock.now()},
    )
    audit.record(Action.REPORT_UPLOADED, by, release, sha256=stored.sha256, size=stored.size, pages=pages)
    return report


def report_pages(data: bytes) -> int:
    """How many pages the PDF has. Raises NotAllowed if it is none, or one that cannot be stamped for a recipient."""
    if not data.startswith(b"%PDF-"):
        raise NotAllowed("The file is not a PDF. Save the report as PDF and upload that.")
    try:
        pdf.stamp(data, ["Trial"])
        return pdf.page_count(data)
    except Exception as error:
        # pikepdf raises many kinds of error for damaged and protected files; each means the same to the person.
        raise NotAllowed(
            "The PDF cannot be opened: it is damaged or has a password. Save it again without one."
        ) from error


# Copies under embargo


@transaction.atomic
def issue_copy(letter: Letter, *, contact: Contact, not_before: dt.datetime, reason: str, by: User | None) -> Copy:
    """Put a person of the force on the pre-release list, with a numbered copy. Once the release is approved only.

    The same person again (after a move) keeps the number and gets the new text. `not_before` is aware.
    """
    release = Release.objects.select_for_update().get(pk=letter.release_id)
    letter = _locked(letter)
    if by is not None and not permissions.can_issue(by):
        raise NotAllowed("Only a publication admin issues embargoed copies.")
    legal_hold.refuse(release.inspection, letter.force)
    if release.state != Release.State.APPROVED:
        raise NotAllowed("Embargoed copies are issued once a second person has approved the release.")
    if contact.force_id != letter.force_id:
        raise NotAllowed(f"{contact.name} does not speak for {letter.force.name}.")
    if contact.user is None or contact.verified_at is None:
        raise NotAllowed(f"{contact.name} has no confirmed account yet, so no copy can be issued.")
    copy = Copy.objects.filter(letter=letter, contact=contact).first() or Copy(letter=letter, contact=contact)
    if copy.recalled_at or not copy.number:
        copy.number = (letter.copies.aggregate(Max("number"))["number__max"] or 0) + 1
    copy.recalled_at, copy.recalled_by, copy.recall_reason = None, None, ""
    copy.not_before, copy.reason, copy.issued_at, copy.issued_by = not_before, reason, clock.now(), by
    copy.master = store.find(letter, Variant.EMBARGOED)
    copy.save()
    if letter.state != State.ISSUED:
        _move(letter, "issue")
        letter.save(update_fields=["state", "version"])
    _record(
        Action.LETTER_ISSUED, letter, by, copy=copy.number, contact=contact.pk, not_before=not_before, reason=reason
    )
    notices.copy_issued(copy)
    return copy


@transaction.atomic
def acknowledge(copy: Copy, *, by: User) -> Acknowledgement:
    """Accept the embargo's terms for the present instant. Once for each instant; again changes nothing."""
    copy = _readable(copy, by)
    instant = copy.letter.release.embargo_until
    accepted, is_new = Acknowledgement.objects.get_or_create(
        copy=copy, embargo_until=instant, defaults={"by": by, "at": clock.now()}
    )
    if is_new:
        _record(Action.EMBARGO_ACKNOWLEDGED, copy.letter, by, copy=copy.number, instant=instant)
    return accepted


def is_acknowledged(copy: Copy) -> bool:
    instant = copy.letter.release.embargo_until
    return instant is not None and copy.acknowledgements.filter(embargo_until=instant).exists()


def is_superseded(copy: Copy) -> bool:
    """Whether copies of a newer letter to the same force have been issued: then this one opens nothing."""
    if copy.letter.state != State.SUPERSEDED:
        return False
    newer = Copy.objects.filter(letter__inspection=copy.letter.inspection_id, contact__force=copy.letter.force_id)
    return newer.exclude(letter__state=State.SUPERSEDED).exists()


def is_public(letter: Letter) -> bool:
    """Whether the public can read it, by the one rule of what is public."""
    return ReleaseItem.objects.public().filter(kind=ReleaseItem.Kind.LETTER, source_id=letter.pk).exists()


@transaction.atomic
def view_letter(copy: Copy, *, by: User) -> None:
    """Record that the recipient read the letter on screen; refused until the embargo is acknowledged."""
    copy = _open(copy, by)
    _record(Action.LETTER_VIEWED, copy.letter, by, copy=copy.number)


@transaction.atomic
def stamped_letter(copy: Copy, *, by: User) -> tuple[bytes, str]:
    """The letter's embargoed PDF with who, when and the copy's number on each page, and its file name.

    Made on the fly and not kept; the hashes of master and copy are.
    """
    copy = _open(copy, by)
    master = master_of(copy)
    if master is None:
        tasks.render_later(copy.letter, [Variant.EMBARGOED])
        raise NotAllowed("The PDF is being prepared. Try again in a minute; meanwhile you can read the letter here.")
    name = f"{copy.letter.force.slug}-letter-copy-{copy.number}.pdf"
    return _stamped(copy, master.file, by, "letter", Action.LETTER_DOWNLOADED), name


def master_of(copy: Copy) -> Rendition | None:
    """What the copy is stamped from: the approved text; while its release goes back, still what was issued."""
    approved = copy.letter.release.state in APPROVED
    present = store.find(copy.letter, Variant.EMBARGOED) if approved else None
    return present or copy.master


@transaction.atomic
def report_copy(copy: Copy, *, by: User) -> tuple[bytes, str]:
    """The national report, the letter's enclosure, stamped like the letter."""
    copy = _open(copy, by)
    report = report_of(copy)
    if report is None:
        raise NotAllowed("The national report is not ready: it opens here once the release is approved.")
    return (
        _stamped(copy, report.file, by, "report", Action.REPORT_DOWNLOADED),
        f"{copy.letter.inspection.slug}-report-copy-{copy.number}.pdf",
    )


def report_of(copy: Copy) -> NationalReport | None:
    """The report as approved with the release. One that was uploaded since, and not approved, does not exist yet."""
    report = NationalReport.objects.filter(release=copy.letter.release_id).select_related("file").first()
    if report and copy.letter.release.state not in APPROVED and report.uploaded_at > copy.issued_at:
        return None
    return report


def _stamped(copy: Copy, master: Any, by: User, what: str, action: Action) -> bytes:
    now = clock.now()
    data = pdf.stamp(files.read(master.key), stamp_lines(copy, by, now))
    copy_hash = files.digest(data)
    entry = _record(action, copy.letter, by, copy=copy.number, master=master.sha256, sha256=copy_hash)
    Download.objects.create(
        copy=copy,
        by=by,
        at=now,
        what=what,
        number=copy.number,
        master_hash=master.sha256,
        copy_hash=copy_hash,
        address=entry.address,
    )
    return data


def stamp_lines(copy: Copy, by: User, now: dt.datetime) -> list[str]:
    """What stands on each page of a recipient's copy."""
    local = now.astimezone(clock.LONDON)
    instant = copy.letter.release.embargo_until
    until = f"Embargoed until {spoken_instant(instant)}, London time" if instant else "Embargoed"
    return [
        f"Copy {copy.number}: {by.name}, {copy.letter.force.name}. Downloaded {local:%d %B %Y, %H:%M:%S %Z}.",
        f"{until}. Do not pass on.",
    ]


def _readable(copy: Copy, by: User) -> Copy:
    """The copy as `by` may see it now, with its letter and release. What they may not see does not exist."""
    found: Copy | None = (
        Copy.objects.visible_to(by)
        .filter(pk=copy.pk)
        .select_related("letter__release", "letter__inspection", "letter__force", "contact", "master__file")
        .first()
    )
    if found is None or not permissions.can_read(by, found):
        raise NotAllowed("This copy was not issued to you.")
    if found.recalled_at:
        raise NotAllowed("This copy was recalled, so it opens nothing any more.")
    if is_superseded(found):
        raise NotAllowed("This copy is superseded: a newer one was issued to you. Open that one.")
    return found


def _open(copy: Copy, by: User) -> Copy:
    found = _readable(copy, by)
    if not is_acknowledged(found):
        raise NotAllowed("Accept the terms of the embargo first: the letter opens after that.")
    return found


# Ground


def is_reopened(release: Release, force: Force) -> bool:
    """Whether a publication admin opened this force's letter again, and nothing made of it waits to be confirmed."""
    opened = Reopening.objects.filter(
        item__release=release, item__force=force, item__state=ReleaseItem.State.ACTIVE
    ).exclude(item__superseded_by__state=ReleaseItem.State.PROPOSED)
    return release.state in (*LOCKED, Release.State.RELEASED) and opened.exists()


def _scheduled(release: Release, force: Force | None = None) -> Release:
    """The release, locked. Letters are assembled and signed while it is scheduled: they quote its instant.

    Later only the letter to `force`, and only if it was opened again.
    """
    locked: Release = Release.objects.select_for_update().get(pk=release.pk)
    if locked.embargo_until is None or locked.state == Release.State.DRAFT:
        raise NotAllowed("The release has no date and time yet. Schedule it first: the letter quotes them.")
    if locked.state != Release.State.SCHEDULED and not (force and is_reopened(locked, force)):
        raise NotAllowed(f"The release is {locked.get_state_display().lower()}, so its letters cannot change any more.")
    return locked


def _locked(letter: Letter) -> Letter:
    rows = Letter.objects.select_for_update(of=("self",)).select_related(
        "release", "inspection", "force", "signatory__person__user"
    )
    found: Letter = rows.get(pk=letter.pk)
    return found


def _move(letter: Letter, verb: str) -> None:
    """Change the state by the table, or refuse with the state's words."""
    before, after = TRANSITIONS[verb]
    if letter.state not in before:
        raise NotAllowed(
            f"The letter is {letter.get_state_display().lower()}: reload the page to see what can be done."
        )
    letter.state = after
    letter.version += 1


def _record(action: Action, letter: Letter, by: User | None, **facts: Any) -> Any:
    return audit.record(action, by, letter, force=letter.force.slug, hash=letter.content_hash, **facts)
