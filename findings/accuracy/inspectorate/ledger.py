"""The ledger: each sentence of a force's findings back to the point, decision and reason that made it what it is.

It runs over every check of the force that was not recalled. Once the letter is public, the sentences are those of the
published letter; before, those of the working copy.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString

from findings.accuracy import schedule
from findings.models import EarlierPoint, Paragraph, Point, Revision, Round
from findings.quotes import anchors
from findings.unseen import NewWords, unseen_of
from forces.models import Force
from hmic_core.text.markdown import plain_words
from inspections.models import Inspection, NationalRevision, ReleaseItem


@dataclass
class Sentence:
    """One sentence as it stands, and how it came to stand so."""

    text: str
    #: Points whose acceptance changed it, oldest first.
    points: list[Point] = field(default_factory=list)
    #: Points about its words that changed nothing in it.
    others: list[Point] = field(default_factory=list)
    #: Changed by the inspectorate otherwise than through a point.
    edited: bool = False

    @property
    def as_sent(self) -> bool:
        return not self.points and not self.edited


@dataclass(frozen=True)
class Version:
    """One version of a finding or an entry of the national report, and the point that caused it."""

    pk: UUID
    text: str
    point: Point | None


@dataclass
class Noted:
    """A point, what its force gave for it, and whether the words that it quotes still stand."""

    point: Point
    found: anchors.Found | None

    @property
    def evidence(self) -> list[str]:
        return schedule.evidence_given(self.point)

    @property
    def corrections(self) -> list[EarlierPoint]:
        """Its former decisions, whether the force saw them or not."""
        return [each for each in self.point.earlier.all() if each.what == EarlierPoint.What.DECISION]

    @property
    def difference(self) -> str:
        return schedule.difference_of(self.point)


@dataclass
class Entry:
    """One paragraph: as it was first sent, as it stands, its sentences and its points."""

    reference: str
    theme: str
    before: str
    after: str
    sentences: list[Sentence]
    points: list[Noted]
    new: NewWords | None = None
    published: bool = False

    @property
    def changed(self) -> bool:
        return not anchors.same_words(plain_words(self.before), plain_words(self.after))

    @property
    def new_words(self) -> SafeString:
        return self.new.marked if self.new else SafeString("")


@dataclass
class Ledger:
    entries: list[Entry]
    #: Points about the draft as a whole.
    whole: list[Noted]
    #: The published letter, once there is one.
    letter: ReleaseItem | None

    @property
    def points(self) -> list[Point]:
        return [noted.point for entry in self.entries for noted in entry.points] + [each.point for each in self.whole]

    @property
    def tally(self) -> str:
        return schedule.tally(self.points)

    @property
    def differences(self) -> int:
        return sum(bool(schedule.difference_of(point)) for point in self.points)


def ledger_of(inspection: Inspection, force: Force) -> Ledger:
    """Everything of one force in one inspection; the same number of queries however much there is."""
    rounds = Round.objects.filter(inspection=inspection, force=force)
    rounds = rounds.exclude(state__in=[Round.State.PREPARING, Round.State.RECALLED])
    paragraphs = list(Paragraph.objects.filter(round__in=rounds).order_by("round__number", "position"))
    points = _points(rounds)
    revisions = _versions(paragraphs)
    letter = _public_letter(inspection, force)
    published = _published(letter)
    new = {each.finding.pk: each for each in unseen_of(inspection.pk, [force.pk])[force.pk]}
    first: dict[UUID, Paragraph] = {}
    for paragraph in paragraphs:
        first.setdefault(paragraph.subject_id, paragraph)
    entries = [
        _entry(each, revisions[subject], points.get(subject, []), new.get(subject), published)
        for subject, each in first.items()
    ]
    return Ledger(entries, [Noted(point, None) for point in points.get(None, [])], letter)


def _versions(paragraphs: Sequence[Paragraph]) -> dict[UUID, list[Version]]:
    """By finding or entry: its versions, oldest first."""
    found: dict[UUID, list[Version]] = {}
    revisions = Revision.objects.filter(finding__in={each.finding_id for each in paragraphs if each.finding_id})
    for each in revisions.order_by("version").select_related("point"):
        found.setdefault(each.finding_id, []).append(Version(each.pk, each.text, each.point))
    entries = {each.national_id for each in paragraphs if each.national_id}
    kept = NationalRevision.objects.filter(entry__in=entries) if entries else NationalRevision.objects.none()
    for entry in kept.order_by("version").select_related("amendment__point"):
        amendment = getattr(entry, "amendment", None)
        version = Version(entry.pk, entry.text, amendment.point if amendment else None)
        found.setdefault(entry.entry_id, []).append(version)
    return found


def _points(rounds: Any) -> dict[UUID | None, list[Point]]:
    sent = Point.objects.filter(round__in=rounds, submitted_at__isnull=False)
    sent = sent.select_related("paragraph", "author", "decided_by", "difference", "round").prefetch_related("earlier")
    found: dict[UUID | None, list[Point]] = {}
    for point in schedule.with_evidence(sent).order_by("round__number", "number"):
        found.setdefault(point.paragraph.subject_id if point.paragraph else None, []).append(point)
    return found


def _entry(
    paragraph: Paragraph,
    versions: Sequence[Version],
    points: Sequence[Point],
    new: NewWords | None,
    published: dict[str, str],
) -> Entry:
    texts: list[tuple[str, Point | None]] = [(paragraph.text, None)]
    shown = paragraph.revision_id or paragraph.national_revision_id
    at = next(place for place, each in enumerate(versions) if each.pk == shown)
    for each in versions[at + 1 :]:
        texts = [*_before(texts, each.text), (each.text, each.point)]
    out = published.get(paragraph.reference)
    if out is not None:
        texts = _until(texts, out)
    after = texts[-1][0]
    made = _sentences(texts, points)
    noted = [Noted(point, standing_of(point, after)) for point in points]
    return Entry(paragraph.reference, paragraph.theme_title, paragraph.text, after, made, noted, new, out is not None)


def _before(texts: list[tuple[str, Point | None]], text: str) -> list[tuple[str, Point | None]]:
    """The texts up to one that says the same: what was put in and taken out again has changed nothing."""
    same = next((at for at, (each, _) in enumerate(texts) if anchors.same_words(each, text)), None)
    return texts if same is None else texts[: same + 1]


def _until(texts: list[tuple[str, Point | None]], published: str) -> list[tuple[str, Point | None]]:
    """The texts up to the published one. Where it is none of them, because a passage was withheld, it comes last."""
    for at in range(len(texts) - 1, -1, -1):
        if anchors.same_words(texts[at][0], published):
            return texts[: at + 1]
    return [*texts, (published, None)]


def standing_of(point: Point, present: str) -> anchors.Found | None:
    """What became of a point's quoted words in its own paragraph, told against the copy it was written on."""
    if point.paragraph is None or not point.quoted.strip():
        return None
    return anchors.standing(point.paragraph.text, present, point.quoted)


