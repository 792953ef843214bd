"""The schedule of decisions: each point of a force with outcome, reason, the words before and after, and difference.

This is what the force is given. Nothing of the inspectorate's own is in it: no evidence of the inspectorate's, no
working copy, and the decider's name only where the inspection shows it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from findings.accuracy.draft import Outcome, outcomes
from findings.accuracy.states import POINT_STATES
from findings.models import AnswerFile, EarlierPoint, EvidenceRequest, Point, PointFile, Round
from forces.models import Force
from hmic_core.templatetags.times import london
from hmic_core.text.markdown import plain_words
from inspections.models import Inspection


def with_evidence(points: "QuerySet[Any]") -> "QuerySet[Any]":
    """Points with what `evidence_given` reads: their files, the force's answers, and the files of these."""
    file = {"name": "file__name", "shows": "shows"}
    own = PointFile.objects.given().filter(point=OuterRef("pk")).values(data=JSONObject(**file))
    answers = EvidenceRequest.objects.filter(point=OuterRef("pk")).order_by("number")
    answering = AnswerFile.objects.filter(request__point=OuterRef("pk"))
    found: QuerySet[Any] = points.annotate(
        given_files=ArraySubquery(own),
        given_answers=ArraySubquery(answers.values(data=JSONObject(asked="pk", words="answer"))),
        answer_files=ArraySubquery(answering.values(data=JSONObject(asked="request", **file))),
    )
    return found


HEAD = (
    "Point",
    "Paragraph",
    "Theme",
    "Kind",
    "Words in the draft",
    "Words proposed",
    "Why",
    "Evidence given",
    "Decision",
    "Reason",
    "Basis quoted",
    "Paragraph before",
    "Paragraph after",
    "The force still disagrees",
    "Decided",
    "Corrected",
)


@dataclass(frozen=True)
class Row:
    """One point with what became of it. `outcome`: its paragraph before and after; None for the whole draft."""

    point: Point
    outcome: Outcome | None
    decider: str

    @property
    def reference(self) -> str:
        return self.point.paragraph.reference if self.point.paragraph else "Whole draft"

    @property
    def theme(self) -> str:
        return self.point.paragraph.theme_title if self.point.paragraph else ""

    @property
    def evidence(self) -> list[str]:
        """What the force sent: each file with what it shows, and its answers to questions."""
        return evidence_given(self.point)

    @property
    def difference(self) -> str:
        return difference_of(self.point)

    @property
    def corrections(self) -> list[EarlierPoint]:
        """The former decisions that the force was shown, oldest first."""
        return corrections_of(self.point)

    @property
    def cells(self) -> list[str]:
        point, outcome = self.point, self.outcome
        decided = f"{london(point.decided_at)}{f', {self.decider}' if self.decider else ''}" if point.decided_at else ""
        return [
            str(point.number),
            self.reference,
            self.theme,
            point.get_kind_display(),
            point.quoted,
            point.proposed,
            point.explanation,
            "; ".join(self.evidence),
            point.get_state_display(),
            point.decision_reason,
            plain_words(point.decision_basis),
            plain_words(outcome.before) if outcome else "",
            plain_words(outcome.after) if outcome else "",
            self.difference,
            decided,
            "\n".join(
                f"Until {london(each.replaced_at)}: {each.state_label}. {each.said['reason']} "
                f"Corrected because: {each.why}"
                for each in self.corrections
            ),
        ]


def points_of(round: Round) -> list[Point]:
    """The points that the force has sent, with all that stands beside them."""
    sent = round.points.filter(submitted_at__isnull=False).select_related("paragraph", "author", "decided_by")
    sent = sent.select_related("difference").prefetch_related("earlier")
    return list(with_evidence(sent).order_by("number"))


def corrections_of(point: Point) -> list[EarlierPoint]:
    """The former decisions on a point that its force was shown, oldest first."""
    return [each for each in point.earlier.all() if each.what == EarlierPoint.What.DECISION and each.seen]


def rows_of(round: Round) -> list[Row]:
    """Every point of a closed round with its decision, for its force."""
    points = points_of(round)
    by_paragraph = {outcome.reference: outcome for outcome in outcomes(round, points)}
    shown = round.inspection.deciders_shown
    return [
        Row(
            point,
            by_paragraph.get(point.paragraph.reference) if point.paragraph else None,
            str(point.decided_by.name) if shown and point.decided_by else "",
        )
        for point in points
    ]


def evidence_given(point: Any) -> list[str]:
    """What the force gave for a point (see `with_evidence`): each file with what it shows, and its answers."""
    given = [_file(each) for each in point.given_files]
    for answer in point.given_answers:
        given += [answer["words"]] if answer["words"] else []
        given += [_file(each) for each in point.answer_files if each["asked"] == answer["asked"]]
    return given


def difference_of(point: Point) -> str:
    """What the force says where it still disagrees; empty where the decision was corrected to what it asked for."""
    found = getattr(point, "difference", None)
    return str(found.words) if found and point.state in POINT_STATES["record_difference"][0] else ""


def tally(points: Iterable[Point]) -> str:
    """ "12 points: 5 accepted, 2 in part, 4 not, 1 taken as an update"."""
    numbers = Counter(point.state for point in points)
    total = numbers.total()
    words = {"accepted": "accepted", "accepted_in_part": "in part", "not_accepted": "not", "taken_as_update": "updates"}
    said = [f"{numbers[state]} {word}" for state, word in words.items() if numbers[state]]
    waiting = total - sum(numbers[state] for state in Point.DECIDED)
    said += [f"{waiting} to decide"] if waiting else []
    return f"{total} point{'' if total == 1 else 's'}{': ' if said else ''}{', '.join(said)}"


def differences(inspection: Inspection, force: Force) -> list[dict[str, Any]]:
    """What stays disputed, for the annex of the letter where the inspection prints it; empty where it does not."""
    if not inspection.differences_printed:
        return []
    points = Point.objects.filter(round__inspection=inspection, round__force=force, round__state=Round.State.CLOSED)
    disputed: Sequence[Point] = list(
        points.filter(difference__isnull=False, state__in=POINT_STATES["record_difference"][0])
        .select_related("difference", "paragraph")
        .order_by("round__number", "number")
    )
    return [
        {
            "reference": point.paragraph.reference if point.paragraph else "",
            "decision": point.state,
            "reason": point.decision_reason,
            "force_says": difference_of(point),
        }
        for point in disputed
    ]


def _file(each: dict[str, str]) -> str:
    shows = f" ({each['shows']})" if each["shows"] else ""
    return f"{each['name']}{shows}"
