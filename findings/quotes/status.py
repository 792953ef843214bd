"""Whether the words a point is about still stand after edits: still there, moved, changed or gone.

The two texts are compared as words. A passage counts as still there only where the comparison leads from its own place
in the draft to the same words; the same words somewhere else count only where their sentence came along. So a point is
never silently attached to other words that happen to read the same.

White space, the shape of quotation marks and dashes, emphasis and where paragraphs break make no difference. Letters,
capitals, figures and punctuation do.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from hmic_core.text.folding import comparable
from hmic_core.text.markdown import paragraphs


class Standing(StrEnum):
    """What became of quoted words; what asks for most attention comes last."""

    STILL = "still"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Standing.STILL: "Words still there",
    Standing.MOVED: "Words moved",
    Standing.CHANGED: "Words changed",
    Standing.GONE: "Words gone",
}


@dataclass(frozen=True)
class Found:
    """What became of them, the words that stand in their place, and how often they stood in the draft."""

    standing: Standing
    words: str = ""
    places: int = 1

    @property
    def label(self) -> str:
        return self.standing.label

    @property
    def is_ambiguous(self) -> bool:
        """Whether the draft held the quoted words more than once: then the worst of its places is told."""
        return self.places > 1


_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|\w+(?:['/-]\w+)*|[^\w\s]")
_SENTENCE_END = re.compile(r"""(?<=[.!?])["')\]]*\s+(?=["'(\[]*[A-Z0-9])""")
#: Words too common to recognise a passage by.
_COMMON = frozenset(
    "a an and are as at be been but by for from had has have in is it its not of on or that the their there these "
    "they this to was we were which who will with".split()
)
#: From which share of its words on a passage or its surroundings count as recognised.
_RECOGNISED = 0.5
#: How many telling words are proof by themselves.
_TELLING = 4


@dataclass(frozen=True)
class _Text:
    """A text as words, with the number of the sentence that each belongs to."""

    tokens: tuple[str, ...]
    sentences: tuple[int, ...]

    def sentence_of(self, start: int, end: int) -> tuple[int, int]:
        """The whole sentences that a span touches, as a span."""
        if not self.tokens:
            return 0, 0
        first = self.sentences[min(start, len(self.tokens) - 1)]
        last = self.sentences[min(max(end - 1, start), len(self.tokens) - 1)]
        inside = [place for place, number in enumerate(self.sentences) if first <= number <= last]
        return inside[0], inside[-1] + 1


@dataclass(frozen=True)
class _Block:
    """A stretch of the comparison: draft words `i1:i2` became `j1:j2`; `same`: they are the same words."""

    same: bool
    i1: int
    i2: int
    j1: int
    j2: int


def standing(draft: str, present: str, quoted: str, *, occurrence: int | None = None) -> Found:
    """What became of words quoted from `draft`, now that the text is `present`.

    `occurrence` (from 1) says which one is meant where the draft has the words several times. Without it all are
    looked at and the worst is told: nobody is told that words stand which may be the ones that are gone.
    """
    before, after = _read(draft), _read(present)
    spans = _occurrences(before, _tokens(quoted))
    if occurrence is not None:
        spans = spans[occurrence - 1 : occurrence]
    if not spans:
        return Found(Standing.GONE, places=0)
    if before.tokens == after.tokens:
        return Found(Standing.STILL, _words(before, *spans[0]), len(spans))
    blocks = _blocks(before, after)
    found = [_one(before, after, blocks, span) for span in spans]
    worst = max(found, key=lambda each: list(Standing).index(each.standing))
    return Found(worst.standing, worst.words, len(spans))


def sentences(text: str) -> list[str]:
    """A text (Markdown) as its sentences, in plain words."""
    return [each for paragraph in paragraphs(text) for each in _SENTENCE_END.split(paragraph.text) if each.strip()]


def _one(before: _Text, after: _Text, blocks: Sequence[_Block], span: tuple[int, int]) -> Found:
    start, end = span
    for block in blocks:
        if block.same and block.i1 <= start and end <= block.i2:
            here = block.j1 + start - block.i1
            return Found(Standing.STILL, _words(after, here, here + end - start))
    elsewhere = _elsewhere(before, after, blocks, span)
    region = _region(blocks, start, end)
    if elsewhere and not _inside(elsewhere, region):
        return Found(Standing.MOVED, _words(after, *elsewhere))
    if elsewhere:
        return Found(Standing.STILL, _words(after, *elsewhere))
    return (
        _altered(before, after, span, region) or _moved_and_altered(before, after, blocks, span) or Found(Standing.GONE)
    )


def _altered(before: _Text, after: _Text, span: tuple[int, int], region: tuple[int, int]) -> Found | None:
    """Other words at the same place: recognised by themselves, or by the sentence around them.

    A few words are no proof by themselves that a passage is the same; a dozen others are no version of a dozen.
    """
    quoted = before.tokens[slice(*span)]
    region = _trimmed(quoted, after, region)
    words = after.tokens[region[0] : region[1]]
    if not any(map(_is_word, words)):
        return None
    long = len([word for word in quoted if _is_content(word)]) >= _TELLING
    left = _recall(quoted, words)
    by_itself = left >= _RECOGNISED or _reordered(quoted, words)
    if by_itself and (long or _same_surroundings(before, after, span, region)):
        return Found(Standing.CHANGED, _words(after, *region))
    around = _around(before, span)
    of_a_size = len(words) <= 3 * len(quoted) + 5 and (left > 0 or not long)
    if of_a_size and around and _recall(around, _around(after, region)) >= _RECOGNISED:
        return Found(Standing.CHANGED, _words(after, *region))
    return None


def _same_surroundings(before: _Text, after: _Text, span: tuple[int, int], region: tuple[int, int]) -> bool:
    """Whether a good part of the sentence around a passage is around it still; true where nothing tells."""
    around = [word for word in _around(before, span) if _is_content(word)]
    return len(around) < 2 or _recall(around, _around(after, region)) >= 0.34


def _moved_and_altered(before: _Text, after: _Text, blocks: Sequence[_Block], span: tuple[int, int]) -> Found | None:
    """Their sentence stands elsewhere, in other words: recognised by both the quoted words and those around them."""
    quoted = before.tokens[span[0] : span[1]]
    whole = before.tokens[slice(*before.sentence_of(*span))]
    new = _new_places(blocks)
    for number in sorted(set(after.sentences)):
        places = [place for place, each in enumerate(after.sentences) if each == number]
        here = after.tokens[places[0] : places[-1] + 1]
        mostly_new = sum(place in new for place in places) * 2 > len(places)
        if mostly_new and _recall(whole, here) >= 0.6 and _recall(quoted, here) >= _RECOGNISED:
            return Found(Standing.CHANGED, _words(after, places[0], places[-1] + 1))
    return None


def _elsewhere(before: _Text, after: _Text, blocks: Sequence[_Block], span: tuple[int, int]) -> tuple[int, int] | None:
    """The same words among those that came in, where their sentence came along with them; None if nowhere."""
    quoted = before.tokens[span[0] : span[1]]
    new = _new_places(blocks)
    around = [word for word in _around(before, span) if _is_content(word)]
    found = []
    for start, end in _occurrences(after, quoted):
        if sum(place in new for place in range(start, end)) * 2 <= end - start:
            continue  # these words stood in the draft at another place: they are others
        came_along = _recall(around, _around(after, (start, end)))
        alone = len([word for word in quoted if _is_content(word)]) >= 3 * max(len(around), 1)
        if alone or (around and came_along >= _RECOGNISED):
            found.append((came_along, start, end))
    return max(found)[1:] if found else None


def _region(blocks: Sequence[_Block], start: int, end: int) -> tuple[int, int]:
    """Where in the present text the place of a draft span is."""
    touched = [block for block in blocks if block.i1 < end and start < block.i2]
    if not touched:
        return 0, 0
    first, last = touched[0], touched[-1]
    left = first.j1 + (start - first.i1 if first.same else 0)
    right = last.j1 + (end - last.i1) if last.same else last.j2
    return left, right


def _trimmed(quoted: Sequence[str], after: _Text, region: tuple[int, int]) -> tuple[int, int]:
    """The part of a long region that holds what is left of the quoted words; the region where nothing is."""
    left, right = region
    if right - left <= 2 * len(quoted) + 4:
        return region
    matcher = SequenceMatcher(None, quoted, after.tokens[left:right], autojunk=False)
    kept = [block for block in matcher.get_matching_blocks() if any(map(_is_content, quoted[block.a :][: block.size]))]
    if not kept:
        return region
    return left + kept[0].b, left + kept[-1].b + kept[-1].size


def _blocks(before: _Text, after: _Text) -> list[_Block]:
    """The comparison as stretches, without agreements so short that they are chance between two changes."""
    codes = SequenceMatcher(None, before.tokens, after.tokens, autojunk=False).get_opcodes()
    blocks = [_Block(tag == "equal", i1, i2, j1, j2) for tag, i1, i2, j1, j2 in codes]
    while (chance := _by_chance(blocks, before, after)) is not None:
        left, right = max(chance - 1, 0), min(chance + 2, len(blocks))
        joined = blocks[left:right]
        merged = _Block(False, joined[0].i1, joined[-1].i2, joined[0].j1, joined[-1].j2)
        blocks[left:right] = [merged]
    return blocks


def _by_chance(blocks: Sequence[_Block], before: _Text, after: _Text) -> int | None:
    for place in range(1, len(blocks) - 1):
        block, left, right = blocks[place], blocks[place - 1], blocks[place + 1]
        if not block.same or left.same or right.same:
            continue
        size = sum(_weight(word) for word in before.tokens[block.i1 : block.i2])
        if size <= min(_extent(left), _extent(right)) / 2:
            return place
        elsewhere = not _same_surroundings(before, after, (block.i1, block.i2), (block.j1, block.j2))
        if size < _TELLING and elsewhere:
            return place
    return None


def _extent(block: _Block) -> int:
    return max(block.i2 - block.i1, block.j2 - block.j1)


def _weight(word: str) -> float:
    return 1.0 if _is_content(word) else 0.25


def _new_places(blocks: Sequence[_Block]) -> set[int]:
    return {place for block in blocks if not block.same for place in range(block.j1, block.j2)}


def _inside(span: tuple[int, int], region: tuple[int, int]) -> bool:
    return region[0] <= span[0] and span[1] <= region[1]


def _around(text: _Text, span: tuple[int, int]) -> list[str]:
    """The words of the sentences that a span lies in, without its own."""
    left, right = text.sentence_of(*span)
    return [*text.tokens[left : span[0]], *text.tokens[span[1] : right]]


def _recall(wanted: Sequence[str], among: Sequence[str]) -> float:
    """Which share of the telling words of one passage another has, in their order."""
    telling = [word.lower() for word in wanted if _is_content(word)] or [w.lower() for w in wanted if _is_word(w)]
    if not telling:
        return 0.0
    matcher = SequenceMatcher(None, telling, [word.lower() for word in among], autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(telling)


def _reordered(wanted: Sequence[str], among: Sequence[str]) -> bool:
    """Whether a passage of several telling words has come back in another order."""
    telling = Counter(word.lower() for word in wanted if _is_content(word))
    there = telling & Counter(word.lower() for word in among)
    return telling.total() >= 4 and there.total() >= 0.75 * telling.total()


def _occurrences(text: _Text, quoted: Sequence[str]) -> list[tuple[int, int]]:
    size = len(quoted)
    if not size:
        return []
    starts = range(len(text.tokens) - size + 1)
    whole = [(start, start + size) for start in starts if text.tokens[start : start + size] == tuple(quoted)]
    return whole or [(start, start + size) for start in starts if _covers(text.tokens[start : start + size], quoted)]


def _covers(tokens: Sequence[str], quoted: Sequence[str]) -> bool:
    """Whether words hold a quote that begins or ends within a word."""
    if len(quoted) == 1:
        return quoted[0] in tokens[0]
    first, last = tokens[0].endswith(quoted[0]), tokens[-1].startswith(quoted[-1])
    return first and last and list(tokens[1:-1]) == list(quoted[1:-1])


def _read(markdown: str) -> _Text:
    tokens: list[str] = []
    numbers: list[int] = []
    for number, sentence in enumerate(sentences(markdown)):
        words = _tokens(sentence)
        tokens += words
        numbers += [number] * len(words)
    return _Text(tuple(tokens), tuple(numbers))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(comparable(text))


def _words(text: _Text, start: int, end: int) -> str:
    joined = " ".join(text.tokens[start:end])
    return re.sub(r"\s+([.,;:!?)\]%])", r"\1", joined)


def _is_word(token: str) -> bool:
    return token[:1].isalnum()


def _is_content(token: str) -> bool:
    return _is_word(token) and token.lower() not in _COMMON
