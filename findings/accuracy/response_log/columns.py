"""The columns of the log, and how words go into a cell and come back from it."""

import hashlib
import re
from dataclasses import dataclass

from findings.accuracy.draft import WHOLE
from findings.models import Paragraph, Point
from hmic_core.text.folding import clean

#: Key, heading, width in characters, whether the force writes in it, whether it is shown.
COLUMNS: tuple[tuple[str, str, int, bool, bool], ...] = (
    ("ref", "Ref", 12, False, True),
    ("draft", "Paragraph as sent", 52, False, True),
    ("point", "Point", 8, False, True),
    ("quoted", "Words in the draft", 34, True, True),
    ("kind", "Kind", 24, True, True),
    ("proposed", "Words proposed", 42, True, True),
    ("explanation", "Why", 42, True, True),
    ("files", "Evidence", 24, False, True),
    ("author", "Written by", 20, False, True),
    ("state", "State", 20, False, True),
    ("id", "Do not change: point", 38, False, False),
    ("version", "Do not change: version", 10, False, False),
    ("check", "Do not change: check", 18, False, False),
)
KEYS = tuple(column[0] for column in COLUMNS)
HEADINGS = {heading.lower(): key for key, heading, *_ in COLUMNS}
WORDS = ("quoted", "proposed", "explanation")
LOG, GUIDE, MARK = "Response log", "How to use", "Check"

#: A cell holds 32,767 characters. Longer words are shown shortened and stay whole here.
MOST_IN_CELL = 32_000
CUT = "\n[Shortened: too long for a cell. The whole text is kept; change it on the point’s page.]"
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Row:
    """One row of an uploaded log: its number in the spreadsheet and its cells as text.

    `faults` say why a cell's words cannot be known; `doubts` are questions that the uploader answers with a tick.
    """

    number: int
    cells: dict[str, str]
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def __getitem__(self, key: str) -> str:
        if key not in KEYS:
            raise KeyError(key)  # templates ask for a key before they ask for an attribute
        return self.cells.get(key, "")

    @property
    def written(self) -> bool:
        """Whether the force wrote anything in it."""
        return any(self[key] for key in (*WORDS, "kind"))


def heading_key(text: str) -> str:
    """The column that a heading names, whatever its case, white space and line breaks; empty where it is none."""
    return HEADINGS.get(" ".join(text.lower().split()), "")


def letter(key: str) -> str:
    """The column's letter, for "Correct the Ref in cell A10"."""
    return chr(ord("A") + KEYS.index(key))


def fitted(text: str) -> str:
    """Words as they stand in a cell: printable, one kind of line end, not longer than a cell holds."""
    text = tidy(text)
    return text if len(text) <= MOST_IN_CELL else text[: MOST_IN_CELL - len(CUT)] + CUT


def tidy(text: str) -> str:
    return _UNPRINTABLE.sub("", clean(text.replace("\r\n", "\n").replace("\r", "\n"))).strip()


def point_cells(point: Point) -> dict[str, str]:
    """What the log says of a point, apart from its paragraph, files and people."""
    ref = point.paragraph.reference if point.paragraph else WHOLE
    cells = {
        "ref": ref,
        "point": str(point.number),
        "kind": point.get_kind_display(),
        "id": str(point.pk),
        "version": str(point.version),
        **{key: fitted(getattr(point, key)) for key in WORDS},
    }
    return cells | {"check": check_of(cells)}


def empty_cells(paragraph: Paragraph | None) -> dict[str, str]:
    """The row in which a new point can be written."""
    return {"ref": paragraph.reference if paragraph else WHOLE}


def check_of(cells: dict[str, str]) -> str:
    """A fingerprint of what a row held when it was downloaded: whether somebody changed it offline since."""
    held = "\x1f".join(tidy(cells.get(key, "")) for key in ("ref", "point", "kind", "id", "version", *WORDS))
    return hashlib.sha256(held.encode()).hexdigest()[:16]
