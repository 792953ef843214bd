"""The frozen draft and its points as pages show them. Nothing here reads a working copy of a finding.

Every function takes a round that the caller has fetched for its reader; each makes the same number of queries however
many paragraphs and points there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from findings.accuracy.amendments import causes_of
from findings.accuracy.rounds import lacks
from findings.models import Finding, LateOffer, Paragraph, ParagraphCheck, Point, PointFile, Revision, Round
from findings.quotes import anchors
from findings.unseen import marked, nearest_known, was_shown
from hmic_core.models import User
from inspections.models import NationalRevision


@dataclass
class Noted:
    """A point as the force sees it. How it was decided shows once the whole check is complete, not before."""

    point: Point
    round: Round

    @property
    def heading(self) -> str:
        return f"Point {self.point.number}: {self.point.get_kind_display().lower()}"

    @property
    def anchor(self) -> str:
        return f"point-{self.point.number}"

    @property
    def lacks(self) -> str:
        return lacks(self.point)

    @property
    def offer(self) -> LateOffer | None:
        """Where it was offered after the answer or the time."""
        return getattr(self.point, "late_offer", None)

    @property
    def files(self) -> list[PointFile]:
        """Its evidence, in the order in which it was given."""
        return [each for each in self.point.files.all() if each.taken_off_at is None]

    @property
    def carried(self) -> anchors.Found | None:
        """Of a point of a recalled check: what became of the words that it quotes, in the draft as it is now."""
        former = self.point.carried_from
        if former is None or former.paragraph is None or not self.point.quoted.strip():
            return None
        if self.point.paragraph is None:
            return anchors.Found(anchors.Standing.GONE)
        return anchors.standing(former.paragraph.text, self.point.paragraph.text, former.quoted)

    @property
    def reference(self) -> str:
        return self.point.paragraph.reference if self.point.paragraph else "Whole draft"

    @property
    def place(self) -> str:
        """The anchor of the part of the draft that it is about."""
        return self.point.paragraph.reference.lower() if self.point.paragraph else "whole"

    @property
    def label(self) -> str:
        if self.point.state == Point.State.WITHDRAWN:
            return "Withdrawn"
        if self.round.state == Round.State.ISSUED:
            return "Draft" if self.lacks else "Ready"
        if self.point.submitted_at is None:
            return str(self.offer.get_state_display()) if self.offer else "Not sent"
        return str(self.point.get_state_display()) if self.round.closed_at else "Sent"

    @property
    def tone(self) -> str:
        tones = {"Draft": "draft", "Ready": "ok", "Not sent": "none", "Sent": "ready", "Offered late": "draft"}
        return tones.get(self.label, self.point.state)


@dataclass
class Passage:
    """One paragraph of the draft with its points and who checked it."""

    paragraph: Paragraph
    html: SafeString
    points: list[Noted] = field(default_factory=list)
    check: ParagraphCheck | None = None
    #: Who in the force is to check it.
    given: User | None = None

    @property
    def kind_label(self) -> str:
        return self.paragraph.kind_label


@dataclass
class Section:
    """The paragraphs of one theme."""

    title: str
    question: str
    passages: list[Passage]

    @property
    def span(self) -> str:
        first, last = self.passages[0].paragraph.reference, self.passages[-1].paragraph.reference
        return first if first == last else f"{first} to {last}"

    @property
    def unchecked(self) -> int:
        return sum(passage.check is None for passage in self.passages)


@dataclass
class Draft:
    """The whole document: sections in order, and every point of the round in the order of its number."""

    sections: list[Section]
    points: list[Noted]
    #: Points that were taken back: kept, not sent, not counted.
    withdrawn: list[Noted] = field(default_factory=list)

    @property
    def passages(self) -> list[Passage]:
        return [passage for section in self.sections for passage in section.passages]

    @property
    def checked(self) -> int:
        return sum(passage.check is not None for passage in self.passages)

    @property
    def unchecked(self) -> list[str]:
        return [passage.paragraph.reference for passage in self.passages if passage.check is None]

    @property
    def ticks(self) -> list[list[bool]]:
        return [[passage.check is not None for passage in section.passages] for section in self.sections]

    @property
    def unfinished(self) -> list[Noted]:
        return [noted for noted in self.points if noted.lacks]

    @property
    def sent(self) -> list[Noted]:
        """The points that HMIC has."""
        return [noted for noted in self.points if noted.point.submitted_at]

    @property
    def updates(self) -> list[Noted]:
        """Those about what has changed since fieldwork: kept as a force update, not an inaccuracy."""
        return [noted for noted in self.points if noted.point.kind == Point.Kind.CHANGED_SINCE]

    @property
    def whole(self) -> list[Noted]:
        """Points about the draft as a whole."""
        return [noted for noted in self.points if noted.point.paragraph_id is None]


def draft_of(
    round: Round, current: UUID | None = None, *, with_files: bool = True, with_earlier: bool = False
) -> Draft:
    """The draft as the force reads it, quoted words marked with their point's number; `current` is being written."""
    files = Prefetch("files", PointFile.objects.select_related("file").order_by("file__created_at"))
    related = ("author", "changed_by", "paragraph", "decided_by", "difference", "late_offer", "carried_from__paragraph")
    written = round.points.select_related(*related, "withdrawn_by")
    also = ([files] if with_files else []) + (["earlier"] if with_earlier else [])
    every = [Noted(point, round) for point in written.prefetch_related(*also)]
    points = [noted for noted in every if noted.point.state != Point.State.WITHDRAWN]
    withdrawn = [noted for noted in every if noted.point.state == Point.State.WITHDRAWN]
    checks = {check.paragraph_id: check for check in ParagraphCheck.objects.filter(paragraph__round=round)}
    paragraphs = list(round.paragraphs.select_related("given__to").order_by("position"))
    passages = [_passage(each, _about(each, points), checks, current) for each in paragraphs]
    sections = [
        Section(title, question, list(group))
        for (title, question), group in groupby(
            passages, key=lambda each: (each.paragraph.theme_title, each.paragraph.theme_question)
        )
    ]
    return Draft(sections, points, withdrawn)


