"""What the list of points across forces shows: which points, which filters, and what became of their words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Value, When

from findings.accuracy.inspectorate.forms import NOT_DECIDED, PointFilter
from findings.accuracy.inspectorate.ledger import standing_of
from findings.accuracy.locking import ABOUT
from findings.models import Point, Round, assigned
from findings.permissions import can_decide
from findings.quotes import anchors
from hmic_core.models import User
from hmic_core.templatetags.times import london

HEAD = (
    "Inspection",
    "Force",
    "Paragraph",
    "Theme",
    "Point",
    "Kind",
    "Words in the draft",
    "Words proposed",
    "Why",
    "State",
    "Reason",
    "Decider",
    "Decided",
    "Words now",
)


@dataclass
class Chosen:
    """The points that the filters leave, and the filters."""

    points: Any
    form: PointFilter
    values: dict[str, str]


@dataclass
class Row:
    point: Point
    found: anchors.Found | None
    may_accept: bool

    @property
    def is_waiting(self) -> bool:
        return self.point.state not in Point.DECIDED


def points_of(user: User) -> Any:
    """The points that forces have sent, of the rounds that `user` works on: those to decide first."""
    rounds = Round.objects.filter(assigned(user, theme=None))
    rounds = rounds.exclude(state__in=[Round.State.PREPARING, Round.State.RECALLED])
    points = Point.objects.filter(round__in=rounds, submitted_at__isnull=False)
    related = ("round__inspection", "round__force", "decided_by", *ABOUT)
    decided = Case(When(state__in=Point.DECIDED, then=Value(1)), default=Value(0), output_field=IntegerField())
    return points.select_related(*related).order_by(decided, "submitted_at", "round__force__name", "number", "pk")


def filtered(user: User, query: Any) -> Chosen:
    points = points_of(user)
    form = PointFilter(query, **_offered(points))
    chosen = form.chosen()
    fields = {
        "force": "round__force__slug",
        "theme": "paragraph__theme_title",
        "kind": "kind",
        "decider": "decided_by",
    }
    for name, field in fields.items():
        if name in chosen:
            points = points.filter(**{field: chosen[name]})
    if chosen.get("state") == NOT_DECIDED:
        points = points.exclude(state__in=Point.DECIDED)
    elif "state" in chosen:
        points = points.filter(state=chosen["state"])
    return Chosen(points, form, chosen)


def rows(points: Iterable[Point], user: User) -> list[Row]:
    return [
        Row(
            point,
            standing_of(point, point.paragraph.now) if point.paragraph else None,
            _may_accept(point, user),
        )
        for point in points
    ]


def cells(point: Point) -> list[str]:
    found = standing_of(point, point.paragraph.now) if point.paragraph else None
    return [
        point.round.inspection.short_title,
        point.round.force.name,
        point.paragraph.reference if point.paragraph else "Whole draft",
        point.paragraph.theme_title if point.paragraph else "",
        str(point.number),
        point.get_kind_display(),
        point.quoted,
        point.proposed,
        point.explanation,
        point.get_state_display(),
        point.decision_reason,
        point.decided_by.name if point.decided_by else "",
        london(point.decided_at) if point.decided_at else "",
        found.label if found else "",
    ]


def name(point: Point) -> str:
    """ "Kent Police, PC-1, point 3"."""
    where = point.paragraph.reference if point.paragraph else "whole draft"
    return f"{point.round.force.name}, {where}, point {point.number}"


def _may_accept(point: Point, user: User) -> bool:
    """Whether a tick box stands beside it. The verb looks more closely: an independent decider may be asked for."""
    open_ = point.round.state == Round.State.RESPONDED and point.state not in Point.DECIDED
    words = point.kind == Point.Kind.TYPING and point.quoted and point.proposed
    return bool(open_ and words and can_decide(user, point))


def _offered(points: Any) -> dict[str, Any]:
    """What can be chosen: what there is among the reader's points, and nothing of anybody else's."""
    there = points.order_by().values_list(
        "round__force__slug", "round__force__name", "paragraph__theme_title", "decided_by", "decided_by__name"
    )
    forces, themes, deciders = set(), set(), set()
    for slug, force, theme, decider, person in there.distinct():
        forces.add((slug, force))
        themes |= {theme} if theme else set()
        deciders |= {(str(decider), person)} if decider else set()
    return {
        "forces": sorted(forces, key=lambda each: each[1]),
        "themes": sorted(themes),
        "deciders": sorted(deciders, key=lambda each: each[1]),
    }
