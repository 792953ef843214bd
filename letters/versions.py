"""A letter's row and its versions: full for the force, for the public, in Welsh; and what fills their placeholders.

Whatever is public is made of `public_document_of`, never of `document_of`.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from hmic_core.errors import NotAllowed
from inspections.models import Release, ReleaseItem
from letters.document import building, exclusions, filling, parts
from letters.document.parts import LetterDocument, PlaceholderValues, Variant
from letters.models import Exclusion, Letter, Translation


def document_of(letter: Letter) -> LetterDocument:
    """The letter that its row keeps: what was assembled, and signed when it is."""
    return building.from_json(letter.content)


def public_document_of(letter: Letter) -> LetterDocument:
    """The letter without what is kept from the public; most letters have nothing that is.

    Raises NotAllowed where an excluded passage no longer stands in the letter as it was marked.
    """
    if not letter.has_exclusions:
        return document_of(letter)
    try:
        return exclusions.public_version(document_of(letter), passages_of(letter))
    except parts.LetterIncomplete as error:
        raise NotAllowed(f"{error} Lift the exclusion, or mark the passage again.") from None


def passages_of(letter: Letter) -> list[tuple[str, str]]:
    """What is kept from the public in this letter: reference and exact words."""
    return list(exclusions_of(letter).values_list("reference", "words"))


def exclusions_of(letter: Letter) -> QuerySet[Exclusion]:
    mine = Exclusion.objects.filter(inspection=letter.inspection_id, force=letter.force_id, lifted_at=None)
    return mine.select_related("by").order_by("reference", "at")


def version_of(letter: Letter, variant: Variant, language: str = "en") -> LetterDocument:
    """What a variant prints: everything but the final one is for the inspectorate and the force alone."""
    if language != "en":
        return building.from_json(translation_of(letter).content)
    return public_document_of(letter) if variant is Variant.FINAL else document_of(letter)


def translation_of(letter: Letter) -> Translation:
    found: Translation | None = Translation.objects.current().filter(letter=letter).first()
    if found is None:
        raise NotAllowed("The letter has no Welsh version yet.")
    return found


def moved(releases: Sequence[Release]) -> set[Any]:
    """Which of these releases had another instant before: their letters say "will now be published"."""
    changes = Release.objects.filter(pk__in=[release.pk for release in releases], changes__old_instant__isnull=False)
    return set(changes.values_list("pk", flat=True))


def values_of(letter: Letter, *, moved_releases: set[Any] | None = None) -> PlaceholderValues:
    """What fills the letter's placeholders. A list passes `moved_releases` so that it asks once for all."""
    moved_ones = moved([letter.release]) if moved_releases is None else moved_releases
    return PlaceholderValues(
        embargo_until=letter.release.embargo_until,
        letter_date=letter.letter_date,
        rescheduled=letter.release_id in moved_ones,
        zone=letter.release.embargo_zone,
        ink=letter.ink_hash,
        signed_for=letter.signed_for,
    )


def frozen_view(letter: Letter, variant: Variant) -> dict[str, Any]:
    """The letter as `letters/_letter_body.html` prints it."""
    try:
        return filling.frozen(version_of(letter, variant), values_of(letter), variant)
    except parts.LetterIncomplete as error:
        raise NotAllowed(str(error)) from None


def is_public(letter: Letter) -> bool:
    """Whether the public can read it, by the one rule of what is public."""
    return ReleaseItem.objects.public().filter(kind=ReleaseItem.Kind.LETTER, source_id=letter.pk).exists()
