"""Characters that nobody sees, or that look like another: what is left out of typed words, what is replaced, and what
makes no difference where words are compared. The table is static/js/folding-table.js, which the browser reads too.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).resolve().parents[2] / "static" / "js" / "folding-table.js"


def _table() -> dict[str, Any]:
    text = _FILE.read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text[text.index("{") : text.rindex("}") + 1])
    return table


def _characters(ranges: Iterable[str]) -> Iterator[str]:
    for each in ranges:
        first, _, last = each.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


_TABLE = _table()
DROPPED = frozenset(_characters(_TABLE["dropped"]))
REPLACED = {each: by for by, ranges in _TABLE["replaced"].items() for each in _characters(ranges)}
#: Shapes of one character, each one character long.
_ALIKE = {each: by for by, ranges in _TABLE["alike"].items() for each in _characters(ranges)}
_SHAPES = str.maketrans({**_ALIKE, **{each: by for each, by in REPLACED.items() if by == "-"}})
_FOLDING = str.maketrans({**dict.fromkeys(DROPPED, ""), **REPLACED})
_BARE = str.maketrans({**dict.fromkeys(DROPPED, ""), **{each: by for each, by in REPLACED.items() if len(by) > 1}})
_DROPPED_CLASS = "[" + "".join(f"\\U{ord(each):08x}" for each in sorted(DROPPED)) + "]"
_MARKED = re.compile("[" + "".join(f"\\U{ord(each):08x}" for each in sorted(DROPPED | REPLACED.keys())) + "]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is kept, and how many characters were left out of it and replaced."""

    text: str
    dropped: int = 0
    replaced: int = 0


def fold(text: str) -> Folded:
    """What is kept of a text that somebody typed, pasted or uploaded. A text without such characters is returned as it
    is, but for accents, which become one character with their letter (Unicode's NFC).
    """
    if text.isascii() and "\x0b" not in text and "\x0c" not in text:
        return Folded(text)
    found = _MARKED.findall(text)
    if not found:
        return Folded(unicodedata.normalize("NFC", text))
    dropped = sum(each in DROPPED for each in found)
    return Folded(unicodedata.normalize("NFC", text.translate(_FOLDING)), dropped, len(found) - dropped)


def clean(text: str) -> str:
    """The same, the text alone."""
    return fold(text).text


def bare(text: str) -> str:
    """The text without invisible characters, joined letters apart; its hyphens and spaces stay as they came."""
    return text if text.isascii() else text.translate(_BARE)


def told(dropped: int, replaced: int) -> str:
    """What was done to somebody's words, as a sentence for them; empty where nothing was."""
    parts = []
    if dropped:
        parts.append(f"{dropped} invisible character{'s were' if dropped != 1 else ' was'} left out")
    if replaced:
        parts.append(
            f"{replaced} special spaces, hyphens or joined letters were replaced by the usual ones"
            if replaced != 1
            else "1 special space, hyphen or joined letter was replaced by the usual one"
        )
    return f"{', and '.join(parts)}. What you wrote reads the same." if parts else ""


def one_shape(text: str) -> str:
    """Quotation marks, apostrophes, hyphens and dashes in one shape each; of the same length."""
    return text.translate(_SHAPES)


@lru_cache(maxsize=4096)
def comparable(text: str) -> str:
    """A text for comparing: nothing invisible, one shape of each character, compatible letters as the usual ones
    (Unicode's NFKC). Capitals and white space stay."""
    if text.isascii():
        return text.replace("`", "'")
    return unicodedata.normalize("NFKC", clean(text)).translate(_SHAPES)


@lru_cache(maxsize=1024)
def pattern(words: str) -> re.Pattern[str]:
    """Finds words in a text as somebody may have typed it: any white space between them, any shape of marks and dashes,
    invisible characters anywhere. Of no words it finds nothing."""
    between = f"{_DROPPED_CLASS}*"
    space = rf"(?:\s|{_DROPPED_CLASS})+"
    wanted = clean(words).split()
    return re.compile(space.join(between.join(map(_letter, word)) for word in wanted) if wanted else "(?!)")


def _letter(letter: str) -> str:
    shape = _ALIKE.get(letter, letter)
    alike = [each for each, by in _ALIKE.items() if by == shape]
    alike += [each for each, by in REPLACED.items() if by == letter]
    return "[" + "".join(map(re.escape, {letter, shape, *alike})) + "]" if alike else re.escape(letter)
