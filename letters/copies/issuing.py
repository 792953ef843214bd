"""Embargoed copies for named people: issued, acknowledged, opened, stamped on the way out."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max

from forces.models import Contact
from hmic_core import clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.pdf import rendering
from inspections import legal_hold
from inspections.embargo import spoken_instant
from inspections.models import Release, ReleaseItem
from letters import notices, permissions, renditions
from letters import rendering as letters_rendering
from letters.document.parts import Variant
from letters.models import Acknowledgement, Copy, Download, Letter, NationalReport, Rendition
from letters.states import State, locked, move, record
from letters.versions import is_public


@transaction.atomic
def issue_copy(letter: Letter, *, contact: Contact, not_before: dt.datetime, reason: str, by: User | None) -> Copy:
    """Give a person of the force a numbered copy of the letter, once its release is approved. `not_before` is aware.

    Whoever holds the very copy that would be issued keeps it. With other bytes (after a move) or another time, they get
    a new copy with its own number, terms to accept and receipts, and the one they held is superseded: it stays as it
    was, and opens nothing. So does a recalled one.
    """
    release = Release.objects.select_for_update().get(pk=letter.release_id)
    letter = locked(letter)
    if by is not None and not permissions.can_issue(by):
        raise NotAllowed("Only a publication admin issues embargoed copies.")
    legal_hold.refuse(release.inspection, letter.force)
    if release.state != Release.State.APPROVED:
        raise NotAllowed("Embargoed copies are issued once a second person has approved the release.")
    if contact.force_id != letter.force_id:
        raise NotAllowed(f"{contact.name} does not speak for {letter.force.name}.")
    if contact.user is None or contact.verified_at is None:
        raise NotAllowed(f"{contact.name} has no confirmed account yet, so no copy can be issued.")
    if not Letter.objects.in_release(release).filter(pk=letter.pk).exists():
        raise NotAllowed(f"The letter to {letter.force.name} is no longer part of this release.")
    master, now = _master(letter), clock.now()
    held: Copy | None = Copy.objects.current().select_for_update().filter(letter=letter, contact=contact).first()
    if held and _is_the_same(held, master, max(not_before, now), now):
        return held
    if held:
        held.superseded_at = now
        held.save(update_fields=["superseded_at"])
    copy: Copy = Copy.objects.create(
        letter=letter,
        contact=contact,
        number=(letter.copies.aggregate(Max("number"))["number__max"] or 0) + 1,
        not_before=not_before,
        reason=reason,
        issued_at=now,
        issued_by=by,
        master=master,
    )
    if letter.state != State.ISSUED:
        move(letter, "issue")
        letter.save(update_fields=["state", "version"])
    given = {"copy": copy.number, "contact": contact.pk, "not_before": not_before, "reason": reason}
    record(Action.LETTER_ISSUED, letter, by, **given, supersedes=held.number if held else None)
    notices.copy_issued(copy)
    return copy


def _is_the_same(held: Copy, master: Rendition, opens: dt.datetime, now: dt.datetime) -> bool:
    """Whether the copy that somebody holds is, with its enclosure and from when it opens, the one to be issued."""
    if held.master_id != master.pk or max(held.not_before, now) != opens:
        return False
    return not NationalReport.objects.filter(release=held.letter.release_id, uploaded_at__gt=held.issued_at).exists()


def _master(letter: Letter) -> Rendition:
    """The embargoed PDF of the letter for its instant, from which its copies are stamped.

    Where the program that prints letters has changed since the others were issued, it is still theirs.
    """
    instant = letter.release.embargo_until
    others = Rendition.objects.filter(copies__in=Copy.objects.current().filter(letter=letter), embargo_until=instant)
    found = renditions.find(letter, Variant.EMBARGOED) or others.first()
    if found is None:
        letters_rendering.render_later(letter, [Variant.EMBARGOED])
        raise NotAllowed(
            f"The PDF of the letter to {letter.force.name} is being prepared, so no copy can be issued yet. Try again "
            "in a minute."
        )
    return found


@transaction.atomic
def acknowledge(copy: Copy, *, by: User) -> Acknowledgement:
    """Accept the embargo's terms for the present instant. Once for each instant; again changes nothing."""
    copy = _readable(copy, by)
    instant = copy.letter.release.embargo_until
    accepted, is_new = Acknowledgement.objects.get_or_create(
        copy=copy, embargo_until=instant, defaults={"by": by, "at": clock.now()}
    )
    if is_new:
        record(Action.EMBARGO_ACKNOWLEDGED, copy.letter, by, copy=copy.number, instant=instant)
    return accepted


def is_acknowledged(copy: Copy) -> bool:
    instant = copy.letter.release.embargo_until
    return instant is not None and copy.acknowledgements.filter(embargo_until=instant).exists()


def is_superseded(copy: Copy) -> bool:
    """Whether a later copy, or one of a newer letter to the same force, was issued: then this one opens nothing."""
    if copy.superseded_at:
        return True
    if copy.letter.state != State.SUPERSEDED:
        return False
    newer = Copy.objects.filter(letter__inspection=copy.letter.inspection_id, contact__force=copy.letter.force_id)
    return newer.exclude(letter__state=State.SUPERSEDED).exists()


def is_over(copy: Copy) -> bool:
    """Whether its embargo has ended: its letter is public, or was and has been corrected or withdrawn since."""
    return copy.letter.release.state == Release.State.RELEASED or is_public(copy.letter)


@transaction.atomic
def view_letter(copy: Copy, *, by: User) -> None:
    """Record that the recipient read the letter on screen; refused until the embargo is acknowledged."""
    copy = _open(copy, by)
    record(Action.LETTER_VIEWED, copy.letter, by, copy=copy.number)


@transaction.atomic
def stamped_letter(copy: Copy, *, by: User) -> tuple[bytes, str]:
    """The letter's embargoed PDF with who, when and the copy's number on each page, and its file name.

    Made on the fly and not kept; the hashes of master and copy are.
    """
    copy = _open(copy, by)
    name = f"{copy.letter.force.slug}-letter-copy-{copy.number}.pdf"
    return _stamped(copy, copy.master.file, by, "letter", Action.LETTER_DOWNLOADED), name


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
    """The report as it was when the copy was issued. For one that was uploaded since, there will be another copy.

    A letter that follows in a release of its own has the report of the one it was dropped from, once that is public:
    before, its embargo is another one than this reader has accepted.
    """
    release = copy.letter.release
    if release.follows_id:
        public = ReleaseItem.objects.public().filter(release=release.follows_id, kind=ReleaseItem.Kind.REPORT)
        return NationalReport.objects.filter(release__in=public.values("release")).select_related("file").first()
    report = NationalReport.objects.filter(release=release).select_related("file").first()
    if report and report.uploaded_at > copy.issued_at:
        return None
    return report


def _stamped(copy: Copy, master: Any, by: User, what: str, action: Action) -> bytes:
    now = clock.now()
    data = rendering.stamp(files.read(master.key), stamp_lines(copy, by, now))
    copy_hash = files.digest(data)
    entry = record(action, copy.letter, by, copy=copy.number, master=master.sha256, sha256=copy_hash)
    Download.objects.create(
        copy=copy,
        by=by,
        at=now,
        what=what,
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
    if is_over(found) and not is_public(found.letter):
        raise NotAllowed("The embargo has ended, and the letter was corrected since. Read the public one.")
    return found


def _open(copy: Copy, by: User) -> Copy:
    found = _readable(copy, by)
    if not is_acknowledged(found):
        raise NotAllowed("Accept the terms of the embargo first: the letter opens after that.")
    return found
