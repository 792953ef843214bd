"""How an inspection's points were decided, by force, theme and kind: counts, and a chart drawn of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from findings.models import Point, Round, assigned
from hmic_core.models import User
from inspections.models import Inspection

#: What a point can be, in the order of columns and bars: its key, its words, the states that count as it.
OUTCOMES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("accepted", "Accepted", (Point.State.ACCEPTED,)),
    ("in_part", "Accepted in part", (Point.State.ACCEPTED_IN_PART,)),
    ("not_accepted", "Not accepted", (Point.State.NOT_ACCEPTED,)),
    ("update", "Taken as an update", (Point.State.TAKEN_AS_UPDATE,)),
    ("waiting", "To decide", (Point.State.SUBMITTED, Point.State.MORE_EVIDENCE)),
)
BREAKDOWNS = {"force": "By force", "theme": "By theme", "kind": "By kind"}
_FIELDS = {"force": "round__force__name", "theme": "paragraph__theme_title", "kind": "kind"}
HEAD = ("", "Points", *(words for _, words, _ in OUTCOMES))
#: Of the chart, in its own units: the room for labels, for the bars, and the height of a line.
_LABELS, _BARS, _LINE = 230, 560, 30


@dataclass
class Figures:
    """One line: what it is about, and how many points came to what."""

    label: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((key for key, _, _ in OUTCOMES), 0))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def numbers(self) -> list[int]:
        return [self.total, *self.counts.values()]

    @property
    def words(self) -> str:
        """ "Kent Police: 3 accepted, 1 not accepted"."""
        said = [f"{self.counts[key]} {words.lower()}" for key, words, _ in OUTCOMES if self.counts[key]]
        return f"{self.label}: {', '.join(said)}"


@dataclass(frozen=True)
class Bar:
    """One stretch of a line of the chart."""

    key: str
    number: int
    x: float
    width: float
    y: int

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def has_room(self) -> bool:
        return self.width >= 18


def figures(inspection: Inspection, user: User, by: str) -> list[Figures]:
    """The lines of one breakdown, of the forces that `user` works on; lines without points are left out."""
    rounds = Round.objects.filter(assigned(user, theme=None), inspection=inspection)
    rounds = rounds.exclude(state__in=[Round.State.PREPARING, Round.State.RECALLED])
    points = Point.objects.filter(round__in=rounds, submitted_at__isnull=False)
    of = _FIELDS[by]
    lines: dict[str, Figures] = {}
    for row in points.values(of, "state").annotate(number=Count("pk")).order_by(of):
        label = _label(by, row[of])
        line = lines.setdefault(label, Figures(label))
        line.counts[_outcome(row["state"])] += row["number"]
    return list(lines.values())


def summed(lines: Sequence[Figures]) -> Figures:
    whole = Figures("All")
    for line in lines:
        for key, number in line.counts.items():
            whole.counts[key] += number
    return whole


def chart(lines: Sequence[Figures]) -> dict[str, Any]:
    """Where each bar of the drawing stands. The numbers are in the table beside it: the drawing says nothing more."""
    most = max((line.total for line in lines), default=0) or 1
    drawn = []
    for place, line in enumerate(lines):
        x, y, bars = float(_LABELS), place * _LINE, []
        for key, number in line.counts.items():
            width = number / most * _BARS
            if number:
                bars.append(Bar(key, number, round(x, 1), round(width, 1), y + 5))
            x += width
        drawn.append({"label": line.label, "y": y + 20, "bars": bars, "total": line.total, "end": round(x + 6, 1)})
    return {"lines": drawn, "width": _LABELS + _BARS + 40, "height": len(lines) * _LINE or 1, "labels": _LABELS - 10}


def _label(by: str, value: str | None) -> str:
    if by == "kind" and value:
        return str(Point.Kind(value).label)
    return value or "Whole draft"


def _outcome(state: str) -> str:
    return next(key for key, _, states in OUTCOMES if state in states)
