"""Passages that stand in the force's letter and are kept out of everything public (domain.md: exclusion).

The audit trail says that, where, on which ground and why; never the words.
"""

from django.db import transaction

from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from letters import permissions, rendering
from letters.document import building, exclusions, parts
from letters.models import Exclusion, Letter
from letters.signing.signatures import void_signature
from letters.states import State, locked, record, scheduled
from letters.versions import document_of, exclusions_of, passages_of


def public_hash(letter: Letter) -> str:
    """The hash of the version for the public. Raises NotAllowed where an excluded passage no longer stands there."""
    try:
        return building.content_hash(exclusions.public_version(document_of(letter), passages_of(letter)))
    except parts.LetterIncomplete as lost:
        raise NotAllowed(f"{lost} Its words have changed: lift the exclusion, then mark the passage again.") from None


@transaction.atomic
def exclude_passage(letter: Letter, *, reference: str, words: str, ground: str, reason: str, by: User) -> Exclusion:
    """Keep exactly these words of a finding out of the public version. A signature of the letter is voided.

    Only while the letter's release is scheduled. Side effect: the public version gets another hash and PDF.
    """
    letter = _open(letter, by)
    words = words.replace("\r\n", "\n").strip()
    if len(words) < 3 or not exclusions.passage_stands(document_of(letter), reference, words):
        raise NotAllowed(
            f"{reference} does not hold exactly these words. Copy the passage from the finding as it is typed."
        )
    made: Exclusion = Exclusion.objects.create(
        inspection=letter.inspection,
        force=letter.force,
        reference=reference,
        words=words,
        ground=Exclusion.Ground(ground),
        reason=reason,
        by=by,
        at=clock.now(),
    )
    _changed(letter, by)
    record(Action.PASSAGE_EXCLUDED, letter, by, reference=reference, ground=ground, exclusion=made.pk)
    return made


@transaction.atomic
def include_passage(exclusion: Exclusion, letter: Letter, *, reason: str, by: User) -> None:
    """Lift an exclusion: the passage becomes public with the letter. The row stays, with the reason."""
    letter = _open(letter, by)
    found = exclusions_of(letter).select_for_update(of=("self",)).filter(pk=exclusion.pk).first()
    if found is None:
        raise NotAllowed("This passage is no longer kept from the public. Reload the page.")
    found.lifted_by, found.lifted_at, found.lifted_reason = by, clock.now(), reason
    found.save()
    _changed(letter, by)
    record(Action.PASSAGE_INCLUDED, letter, by, reference=found.reference, exclusion=found.pk)


def _open(letter: Letter, by: User) -> Letter:
    scheduled(letter.release, letter.force)
    letter = locked(letter)
    if not permissions.can_exclude(by, letter):
        raise NotAllowed("Only the letter's signatory or a publication admin decides what is kept from the public.")
    return letter


def _changed(letter: Letter, by: User) -> None:
    """The public version is another: it is signed, or where copies are out confirmed, anew."""
    letter.public_hash = _hash_or_none(letter)
    letter.confirmed_instant = None
    letter.save(update_fields=["public_hash", "confirmed_instant"])
    if letter.state in (State.PROOFED, State.SIGNED):
        void_signature(letter, reason="What is kept from the public was changed.", by=by)
        letter.refresh_from_db()
    rendering.render_later(letter)


def _hash_or_none(letter: Letter) -> str:
    """While other exclusions no longer stand in the words, nothing is signed: the hash of no document says so."""
    try:
        return public_hash(letter)
    except NotAllowed:
        return "0" * 64
