"""A force's check as a whole, over its rounds: what its home says of it, counted from the rounds themselves."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q

from findings.accuracy import rounds as check_rounds
from findings.models import Point, Round

State = Round.State


def whole(round: Round, rounds: Sequence[Round]) -> dict[str, Any]:
    """`round` is the one that counts now, `rounds` all of the reader's, recalled ones included.

    A second look belongs to the check before it: the decisions there are the decisions of the whole.
    """
    same = [each for each in rounds if _check(each) == _check(round) and each != round]
    return {
        "earlier": [(each, check_rounds.due_at(each)) for each in same],
        "others": [(each, check_rounds.due_at(each)) for each in rounds if _check(each) != _check(round)],
        "decided": _decided([round, *same]),
    }


def _check(round: Round) -> tuple[Any, Any]:
    return (round.inspection_id, round.force_id)


def _decided(rounds: Sequence[Round]) -> list[dict[str, Any]]:
    """The complete rounds with points, the newest first, and how many points each decided."""
    complete = [each for each in rounds if each.state == State.CLOSED]
    points = Point.objects.filter(round__in=complete).values("round")
    counted = dict(points.annotate(n=Count("pk", filter=Q(submitted_at__isnull=False))).values_list("round", "n"))
    return [{"round": each, "points": counted[each.pk]} for each in complete if counted.get(each.pk)]
