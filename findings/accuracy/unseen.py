"""Words that the force has not seen (domain.md, rule 9): which findings hold some, and which words they are.

A force knows its frozen copies, and the words that it proposed itself and that were accepted. Whatever else stands in a
finding came in after the force looked. It is shown again in a second look, or waived with a reason: the waiver counts
for that revision's words and no later ones.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.html import format_html
from django.utils.safestring import SafeString

from findings.models import Finding, Paragraph, Point, Round, Waiver
from findings.words import anchors
from forces.models import Force
from hmic_core.text import DiffSpan, words_diff
from inspections.models import Inspection

_NOT_SENT = (Round.State.PREPARING, Round.State.RECALLED)
_ACCEPTED = (Point.State.ACCEPTED, Point.State.ACCEPTED_IN_PART)
#: By finding: the paragraph that its force was shown last, and the points on it.
Shown = dict[UUID, tuple[str, Sequence[Point]]]


@dataclass
class NewWords:
    """A finding with words that its force has not seen; `known` is what the force knows of it (nothing: all is new)."""

    finding: Finding
    known: str

    @property
    def reference(self) -> str:
        return self.finding.reference

    @property
    def marked(self) -> SafeString:
        return marked(self.known, self.finding.text)


def unseen(inspection: Inspection, force: Force) -> list[Finding]:
    """The findings whose present words the force was not shown and did not propose, in order."""
    return [each.finding for each in new_words(inspection, force)]


def new_words(inspection: Inspection, force: Force) -> list[NewWords]:
    return unseen_of(inspection.pk, [force.pk])[force.pk]


def unseen_of(inspection: UUID, forces: Collection[UUID]) -> dict[UUID, list[NewWords]]:
    """The same for many forces at once, in two queries however many there are."""
    shown = shown_of(Paragraph.objects.filter(round__inspection=inspection, round__force__in=forces))
    found: dict[UUID, list[NewWords]] = defaultdict(list)
    for each in unseen_among(present_of(inspection, forces), shown):
        found[each.finding.force_id].append(each)
    return found


def present_of(inspection: UUID, forces: Collection[UUID]) -> "QuerySet[Any]":
    """The findings of these forces in order, each with whether its present words are `waived`."""
    findings = Finding.objects.present().filter(inspection=inspection, force__in=forces)
    found: QuerySet[Any] = findings.in_order().select_related("theme").annotate(waived=waived("pk", "version"))
    return found


def waived(finding: str, version: str) -> Exists:
    """Whether a waiver holds for the present words; `finding`, `version`: where the query has their columns."""
    return Exists(Waiver.objects.filter(finding=OuterRef(finding), revision__version=OuterRef(version)))


def shown_of(paragraphs: "QuerySet[Any]") -> Shown:
    """What was shown last of each finding, with what was accepted on it; one query."""
    parts = JSONObject(state="state", quoted="quoted", proposed="proposed", decided_at="decided_at")
    accepted = Point.objects.filter(paragraph=OuterRef("pk"), state__in=_ACCEPTED).order_by("decided_at")
    sent = paragraphs.exclude(round__state__in=_NOT_SENT).order_by("round__number")
    rows = sent.values_list("finding", "text", ArraySubquery(accepted.values_list(parts)))
    return {finding: (text, [_point(facts) for facts in points]) for finding, text, points in rows}


def _point(facts: dict[str, str]) -> Point:
    return Point(**{**facts, "decided_at": dt.datetime.fromisoformat(facts["decided_at"])})


def unseen_among(findings: Iterable[Any], shown: Shown) -> list[NewWords]:
    """Those of `findings` (with `waived`: see `present_of`) with words that their force was not shown."""
    found = []
    for finding in findings:
        draft, points = shown.get(finding.pk, (None, ()))
        if finding.waived or (draft is not None and was_shown(finding.text, draft, points)):
            continue
        found.append(NewWords(finding, nearest_known(finding.text, draft, points) if draft is not None else ""))
    return found


def with_shown(findings: "QuerySet[Any]") -> "QuerySet[Any]":
    """The findings with what `new_in` asks of them, in the same query."""
    paragraphs = Paragraph.objects.filter(finding=OuterRef("pk")).exclude(round__state__in=_NOT_SENT)
    accepted = Point.objects.filter(paragraph__finding=OuterRef("pk"), state__in=_ACCEPTED).order_by("decided_at")
    rounds = Round.objects.filter(inspection=OuterRef("inspection"), force=OuterRef("force"))
    last = JSONObject(pk="pk", text="text")
    words = JSONObject(paragraph="paragraph", quoted="quoted", proposed="proposed")
    found: QuerySet[Any] = findings.annotate(
        waived=waived("pk", "version"),
        was_sent=Exists(rounds.exclude(state__in=_NOT_SENT)),
        shown_last=Subquery(paragraphs.order_by("-round__number").values(data=last)[:1]),
        accepted_words=ArraySubquery(accepted.values(data=words)),
    )
    return found


def new_in(finding: Any) -> NewWords | None:
    """What came into a finding (see `with_shown`) since its force looked. Before a first draft nothing is new."""
    if not finding.was_sent or finding.state == Finding.State.REMOVED:
        return None
    draft = finding.shown_last
    accepted = [each for each in finding.accepted_words if draft and each["paragraph"] == draft["pk"]]
    points = [Point(state=_ACCEPTED[0], quoted=each["quoted"], proposed=each["proposed"]) for each in accepted]
    shown: Shown = {finding.pk: (draft["text"], points)} if draft else {}
    return next(iter(unseen_among([finding], shown)), None)


def known(draft: str, points: Iterable[Point]) -> str:
    accepted = [p for p in points if p.state in _ACCEPTED]
    text = draft
    for point in sorted(accepted, key=lambda point: (point.decided_at is None, point.decided_at)):
        text = anchors.replaced(text, point.quoted, point.proposed) or text
    return text


def nearest_known(text: str, draft: str, points: Iterable[Point]) -> str:
    """What the force knows and is nearest to `text`: its draft, or that with its accepted words put in.

    Of a proposal that was accepted in part the draft's own words may stand again: they are not new either.
    """
    return min((known(draft, points), draft), key=lambda before: _new_length(before, text))


def _new_length(before: str, after: str) -> int:
    return sum(len(span.text) for span in words_diff(before, after) if span.kind == "added")


def was_shown(text: str, draft: str, points: Iterable[Point]) -> bool:
    """Whether the force knows these words: they are its draft's, or its draft's with its accepted words put in."""
    return anchors.same_words(text, draft) or anchors.same_words(text, known(draft, points))


def marked(before: str, after: str) -> SafeString:
    """What came in, and what went, word by word: new words by a dashed line and a colour, gone ones struck through."""
    html = SafeString("")
    for span in words_diff(before, after) if before.strip() else [_all_new(after)]:
        if span.kind == "same" or not span.text.strip():
            html += format_html("{}", "" if span.kind == "removed" else span.text)
        elif span.kind == "added":
            html += format_html('<mark class="new-words">{}</mark>', span.text)
        else:
            html += format_html("<del>{}</del> ", span.text.strip())
    return html


def _all_new(text: str) -> DiffSpan:
    return DiffSpan("added", text)
