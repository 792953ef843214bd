"""What is new, for machines: Atom feeds, the calendar as a file, the sitemap and the word to robots.

Everything here is built from public items and from what was announced. A release that is not public leaves no trace in
an entry, a count, a date or an ETag.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from forces.models import Force
from inspections.models import ReleaseItem
from website import queries
from website.data import exports
from website.linked import LICENCE

Kind = ReleaseItem.Kind
#: Entries of a feed: a release of 43 forces fits twice.
MOST = 120
#: Pages that are always there.
PAGES = ("home", "inspection-list", "force-list", "compare", "calendar", "corrections", "open-data", "accessibility")
#: Kinds that are read at an address of their own.
READ = (Kind.INSPECTION, Kind.REPORT, Kind.LETTER, Kind.NOTICE, Kind.DATA, *queries.ADDED)


class Feed(Atom1Feed):
    """An Atom feed whose root says which language it is in and under which licence its words are."""

    def latest_post_date(self) -> dt.datetime:
        """When the newest entry changed. An empty feed never changes: it does not tell the time."""
        dates = [item["updateddate"] or item["pubdate"] for item in self.items]
        return max(dates, default=dt.datetime(2014, 1, 1, tzinfo=dt.UTC))

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("link", None, {"rel": "license", "href": LICENCE})


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    return _feed("Inspections of the police", exports.address("home"), ReleaseItem.objects.public(), "feed")


@require_safe
def of_inspection(request: HttpRequest, inspection: str) -> HttpResponse:
    page = queries.at(Kind.INSPECTION, inspection)
    if page is None:
        raise Http404
    address = exports.address("inspection-show", inspection)
    return _feed(page.content["short_title"], address, queries.of_inspection(inspection), "inspection-feed", inspection)


@require_safe
def of_force(request: HttpRequest, force: str) -> HttpResponse:
    found = get_object_or_404(Force, slug=force)
    return _feed(found.name, exports.address("force-show", force), queries.of_force(found), "force-feed", force)


@require_safe
def calendar_file(request: HttpRequest) -> HttpResponse:
    """The release calendar for a reader's own (RFC 5545): what was announced, and nothing that is in it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//HMIC//Release calendar//EN", "METHOD:PUBLISH"]
    for entry in queries.announced():
        latest = entry.latest
        status = "CANCELLED" if latest.standing in ("cancelled", "withdrawn") else "CONFIRMED"
        if latest.standing == "provisional" and not entry.published:
            status = "TENTATIVE"
        said = [entry.words, *(change.reason for change in entry.changes)]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{latest.release_id}@inspections",
            f"DTSTAMP:{_utc(latest.at)}",
            f"DTSTART:{_utc(latest.planned_for)}",
            f"SEQUENCE:{latest.number}",
            f"STATUS:{status}",
            f"SUMMARY:{_escaped(latest.title)}",
            f"DESCRIPTION:{_escaped('. '.join(said))}",
            f"URL:{exports.address('calendar')}",
            "END:VEVENT",
        ]
    text = "\r\n".join(folded for line in [*lines, "END:VCALENDAR"] for folded in _folded(line)) + "\r\n"
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every page that can be read now."""
    addresses: list[tuple[str, dt.datetime | None]] = [(exports.address(name), None) for name in PAGES]
    addresses += [(exports.address("force-show", slug), None) for slug in Force.objects.values_list("slug", flat=True)]
    items = ReleaseItem.objects.public().exclude(kind__in=[Kind.ORIGINAL, Kind.NOTICE, *queries.ADDED])
    for item in items.defer("content").select_related("force").order_by("-published_at", "pk"):
        page = page_of(item)
        if "#" not in page:
            addresses.append((page, item.approved_at or item.published_at))
    context = {"addresses": dict(reversed(addresses))}
    return render(request, "website/sitemap.xml", context, content_type="application/xml; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    text = f"User-agent: *\nDisallow: /search/\n\nSitemap: {exports.address('sitemap')}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def page_of(item: ReleaseItem) -> str:
    """The whole address of the page on which an item is read, with its place on the page."""
    slug, force = item.inspection_slug, item.force.slug if item.force else ""
    if item.kind == Kind.DATA:
        return exports.address("force-show", force) + f"#data-{slug}" if force else exports.address("data-show", slug)
    if item.kind == Kind.REPORT:
        return exports.address("report-pdf", slug)
    page = exports.address("letter-show", slug, force) if force else exports.address("inspection-show", slug)
    return f"{page}#added-{item.pk}" if item.kind in queries.ADDED else page


def _feed(title: str, link: str, items: Any, name: str, *arguments: str) -> HttpResponse:
    found: Iterable[ReleaseItem] = (
        items.filter(kind__in=READ).select_related("force").order_by("-published_at", "pk")[:MOST]
    )
    feed = Feed(
        title=f"HMIC: {title}",
        link=link,
        description="",
        language="en-GB",
        author_name="Her Majesty’s Inspectorate of Constabulary",
        feed_url=exports.address(name, *arguments),
    )
    for item in found:
        note = item.content.get("corrections", [])
        feed.add_item(
            title=item.title,
            link=page_of(item),
            description=f"Corrected: {note[-1]['note']}" if note else str(item.get_kind_display()),
            unique_id=f"urn:uuid:{item.pk}",
            pubdate=item.published_at,
            updateddate=item.approved_at or item.published_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(words: str) -> str:
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        words = words.replace(plain, written)
    return words


def _folded(line: str) -> list[str]:
    """A line in pieces of at most 75 bytes, the further ones behind a space."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 74:
            pieces.append(piece)
            piece = " "
        piece += letter
    return [*pieces, piece]
