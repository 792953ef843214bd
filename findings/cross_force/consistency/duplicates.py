"""Which findings share their words. First by the short fingerprints that the database keeps, then word by word.

A fingerprint holds the 24 smallest hashes of a text's sequences of three words (migration 0002_search): comparing two
costs nothing, whatever the number of findings, and an inspection's 860 are compared in one pass.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Expression, IntegerField

Pairs = tuple[tuple[int, int], ...]

#: Hashes in common that make two texts worth reading.
SHARED = 4
#: A sequence that more findings share than there are forces is a turn of phrase.
PHRASE = 60
#: The share of the shorter text's sequences of three words from which two texts count as alike, and as the same.
ALIKE, SAME = 0.55, 0.75
#: Texts of fewer sequences are too short to say.
SHORT = 7


#: How many hashes two fingerprints have in common. Counted so, since INTERSECT takes three times as long.
_BOTH = "(SELECT count(*) FROM unnest({own}) AS each WHERE each = ANY ({other}::integer[]))"


class Fingerprint(Expression):
    """The generated column `fingerprint` of the findings that a query begins with."""

    output_field = ArrayField(IntegerField())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return f'"{compiler.query.get_initial_alias()}"."fingerprint"', []


class SharesWordsWith(Expression):
    """A condition on findings: as much of the fingerprint in common with another finding's as makes a candidate."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, finding: UUID) -> None:
        super().__init__()
        self.finding = finding

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        alias = compiler.query.get_initial_alias()
        own, other = f'"{alias}"."fingerprint"', "(SELECT f.fingerprint FROM findings_finding f WHERE f.id = %s)"
        enough = f"least({SHARED}, cardinality({own}), cardinality({other}))"
        return f"({own} && {other} AND {_BOTH.format(own=own, other=other)} >= {enough})", [self.finding] * 3


def share(first: frozenset[int], second: frozenset[int]) -> float:
    """How much of the shorter text stands in the longer one, 0 to 1."""
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter >= SHORT else 0.0


def candidates(prints: Iterable[Iterable[int]]) -> Pairs:
    """Pairs of places in `prints` whose fingerprints have enough in common."""
    return _candidates(tuple(map(tuple, prints)))


@lru_cache(maxsize=16)
def _candidates(prints: tuple[tuple[int, ...], ...]) -> Pairs:
    """Kept for those who turn the pages of a report while nothing in it changes."""
    return tuple(_shared(prints))


def _shared(prints: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    holders: dict[int, list[int]] = defaultdict(list)
    for place, hashes in enumerate(prints):
        for each in hashes:
            holders[each].append(place)
    shared: Counter[tuple[int, int]] = Counter()
    for places in holders.values():
        if 1 < len(places) <= PHRASE:
            shared.update(combinations(places, 2))
    enough = [min(SHARED, len(hashes)) for hashes in prints]
    for (first, second), number in shared.items():
        if number >= enough[first] or number >= enough[second]:
            yield first, second


def groups(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The places that pairs hold together, in order."""
    of: dict[int, list[int]] = {}
    for first, second in pairs:
        one, other = of.setdefault(first, [first]), of.setdefault(second, [second])
        if one is not other:
            one += other
            of.update(dict.fromkeys(other, one))
    seen = {id(group): group for group in of.values()}
    return sorted(sorted(group) for group in seen.values())
