"""The account of every word: where each word of the source went, and whether the result has any other.

It counts from the text and the finished result, not from the reader's notes while reading, so that an error of the
reader shows here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from archive.reading.result import ReadLetter
from archive.reading.words import clean, plain

#: Where a word may stand, and which kinds of span are each. The first that claims a word has it.
_PLACES = (
    ("findings", ("finding",)),
    ("headings", ("theme",)),
    ("closing", ("closing",)),
    ("fields", (
        "force", "inspection", "former title", "fieldwork", "letter date", "embargo", "signatory", "signatory post",
        "region", "addressee", "addressee post", "salutation", "subject", "copied to", "enclosures", "follow-up",
        "question", "signature",
    )),
    ("opening", ("opening",)),
    ("boilerplate", ("letterhead", "inspectorate address", "findings heading", "closing words", "scan error")),
    ("marks", ("bullet",)),
)  # fmt: skip
PLACES = (*(name for name, _ in _PLACES), "furniture", "unmatched")
#: Of these a word may have one only: the parts of the letter that follow each other.
_PARTS = frozenset({"finding", "theme", "closing", "opening", "closing words", "copied to", "salutation", "letterhead"})
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Fidelity:
    """`placed` counts the words of the source by where they went; what is lost, invented or twice is named."""

    words: int
    placed: dict[str, int]
    lost: tuple[str, ...]
    invented: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return not (self.lost or self.invented or self.twice) and sum(self.placed.values()) == self.words

    def as_json(self) -> dict[str, Any]:
        return {
            "whole": self.is_whole,
            "words": self.words,
            "placed": self.placed,
            "lost": list(self.lost),
            "invented": list(self.invented),
            "twice": list(self.twice),
        }


def account(text: str, read: ReadLetter) -> Fidelity:
    """Where each word of `text` went in `read`, and what is wrong with it."""
    places, twice = _places_of_characters(text, read)
    listed = Counter(_letters([word]) for missed in read.unmatched for word in _words(missed.text))
    placed: Counter[str] = Counter()
    kept: dict[str, list[str]] = {place: [] for place in PLACES}
    lost: list[str] = []
    for place, word in _placed_words(text, places):
        if not place:
            if not listed[_letters([word])]:
                lost.append(word)
                continue
            listed[_letters([word])] -= 1
            place = "unmatched"
        placed[place] += 1
        kept[place].append(word)
    gone, added = _differences(read, kept)
    invented = [*added, *(word for word, times in listed.items() for _ in range(times))]
    invented += _strange_fields(text, read)
    counts = {place: placed[place] for place in PLACES}
    return Fidelity(sum(counts.values()) + len(lost), counts, (*lost, *gone), tuple(invented), tuple(twice))


def _places_of_characters(text: str, read: ReadLetter) -> tuple[list[str], list[str]]:
    places = [""] * len(text)
    parts = [""] * len(text)
    twice: list[str] = []
    for span in read.spans:
        if span.kind in _PARTS:
            own = f"{span.kind} {span.start}"
            if any(parts[n] not in ("", own) and not text[n].isspace() for n in range(span.start, span.end)):
                twice.append(span.text[:80])
            parts[span.start : span.end] = [own] * (span.end - span.start)
    for name, kinds in reversed(_PLACES):
        for span in read.spans:
            if span.kind in kinds:
                places[span.start : span.end] = [name] * (span.end - span.start)
    for item in read.furniture:
        places[item.start : item.end] = ["furniture"] * (item.end - item.start)
    return places, twice


def _placed_words(text: str, places: list[str]) -> Iterator[tuple[str, str]]:
    """Each word with its place; a footnote's figure that is glued to a word counts as a word of its own."""
    for match in re.finditer(r"\S+", text):
        begin = match.start()
        for n in range(match.start() + 1, match.end() + 1):
            if n == match.end() or places[n] != places[begin]:
                for word in _words(text[begin:n]):
                    yield places[begin], word
                begin = n


def _words(text: str) -> list[str]:
    return [word for word in clean(text).split() if _WORD.search(word)]


def _letters(words: Iterable[str]) -> str:
    return re.sub(r"[\W_]", "", clean("".join(words)))


def _differences(read: ReadLetter, kept: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """Words that a part of the result lacks or adds, in its order. A word cut by a line end is its whole."""
    made = {
        "findings": [word for theme in read.themes for finding in theme.findings for word in _words(finding.text)],
        "closing": [word for paragraph in read.closing for word in _words(paragraph)],
    }
    gone: list[str] = []
    added: list[str] = []
    for place, words in made.items():
        if _letters(words) == _letters(kept[place]):
            continue
        for tag, a, b, c, d in SequenceMatcher(None, kept[place], words, autojunk=False).get_opcodes():
            if tag != "equal" and _letters(kept[place][a:b]) != _letters(words[c:d]):
                gone += kept[place][a:b]
                added += words[c:d]
    source = Counter(_letters(kept["headings"]))
    for theme in read.themes:
        if Counter(_letters([theme.title])) - source:
            added.append(theme.title)
    return gone, added


def _strange_fields(text: str, read: ReadLetter) -> Iterator[str]:
    """Values of fields with a word that the source does not have. What the register or the calendar says is apart."""
    # A page's end may fall inside a word: what was set aside stands between its halves.
    rest = list(text)
    for item in read.furniture:
        rest[item.start : item.end] = " " * (item.end - item.start)
    there = _letters([plain("".join(rest)), plain(text)]).casefold()
    values = [
        read.fieldwork, read.signatory, read.signatory_honours, read.signatory_post, read.region, read.addressee,
        read.addressee_title, read.addressee_honours, read.addressee_post, read.salutation, read.subject,
        *read.former_titles, *read.copied_to, *read.enclosures, *read.opening, read.follow_up.due,
        *(theme.question for theme in read.themes),
        None if read.force_known else read.force, None if read.inspection_known else read.inspection,
    ]  # fmt: skip
    for value in values:
        for word in _words(value or ""):
            if _letters([plain(word)]).casefold() not in there:
                yield word
