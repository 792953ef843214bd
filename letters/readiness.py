"""What letters know of a release's readiness, for the registry of `inspections.readiness`."""

import datetime as dt
from collections.abc import Iterable

from forces.models import Post
from inspections.models import Release
from inspections.readiness import Check, Outcome, Result, register
from letters.models import Letter


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


def register_checks() -> None:
    register(Check("addressees-in-post", "Addressees", addressees_in_post, order=25))
