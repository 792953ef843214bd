"""Words that the force has not seen (domain.md, rule 9): which findings hold some, and which words they are.

A force knows its frozen copies, and the words that it proposed itself and that were accepted. Whatever else stands in a
finding came in after the force looked. It is shown again in a second look, or waived with a reason: the waiver counts
for that revision's words and no later ones.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.html import format_html
from django.utils.safestring import SafeString

from findings import anchors
from findings.models import Finding, Paragraph, Point, Round, Waiver
from forces.models import Force
from hmic_core.text import DiffSpan, words_diff
from inspections.models import Inspection

_NOT_SENT = (Round.State.PREPARING, Round.State.RECALLED)


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
    """The same for many forces at once, in four queries however many there are."""
    sent = Paragraph.objects.filter(round__inspection=inspection, round__force__in=forces)
    sent = sent.exclude(round__state__in=_NOT_SENT).order_by("round__number").prefetch_related("points")
    latest = {paragraph.finding_id: paragraph for paragraph in sent}
    waived = set(Waiver.objects.filter(finding__inspection=inspection).values_list("finding", "revision__version"))
    findings = Finding.objects.present().filter(inspection=inspection, force__in=forces)
    found: dict[UUID, list[NewWords]] = defaultdict(list)
    for finding in findings.in_order().select_related("theme"):
        paragraph = latest.get(finding.pk)
        if (finding.pk, finding.version) not in waived and not _was_seen(finding, paragraph):
            found[finding.force_id].append(NewWords(finding, known_text(paragraph) if paragraph else ""))
    return found


def _was_seen(finding: Finding, paragraph: Paragraph | None) -> bool:
    return paragraph is not None and was_shown(finding.text, paragraph.text, paragraph.points.all())


def known_text(paragraph: Paragraph) -> str:
    """What the force knows of a paragraph: the draft with its own accepted words put in."""
    return known(paragraph.text, paragraph.points.all())


def known(draft: str, points: Iterable[Point]) -> str:
    accepted = [p for p in points if p.state in (Point.State.ACCEPTED, Point.State.ACCEPTED_IN_PART)]
    text = draft
    for point in sorted(accepted, key=lambda point: (point.decided_at is None, point.decided_at)):
        text = anchors.replaced(text, point.quoted, point.proposed) or text
    return text


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
