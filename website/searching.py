"""Search over everything public: who asked for what, and the lines of the answer."""

from dataclasses import dataclass
from typing import Self

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from forces.models import Force
from hmic_core.errors import NotAllowed
from hmic_core.text.search import MAX_LENGTH, MOST, PAGE, excerpts, unhyphenated
from inspections import published
from inspections.models import ReleaseItem
from inspections.published import Passage

Kind = ReleaseItem.Kind


@dataclass(frozen=True)
class Hit:
    """One passage that was found, and where a reader goes to read it."""

    item: ReleaseItem
    heading: str
    about: str
    url: str
    excerpt: SafeString


@dataclass(frozen=True)
class Asked:
    """A search as it stands in an address."""

    words: str
    force: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        page = query.get("page", "")
        number = int(page) if page.isdecimal() and len(page) < 4 else 1
        return cls(query.get("q", "").replace("\0", "").strip(), query.get("force", ""), max(number, 1))


@dataclass(frozen=True)
class Answer:
    """One page of hits, and how many passages there are, up to one more than `MOST`."""

    total: int
    hits: list[Hit]
    page: Page[int]

    @property
    def is_capped(self) -> bool:
        return self.total > MOST


def answer(asked: Asked, force: Force | None) -> Answer:
    """Look for the words among what is public now. Raises NotAllowed with what to do instead."""
    if not asked.words:
        raise NotAllowed("Enter a word or a phrase to look for")
    if len(asked.words) > MAX_LENGTH:
        raise NotAllowed(f"Shorten this to {MAX_LENGTH} characters: a few words find more than a whole passage")
    found = published.find(asked.words, force=force, page=asked.page)
    if not found.passages and asked.page > 1:
        found = published.find(asked.words, force=force)
    page = Paginator(range(min(found.total, MOST)), PAGE).get_page(asked.page)
    return Answer(found.total, _hits(found.passages, unhyphenated(asked.words)), page)


def _hits(found: list[Passage], words: str) -> list[Hit]:
    """Each passage with its item. The items are asked of the gate once more: what it refuses is left out."""
    public = ReleaseItem.objects.public().filter(pk__in={each.item for each in found}).select_related("force")
    items = public.defer("content").in_bulk()
    around = excerpts([each.words for each in found], words)
    return [
        _hit(items[each.item], each, excerpt) for each, excerpt in zip(found, around, strict=True) if each.item in items
    ]


def _hit(item: ReleaseItem, passage: Passage, excerpt: SafeString) -> Hit:
    where = item.title
    if item.kind == Kind.LETTER and passage.anchor not in ("", "cymraeg"):
        where = f"{item.title}, {passage.anchor}"
    return Hit(item, where, passage.heading, _address(item, passage.anchor), excerpt)


def _address(item: ReleaseItem, anchor: str) -> str:
    if item.kind == Kind.REPORT:
        return reverse("report-pdf", args=[item.inspection_slug])
    if item.kind == Kind.DATA:
        if item.force:
            return f"{reverse('force-show', args=[item.force.slug])}#data-{item.inspection_slug}"
        page = reverse("data-show", args=[item.inspection_slug])
        return f"{page}#{anchor}" if anchor else page
    page = reverse("inspection-show", args=[item.inspection_slug])
    if item.force:
        page = reverse("letter-show", args=[item.inspection_slug, item.force.slug])
        if anchor == "cymraeg":
            return reverse("letter-welsh", args=[item.inspection_slug, item.force.slug])
    if item.kind not in (Kind.LETTER, Kind.INSPECTION):
        anchor = f"added-{item.source_id}"
    return f"{page}#{anchor}" if anchor else page
