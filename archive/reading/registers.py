"""What the importer is told of the world: the forces and inspections that exist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from archive.reading.words import plain

_KIND = re.compile(r"\s+(?:Police Service|Police|Constabulary|Service)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KnownForce:
    """A force by the name it has and others it goes by or went by."""

    name: str
    aliases: tuple[str, ...] = ()
    slug: str = ""

    @property
    def full_names(self) -> tuple[str, ...]:
        core = core_name(self.name)
        return (self.name, *self.aliases, f"{core} Police", f"{core} Constabulary")


@dataclass(frozen=True, slots=True)
class KnownInspection:
    title: str
    former_titles: tuple[str, ...] = ()
    slug: str = ""


@dataclass(frozen=True, slots=True)
class ForceMatch:
    """Where a force is named: offsets into the text that was searched."""

    name: str
    start: int
    end: int
    exact: bool = True


def core_name(name: str) -> str:
    """ "Avon and Somerset" for "Avon and Somerset Constabulary"."""
    core = name
    while (shorter := _KIND.sub("", core)) != core:
        core = shorter
    return re.sub(r"^the\s+", "", core, flags=re.IGNORECASE)


@lru_cache(maxsize=1024)
def _pattern(name: str) -> re.Pattern[str]:
    parts = [
        "(?:and|&)" if part.casefold() in ("and", "&") else re.escape(part)
        for part in re.split(r"[\s-]+", plain(name))
        if part
    ]
    return re.compile(r"\b" + r"[\s-]+".join(parts) + r"\b", re.IGNORECASE)


def find_forces(text: str, forces: Sequence[KnownForce], *, by_core: bool = False) -> list[ForceMatch]:
    """Forces named in a plain text, in its order; the longest name wins where two overlap."""
    found: list[ForceMatch] = []
    folded = text.casefold()
    for force in forces:
        names = (core_name(force.name),) if by_core else force.full_names
        for name in dict.fromkeys(names):
            # Most forces are not in most texts: looking for a first word is quicker than a pattern.
            if re.split(r"[\s-]+", plain(name))[0].casefold() not in folded:
                continue
            found += [ForceMatch(force.name, hit.start(), hit.end()) for hit in _pattern(name).finditer(text)]
    found.sort(key=lambda m: (-(m.end - m.start), m.start))
    kept: list[ForceMatch] = []
    for match in found:
        if all(match.end <= other.start or match.start >= other.end for other in kept):
            kept.append(match)
    return sorted(kept, key=lambda m: m.start)


def find_misread_force(text: str, forces: Sequence[KnownForce]) -> ForceMatch | None:
    """The force whose name is nearly in the text, as after a poor scan."""
    words = list(re.finditer(r"\S+", text))
    best: tuple[float, ForceMatch] | None = None
    for force in forces:
        size = len(force.name.split())
        for first in range(len(words) - size + 1):
            start, end = words[first].start(), words[first + size - 1].end()
            score = SequenceMatcher(None, text[start:end].casefold(), force.name.casefold()).ratio()
            if score >= 0.88 and (best is None or score > best[0]):
                best = (score, ForceMatch(force.name, start, end, exact=False))
    return best[1] if best else None


def find_inspection(title: str, known: Sequence[KnownInspection]) -> KnownInspection | None:
    wanted = plain(title).casefold().strip()
    for inspection in known:
        names = (inspection.title, *inspection.former_titles)
        if any(plain(name).casefold().strip() == wanted for name in names):
            return inspection
    return None
