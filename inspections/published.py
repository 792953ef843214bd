"""Finding words in what is public. Two halves: taking the passages of items that are public, and asking for them.

The passages are taken only once the gate says that an item is public, so the index holds no unreleased word and the
time a search takes tells nothing of one. A release is found within seconds of its instant; its pages are there at the
instant itself. Each answer asks the gate again: what is withdrawn is not found, whatever the index still holds.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.html import strip_tags

from forces.models import Force
from hmic_core.text.search import MOST, PAGE, bounded, unhyphenated
from inspections.models import PublishedPassage, ReleaseItem

Kind = ReleaseItem.Kind
#: Their words are those of other items, or of a file.
NOT_SEARCHED = (Kind.ORIGINAL, Kind.NOTICE)
#: In a letter's frozen HTML: what is taken finding by finding.
_FINDINGS = re.compile(r'<section class="letter__theme">.*?</section>', re.DOTALL)
#: Items taken at a time: a release's letters, in a second.
_BATCH = 60
#: Passages of one item: far more than a letter's 400 findings.
_OF_ONE = 1000


@dataclass(frozen=True)
class Passage:
    """One match: the item's identifier, where in it, under which heading, and the words."""

    item: UUID
    anchor: str
    heading: str
    words: str


@dataclass(frozen=True)
class Matches:
    """One page of matches, best first, and how many there are, up to one more than `MOST`."""

    total: int
    passages: list[Passage]


def take_published() -> int:
    """Take the passages of items that are public and have none yet; returns how many items. Idempotent."""
    taken = PublishedPassage.objects.filter(item=OuterRef("pk"))
    waiting = ReleaseItem.objects.public().filter(~Exists(taken)).exclude(kind__in=NOT_SEARCHED)
    items = list(waiting.order_by("-published_at", "pk")[:_BATCH])
    PublishedPassage.objects.bulk_create(
        [
            PublishedPassage(
                item=item,
                position=position,
                anchor=anchor,
                heading=heading[:300],
                words=words,
                published_at=item.published_at,
            )
            for item in items
            for position, (anchor, heading, words) in enumerate(_passages(item))
        ],
        # Two workers may take the same item.
        ignore_conflicts=True,
    )
    return len(items)


def not_yet_taken() -> int:
    """How many public items search does not know yet: for some seconds after an instant. Hidden ones never count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inspections_not_yet_findable()")
        return int(cursor.fetchone()[0])


def find(words: str, *, force: Force | None = None, page: int = 1) -> Matches:
    """The page of public passages that match, best first. Raises NotAllowed with what to do."""
    words = unhyphenated(words)
    with bounded(words, "Add a word, or choose a force."), connection.cursor() as cursor:
        cursor.execute(
            "SELECT item, anchor, heading, words, total FROM inspections_find_published(%s, %s, %s, %s, %s)",
            [words, force.pk if force else None, MOST + 1, (page - 1) * PAGE, PAGE],
        )
        rows = cursor.fetchall()
    return Matches(rows[0][4] if rows else 0, [Passage(*row[:4]) for row in rows])


def _passages(item: ReleaseItem) -> Iterator[tuple[str, str, str]]:
    """Anchor, heading and words of each passage of an item. There is always one."""
    known = {Kind.LETTER: _of_letter, Kind.INSPECTION: _of_inspection, Kind.DATA: _of_data}
    take = known.get(Kind(item.kind), _of_addition)
    yield from islice(take(item.title, item.content), _OF_ONE)


def _of_letter(title: str, content: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    about = (title, content["inspection_title"], content["addressee"], content["signatory"])
    yield "", "Letter", ". ".join(about)
    # Its opening and closing paragraphs, the names at its head and foot, and the annex of differences.
    yield "", "Letter", plain(_FINDINGS.sub("", content["html"]))
    for theme in content["themes"]:
        for finding in theme["findings"]:
            yield finding["reference"], f"{theme['title']}, {finding['reference']}", plain(finding["html"])
    if welsh := content.get("welsh"):
        yield "cymraeg", welsh["title"], plain(welsh["html"])


def _of_inspection(title: str, content: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    yield (
        "",
        "Inspection",
        ". ".join([title, *content["former_titles"], plain(content["summary"] if content["is_archive"] else "")]),
    )
    for theme in content["themes"]:
        yield "", "Theme", f"{theme['title']}: {theme['question']}"


def _of_data(title: str, content: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What was measured and asked; a force's own figures are numbers, and its page is found by its name."""
    yield "", "Data", f"{title}. {content['inspection_title']}"
    if "force_name" in content:
        return
    for each in content["indicators"]:
        yield each["reference"].lower(), f"Data, {each['reference']}", f"{each['title']}. {each['definition']}"
    for each in content["criteria"]:
        yield "asked", f"{each['theme']}, {each['reference']}", each["question"]


def _of_addition(title: str, content: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    said = content.get("html") or content.get("summary") or ""
    yield "", title, f"{title}. {plain(said)}"


def plain(markup: str) -> str:
    """The words of frozen HTML, which was cleaned when it was made."""
    return " ".join(html.unescape(strip_tags(markup.replace("<", " <"))).split())