def _sentences(texts: Sequence[tuple[str, Point | None]], points: Sequence[Point]) -> list[Sentence]:
    """The sentences of the last text, each followed back through the texts before it."""
    split = [anchors.sentences(text) for text, _ in texts]
    made = []
    for text in split[-1]:
        sentence, ancestors = Sentence(text), _ancestors(text, split)
        for at, _ in ancestors[:-1]:
            cause = texts[at][1]
            if cause is None or cause.state not in Point.TAKEN:
                sentence.edited = True
            elif cause not in sentence.points:
                sentence.points.insert(0, next((each for each in points if each.pk == cause.pk), cause))
        words = [each for _, each in ancestors]
        sentence.others = [
            point
            for point in points
            if point not in sentence.points and any(anchors.count(each, point.quoted) for each in words)
        ]
        made.append(sentence)
    return made


def _ancestors(text: str, split: Sequence[Sequence[str]]) -> list[tuple[int, str]]:
    """(number of the text that brought it, sentence), newest first; the last was in the first text or is new there."""
    found, at = [], len(split) - 1
    while True:
        while at > 0 and text in split[at - 1]:
            at -= 1
        found.append((at, text))
        if at == 0:
            return found
        gone = [each for each in split[at - 1] if each not in split[at]]
        before = max(gone, key=lambda each: _alike(each, text), default="")
        if not before or _alike(before, text) < 0.4:
            return [*found, (0, "")]
        text, at = before, at - 1


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _public_letter(inspection: Inspection, force: Force) -> ReleaseItem | None:
    letters = ReleaseItem.objects.public().filter(
        kind=ReleaseItem.Kind.LETTER, inspection_slug=inspection.slug, force=force
    )
    found: ReleaseItem | None = letters.order_by("-published_at").first()
    return found


def _published(letter: ReleaseItem | None) -> dict[str, str]:
    """The words of each finding of a published letter, by reference."""
    themes = letter.content["document"]["themes"] if letter else []
    return {finding["reference"]: finding["markdown"] for theme in themes for finding in theme["findings"]}
