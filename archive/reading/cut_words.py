"""Words that a line's end cut in two, put together again."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from archive.reading.words import Source, word_set

_COMPOUND_PREFIXES = word_set(
    "anti co non pre post re self well long short high low multi inter sub semi over under ex cross mid "
    "part full half north south east west one two three four five"
)


def join_cut_words(source: Source) -> None:
    """Words cut by a line end. A hyphen stays unless the letter writes the word without one."""
    soft = _hyphen_of_line_ends(source)
    vocabulary = _whole_words(source)
    for left, right in pairwise(source.words):
        if left.broken and right.first:
            right.joined = True
            continue
        if soft and right.first and left.text.endswith(soft) and right.text[0].isalpha():
            left.text, right.joined = left.text[:-1], True
            continue
        if not right.first or not re.search(r"[A-Za-z]-$", left.text) or not right.text[0].isalpha():
            continue
        right.joined = True
        tail = re.sub(r"\W+$", "", right.text).casefold()
        solid, compound = (left.text[:-1] + tail).casefold(), (left.text + tail).casefold()
        stem = left.text[:-1].strip("\"'“‘(").casefold()
        if vocabulary[solid] and not vocabulary[compound]:
            left.text = left.text[:-1]
        elif not (vocabulary[compound] or stem in _COMPOUND_PREFIXES or (vocabulary[stem] and vocabulary[tail])):
            source.questions.append(f"'{left.text}{tail}' is cut by a line end: its hyphen was kept")


def _hyphen_of_line_ends(source: Source) -> str:
    """The typographic hyphen, where it stands at line ends only: then whoever set the lines put it there."""
    inside = any("\u2010" in word.text[:-1] for word in source.words)
    return "" if inside else "\u2010"


def _whole_words(source: Source) -> Counter[str]:
    """The words that the letter has anyway: what stands at a cut says nothing of itself."""
    halves = {
        id(half)
        for left, right in pairwise(source.words)
        if right.first and left.text.endswith("-")
        for half in (left, right)
    }
    whole = (word.text for word in source.words if id(word) not in halves)
    return Counter(re.sub(r"\W+$", "", text).casefold() for text in whole)
