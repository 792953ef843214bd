"""Signing letters; losing the signature with the words; the wording of a moved instant."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from findings.models import Finding, Round
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import Release
from letters import notices, permissions, rendering
from letters.models import Letter
from letters.signing import proofing, signature_image
from letters.signing.assembly import usual_date
from letters.signing.integrity import check_addressee, check_stored, differs_from_findings
from letters.states import LOCKED, TRANSITIONS, State, is_reopened, locked, move, record, scheduled


@transaction.atomic
def sign_letter(letter: Letter, *, expected_hash: str, by: User) -> Letter:
    """Sign the letter's canonical data, with the instant and the date as named placeholders.

    `expected_hash` is what the signatory was shown (`Letter.shown_hash`): a letter that changed meanwhile is not
    signed. `by` is the signatory or a deputy of today, whom the caller has re-authenticated. Side effects: the letter
    keeps the picture of the signature; asks for the embargoed and the final PDF.
    """
    release = scheduled(letter.release, letter.force)
    letter = locked(letter)
    if not permissions.can_sign(by, letter):
        raise NotAllowed(f"This letter is signed by {letter.signatory.person.name} and by nobody else.")
    if expected_hash != letter.shown_hash:
        raise NotAllowed("The letter has changed since you opened it, so it was not signed. Read it again, then sign.")
    _check_signable(letter)
    move(letter, "sign")
    letter.signed_by, letter.signed_at, letter.signed_hash = by, clock.now(), letter.content_hash
    letter.signed_for = _signed_for(letter, by)
    letter.ink = signature_image.of(by)
    letter.ink_hash = letter.ink.file.sha256 if letter.ink else ""
    letter.confirmed_instant = release.embargo_until
    letter.save()
    facts = {"public_hash": letter.public_hash} if letter.has_exclusions else {}
    record(Action.LETTER_SIGNED, letter, by, instant=release.embargo_until, deputy=bool(letter.signed_for), **facts)
    rendering.render_later(letter)
    return letter


def _signed_for(letter: Letter, by: User) -> str:
    """The line under a deputy's signature."""
    signatory = letter.signatory.person
    return "" if by.pk == signatory.user_id else f"Signed by {by.name} on behalf of {signatory.name}"


def _check_signable(letter: Letter) -> None:
    """The row says what was hashed, the findings still say what the row does, and the addressee holds the post."""
    check_addressee(letter)
    check_stored(letter)
    if differs_from_findings(letter):
        raise NotAllowed(
            "The findings have changed since this letter was assembled. It has to be assembled again first."
        )
    proofing.refuse_errors(letter)


@transaction.atomic
def void_signature(letter: Letter, *, reason: str, by: User | None = None) -> None:
    """Take a letter back to assembled because its text changed; the signatory is told, the audit trail says why."""
    letter = locked(letter)
    signed = bool(letter.signed_hash)
    move(letter, "void")
    old_hash, letter.signed_hash = letter.signed_hash, ""
    concerned = notices.concerned(letter)
    letter.signed_by = letter.signed_at = letter.confirmed_instant = letter.ink = None
    letter.ink_hash = letter.signed_for = ""
    letter.proofed_by = letter.proofed_at = None
    letter.save()
    if signed:
        record(Action.LETTER_SIGNATURE_VOIDED, letter, by, reason=reason, signed_hash=old_hash)
        notices.signature_voided(letter, concerned, by)


def text_changed(finding: Finding, by: User | None = None, **_: Any) -> None:
    """Receives `findings.workflow.on_text_changed`: an edit voids the signature of the force's letter.

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


def difference_recorded(round: Round, **_: Any) -> None:
    """Receives `findings.accuracy.force.differences.on_difference`: a difference that belongs in the annex voids the
    signature.

    Where the release is locked for publication it comes too late for the letter, and stays in the ledger.
    """
    letters = Letter.objects.filter(inspection=round.inspection, force=round.force, state__in=TRANSITIONS["void"][0])
    letter = letters.filter(release__state=Release.State.SCHEDULED).select_related("release").first()
    if letter and differs_from_findings(letter):
        void_signature(letter, reason="The force recorded that it still disagrees with a decision.")


# A moved instant


def waiting_for_confirmation(release: Release) -> QuerySet[Letter]:
    """Signed letters whose wording quotes another instant than the signatory has seen."""
    signed = Letter.objects.in_release(release).filter(state__in=[State.SIGNED, State.ISSUED])
    return signed.exclude(confirmed_instant=release.embargo_until).select_related(
        "signatory__person__user", "signed_by", "force"
    )


@transaction.atomic
def instant_moved(release: Release, *, by: User | None = None) -> int:
    """After `reschedule`: date the letters anew, ask for PDFs, tell each signatory once. Returns how many letters."""
    release = Release.objects.select_for_update().get(pk=release.pk)
    day = usual_date(release)
    letters = Letter.objects.select_for_update(of=("self",)).in_release(release)
    letters.update(letter_date=day)
    rendering.render_release(release)
    waiting = list(waiting_for_confirmation(release))
    for user in {each.signatory.person.user for each in waiting} | {each.signed_by for each in waiting}:
        if user is not None:
            notices.wording_to_confirm(release, user)
    return int(letters.count())


def confirms(user: User, path: str = "") -> Q:
    """A letter's new wording is confirmed by its signatory, or by the deputy who signed it. `path` leads to letters."""
    return Q(**{f"{path}signatory__person__user": user}) | Q(**{f"{path}signed_by": user})


@transaction.atomic
def confirm_wording(release: Release, *, by: User) -> int:
    """The signatory confirms the new sentence and date once for all their letters; no text is signed again."""
    release = scheduled(release)
    mine = list(waiting_for_confirmation(release).filter(confirms(by)).select_for_update(of=("self",)))
    if not mine:
        raise NotAllowed("No letter that you signed waits for its new wording to be confirmed.")
    for letter in mine:
        check_addressee(letter)
        letter.confirmed_instant = release.embargo_until
        letter.save(update_fields=["confirmed_instant"])
        record(Action.LETTER_SIGNED, letter, by, instant=release.embargo_until, confirmed="wording")
    return len(mine)
