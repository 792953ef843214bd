"""A finding's text taken apart: sentences, words, sequences of three words. Pure functions, remembered per text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

Words = tuple[str, ...]

_WORD = re.compile(r"[^\W_]+(?:[’'./-][^\W_]+)*")
_END = re.compile(r"(?<=[.!?;:])[”’\"')]*\s+(?=[“‘\"'(]*[A-Z0-9])")
_BULLET = re.compile(r"^\s*-\s+")
_LINK = re.compile(r"\[([^\]]*)\]\(https://[^)\s]*\)")
_ABBREVIATION = re.compile(r"[A-Z][A-Z&]{1,5}s?")
#: Known to every reader of these letters; the rest has to be spelled out once.
KNOWN = frozenset(
    "HMIC HMI HMICFRS PEEL UK EU IT TV CCTV GPS DNA NHS PC PCC QPM OK ID AFI FAQ PDF ICT HR MP MPs PCs PCCs".split()
)
#: A sentence of more words is hard to follow aloud.
LONG = 40
_ROMAN = frozenset("II III IV VI VII VIII IX XI XII".split())


@dataclass(frozen=True)
class Sentence:
    """One sentence or bullet: as written, and its words in lower case with the own force's name as "the force"."""

    text: str
    words: Words

    @cached_property
    def triples(self) -> frozenset[int]:
        """Hashes of its sequences of three words; of all its words where there are fewer."""
        words = self.words
        if len(words) < 3:
            return frozenset([hash(words)])
        return frozenset(map(hash, zip(words, words[1:], words[2:], strict=False)))


@dataclass(frozen=True)
class Reading:
    """One text, read."""

    sentences: tuple[Sentence, ...]

    @cached_property
    def words(self) -> Words:
        return tuple(word for sentence in self.sentences for word in sentence.words)

    @cached_property
    def triples(self) -> frozenset[int]:
        return frozenset().union(*(sentence.triples for sentence in self.sentences))

    def without(self, agreed: frozenset[Words]) -> frozenset[int]:
        """The sequences of what is left once agreed sentences are taken out."""
        if not agreed:
            return self.triples
        own = (sentence.triples for sentence in self.sentences if sentence.words not in agreed)
        return frozenset().union(*own)

    def uses(self, agreed: frozenset[Words]) -> bool:
        """Whether one of its sentences is agreed wording."""
        return any(sentence.words in agreed for sentence in self.sentences)

    def long(self) -> list[Sentence]:
        return [sentence for sentence in self.sentences if len(sentence.words) > LONG]


@lru_cache(maxsize=2048)
def read(text: str, own: tuple[Words, ...] = ()) -> Reading:
    """Read a Markdown text. `own`: the names of its own force in lower-case words, the longest first."""
    found = []
    for said in sentences(text):
        words = tuple(map(lower, _WORD.findall(said)))
        if words:
            found.append(Sentence(said, _masked(words, own)))
    return Reading(tuple(found))


def sentences(text: str) -> list[str]:
    """The sentences and bullets of a Markdown text, without its marks."""
    plain = _LINK.sub(r"\1", text).replace("**", "").replace("*", "")
    lines = (_BULLET.sub("", line).strip() for line in plain.splitlines())
    return [sentence for line in lines if line for sentence in _END.split(line)]


@lru_cache(maxsize=32_768)
def lower(word: str) -> str:
    """A word for comparing: lower case, without a genitive."""
    word = word.lower().replace("’", "'")
    return word[:-2] if word.endswith("'s") else word


@lru_cache(maxsize=2048)
def tokens(text: str) -> Words:
    """The words of a text as written."""
    return tuple(_WORD.findall(text))


@lru_cache(maxsize=2048)
def capitals(text: str) -> tuple[tuple[int, str], ...]:
    """Where a name may begin: the places of words with a capital ("deal" is no town), and those words for comparing."""
    return tuple((at, lower(word)) for at, word in enumerate(tokens(text)) if word[0].isupper())


def alike(first: Reading, second: Reading) -> int:
    """How many words of the first stand in the second too, each counted as often as it does."""
    left: dict[str, int] = {}
    for word in second.words:
        left[word] = left.get(word, 0) + 1
    same = 0
    for word in first.words:
        if left.get(word, 0):
            left[word] -= 1
            same += 1
    return same


@lru_cache(maxsize=2048)
def abbreviations(text: str) -> Words:
    """Abbreviations in order of their first use, without those that everybody knows."""
    used = (word for word in tokens(text) if word[0].isupper() and _ABBREVIATION.fullmatch(word))
    return tuple(word for word in dict.fromkeys(used) if word not in KNOWN and word not in _ROMAN)


def explains(text: str, abbreviation: str) -> bool:
    """Whether the text spells it out: "national decision model (NDM)" or "NDM (national decision model)"."""
    short = re.escape(abbreviation)
    return bool(re.search(rf"\w \({short}s?\)|\b{short} \([^)]*[a-z][^)]* ?[^)]*\)", text))


def key_of(text: str) -> frozenset[Words]:
    """The sentences of agreed wording, as they are compared."""
    return frozenset(sentence.words for sentence in read(text).sentences)


def _masked(words: Words, own: Iterable[Words]) -> Words:
    for name in own:
        if name[0] in words:
            words = _replaced(words, name)
    return words


def _replaced(words: Words, name: Sequence[str]) -> Words:
    """Each occurrence of a name as "the force"; "the" is not doubled."""
    found: list[str] = []
    at = 0
    while at < len(words):
        if words[at : at + len(name)] == name:
            found += ["force"] if found and found[-1] == "the" else ["the", "force"]
            at += len(name)
        else:
            found.append(words[at])
            at += 1
    return tuple(found)
