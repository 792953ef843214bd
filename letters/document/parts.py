"""The parts of a letter as frozen data, and what fills its placeholders. No models and no database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from letters.document.languages import sentence
from letters.document.wording import LEAD_IN, LETTER_DATE

SCHEMA = 1


class LetterIncomplete(Exception):
    """Something that the letter must say is not known yet; ``missing`` lists it for the screen."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = list(missing)
        super().__init__(f"The letter is not complete. Missing: {'; '.join(self.missing)}.")


class Variant(StrEnum):
    """draft: a preview, instant may be open. embargoed: banner and watermark. final: as published."""

    DRAFT = "draft"
    EMBARGOED = "embargoed"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspectorate:
    name: str
    short_name: str
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HMInspector:
    name: str
    post: str
    region: str = ""
    honours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    name: str
    post: str
    force: str
    salutation: str
    title: str = ""
    honours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingText:
    reference: str
    markdown: str
    kind: str = "finding"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeText:
    title: str
    question: str
    prefix: str
    findings: tuple[FindingText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedTo:
    name: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceText:
    """What force and inspectorate still differ on, for the annex. `decision` is the state of the force's point;
    without a `reference` it is about the whole draft."""

    decision: str
    reason: tuple[str, ...]
    force_says: tuple[str, ...]
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDocument:
    """The signed text. ``opening`` to ``closing`` are plain paragraphs, findings are Markdown."""

    inspectorate: Inspectorate
    signatory: HMInspector
    addressee: Addressee
    subject: str
    opening: tuple[str, ...]
    publication: str
    accuracy: str
    themes: tuple[ThemeText, ...]
    context: tuple[str, ...] = ()
    lead_in: str = LEAD_IN
    closing: tuple[str, ...] = ()
    valediction: str = "Yours sincerely"
    copied_to: tuple[CopiedTo, ...] = ()
    enclosures: tuple[str, ...] = ()
    former_titles: tuple[str, ...] = ()
    differences: tuple[DifferenceText, ...] = ()
    letter_date: str = LETTER_DATE
    language: str = "en"
    schema: int = SCHEMA

    @property
    def findings(self) -> Iterator[FindingText]:
        return (finding for theme in self.themes for finding in theme.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceholderValues:
    """What fills the placeholders. ``embargo_until`` is aware (UTC); ``zone`` is the wall clock it was entered in.

    ``ink`` is the SHA-256 of the picture of a signature, ``signed_for`` the line under a deputy's: both are known
    only once the letter is signed, so they are no part of what is signed. ``corrected_on`` is the day on which the
    transcription of a letter of the past was corrected.
    """

    embargo_until: datetime | None = None
    letter_date: date | None = None
    rescheduled: bool = False
    zone: str = "Europe/London"
    ink: str = ""
    signed_for: str = ""
    corrected_on: date | None = None

    def local(self) -> datetime | None:
        return self.embargo_until and self.embargo_until.astimezone(ZoneInfo(self.zone))

    def publication_sentence(self, publisher: str, language: str = "en") -> str:
        """ "will now be published by HMIC on Thursday 4 September 2014 at 00:01"; empty without an instant."""
        local = self.local()
        if local is None:
            return ""
        return sentence(local, publisher, rescheduled=self.rescheduled, language=language)
