"""The same point in several forces: points that read alike, with their decisions, for people of the inspectorate.

Alike is told by trigrams, stretches of three letters: how many two texts share of all that they have. Only rounds that
the reader's assignments cover are looked at.
"""

import re
from dataclasses import dataclass

from findings.models import Point, Round, assigned
from hmic_core.models import User

#: From which share of common trigrams on two points read alike, how many are shown, and how many are looked at.
ALIKE = 0.4
MOST = 3
_LOOKED_AT = 600


@dataclass(frozen=True)
class Similar:
    point: Point
    share: float

    @property
    def is_decided(self) -> bool:
        return self.point.state in Point.DECIDED


def similar(point: Point, user: User) -> list[Similar]:
    """Points of other forces in this inspection that read like this one: decided ones first, then the most alike."""
    rounds = Round.objects.filter(assigned(user, theme=None), inspection=point.round.inspection_id)
    rounds = rounds.exclude(state__in=[Round.State.PREPARING, Round.State.RECALLED]).exclude(force=point.round.force_id)
    others = Point.objects.filter(round__in=rounds, submitted_at__isnull=False)
    if point.paragraph:
        others = others.filter(paragraph__theme_title=point.paragraph.theme_title)
    mine = trigrams(_words(point))
    related = others.select_related("round__force", "paragraph", "decided_by")
    found = [Similar(each, shared(mine, trigrams(_words(each)))) for each in related[:_LOOKED_AT]]
    alike = [each for each in found if each.share >= ALIKE]
    return sorted(alike, key=lambda each: (not each.is_decided, -each.share))[:MOST]


def trigrams(text: str) -> frozenset[str]:
    """The trigrams of each word, with its beginning and end marked."""
    words = re.findall(r"\w+", text.lower())
    return frozenset(f"  {word} "[at : at + 3] for word in words for at in range(len(word) + 1))


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    both = len(one | other)
    return len(one & other) / both if both else 0.0


def _words(point: Point) -> str:
    return f"{point.quoted} {point.proposed}" if point.quoted or point.proposed else point.explanation
