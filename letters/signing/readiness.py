"""What letters know of a release's readiness, for the registry of `inspections.readiness`."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse

from forces.models import Post
from inspections.models import Release
from inspections.readiness import Check, Outcome, Result, register
from letters import renditions
from letters.document.building import content_hash
from letters.document.exclusions import public_version
from letters.document.parts import LetterIncomplete
from letters.models import Exclusion, Letter, Rendition, WelshForce
from letters.rendering import variants_needed
from letters.signing import proofing, welsh
from letters.versions import document_of, passages_of

#: Checks of a letter that the readiness of its release shows by themselves.
_LINES_OF_THEIR_OWN = frozenset({"in-post", "valid"})


def addressees_in_post(release: Release) -> Result:
    """Every addressee holds the post on the letter's date, or the signature does not count (domain.md, rule 14)."""
    letters = _letters_of(release)
    if all(hasattr(letter, "in_post") for letter in letters):
        return _of([letter.force.name for letter in letters if not letter.in_post])  # type: ignore[attr-defined]
    in_post = holders(letters)
    gone = [
        letter.force.name
        for letter in letters
        if (letter.force_id, letter.content["addressee"]["name"]) not in in_post[letter.letter_date]
    ]
    return _of(gone)


def _letters_of(release: Release) -> list[Letter]:
    """As whoever runs all checks has read them, else from the database."""
    read = release.__dict__.get("letters_read")
    if read is not None:
        return list(read)
    current = Letter.objects.in_release(release)
    return list(current.select_related("release", "force", "signatory__person").order_by("force__name"))


def _of(gone: list[str]) -> Result:
    if not gone:
        return Result(Outcome.IN_ORDER, "Every letter is addressed to who holds the post on its date")
    return Result(Outcome.ERROR, f"Not in post on the letter’s date: {', '.join(gone)}. Assemble again.", len(gone))


def holders(letters: Iterable[Letter]) -> dict[dt.date, set[tuple[object, str]]]:
    """By letter date (there is one, or few), force and name of every chief officer then in post."""
    days = {letter.letter_date for letter in letters}
    chiefs = {day: Post.objects.on(day).filter(kind=Post.Kind.CHIEF_OFFICER) for day in days}
    return {day: set(posts.values_list("force_id", "person__name")) for day, posts in chiefs.items()}


def proof_read(release: Release) -> Result:
    """What the automatic checks found in the letters: an error stops, a warning is corrected or dismissed."""
    letters = _letters_of(release)
    compared_with = proofing.register_for(letters, _renditions_of(release, letters), _moved(release, letters))
    found = {
        letter.force.name: [row for row in proofing.check(letter, compared_with) if row.code not in _LINES_OF_THEIR_OWN]
        for letter in letters
    }
    sheet = reverse("letters:contact-sheet", args=[release.inspection.slug])
    errors = [f"{force}: {row.label}" for force, rows in found.items() for row in rows if row.blocks]
    if errors:
        return Result(Outcome.ERROR, _few(errors), len(errors), f"{sheet}?show=open", "Contact sheet")
    warnings = [f"{force}: {row.label}" for force, rows in found.items() for row in rows if row.open]
    dismissed = sum(row.dismissed is not None for rows in found.values() for row in rows)
    kept = f"{dismissed} warning{'s' * (dismissed != 1)} dismissed with a reason" if dismissed else ""
    if warnings:
        words = "; ".join(filter(None, (f"Not dismissed: {_few(warnings)}", kept)))
        return Result(Outcome.WARNING, words, len(warnings), f"{sheet}?show=open", "Contact sheet")
    return Result(Outcome.IN_ORDER, kept or "The checks found nothing", "", sheet, "Contact sheet")


def _renditions_of(release: Release, letters: list[Letter]) -> dict[object, list[Rendition]]:
    """The PDFs of each letter's present words; likewise read once by whoever runs all checks."""
    read = release.__dict__.get("renditions_read")
    if read is None:
        read = renditions.find_each((letter, variant) for letter in letters for variant in variants_needed(letter))
    found: dict[object, list[Rendition]] = {}
    for (letter, _), made in read.items():
        found.setdefault(letter, []).append(made)
    return found


def _moved(release: Release, letters: list[Letter]) -> set[object] | None:
    """The release, if its letters were read with that and it was moved; None where nobody has asked."""
    if not all(hasattr(letter, "was_moved") for letter in letters):
        return None
    return {release.pk} if any(letter.was_moved for letter in letters) else set()  # type: ignore[attr-defined]


def _few(things: list[str], most: int = 4) -> str:
    shown = things if len(things) <= most else [*things[:most], f"{len(things) - most} more"]
    return "; ".join(shown)


def kept_from_public(release: Release) -> Result:
    """Every excluded passage is out of what becomes public: the version signed for the public leaves it out."""
    forces = release.__dict__.get("forces_read")  # read by whoever runs all checks
    if forces is None:
        lasting = Exclusion.objects.filter(inspection=release.inspection_id, lifted_at=None)
        excluded = set(lasting.values_list("force_id", flat=True))
    else:
        excluded = {force.pk for force in forces if force.has_exclusions}
    if not excluded:
        return Result(Outcome.IN_ORDER, "Nothing is kept from the public")
    letters = [letter for letter in _letters_of(release) if letter.force_id in excluded]
    wrong = [letter.force.name for letter in letters if not _leaves_out(letter)]
    if wrong:
        return Result(Outcome.ERROR, f"An excluded passage is not left out: {', '.join(sorted(wrong))}", len(wrong))
    if not letters:
        return Result(Outcome.IN_ORDER, "Nothing is kept from the public")
    count = len(letters)
    return Result(Outcome.IN_ORDER, f"Passages of {count} letter{'' if count == 1 else 's'} are left out", count)


def _leaves_out(letter: Letter) -> bool:
    try:
        public = public_version(document_of(letter), passages_of(letter))
    except LetterIncomplete:
        return False
    return letter.has_exclusions and content_hash(public) == letter.public_hash


def welsh_versions(release: Release) -> Result:
    """Each force whose letters go out in Welsh has a signed Welsh version of the present words, rendered and valid."""
    forces = release.__dict__.get("forces_read")
    if not (WelshForce.objects.exists() if forces is None else any(force.in_welsh for force in forces)):
        return Result(Outcome.IN_ORDER, "No force needs a Welsh version")
    lacking = welsh.unready(_letters_of(release))
    if lacking:
        return Result(Outcome.ERROR, "; ".join(lacking), len(lacking))
    return Result(Outcome.IN_ORDER, "Every Welsh version is signed and valid")


def register_checks() -> None:
    register(Check("addressees-in-post", "Addressees", addressees_in_post, order=25))
    register(Check("proof-read", "Proof-reading", proof_read, order=24))
    register(Check("kept-from-public", "Kept from the public", kept_from_public, order=26))
    register(Check("welsh-versions", "Welsh versions", welsh_versions, order=42))
