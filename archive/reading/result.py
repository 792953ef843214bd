"""What the importer read from a letter: plain data, ready for a confirm screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from archive.reading.paragraphs import Confidence
from archive.reading.words import Furniture


@dataclass(frozen=True, slots=True)
class Span:
    """A recognised part of the source.

    `first_line` and `last_line` count from 1; `start` and `end` are offsets into the text.
    Spans may overlap: the instant stands inside an opening paragraph.
    """

    kind: str
    first_line: int
    last_line: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the reader asks: `kind` says which answers there are, `start` where in the text it stands (-1: nowhere).

    `taken` is what was read for as long as nobody answers; `about` names the fields that a note is about.
    """

    kind: str
    text: str
    taken: str = ""
    start: int = -1
    line: int = 0
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the body with its place in the text: what an answer can move.

    `role`: "heading", "finding" (one begins), "continuation" (a further paragraph), "same" (goes on in the paragraph),
    "closing".
    """

    role: str
    text: str
    start: int
    line: int


@dataclass(frozen=True, slots=True)
class ReadFinding:
    paragraphs: tuple[str, ...]
    confidence: Confidence
    first_line: int
    last_line: int
    pieces: tuple[Piece, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class ReadTheme:
    title: str
    question: str
    findings: tuple[ReadFinding, ...]
    line: int
    start: int = -1


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What the letter says of the later inspection; `due` in the letter's own words."""

    inspection: str | None
    due: str | None
    updates_invited: bool


@dataclass(frozen=True, slots=True)
class UnmatchedLine:
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """A letter as read. `None` or an empty text means: not found, and `uncertain` asks.

    `embargo_at` is aware, in Europe/London; `embargo_until` is the same instant in UTC.
    `force` is the name in the register when `force_known`, else the letter's own words;
    `inspection` likewise with `inspection_known`.
    """

    force: str | None
    force_known: bool
    inspection: str | None
    inspection_known: bool
    former_titles: tuple[str, ...]
    fieldwork: str | None
    letter_date: date | None
    embargo_at: datetime | None
    embargo_until: str | None
    embargo_local: str | None
    rescheduled: bool
    signatory: str | None
    signatory_honours: str | None
    signatory_post: str | None
    region: str | None
    addressee: str | None
    addressee_title: str | None
    addressee_honours: str | None
    addressee_post: str | None
    salutation: str | None
    subject: str | None
    copied_to: tuple[str, ...]
    enclosures: tuple[str, ...]
    follow_up: FollowUp
    opening: tuple[str, ...]
    closing: tuple[str, ...]
    closing_pieces: tuple[Piece, ...]
    themes: tuple[ReadTheme, ...]
    uncertain: tuple[str, ...]
    questions: tuple[Question, ...]
    scan_errors: tuple[str, ...]
    unmatched: tuple[UnmatchedLine, ...]
    furniture: tuple[Furniture, ...]
    spans: tuple[Span, ...]
    source_lines: tuple[str, ...] = field(repr=False)

    @property
    def counts(self) -> tuple[int, ...]:
        """Findings per theme, in order."""
        return tuple(len(theme.findings) for theme in self.themes)

    def kinds_by_line(self) -> dict[int, tuple[str, ...]]:
        """For each source line that holds text, what was recognised on it."""
        kinds: dict[int, dict[str, None]] = {}
        written = {n for n, line in enumerate(self.source_lines, start=1) if line.strip()}
        for span in self.spans:
            for line in written.intersection(range(span.first_line, span.last_line + 1)):
                kinds.setdefault(line, {})[span.kind] = None
        for item in self.furniture:
            kinds.setdefault(item.line, {})[item.kind] = None
        for missed in self.unmatched:
            kinds.setdefault(missed.line, {})["unmatched"] = None
        return {line: tuple(found) for line, found in sorted(kinds.items())}

    def as_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`; the same for the same source, always."""
        return {
            "force": self.force,
            "inspection": self.inspection,
            "former_titles": list(self.former_titles),
            "fieldwork": self.fieldwork,
            "letter_date": self.letter_date.isoformat() if self.letter_date else None,
            "embargo_until": self.embargo_until,
            "embargo_local": self.embargo_local,
            "rescheduled": self.rescheduled,
            "signatory": self.signatory,
            "signatory_honours": self.signatory_honours,
            "signatory_post": self.signatory_post,
            "region": self.region,
            "addressee": self.addressee,
            "addressee_honours": self.addressee_honours,
            "addressee_post": self.addressee_post,
            "salutation": self.salutation,
            "copied_to": list(self.copied_to),
            "enclosures": list(self.enclosures),
            "follow_up": {
                "inspection": self.follow_up.inspection,
                "due": self.follow_up.due,
                "updates_invited": self.follow_up.updates_invited,
            },
            "themes": [
                {
                    "title": theme.title,
                    "question": theme.question,
                    "findings": [finding.text for finding in theme.findings],
                }
                for theme in self.themes
            ],
            "uncertain": list(self.uncertain),
            "scan_errors": list(self.scan_errors),
            "unmatched": [missed.text for missed in self.unmatched],
            "counts": list(self.counts),
            "confidence": [[f.confidence for f in theme.findings] for theme in self.themes],
            "opening": list(self.opening),
            "closing": list(self.closing),
            "furniture": [{"kind": f.kind, "text": f.text, "line": f.line} for f in self.furniture],
        }
