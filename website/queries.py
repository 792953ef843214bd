"""What the public website reads: public items and the register of forces, nothing else.

Every query starts from `ReleaseItem.objects.public()`. The database role asks the same rule again for each row, so a
query that forgot it would still find nothing early.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.db.models import QuerySet

from forces.models import Force
from inspections.models import Announcement, ReleaseItem

Kind = ReleaseItem.Kind
#: What is added to a release after its publication.
ADDED = (Kind.UPDATE, Kind.RESPONSE, Kind.RECOMMENDATION)


def inspections() -> "QuerySet[ReleaseItem]":
    """The pages of inspections that have something public, newest first."""
    return ReleaseItem.objects.public().filter(kind=Kind.INSPECTION).order_by("-published_at", "title")


def of_inspection(slug: str) -> "QuerySet[ReleaseItem]":
    """Everything public of one inspection, with its forces."""
    return ReleaseItem.objects.public().filter(inspection_slug=slug).select_related("force")


def of_force(force: Force) -> "QuerySet[ReleaseItem]":
    """Everything public that is about one force, newest first."""
    return ReleaseItem.objects.public().filter(force=force).select_related("force").order_by("-published_at")


def at(kind: ReleaseItem.Kind, inspection: str, force: str | None = None) -> ReleaseItem | None:
    """The newest public item of a kind at one place, or None: hidden and missing are the same answer."""
    items = of_inspection(inspection).filter(kind=kind)
    items = items.filter(force__slug=force) if force else items
    return items.order_by("-published_at").first()


def file_of(item: ReleaseItem, sha256: str) -> bytes:
    """The bytes of a public item, from the database, which asks the gate for them once more."""
    return bytes(item.files.values_list("data", flat=True).get(sha256=sha256))


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
    data: ReleaseItem | None = None

    @property
    def finding_count(self) -> int:
        return sum(len(theme["findings"]) for theme in self.letter.content["themes"])

    @property
    def has_data(self) -> bool:
        return self.data is not None

    @property
    def grades(self) -> list[dict[str, str]]:
        """As they were frozen with the force's data; none where the inspection gave none."""
        return self.data.content["grades"] if self.data else []


def published_for(items: list[ReleaseItem]) -> list[PublishedInspection]:
    """The inspections that a force has a public letter from, newest first, from all its public items. One query."""
    slugs = [item.inspection_slug for item in items]
    reports = {
        item.inspection_slug: item
        for item in ReleaseItem.objects.public().filter(kind=Kind.REPORT, inspection_slug__in=slugs)
    }
    originals = {item.inspection_slug: item for item in items if item.kind == Kind.ORIGINAL}
    data = {item.inspection_slug: item for item in items if item.kind == Kind.DATA}
    return [
        PublishedInspection(
            item,
            reports.get(item.inspection_slug),
            originals.get(item.inspection_slug),
            data.get(item.inspection_slug),
        )
        for item in items
        if item.kind == Kind.LETTER
    ]


@dataclass(frozen=True)
class Change:
    """One line of what changed and when: published, corrected or added, with its reason."""

    at: dt.datetime
    item: ReleaseItem
    what: str
    tone: str
    words: str


def log(items: list[ReleaseItem]) -> list[Change]:
    """What happened to a force's public items, newest first."""
    found = []
    for item in items:
        if item.kind == Kind.NOTICE:
            words = " ".join(filter(None, (item.content["sentence"], item.content["reason"])))
            found.append(Change(item.published_at, item, "Withdrawn", "stop", words))
        elif item.kind in ADDED:
            found.append(Change(item.published_at, item, "Added", "ready", item.get_kind_display()))
        elif item.kind != Kind.ORIGINAL:
            found.append(Change(item.published_at, item, "Published", "ok", ""))
        history = item.content.get("corrections", [])
        for number, each in enumerate(history, start=1):
            at = dt.datetime.fromisoformat(each["at"]) if each["at"] else item.approved_at
            if at and (each["at"] or number == len(history)):
                found.append(Change(at, item, "Corrected", "warn", each["note"]))
    return sorted(found, key=lambda each: each.at, reverse=True)


