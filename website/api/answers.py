"""The shapes of what the API answers."""

import datetime as dt
from typing import Any
from uuid import UUID

from ninja import Field, Schema


class ForceOut(Schema):
    id: str = Field(description="Stable: part of every address of this force")
    name: str
    local_policing_body: str
    page: str


class ItemOut(Schema):
    id: UUID = Field(description="Stable: a correction is a new item with an identifier of its own")
    kind: str
    title: str
    inspection: str
    force: str | None
    published_at: dt.datetime
    changed_at: dt.datetime = Field(description="When it became public, was corrected, added or withdrawn")
    version: int
    is_demonstration: bool
    sha256: str = Field(description="Of the bytes at sealed_text")
    sealed_text: str
    file_sha256: str | None
    page: str


class ItemWholeOut(ItemOut):
    content: dict[str, Any] = Field(description="As it was frozen when its release was locked")


class FindingOut(Schema):
    inspection: str
    force: str
    force_id: str
    letter_date: str
    published_at: dt.datetime
    theme: str
    reference: str
    kind: str
    text: str
    address: str = Field(description="The address to quote it by")


class FigureOut(Schema):
    inspection: str
    reference: str
    indicator: str
    unit: str
    period: str
    force: str
    force_id: str
    value: str = Field(description="As it was written; empty where there is none, which is not nought")
    status: str = Field(description="final, provisional, suppressed or missing")
    note: str


class AnswerOut(Schema):
    inspection: str
    reference: str
    theme: str
    question: str
    force: str
    force_id: str
    answer: str = Field(description="yes, partly, no or not_assessed")


class ForcePage(Schema):
    total: int
    next: str | None = None
    results: list[ForceOut]


class ItemPage(Schema):
    total: int
    next: str | None = None
    results: list[ItemOut]


class FindingPage(Schema):
    next: str | None = Field(None, description="Findings are given letter by letter: a page holds those of ten letters")
    results: list[FindingOut]


class FigurePage(Schema):
    results: list[FigureOut]


class AnswerPage(Schema):
    results: list[AnswerOut]


class Problem(Schema):
    detail: str
