"""The frozen draft and its points as pages show them. Nothing here reads a working copy of a finding.

Every function takes a round that the caller has fetched for its reader; each makes the same number of queries however
many paragraphs and points there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from findings.accuracy.rounds import lacks
from findings.accuracy.unseen import marked, nearest_known, was_shown
from findings.models import LateOffer, Paragraph, ParagraphCheck, Point, PointFile, Revision, Round
from findings.words import anchors
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
        return list(self.point.files.all())

    @property
    def reference(self) -> str:
        return self.point.paragraph.reference if self.point.paragraph else "Whole draft"

    @property
    def place(self) -> str:
        """The anchor of the part of the draft that it is about."""
        return self.point.paragraph.reference.lower() if self.point.paragraph else "whole"

    @property
    def label(self) -> str:
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


def draft_of(round: Round, current: UUID | None = None, *, with_files: bool = True) -> Draft:
    """The draft as the force reads it, quoted words marked with their point's number; `current` is being written."""
    files = Prefetch("files", PointFile.objects.select_related("file").order_by("file__created_at"))
    written = round.points.select_related("author", "paragraph", "decided_by", "difference", "late_offer")
    points = [Noted(point, round) for point in (written.prefetch_related(files) if with_files else written)]
    checks = {check.paragraph_id: check for check in ParagraphCheck.objects.filter(paragraph__round=round)}
    paragraphs = list(round.paragraphs.select_related("given__to").order_by("position"))
    passages = [_passage(each, _about(each, points), checks, current) for each in paragraphs]
    sections = [
        Section(title, question, list(group))
        for (title, question), group in groupby(
            passages, key=lambda each: (each.paragraph.theme_title, each.paragraph.theme_question)
        )
    ]
    return Draft(sections, points)


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
    #: What the force knows and is nearest to it (see `findings.accuracy.unseen.nearest_known`).
    known: str = ""
    #: Of a finding: what is new in it is shown again in a second look, if there is one.
    in_letter: bool = True

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
    after = standing(round, paragraphs)
    made = []
    for paragraph in paragraphs:
        mine = [point for point in points if point.paragraph_id == paragraph.pk]
        text = after.get(paragraph.subject_id, paragraph.text)
        shown = was_shown(text, paragraph.text, mine)
        before = nearest_known(text, paragraph.text, mine)
        in_letter = paragraph.finding_id is not None
        made.append(Outcome(paragraph.reference, paragraph.text, text, mine, shown, before, in_letter))
    return made


def standing(round: Round, paragraphs: Iterable[Paragraph]) -> dict[UUID, str]:
    """The text of each finding or entry when the round was closed; later revisions are never read here."""
    findings = [each.finding_id for each in paragraphs if each.finding_id]
    entries = [each.national_id for each in paragraphs if each.national_id]
    found = _newest(Revision.objects.filter(finding__in=findings), "finding", round)
    return found | (_newest(NationalRevision.objects.filter(entry__in=entries), "entry", round) if entries else {})


def _newest(revisions: "QuerySet[Any]", of: str, round: Round) -> dict[UUID, str]:
    if round.closed_at:
        revisions = revisions.filter(at__lte=round.closed_at)
    return dict(revisions.order_by(of, "-version").distinct(of).values_list(of, "text"))
