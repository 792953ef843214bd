"""What a file gives, whatever its kind: lines in reading order, and what is known of each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

_ENDS_A_LINE = re.compile("[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]+")
#: What every question and notice says that speaks of something left out.
NOT_READ = "not read"
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f]")


class Unreadable(Exception):
    """The file can't be read at all; the message is the sentence for the screen, with what to do next."""


@dataclass(frozen=True, slots=True)
class Line:
    """`aside` names what stands outside the letter's text ("running header", "footnote"): kept, and not read as text.

    `heading`: the file says so, by a style or by its type. `page`: the first line of a page.
    """

    text: str
    aside: str = ""
    heading: bool = False
    page: bool = False

    def as_list(self) -> list[Any]:
        return [self.text, self.aside, self.heading, self.page]


@dataclass(frozen=True, slots=True)
class Extracted:
    """`notes` are questions for whoever confirms; `notices` are told and need no answer."""

    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    #: The text with the line ends that it came with, where it was text.
    original: str | None = None

    @property
    def unread(self) -> list[str]:
        """What of the file was not read, as its questions and notices say."""
        return [each for each in (*self.notes, *self.notices) if NOT_READ in each]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines) if self.original is None else self.original

    @property
    def asides(self) -> dict[int, str]:
        """By number of line, from 1."""
        return {n: line.aside for n, line in enumerate(self.lines, start=1) if line.aside}

    @property
    def headings(self) -> frozenset[int]:
        return frozenset(n for n, line in enumerate(self.lines, start=1) if line.heading)

    @property
    def pages(self) -> frozenset[int]:
        return frozenset(n for n, line in enumerate(self.lines, start=1) if line.page)

    def composed(self) -> Extracted:
        """With each accent and its letter as one character, as names are kept here, however the file wrote them."""
        lines = tuple(replace(line, text=_composed(line.text)) for line in self.lines)
        return replace(self, lines=lines, original=self.original and _composed(self.original))

    def as_json(self) -> dict[str, Any]:
        lines = [line.as_list() for line in self.lines]
        return {"lines": lines, "notes": list(self.notes), "notices": list(self.notices)}


def from_json(data: dict[str, Any]) -> Extracted:
    lines = tuple(Line(*line) for line in data["lines"])
    return Extracted(lines, tuple(data["notes"]), tuple(data["notices"]))


def from_text(text: str) -> Extracted:
    """Plain text knows nothing of its lines but their words."""
    return Extracted(tuple(Line(line) for line in text.splitlines()), original=text)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """A text that ends no line in between, whatever separators a file put there; controls become spaces."""
    return _CONTROLS.sub(" ", _ENDS_A_LINE.sub(" ", text)).rstrip()


def without_edges(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines without empty ones at the ends and without several empty ones in a row."""
    kept: list[Line] = []
    for line in lines:
        if line.text.strip() or (kept and kept[-1].text.strip()):
            kept.append(line)
    while kept and not kept[-1].text.strip():
        kept.pop()
    return tuple(kept)
