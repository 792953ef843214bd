"""What letters know of a release's readiness, for the registry of `inspections.readiness`."""

import datetime as dt
from collections.abc import Iterable

from forces.models import Post
from inspections.models import Release
from inspections.readiness import Check, Outcome, Result, register
from letters import welsh
from letters.document import LetterIncomplete, content_hash, public_version
from letters.models import Exclusion, Letter, WelshForce
from letters.versions import document_of, passages_of


def addressees_in_post(release: Release) -> Result:
    """Every addressee holds the post on the letter's date, or the signature does not count (domain.md, rule 14)."""
    letters = release.__dict__.get("letters_read")  # read by whoever runs all checks
    if letters is None:
        current = Letter.objects.filter(release=release).exclude(state=Letter.State.SUPERSEDED)
        letters = list(current.select_related("force").order_by("force__name"))
    if all(hasattr(letter, "in_post") for letter in letters):
        return _of([letter.force.name for letter in letters if not letter.in_post])
    in_post = holders(letters)
    gone = [
        letter.force.name
        for letter in letters
        if (letter.force_id, letter.content["addressee"]["name"]) not in in_post[letter.letter_date]
    ]
    return _of(gone)


def _of(gone: list[str]) -> Result:
    if not gone:
        return Result(Outcome.IN_ORDER, "Every letter is addressed to who holds the post on its date")
    return Result(Outcome.ERROR, f"Not in post on the letter’s date: {', '.join(gone)}. Assemble again.", len(gone))


def holders(letters: Iterable[Letter]) -> dict[dt.date, set[tuple[object, str]]]:
    """By letter date (there is one, or few), force and name of every chief officer then in post."""
    days = {letter.letter_date for letter in letters}
    chiefs = {day: Post.objects.on(day).filter(kind=Post.Kind.CHIEF_OFFICER) for day in days}
    return {day: set(posts.values_list("force_id", "person__name")) for day, posts in chiefs.items()}


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
    letters = Letter.objects.filter(release=release, force__in=excluded).exclude(state=Letter.State.SUPERSEDED)
    wrong = [letter.force.name for letter in letters.select_related("force") if not _leaves_out(letter)]
    if wrong:
        return Result(Outcome.ERROR, f"An excluded passage is not left out: {', '.join(sorted(wrong))}", len(wrong))
    return Result(Outcome.IN_ORDER, f"Passages of {len(excluded)} letters are left out", len(excluded))


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
    letters = Letter.objects.filter(release=release).exclude(state=Letter.State.SUPERSEDED)
    lacking = welsh.unready(letters.select_related("force", "release"))
    if lacking:
        return Result(Outcome.ERROR, "; ".join(lacking), len(lacking))
    return Result(Outcome.IN_ORDER, "Every Welsh version is signed and valid")


def register_checks() -> None:
    register(Check("addressees-in-post", "Addressees", addressees_in_post, order=25))
    register(Check("kept-from-public", "Kept from the public", kept_from_public, order=26))
    register(Check("welsh-versions", "Welsh versions", welsh_versions, order=42))
