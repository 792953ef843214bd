"""Merging two changes of one text: paragraph by paragraph, and inside a paragraph word by word. Pure functions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

Choice = Literal["base", "theirs", "yours", "both", "each"]

#: From this share of words in common on, a paragraph counts as another one changed, not as a new one.
ALIKE = 0.4


@dataclass(frozen=True)
class Chunk:
    """A stretch of the base, and what each side made of it."""

    base: tuple[str, ...]
    theirs: tuple[str, ...]
    yours: tuple[str, ...]

    @property
    def settled(self) -> tuple[str, ...] | None:
        """What both sides agree to: the only change there is, or None where they differ."""
        if self.theirs in (self.base, self.yours):
            return self.yours
        return self.theirs if self.yours == self.base else None


@dataclass(frozen=True)
class Part:
    """One stretch of a text that somebody changed, or that nobody did, with the choice that suggests itself."""

    base: str
    theirs: str
    yours: str
    #: Both changes joined, where they are in different places; empty where they are not, or where one side has none.
    both: str = ""
    #: Both texts one after the other, where both sides changed it: nothing is lost, and a person makes one of it.
    each: str = ""

    @property
    def changed(self) -> bool:
        return not self.base == self.theirs == self.yours

    @property
    def by_itself(self) -> bool:
        """Whether it merges by itself: one side changed it, or both made the same of it."""
        return self.theirs in (self.base, self.yours) or self.yours == self.base

    @property
    def suggested(self) -> Choice:
        if self.both:
            return "both"
        if self.each and not self.base:  # each side added a paragraph of its own
            return "each"
        return "theirs" if self.yours == self.base else "yours"

    def chosen(self, choice: str) -> str:
        """The words of a choice; of an unknown one those that suggest themselves."""
        texts = {"base": self.base, "theirs": self.theirs, "yours": self.yours, "both": self.both, "each": self.each}
        offered = choice in texts and (choice not in ("both", "each") or texts[choice])
        return texts[choice if offered else self.suggested]


def diff3(base: list[str], theirs: list[str], yours: list[str]) -> list[Chunk]:
    """Cut three lists at everything that all three share. Joining each side of the chunks gives the side back."""
    in_theirs, in_yours = _matches(base, theirs), _matches(base, yours)
    shared = [i for i in sorted(in_theirs) if i in in_yours]
    chunks, b, t, y = [], 0, 0, 0
    for at in [*shared, None]:
        to = (len(base), len(theirs), len(yours)) if at is None else (at, in_theirs[at], in_yours[at])
        if (b, t, y) != to:
            chunks.append(Chunk(tuple(base[b : to[0]]), tuple(theirs[t : to[1]]), tuple(yours[y : to[2]])))
        if at is not None:
            same = (base[at],)
            chunks.append(Chunk(same, same, same))
            b, t, y = at + 1, in_theirs[at] + 1, in_yours[at] + 1
    return chunks


def parts(base: str, theirs: str, yours: str) -> list[Part]:
    """Three versions of a Markdown text as parts: one for each paragraph, and one for what was added between two."""
    found = []
    for chunk in diff3(*(_paragraphs(each) for each in (base, theirs, yours))):
        if len(chunk.base) == len(chunk.theirs) == len(chunk.yours):
            found += [_paragraph(*each) for each in zip(chunk.base, chunk.theirs, chunk.yours, strict=True)]
        else:
            found += [_paragraph(*map(_joined, each)) for each in _aligned(chunk) if any(each)]
    return found


def _aligned(chunk: Chunk) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Paragraphs of the base beside what each side made of them, and between them what each side added."""
    in_theirs, in_yours = _alike(chunk.base, chunk.theirs), _alike(chunk.base, chunk.yours)
    t = y = 0
    for at, paragraph in enumerate(chunk.base):
        to = in_theirs.get(at, t), in_yours.get(at, y)
        yield (), chunk.theirs[t : to[0]], chunk.yours[y : to[1]]
        t, y = to[0] + (at in in_theirs), to[1] + (at in in_yours)
        yield (paragraph,), chunk.theirs[to[0] : t], chunk.yours[to[1] : y]
    yield (), chunk.theirs[t:], chunk.yours[y:]


def _alike(before: tuple[str, ...], after: tuple[str, ...]) -> dict[int, int]:
    """Which paragraph became which, in their order, by the words that they share."""
    found: dict[int, int] = {}
    start = 0
    for at, paragraph in enumerate(before):
        shares = {to: _share(paragraph, after[to]) for to in range(start, len(after))}
        best = max(shares, key=lambda to: shares[to], default=None)
        if best is not None and shares[best] >= ALIKE:
            found[at], start = best, best + 1
    return found


def _share(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _paragraph(base: str, theirs: str, yours: str) -> Part:
    """A part of a text of paragraphs: both sides' can stand one after the other."""
    found = part(base, theirs, yours)
    after_another = not found.by_itself and not found.both and theirs and yours
    return replace(found, each=f"{theirs}\n\n{yours}") if after_another else found


def part(base: str, theirs: str, yours: str) -> Part:
    """One stretch, with both changes joined word by word where that can be done."""
    apart = base not in (theirs, yours) and theirs != yours
    return Part(base, theirs, yours, (_both(base, theirs, yours) or "") if apart else "")


def assemble(merged: list[str]) -> str:
    """The whole text from the chosen words of its parts."""
    return "\n\n".join(each for each in merged if each)


def _both(base: str, theirs: str, yours: str) -> str | None:
    words: list[str] = []
    for chunk in diff3(*(re.findall(r"\s+|\S+", each) for each in (base, theirs, yours))):
        if chunk.settled is None:
            return None
        words += chunk.settled
    return "".join(words)


def _matches(before: list[str], after: list[str]) -> dict[int, int]:
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return {block.a + i: block.b + i for block in blocks for i in range(block.size)}


def _paragraphs(text: str) -> list[str]:
    return [each.strip("\n") for each in re.split(r"\n[ \t]*\n+", text) if each.strip()]


def _joined(found: tuple[str, ...]) -> str:
    return "\n\n".join(found)
