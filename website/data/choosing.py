"""What a reader compares forces on: one figure or question of one inspection, as it stands in an address."""

from dataclasses import dataclass
from typing import Self

from django.http import QueryDict
from django.utils.http import urlencode

from website.data.reading import Asked, DataSet, Figure, Measured

ORDERS = {"az": "A to Z", "highest": "Highest first", "lowest": "Lowest first"}


@dataclass(frozen=True)
class Choice:
    """One thing to compare on. Its key is stable: the inspection's address and the reference, "core-business.in-1"."""

    data: DataSet
    about: Measured | Asked

    @property
    def key(self) -> str:
        return f"{self.data.slug}.{self.about.reference.lower()}"

    @property
    def title(self) -> str:
        return self.about.title if isinstance(self.about, Measured) else self.about.question

    @property
    def is_measured(self) -> bool:
        return isinstance(self.about, Measured)


@dataclass(frozen=True)
class View:
    """The comparison as it stands in an address. What is not known there is as if it had not been given."""

    of: str = ""
    forces: str = ""
    order: str = "az"
    mark: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        order = query.get("order", "az")
        return cls(
            query.get("of", ""), query.get("forces", ""), order if order in ORDERS else "az", query.get("mark", "")
        )

    @property
    def query(self) -> str:
        return self.query_of(self.of)

    def query_of(self, key: str) -> str:
        """The query of this view of what `key` says."""
        kept = {
            "of": key,
            "forces": self.forces,
            "order": self.order if self.order != "az" else "",
            "mark": self.mark,
        }
        return urlencode({name: value for name, value in kept.items() if value})

    def figures(self, measured: Measured) -> list[Figure]:
        """The figures of the forces that were asked for, in the order that was asked for; equal ones A to Z."""
        kept = [each for each in measured.figures if not self.forces or each.force.statistical_region == self.forces]
        if self.order == "az":
            return kept
        sign = -1 if self.order == "highest" else 1
        return sorted(kept, key=lambda each: (each.value is None, sign * (each.value or 0)))


def choices(sets: list[DataSet]) -> list[Choice]:
    """Everything that forces can be compared on: indicators first, the newest inspection first."""
    found: list[Choice] = []
    for data in sets:
        found += [Choice(data, about) for about in data.measured]
        found += [Choice(data, about) for about in data.asked]
    return found


def chosen(view: View, among: list[Choice]) -> Choice | None:
    """What the address asks for; the first where it asks for nothing; None for anything else."""
    if not view.of:
        return among[0] if among else None
    return next((each for each in among if each.key == view.of), None)
