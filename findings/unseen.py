"""Words that the force has not seen (domain.md, rule 9): which findings hold some, and which words they are.

A force knows its frozen copies, and the words that it proposed itself and that were accepted. Whatever else stands in a
finding came in after the force looked. It is shown again in a second look, or waived with a reason: the waiver counts
for that revision's words and no later ones.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.html import format_html
from django.utils.safestring import SafeString

from findings.models import Finding, Paragraph, Point, Round, Waiver
from findings.quotes import anchors
from forces.models import Force
from hmic_core.text.markdown import DiffSpan, words_diff
from inspections.models import Inspection

_NOT_SENT = (Round.State.PREPARING, Round.State.RECALLED)
_ACCEPTED = (Point.State.ACCEPTED, Point.State.ACCEPTED_IN_PART)


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
    """The same for many forces at once, in one query however many there are."""
    findings = Finding.objects.present().filter(inspection=inspection, force__in=forces)
    found: dict[UUID, list[NewWords]] = defaultdict(list)
    for finding in with_shown(findings.in_order().select_related("theme")):
        if new := unseen_in(finding):
            found[finding.force_id].append(new)
    return found


def with_shown(findings: "QuerySet[Any]") -> "QuerySet[Any]":
    """The findings with what `unseen_in` and `new_in` ask of them, in the same query."""
    paragraphs = Paragraph.objects.filter(finding=OuterRef("pk")).exclude(round__state__in=_NOT_SENT)
    accepted = Point.objects.filter(paragraph__finding=OuterRef("pk"), state__in=_ACCEPTED).order_by("decided_at")
    rounds = Round.objects.filter(inspection=OuterRef("inspection"), force=OuterRef("force"))
    waivers = Waiver.objects.filter(finding=OuterRef("pk"), revision__version=OuterRef("version"))
    last = JSONObject(pk="pk", text="text")
    words = JSONObject(paragraph="paragraph", quoted="quoted", proposed="proposed")
    found: QuerySet[Any] = findings.annotate(
        waived=Exists(waivers),
        was_sent=Exists(rounds.exclude(state__in=_NOT_SENT)),
        shown_last=Subquery(paragraphs.order_by("-round__number").values(data=last)[:1]),
        accepted_words=ArraySubquery(accepted.values(data=words)),
    )
    return found


def unseen_in(finding: Any) -> NewWords | None:
    """The words of a finding (see `with_shown`) that its force was not shown; of one that was never sent, all."""
    draft = finding.shown_last
    if finding.waived:
        return None
    if draft is None:
        return NewWords(finding, "")
    accepted = [each for each in finding.accepted_words if each["paragraph"] == draft["pk"]]
    points = [Point(state=_ACCEPTED[0], quoted=each["quoted"], proposed=each["proposed"]) for each in accepted]
    if was_shown(finding.text, draft["text"], points):
        return None
    return NewWords(finding, nearest_known(finding.text, draft["text"], points))


def new_in(finding: Any) -> NewWords | None:
    """What came into a finding (see `with_shown`) since its force looked. Before a first draft nothing is new."""
    if not finding.was_sent or finding.state == Finding.State.REMOVED:
        return None
    return unseen_in(finding)


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
