"""The comments on a finding as its page shows them: threads, each with what became of the words it quotes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from findings import anchors, quoting
from findings.models import Comment, Finding, Revision
from findings.quoting import Standing


@dataclass
class Thread:
    """One comment with its answers. `standing` is None where it is about the finding as a whole."""

    comment: Comment
    standing: Standing | None
    replies: list[Comment] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.comment.resolved_at is None

    @property
    def tone(self) -> str:
        tones = {"there": "ok", "moved": "ready", "changed": "warn", "gone": "stop"}
        return tones[self.standing.fate] if self.standing else ""


def of(finding: Finding, revisions: Iterable[Revision]) -> list[Thread]:
    """All threads, open ones first, each in the order in which they were written. Two queries, however many.

    `revisions` holds those of `quoted_from`.
    """
    written = list(
        Comment.objects.filter(finding=finding).select_related("by", "resolved_by").prefetch_related("mentioned")
    )
    heads = [each for each in written if each.parent_id is None]
    texts = {each.version: _whole(each.text, each.basis) for each in revisions}
    now = _whole(finding.text, finding.basis)
    threads = [Thread(each, _standing(each, texts.get(each.version, now), now)) for each in heads]
    for thread in threads:
        thread.replies = [each for each in written if each.parent_id == thread.comment.pk]
    return sorted(threads, key=lambda thread: (not thread.open, thread.comment.number))


def quoted_from(finding: Finding) -> Any:
    """The newest revision of a finding and those that its comments quote, the newest first: one query."""
    quoted = Comment.objects.filter(finding=finding, parent=None).values("version")
    wanted = Q(version=finding.version) | Q(version__in=quoted)
    return Revision.objects.filter(wanted, finding=finding).select_related("by").order_by("-version")


def marks(threads: list[Thread]) -> list[anchors.Quote]:
    """What to mark in the letter: the words of open comments, under their numbers."""
    return [anchors.Quote(each.comment.quoted, each.comment.number or 0) for each in threads if each.open]


def _standing(comment: Comment, before: str, now: str) -> Standing | None:
    return quoting.standing(comment.quoted, before, now) if comment.quoted else None


def _whole(text: str, basis: str) -> str:
    return f"{text}\n\n{basis}"
