"""Where a release's items stand on the public website: what opens at the instant."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from inspections.models import Release, ReleaseItem

Kind = ReleaseItem.Kind
WEBSITE = "website.urls"
#: The name of a public route, its arguments, and what it shows.
Route = tuple[str, list[object], str]


@dataclass(frozen=True)
class Address:
    """One public address; `item` is what it shows."""

    item: ReleaseItem
    path: str
    what: str

    @property
    def url(self) -> str:
        return f"{settings.WEBSITE_URL}{self.path}"


def of(release: Release) -> list[Address]:
    """Every address that a release's active items open, in the order of the website."""
    return of_items(release.items.select_related("force").order_by("position", "force__name"))


def of_items(items: Iterable[ReleaseItem]) -> list[Address]:
    return [address for item in items if item.state == ReleaseItem.State.ACTIVE for address in of_item(item)]


def of_item(item: ReleaseItem) -> list[Address]:
    """The addresses of one item; a notice stands where its item stood and opens none of its own."""
    slug, force = item.inspection_slug, item.force.slug if item.force else ""
    routes: dict[Kind, list[Route]] = {
        Kind.INSPECTION: [("inspection-show", [slug], "Page")],
        Kind.REPORT: [("report-pdf", [slug], "PDF")],
        Kind.LETTER: [("letter-show", [slug, force], "Page"), ("letter-pdf", [slug, force], "PDF")],
        Kind.ORIGINAL: [("letter-original", [slug, force], "Original file")],
    }
    routes[Kind.DATA] = (
        [("force-show", [force], "Data on the force’s page"), ("data-force-json", [slug, force], "JSON")]
        if force
        else [("data-show", [slug], "Page")]
    )
    for kind in (Kind.UPDATE, Kind.RESPONSE, Kind.RECOMMENDATION):
        page: Route = ("letter-show", [slug, force], "Page") if force else ("inspection-show", [slug], "Page")
        file: list[Route] = [("addition-pdf", [slug, item.source_id], "PDF")] if item.file_key else []
        routes[kind] = [page, *file]
    return [
        Address(item, reverse(name, urlconf=WEBSITE, args=arguments), what)
        for name, arguments, what in routes.get(Kind(item.kind), [])
    ]
