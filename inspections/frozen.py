"""The shape of what a release item freezes. Sealing writes it (publication), the public website reads it.

Everything a public page says about an item is in its content. HTML in it was rendered from cleaned Markdown when the
release was sealed and never changes afterwards: what was approved is what is shown.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict


class FrozenFormer(TypedDict):
    """An addition as it was before a correction: it stays readable, below what took its place."""

    title: str
    html: str
    author: str
    #: From when it was public.
    since: str
    file_key: str
    file_name: str
    file_size: int
    file_hash: str


class FrozenCorrection(TypedDict):
    """One line of an item's history after publication. `at` is empty for the latest: its item says when."""

    note: str
    former_hash: str
    at: str
    #: Of additions only.
    former: NotRequired[FrozenFormer]


class FrozenTheme(TypedDict):
    title: str
    question: str
    prefix: str


class FrozenInspection(TypedDict):
    """Content of an item of kind `inspection`: the inspection's own page."""

    title: str
    short_title: str
    former_titles: list[str]
    kind: str
    fieldwork: str
    summary: str
    themes: list[FrozenTheme]
    force_count: int
    follow_up_title: str
    follow_up_due: str
    is_demonstration: bool
    is_archive: bool
    corrections: NotRequired[list[FrozenCorrection]]


class FrozenFinding(TypedDict):
    reference: str
    kind: str
    html: str


class FrozenLetterTheme(TypedDict):
    title: str
    question: str
    findings: list[FrozenFinding]


class FrozenWelsh(TypedDict):
    """The Welsh version of a letter: its own signed words, hash and PDF, inside the letter's item."""

    title: str
    html: str
    document: dict[str, Any]
    signed_hash: str
    pages: int
    file_key: str
    file_name: str
    file_size: int
    file_hash: str


class FrozenLetter(TypedDict):
    """Content of an item of kind `letter`: a force letter, as a page and as data."""

    #: The letter's body, as `letters/_letter_body.html` made it in the final variant.
    html: str
    #: The canonical data that was signed (placeholders unfilled) and its hash.
    document: dict[str, Any]
    signed_hash: str
    inspection_title: str
    inspection_short_title: str
    force_name: str
    letter_date: str
    addressee: str
    signatory: str
    pages: int
    themes: list[FrozenLetterTheme]
    is_demonstration: bool
    is_archive: bool
    #: Where the force needs one.
    welsh: NotRequired[FrozenWelsh]
    #: An archived letter's page is a transcription; the original file is the record.
    original: NotRequired[str]
    corrections: NotRequired[list[FrozenCorrection]]


class FrozenReport(TypedDict):
    """Content of an item of kind `report`: the national report, whose file is the PDF."""

    title: str
    summary: str
    inspection_title: str
    is_demonstration: bool
    corrections: NotRequired[list[FrozenCorrection]]


class FrozenAddition(TypedDict):
    """Content of what was added after publication: a force's update, a 56-day response, a recommendation's status."""

    title: str
    html: str
    #: The words as they were typed, from which a correction begins.
    markdown: str
    #: Whose words they are, as the page says it.
    author: str
    is_demonstration: bool
    corrections: NotRequired[list[FrozenCorrection]]


class FrozenIndicator(TypedDict):
    """What an indicator is. Figures are kept as they were written: 62.0 says more than 62."""

    reference: str
    title: str
    definition: str
    unit: str
    period: str
    source: str
    #: "higher", "lower" or "neither".
    better: str
    #: The figure of England and Wales, empty where the source has none.
    national: str


class FrozenCriterion(TypedDict):
    reference: str
    theme: str
    question: str


class FrozenDefinitions(TypedDict):
    """Content of an item of kind `data` without a force: what was asked and measured, for all forces alike."""

    title: str
    inspection_title: str
    inspection_short_title: str
    fieldwork: str
    force_count: int
    indicators: list[FrozenIndicator]
    criteria: list[FrozenCriterion]
    is_demonstration: bool
    corrections: NotRequired[list[FrozenCorrection]]


class FrozenFigure(TypedDict):
    """One force's figure. `value` is empty where `status` is "suppressed" or "missing"; `note` says why."""

    reference: str
    title: str
    value: str
    unit: str
    period: str
    status: str
    note: str


class FrozenAnswer(TypedDict):
    """One force's answer: "yes", "partly", "no" or "not_assessed"."""

    reference: str
    question: str
    answer: str


class FrozenGrade(TypedDict):
    """A judgment, with the dated scale that it is of."""

    about: str
    grade: str
    scale: str


class FrozenData(TypedDict):
    """Content of an item of kind `data` with a force: its data page."""

    title: str
    inspection_title: str
    inspection_short_title: str
    force_name: str
    indicators: list[FrozenFigure]
    answers: list[FrozenAnswer]
    #: Empty where the inspection gave none.
    grades: list[FrozenGrade]
    is_demonstration: bool
    corrections: NotRequired[list[FrozenCorrection]]


class FrozenNotice(TypedDict):
    """Content of an item of kind `notice`: what stands where something public was withdrawn."""

    #: The kind of item that stood here.
    about: str
    #: What its address was made of, where it had one of its own among others of its kind (`ReleaseItem.source_id`).
    place: str
    sentence: str
    reason: str
    withdrawn_at: str
    #: What had been corrected in it before.
    corrected: list[FrozenCorrection]


def canonical(content: Mapping[str, Any]) -> str:
    """A content as the text that is hashed: JSON with sorted keys, no spaces, no escapes but those JSON needs."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical text in UTF-8, in hexadecimal."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
