"""Finding a force by what people call it: its name, a former name or alias, or a town that it polices."""

import unicodedata
from dataclasses import dataclass

from forces.models import Force, ForceName, Place


@dataclass(frozen=True)
class Found:
    """A force, and what it was found by where that is not its name."""

    force: Force
    by: str = ""


def find(asked: str, forces: list[Force]) -> list[Found]:
    """Forces whose name, former name or town holds what was asked, names first. Two queries."""
    words = folded(asked)
    if not words:
        return []
    found = {force.pk: Found(force) for force in forces if words in folded(force.name)}
    by_key = {force.pk: force for force in forces}
    named = ForceName.objects.values_list("force", "name")
    places = Place.objects.values_list("force", "name")
    for key, name in (*named, *places):
        if key not in found and key in by_key and folded(name).startswith(words):
            found[key] = Found(by_key[key], name)
    return sorted(found.values(), key=lambda each: (bool(each.by), each.force.name))


def folded(words: str) -> str:
    """Words as they are compared: without case, accents or more than one space."""
    return " ".join(unicodedata.normalize("NFKD", words).casefold().split())
