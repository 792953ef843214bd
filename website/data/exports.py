"""The same data as CSV and JSON: what stands on a page stands in its twins, with its source and its licence."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from hmic_core.tables import csv_bytes
from inspections.models import ReleaseItem
from inspections.published import plain
from website.data.reading import Asked, DataSet, Measured
from website.linked import LICENCE

VERSION = 1
FIGURES = ("inspection", "reference", "indicator", "unit", "period", "force", "force_id", "value", "status", "note")
ANSWERS = ("inspection", "reference", "theme", "question", "force", "force_id", "answer")


def address(name: str, *arguments: object) -> str:
    """The whole address of a page, as others quote it."""
    return f"{settings.WEBSITE_URL}{reverse(name, args=arguments)}"


def csv_answer(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    response = HttpResponse(csv_bytes(list(head), [list(row) for row in rows]), content_type="text/csv; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def json_answer(content: Any, content_type: str = "application/json") -> HttpResponse:
    """Anybody's page may read it: it is public, and the answer is the same for everybody."""
    text = json.dumps(content, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type=f"{content_type}; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def provenance(item: ReleaseItem) -> dict[str, Any]:
    """Where something comes from, so that it can be cited and checked."""
    return {
        "id": str(item.pk),
        "kind": item.kind,
        "title": item.title,
        "inspection": item.inspection_slug,
        "force": item.force.slug if item.force else None,
        "published_at": item.published_at.isoformat(timespec="seconds"),
        "corrected_at": item.approved_at.isoformat(timespec="seconds")
        if item.content.get("corrections") and item.approved_at
        else None,
        "version": 1 + len(item.content.get("corrections", [])),
        "corrections": item.content.get("corrections", []),
        "is_demonstration": bool(item.content.get("is_demonstration")),
        "sha256": item.content_hash,
        "sealed_text": address("sealed-text", item.pk),
        "file_sha256": item.file_hash or None,
    }


def described(page: str, content: dict[str, Any], sources: Iterable[ReleaseItem]) -> dict[str, Any]:
    """A document with its page, licence, publisher and sources in front."""
    return {
        "page": page,
        "format_version": VERSION,
        "schema": address("schema"),
        "publisher": "Her Majesty’s Inspectorate of Constabulary",
        "licence": LICENCE,
        **content,
        "sources": [provenance(item) for item in sources],
    }


def records(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> list[dict[str, Any]]:
    """The rows of a table under the names of its columns."""
    names = list(head)
    return [dict(zip(names, row, strict=True)) for row in rows]


def figure_rows(data: DataSet, measured: Measured, figures: Iterable[Any] | None = None) -> Iterable[tuple[Any, ...]]:
    for each in figures if figures is not None else measured.figures:
        yield (
            data.slug,
            measured.reference,
            measured.title,
            measured.unit,
            measured.period,
            each.force.name,
            each.force.slug,
            each.written,
            each.status,
            each.note,
        )


def answer_rows(data: DataSet, asked: Asked, answers: Iterable[Any] | None = None) -> Iterable[tuple[Any, ...]]:
    for each in answers if answers is not None else asked.answers:
        yield data.slug, asked.reference, asked.theme, asked.question, each.force.name, each.force.slug, each.code


def as_json(data: DataSet) -> dict[str, Any]:
    """A whole data set: definitions as they were frozen, figures and answers force by force."""
    return {
        "inspection": data.slug,
        "title": data.item.content["inspection_title"],
        "indicators": data.item.content["indicators"],
        "criteria": data.item.content["criteria"],
        "forces": [
            {
                "force": page.force.slug if page.force else None,
                "name": page.content["force_name"],
                "indicators": page.content["indicators"],
                "answers": page.content["answers"],
                "grades": page.content["grades"],
            }
            for page in data.pages
        ],
    }


FINDINGS = (
    "inspection",
    "force",
    "force_id",
    "letter_date",
    "published_at",
    "theme",
    "reference",
    "kind",
    "text",
    "address",
)


def finding_records(items: Iterable[ReleaseItem]) -> Iterable[dict[str, str]]:
    """Every finding of public letters, each with the address by which it is quoted."""
    for item in items:
        if item.kind != ReleaseItem.Kind.LETTER or item.force is None:
            continue
        page = address("letter-show", item.inspection_slug, item.force.slug)
        for theme in item.content["themes"]:
            for each in theme["findings"]:
                yield {
                    "inspection": item.inspection_slug,
                    "force": item.force.name,
                    "force_id": item.force.slug,
                    "letter_date": item.content["letter_date"],
                    "published_at": item.published_at.isoformat(timespec="seconds"),
                    "theme": theme["title"],
                    "reference": each["reference"],
                    "kind": each["kind"],
                    "text": plain(each["html"]),
                    "address": f"{page}#{each['reference']}",
                }


def findings_csv(items: Iterable[ReleaseItem]) -> HttpResponse:
    return csv_answer(FINDINGS, (tuple(each[name] for name in FINDINGS) for each in finding_records(items)))
