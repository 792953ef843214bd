"""A letter, an inspection and the lists of the website as text, JSON and CSV."""

import html
import re
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags
from django.views.decorators.http import require_safe

from inspections.models import ReleaseItem
from website import queries
from website.data import exports
from website.views import notice_or_404

Kind = ReleaseItem.Kind
#: Where a line of plain text ends.
_BREAKS = re.compile(r"<(?:br\s*/?|/(?:p|h[1-6]|li|dt|dd|tr|div|header|section|address|blockquote))>", re.IGNORECASE)
ITEMS = ("id", "kind", "title", "inspection", "force", "published_at", "version", "sha256", "sealed_text")


def as_text(markup: str) -> str:
    """The words of frozen HTML, one paragraph a line, with an empty line between."""
    words = html.unescape(strip_tags(_BREAKS.sub("\n", markup.replace("\n", " "))))
    return "\n\n".join(line for each in words.splitlines() if (line := " ".join(each.split()))) + "\n"


@require_safe
def letter_text(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    item = queries.at(Kind.LETTER, inspection, force)
    if item is None:
        return notice_or_404(request, Kind.LETTER, inspection, force)
    return HttpResponse(as_text(item.content["html"]), content_type="text/plain; charset=utf-8")


@require_safe
def letter_json(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    item = queries.at(Kind.LETTER, inspection, force)
    if item is None:
        return notice_or_404(request, Kind.LETTER, inspection, force)
    kept = ("force_name", "inspection_title", "letter_date", "addressee", "signatory", "signed_hash", "is_archive")
    content: dict[str, Any] = {name: item.content[name] for name in kept}
    content["findings"] = list(exports.finding_records([item]))
    added = queries.added(inspection, item.force)
    content["added"] = [added_record(each) for each in added]
    page = exports.address("letter-show", inspection, force)
    return exports.json_answer(exports.described(page, content, [item, *added]))


@require_safe
def letter_csv(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    item = queries.at(Kind.LETTER, inspection, force)
    if item is None:
        return notice_or_404(request, Kind.LETTER, inspection, force)
    return exports.findings_csv([item])


@require_safe
def inspection_json(request: HttpRequest, inspection: str) -> HttpResponse:
    """The inspection's page, and every public item of it with its hash."""
    items = list(queries.of_inspection(inspection).order_by("position", "force__name"))
    page = next((item for item in items if item.kind == Kind.INSPECTION), None)
    if page is None:
        return notice_or_404(request, Kind.INSPECTION, inspection)
    content = {key: value for key, value in page.content.items() if key != "corrections"}
    return exports.json_answer(exports.described(exports.address("inspection-show", inspection), content, items))


@require_safe
def inspection_csv(request: HttpRequest, inspection: str) -> HttpResponse:
    """Every finding of the inspection's public letters."""
    items = list(queries.of_inspection(inspection).order_by("force__name"))
    if not any(item.kind == Kind.INSPECTION for item in items):
        return notice_or_404(request, Kind.INSPECTION, inspection)
    return exports.findings_csv(items)


@require_safe
def inspections_json(request: HttpRequest) -> HttpResponse:
    return _list("inspection-list", queries.inspections())


@require_safe
def inspections_csv(request: HttpRequest) -> HttpResponse:
    return _table(queries.inspections())


@require_safe
def findings_csv(request: HttpRequest) -> HttpResponse:
    """The whole: every finding of every public letter."""
    letters = ReleaseItem.objects.public().filter(kind=Kind.LETTER).select_related("force")
    return exports.findings_csv(letters.order_by("-published_at", "force__name").iterator())


@require_safe
def corrections_json(request: HttpRequest) -> HttpResponse:
    return _list("corrections", queries.corrected())


@require_safe
def corrections_csv(request: HttpRequest) -> HttpResponse:
    return _table(queries.corrected())


CALENDAR = ("title", "date", "state", "changed_from", "reason")


def _calendar_rows() -> list[tuple[str, ...]]:
    """What the calendar says, by date, and every change with its reason."""
    rows: list[tuple[str, ...]] = []
    for entry in queries.announced():
        rows.append((entry.latest.title, entry.latest.planned_for.isoformat(timespec="seconds"), entry.words, "", ""))
        for change in entry.changes:
            before = change.changed_from.isoformat(timespec="seconds") if change.changed_from else ""
            said = (change.title, change.planned_for.isoformat(timespec="seconds"), change.get_standing_display())
            rows.append((*said, before, change.reason))
    return rows


@require_safe
def calendar_csv(request: HttpRequest) -> HttpResponse:
    return exports.csv_answer(CALENDAR, _calendar_rows())


@require_safe
def calendar_json(request: HttpRequest) -> HttpResponse:
    content = {"entries": exports.records(CALENDAR, _calendar_rows())}
    return exports.json_answer(exports.described(exports.address("calendar"), content, []))


def added_record(item: ReleaseItem) -> dict[str, str]:
    """What was added after publication, in whose words."""
    return {
        "kind": item.kind,
        "title": item.content["title"],
        "author": item.content["author"],
        "text": as_text(item.content["html"]),
    }


def _list(name: str, items: Iterable[ReleaseItem]) -> HttpResponse:
    return exports.json_answer(exports.described(exports.address(name), {}, items))


def _table(items: Iterable[ReleaseItem]) -> HttpResponse:
    rows = (exports.provenance(item) for item in items)
    return exports.csv_answer(ITEMS, ([row[name] for name in ITEMS] for row in rows))