def _about(paragraph: Paragraph, points: Sequence[Noted]) -> list[Noted]:
    return [noted for noted in points if noted.point.paragraph_id == paragraph.pk]


def _passage(
    paragraph: Paragraph, points: list[Noted], checks: dict[UUID, ParagraphCheck], current: UUID | None
) -> Passage:
    quotes = [anchors.Quote(each.point.quoted, each.point.number, each.point.pk == current) for each in points]
    html = anchors.marked(paragraph.text, quotes)
    if paragraph.known_text and not points:
        html = format_html('<p class="compared">{}</p>', marked(paragraph.known_text, paragraph.text))
    given = getattr(paragraph, "given", None)
    return Passage(paragraph, html, points, checks.get(paragraph.pk), given.to if given else None)


@dataclass
class Outcome:
    """A paragraph as it was sent and as it stood when the check was completed, with its decided points."""

    reference: str
    before: str
    after: str
    points: list[Point]
    #: Whether the words that now stand were in the draft or in the force's own proposal.
    shown: bool
    #: What the force knows and is nearest to it (see `findings.unseen.nearest_known`).
    known: str = ""
    #: Of a finding: what is new in it is shown again in a second look, if there is one.
    in_letter: bool = True
    #: The points that put words into it which still stand.
    causes: list[Point] = field(default_factory=list)
    #: A decision was corrected, and a second reader has still to read the words that came of it.
    is_pending: bool = False

    @property
    def new_words(self) -> SafeString:
        """As it stands, what the force does not know marked word by word."""
        return marked(self.known, self.after)

    @property
    def changed(self) -> bool:
        return not anchors.same_words(self.before, self.after)


def outcomes(round: Round, points: Sequence[Point], paragraphs: Sequence[Paragraph] | None = None) -> list[Outcome]:
    """What became of each paragraph. Before the check is complete the newest revision stands for the last one.

    `paragraphs`: the round's, in order, where they have been read already.
    """
    if paragraphs is None:
        paragraphs = list(round.paragraphs.order_by("position"))
    after, causes, pending = standing(round, paragraphs), causes_of(points), _pending(round)
    made = []
    for paragraph in paragraphs:
        mine = [point for point in points if point.paragraph_id == paragraph.pk]
        text = after.get(paragraph.subject_id, paragraph.text)
        shown = was_shown(text, paragraph.text, mine)
        before = nearest_known(text, paragraph.text, mine)
        in_letter = paragraph.finding_id is not None
        outcome = Outcome(paragraph.reference, paragraph.text, text, mine, shown, before, in_letter)
        outcome.causes = [point for point in mine if point.pk in causes and outcome.changed]
        outcome.is_pending = paragraph.subject_id in pending
        made.append(outcome)
    return made


def standing(round: Round, paragraphs: Iterable[Paragraph]) -> dict[UUID, str]:
    """The text of each finding or entry when the round was closed, or as a decision corrected since has made it.

    Other later revisions are never read here, and no words that wait for their second reader.
    """
    findings = [each.finding_id for each in paragraphs if each.finding_id]
    entries = [each.national_id for each in paragraphs if each.national_id]
    settled = Q(point__round=round, finding__state__in=[Finding.State.MODERATED, Finding.State.FINAL])
    found = _newest(Revision.objects.filter(finding__in=findings), "finding", round, settled)
    if not entries:
        return found
    corrected = Q(amendment__point__round=round)
    return found | _newest(NationalRevision.objects.filter(entry__in=entries), "entry", round, corrected)


def _pending(round: Round) -> set[UUID]:
    """The findings whose words were changed by a corrected decision and wait for their second reader."""
    if not round.closed_at:
        return set()
    since = Revision.objects.filter(point__round=round, at__gt=round.closed_at)
    waiting = since.exclude(finding__state__in=[Finding.State.MODERATED, Finding.State.FINAL])
    return set(waiting.values_list("finding", flat=True))


def _newest(revisions: "QuerySet[Any]", of: str, round: Round, corrected: Q) -> dict[UUID, str]:
    if round.closed_at:
        revisions = revisions.filter(Q(at__lte=round.closed_at) | corrected)
    return dict(revisions.order_by(of, "-version").distinct(of).values_list(of, "text"))


WHOLE = "Whole draft"