def news(most: int) -> list[Change]:
    """What happened last, newest first: inspections published, items corrected or added or withdrawn."""
    public = ReleaseItem.objects.public().select_related("force").order_by("-published_at", "title")
    found = [*public.filter(kind__in=[Kind.INSPECTION, *ADDED, Kind.NOTICE])[:most], *corrected()[:most]]
    seen: dict[tuple[object, object], Change] = {}
    for change in log(list({item.pk: item for item in found}.values())):
        if change.what != "Published" or change.item.kind == Kind.INSPECTION:
            seen[change.item.pk, change.at] = change
    return list(seen.values())[:most]


def added(inspection: str, force: Force | None) -> "QuerySet[ReleaseItem]":
    """What was added since publication about one force in one inspection, newest first."""
    return of_inspection(inspection).filter(force=force, kind__in=ADDED).order_by("-published_at")


def withdrawn() -> "QuerySet[ReleaseItem]":
    """The notices of everything that was public and was withdrawn, the newest first: each with its date and reason."""
    return ReleaseItem.objects.public().filter(kind=Kind.NOTICE).select_related("force").order_by("-published_at")


def letters_gone(items: list[ReleaseItem]) -> set[UUID | None]:
    """The forces, of one inspection's public items, whose letter was withdrawn and that have no other one now."""
    gone = {item.force_id for item in items if item.kind == Kind.NOTICE and item.content["about"] == Kind.LETTER}
    return gone - {item.force_id for item in items if item.kind == Kind.LETTER}


def withdrawn_addition(inspection: str, source: UUID) -> ReleaseItem | None:
    """The notice that stands where an addition was withdrawn, or None."""
    return of_inspection(inspection).filter(kind=Kind.NOTICE, content__place=str(source)).first()


def corrected() -> "QuerySet[ReleaseItem]":
    """Public items that took another's place after publication, the newest correction first."""
    items = ReleaseItem.objects.public().filter(content__has_key="corrections", approved_at__isnull=False)
    return items.select_related("force").order_by("-approved_at")


@dataclass(frozen=True)
class Announced:
    """One line of the calendar: what was announced last, every change that has a reason, and what is public of it."""

    latest: Announcement
    changes: list[Announcement]
    published: ReleaseItem | None
    now: dt.datetime

    @property
    def is_past(self) -> bool:
        return self.latest.planned_for <= self.now or self.latest.standing in ("cancelled", "withdrawn")

    @property
    def words(self) -> str:
        """Whether it is published is asked of the gate, never of the calendar."""
        if self.published:
            return "Published"
        if self.is_past and self.latest.standing in ("provisional", "confirmed", "held"):
            return "Delayed: a new date will be given"
        return str(self.latest.get_standing_display())

    @property
    def tone(self) -> str:
        return "released" if self.published else "warn" if self.is_past else str(self.latest.standing)


def announced() -> list[Announced]:
    """The calendar, by date. Three queries, however long it is, all of one moment."""
    rows: dict[object, list[Announcement]] = {}
    for row in Announcement.objects.annotate(now=TransactionNow()).order_by("number"):
        rows.setdefault(row.release_id, []).append(row)
    public: dict[object, ReleaseItem] = {}
    for item in (
        ReleaseItem.objects.public().filter(release__in=list(rows)).exclude(kind=Kind.NOTICE).order_by("-position")
    ):
        public[item.release_id] = item
    entries = [
        Announced(said[-1], [row for row in said if row.reason], public.get(release), said[-1].now)  # type: ignore[attr-defined]
        for release, said in rows.items()
    ]
    entries += _never_announced(list(rows))
    return sorted(entries, key=lambda entry: entry.latest.planned_for)


def _never_announced(announced: list[object]) -> list[Announced]:
    """What was published without a word in the calendar before: it stands there as published."""
    found = inspections().exclude(release__in=announced).annotate(now=TransactionNow())
    return [
        Announced(
            Announcement(
                release_id=item.release_id,
                number=1,
                title=item.title,
                planned_for=item.published_at,
                at=item.published_at,
            ),
            [],
            item,
            item.now,
        )
        for item in found
    ]
