"""Assembling letters from final findings, and proof-reading them."""

import datetime as dt

from django.db import transaction

from forces.models import Force
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import ForceInScope, Inspection, Release, ReleaseItem
from letters import notices, permissions, rendering
from letters.document import building
from letters.models import Letter
from letters.signing import proofing
from letters.signing.assembly import letter_document, signatory_for, usual_date
from letters.signing.exclusions import public_hash
from letters.signing.signatures import void_signature
from letters.states import LOCKED, State, locked, move, record, scheduled


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
    release = scheduled(release, force)
    _check_scope(inspection, force, release)
    day = letter_date or usual_date(release)
    signatory = signatory_for(inspection, force, day)
    made = letter_document(inspection, force, release, signatory=signatory, day=day)
    content_hash = building.content_hash(made)
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
        void_signature(letter, reason="The letter was assembled again with other words.", by=by)
        letter.refresh_from_db()
    letter = letter or Letter(inspection=inspection, force=force, version=0)
    letter.release, letter.signatory, letter.letter_date = release, signatory, day
    letter.content, letter.content_hash = building.to_json(made), content_hash
    letter.public_hash = public_hash(letter)
    move(letter, "assemble")
    letter.assembled_by, letter.assembled_at = by, clock.now()
    letter.proofed_by = letter.proofed_at = None
    letter.save()
    record(Action.LETTER_ASSEMBLED, letter, by, release=release.pk)
    notices.letter_to_sign(letter)
    rendering.render_later(letter)
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
    move(letter, "supersede")
    letter.save(update_fields=["state", "version"])


@transaction.atomic
def proof_letter(letter: Letter, *, by: User) -> Letter:
    """Record that somebody other than the signatory has read the letter as a whole."""
    scheduled(letter.release, letter.force)
    letter = locked(letter)
    if not permissions.can_proof(by, letter):
        raise NotAllowed("A letter is proof-read by somebody of its inspection who does not sign it.")
    proofing.refuse_errors(letter)
    move(letter, "proof")
    letter.proofed_by, letter.proofed_at = by, clock.now()
    letter.save(update_fields=["state", "version", "proofed_by", "proofed_at"])
    record(Action.LETTER_PROOFED, letter, by)
    return letter
