"""What the public website reads: public items and the register of forces, nothing else.

Every query starts from `ReleaseItem.objects.public()`. The database role asks the same rule again for each row, so a
query that forgot it would still find nothing early.
"""

from dataclasses import dataclass

from django.db.models import QuerySet

from forces.models import Force
from inspections.models import ReleaseItem

Kind = ReleaseItem.Kind


def inspections() -> "QuerySet[ReleaseItem]":
    """The pages of inspections that have something public, newest first."""
    return ReleaseItem.objects.public().filter(kind=Kind.INSPECTION).order_by("-published_at", "title")


def of_inspection(slug: str) -> "QuerySet[ReleaseItem]":
    """Everything public of one inspection, with its forces."""
    return ReleaseItem.objects.public().filter(inspection_slug=slug).select_related("force")


def of_force(force: Force) -> "QuerySet[ReleaseItem]":
    """Everything public that is about one force, newest first."""
    return ReleaseItem.objects.public().filter(force=force).order_by("-published_at")


def at(kind: ReleaseItem.Kind, inspection: str, force: str | None = None) -> ReleaseItem | None:
    """The newest public item of a kind at one place, or None: hidden and missing are the same answer."""
    items = of_inspection(inspection).filter(kind=kind)
    items = items.filter(force__slug=force) if force else items
    return items.order_by("-published_at").first()


def notice(about: ReleaseItem.Kind, inspection: str, force: str | None = None) -> ReleaseItem | None:
    """The newest notice that stands where something of kind `about` was withdrawn, or None."""
    items = of_inspection(inspection).filter(kind=Kind.NOTICE, content__about=about)
    items = items.filter(force__slug=force) if force else items.filter(force=None)
    return items.order_by("-published_at").first()


@dataclass(frozen=True)
class PublishedInspection:
    """One row of a force's table of inspections: its letter, and what else of that inspection is public."""

    letter: ReleaseItem
    report: ReleaseItem | None
    original: ReleaseItem | None


def published_for(force: Force) -> list[PublishedInspection]:
    """The inspections that a force has a public letter from, newest first. Two queries, however many there are."""
    items = list(of_force(force))
    slugs = [item.inspection_slug for item in items]
    reports = {
        item.inspection_slug: item
        for item in ReleaseItem.objects.public().filter(kind=Kind.REPORT, inspection_slug__in=slugs)
    }
    originals = {item.inspection_slug: item for item in items if item.kind == Kind.ORIGINAL}
    return [
        PublishedInspection(item, reports.get(item.inspection_slug), originals.get(item.inspection_slug))
        for item in items
        if item.kind == Kind.LETTER
    ]
