"""What is written to whom about letters. A sentence and a link: never a finding, a letter or an attachment."""

import datetime as dt

from django.urls import reverse

from hmic_core import notices
from hmic_core.models import User
from inspections.embargo import spoken_instant
from inspections.models import Release
from letters.models import Copy, Letter


def letter_to_sign(letter: Letter) -> None:
    """To the signatory: a letter waits. Each assembled version is told once."""
    if user := letter.signatory.person.user:
        notices.queue(
            user,
            f"letter_to_sign:{letter.pk}:{letter.version}",
            subject="A letter is ready for you to sign",
            body="A letter of your region has been assembled and waits for your signature.",
            link=reverse("letters:signing-queue"),
        )


def concerned(letter: Letter) -> set[User]:
    """Whom a change of a signed letter concerns: who signs and signed it, who assembled and proof-read it."""
    people = {letter.signatory.person.user, letter.signed_by, letter.assembled_by, letter.proofed_by}
    return {user for user in people if user is not None and user.is_active}


def signature_voided(letter: Letter, people: set[User], by: User | None) -> None:
    """To all concerned but whoever changed it: the signature no longer counts. No words, no force's name."""
    for user in people - {by}:
        signed = letter.signatory.person.user_id == user.pk
        notices.queue(
            user,
            f"signature_voided:{letter.pk}:{letter.version}",
            subject="A letter that you signed has changed" if signed else "A signed letter has changed",
            body=(
                f"{'Your' if signed else 'The'} signature no longer counts, because the letter's words were changed "
                "after it was signed. The letter has to be signed again in its new words."
            ),
            link=reverse("letters:letter-show", args=[letter.pk]),
        )


def wording_to_confirm(release: Release, user: User) -> None:
    """To a signatory: the date of publication moved; the new wording waits for a confirmation."""
    notices.queue(
        user,
        f"wording_to_confirm:{release.pk}:{release.embargo_until:%Y%m%dT%H%M%S}",
        subject="The date of publication has changed",
        body="Letters that you signed now quote another date and time. Confirm the new wording once for all of them.",
        link=reverse("letters:signing-queue"),
    )


def copy_issued(copy: Copy) -> None:
    """To the recipient: an embargoed copy waits, until when."""
    instant = copy.letter.release.embargo_until
    if copy.contact.user and instant:
        notices.queue(
            copy.contact.user,
            f"copy_issued:{copy.pk}",
            subject="An embargoed letter is ready for you",
            body=f"It is embargoed until {spoken_instant(instant)}, London time. Until then it is for you alone.",
            link=reverse("letters:copy-show", args=[copy.pk]),
        )


def copy_waits(copy: Copy, day: dt.date) -> bool:
    """To a recipient who has not collected their copy: it waits. Once a day; False where that was said already."""
    user, event = copy.contact.user, f"copy_waits:{copy.pk}:{day:%Y%m%d}"
    if user is None or notices.was_queued(user, event):
        return False
    notices.queue(
        user,
        event,
        subject="An embargoed letter waits for you",
        body="It was issued to you and you have not collected it yet. Until it is published it is for you alone.",
        link=reverse("letters:copy-show", args=[copy.pk]),
    )
    return True


def copy_recalled(copy: Copy) -> None:
    """To the recipient: the copy opens nothing any more."""
    if user := copy.contact.user:
        notices.queue(
            user,
            f"copy_recalled:{copy.pk}",
            subject="An embargoed letter was recalled",
            body="The copy that was issued to you opens nothing any more. Destroy what you have of it.",
            link=reverse("letters:copy-show", args=[copy.pk]),
        )
