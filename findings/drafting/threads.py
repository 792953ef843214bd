"""The comments on a finding as its page shows them: threads, each with what became of the words it quotes."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Subquery, TextField, Value, When
from django.db.models.functions import Concat

from findings.models import Comment, Finding, Revision
from findings.quotes import anchors
from findings.quotes.anchors import Found, Standing

_TONES = {Standing.STILL: "ok", Standing.MOVED: "ready", Standing.CHANGED: "warn", Standing.GONE: "stop"}


@dataclass
class Thread:
    """One comment with its answers. `found`: what became of the words it quotes, None where it quotes none."""

    comment: Comment
    found: Found | None
    replies: list[Comment] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.comment.resolved_at is None

    @property
    def tone(self) -> str:
        return _TONES[self.found.standing] if self.found else ""


def of(finding: Finding) -> list[Thread]:
    """All threads, open ones first, each in the order in which they were written. One query, however many."""
    written = list(_written(finding))
    now = _whole(finding.text, finding.basis)
    threads = [Thread(each, _found(each, now)) for each in written if each.parent_id is None]
    for thread in threads:
        thread.replies = [each for each in written if each.parent_id == thread.comment.pk]
    return sorted(threads, key=lambda thread: (not thread.open, thread.comment.number))


def _written(finding: Finding) -> Any:
    """Comments and answers, each with `names` of whom it mentions and, if it quotes, the finding's words `then`."""
    text: TextField[str, str] = TextField()
    revision = Revision.objects.filter(finding=OuterRef("finding"), version=OuterRef("version"))
    words = Subquery(revision.values(words=Concat(F("text"), Value(_BETWEEN), F("basis"), output_field=text)))
    people = Comment.mentioned.through._default_manager.filter(comment=OuterRef("pk")).order_by("user__name")
    return (
        Comment.objects.filter(finding=finding)
        .select_related("by", "resolved_by")
        .annotate(
            then=Case(When(quoted="", then=Value("")), default=words, output_field=text),
            names=ArraySubquery(people.values("user__name")),
        )
    )


def marks(threads: list[Thread]) -> list[anchors.Quote]:
    """What to mark in the letter: the words of open comments, under their numbers."""
    return [anchors.Quote(each.comment.quoted, each.comment.number or 0) for each in threads if each.open]


def _found(comment: Any, now: str) -> Found | None:
    return anchors.standing(comment.then or now, now, comment.quoted) if comment.quoted else None


#: What stands between a finding's text and its basis where both are searched for quoted words.
_BETWEEN = "\n\n"


def _whole(text: str, basis: str) -> str:
    return f"{text}{_BETWEEN}{basis}"
