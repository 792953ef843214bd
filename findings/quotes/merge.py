"""Merging two changes of one text: by paragraphs and list items, and inside one word by word. Pure functions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal, Self

#: "own": the writer's own words, typed where the result stands. Until then what stands there is theirs.
Choice = Literal["base", "theirs", "yours", "both", "each", "own", ""]

#: From this share of words in common on, a paragraph counts as another one changed, not as a new one.
ALIKE = 0.4


#: As the letter's renderer reads it: only "- " followed by words is a list item.
_ITEM = re.compile(r"[ \t]*- +\S")


class Block(str):
    """A paragraph or one item of a list. Two are equal by their words; how it stood after the one before is known."""

    #: Whether it began on the next line, with no empty line between; and whether the one before was a list item.
    tight: bool
    after_item: bool

    def __new__(cls, words: str, *, tight: bool = False, after_item: bool = False) -> Self:
        made = super().__new__(cls, words)
        made.tight, made.after_item = tight, after_item
        return made

    @property
    def is_item(self) -> bool:
        return bool(_ITEM.match(self))

    def follows(self, before: "Block") -> str:
        """What stands between `before` and this one: items of one list stay together."""
        if not self.is_item:
            return "\n\n"
        if before.is_item:
            return "\n\n" if self.after_item and not self.tight else "\n"
        return "\n" if self.tight and not self.after_item else "\n\n"


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
        """What loses nobody's words; "" where two changes clash and only a person can choose."""
        if self.both:
            return "both"
        if self.each and not self.base:  # each side added something of its own
            return "each"
        if not self.by_itself:
            return ""
        # The same words may stand closer to those before them, or further off: that is a change too.
        moved = self.theirs != self.base or _lead(self.theirs) != _lead(self.base)
        return "theirs" if self.yours == self.base and moved else "yours"

    def choice(self, asked: str) -> Choice:
        """The choice that was asked for, if this part offers it; else the one that suggests itself."""
        offered: dict[str, Choice] = {"base": "base", "theirs": "theirs", "yours": "yours", "own": "own"}
        if self.both:
            offered["both"] = "both"
        if self.each:
            offered["each"] = "each"
        return offered.get(asked, self.suggested)

    def chosen(self, asked: str) -> str:
        """The words of a choice. Where nothing is chosen, and for "own", those that are saved already."""
        choice = self.choice(asked)
        texts = {"base": self.base, "yours": self.yours, "both": self.both, "each": self.each}
        return texts.get(choice, self.theirs)


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
            chunks.append(Chunk((base[at],), (theirs[in_theirs[at]],), (yours[in_yours[at]],)))
            b, t, y = at + 1, in_theirs[at] + 1, in_yours[at] + 1
    return chunks


def parts(base: str, theirs: str, yours: str) -> list[Part]:
    """Three versions of a Markdown text as parts: one for each paragraph or list item, and for each that was added."""
    found = []
    for chunk in diff3(*(list[str](blocks(each)) for each in (base, theirs, yours))):
        if len(chunk.base) == len(chunk.theirs) == len(chunk.yours):
            found += [_paragraph(*each) for each in zip(chunk.base, chunk.theirs, chunk.yours, strict=True)]
        else:
            found += [_paragraph(*map(_joined, each)) for each in _aligned(chunk) if any(each)]
    return found


def _aligned(chunk: Chunk) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Blocks of the base beside what each side made of them, and between them what each side added."""
    in_theirs, in_yours = _alike(chunk.base, chunk.theirs), _alike(chunk.base, chunk.yours)
    t = y = 0
    for at, paragraph in enumerate(chunk.base):
        to = in_theirs.get(at, t), in_yours.get(at, y)
        yield from _added(chunk.theirs[t : to[0]], chunk.yours[y : to[1]])
        t, y = to[0] + (at in in_theirs), to[1] + (at in in_yours)
        yield (paragraph,), chunk.theirs[to[0] : t], chunk.yours[to[1] : y]
    yield from _added(chunk.theirs[t:], chunk.yours[y:])


def _added(theirs: tuple[str, ...], yours: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """What both sides added alike is one addition, not two."""
    for tag, t, t_end, y, y_end in SequenceMatcher(None, theirs, yours, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (((), (one,), (other,)) for one, other in zip(theirs[t:t_end], yours[y:y_end], strict=True))
        else:
            yield (), theirs[t:t_end], yours[y:y_end]


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
    """A part of a text of blocks: both sides' can stand one after the other."""
    found = part(base, theirs, yours)
    if found.both:
        return replace(found, both=_as(theirs, found.both))
    after_another = not found.by_itself and theirs and yours
    return replace(found, each=_as(theirs, assemble([theirs, yours]))) if after_another else found


def part(base: str, theirs: str, yours: str) -> Part:
    """One stretch, with both changes joined word by word where that can be done."""
    apart = base not in (theirs, yours) and theirs != yours
    return Part(base, theirs, yours, (_both(base, theirs, yours) or "") if apart else "")


def assemble(merged: Iterable[str]) -> str:
    """The whole text from the chosen words of its parts."""
    text, before = "", None
    for block in (block for each in merged for block in _again(each)):
        text += (block.follows(before) if before is not None else "") + block
        before = block
    return text


def carried(made: str, edited: str, chosen: str) -> tuple[str, bool]:
    """`edited` was typed over `made`, and `chosen` is what other choices now make: both together.

    Second, whether they are about the same words somewhere: there both stand, one after the other.
    """
    if edited == made:
        return chosen, False
    if chosen in (made, edited):
        return edited, False
    found = parts(made, edited, chosen)
    clash = [each for each in found if not each.suggested]
    words = [each.chosen("") if each.suggested else each.each or each.theirs or each.yours for each in found]
    return assemble(words), bool(clash)


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


def blocks(text: str) -> list[Block]:
    """The paragraphs of a Markdown text and the single items of its lists, each with the lines that belong to it."""
    found: list[Block] = []
    for paragraph in re.split(r"\n[ \t]*\n+", text):
        for at, line in enumerate(paragraph.strip("\n").split("\n") if paragraph.strip() else []):
            if at and not _ITEM.match(line):
                last = found.pop()
                found.append(_as(last, f"{last}\n{line}"))
            else:
                found.append(Block(line, tight=bool(at), after_item=bool(found) and found[-1].is_item))
    return found


def _as(other: str, words: str) -> Block:
    """Words that stand where another block stood."""
    if isinstance(other, Block):
        return Block(words, tight=other.tight, after_item=other.after_item)
    return Block(words)


def _lead(words: str) -> tuple[bool, bool]:
    return (words.tight, words.after_item) if isinstance(words, Block) else (False, False)


def _again(words: str) -> list[Block]:
    """The blocks of a part's words, the first as it stood."""
    found = blocks(words)
    return [_as(words, found[0]), *found[1:]] if found else []


def _joined(found: tuple[str, ...]) -> str:
    return _as(found[0], assemble(found)) if found else ""
