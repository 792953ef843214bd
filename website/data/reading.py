"""What is public of an inspection's data, read from frozen items, for all forces at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.db.models import QuerySet

from forces.models import Force
from inspections.models import ReleaseItem

Kind = ReleaseItem.Kind
ANSWERS = {"yes": "Yes", "partly": "Partly", "no": "No", "not_assessed": "Not assessed"}
STATUSES = {"final": "Final", "provisional": "Provisional", "suppressed": "Suppressed", "missing": "Not available"}
PER_CENT = "per cent"


@dataclass(frozen=True)
class Figure:
    """One force's figure. `value` is None where there is none, and `why` says why; it is never nought."""

    force: Force
    written: str
    unit: str
    status: str
    note: str

    @property
    def value(self) -> float | None:
        return float(self.written) if self.written else None

    @property
    def is_provisional(self) -> bool:
        return self.status == "provisional"

    @property
    def why(self) -> str:
        """ "Suppressed: under 10 cases", for a figure that is not there."""
        return ": ".join(filter(None, (STATUSES[self.status], self.note)))

    @property
    def short(self) -> str:
        """ "74.1%", "9.5", or "no figure"."""
        return short(self.written, self.unit) if self.written else "no figure"


@dataclass(frozen=True)
class Answer:
    """One force's answer to a question that every force was asked."""

    force: Force
    code: str

    @property
    def words(self) -> str:
        return ANSWERS[self.code]


@dataclass(frozen=True)
class Measured:
    """An indicator with every force's figure, A to Z."""

    reference: str
    title: str
    definition: str
    unit: str
    period: str
    source: str
    better: str
    national: str
    figures: tuple[Figure, ...]

    @cached_property
    def known(self) -> list[Figure]:
        """Those with a figure, lowest first, equal ones A to Z."""
        return sorted((each for each in self.figures if each.written), key=lambda each: each.value or 0)

    @property
    def unknown(self) -> list[Figure]:
        return [each for each in self.figures if not each.written]

    @property
    def unit_rest(self) -> str:
        """The unit behind the sign: "of crimes reported"."""
        return self.unit.removeprefix(PER_CENT).strip()

    @property
    def better_words(self) -> str:
        return {"higher": "Higher is better.", "lower": "Lower is better."}.get(
            self.better, "Neither higher nor lower is better in itself."
        )

    def of(self, force: Force) -> Figure | None:
        return next((each for each in self.figures if each.force.pk == force.pk), None)


@dataclass(frozen=True)
class Asked:
    """A criterion with every force's answer, A to Z."""

    reference: str
    theme: str
    question: str
    answers: tuple[Answer, ...]

    @property
    def groups(self) -> list[tuple[str, list[Answer]]]:
        """(code, answers) in the order yes, partly, no, not assessed; those that nobody has are left out."""
        order = list(ANSWERS)
        ordered = sorted(self.answers, key=lambda each: order.index(each.code))
        return [(code, list(each)) for code, each in groupby(ordered, key=lambda each: each.code)]

    @property
    def counts(self) -> list[tuple[str, int]]:
        return [(ANSWERS[code], len(answers)) for code, answers in self.groups]

    def of(self, force: Force) -> Answer | None:
        return next((each for each in self.answers if each.force.pk == force.pk), None)


@dataclass(frozen=True)
class DataSet:
    """All that is public of one inspection's data. `item` says what was measured, `pages` hold each force's part."""

    item: ReleaseItem
    pages: tuple[ReleaseItem, ...]

    @property
    def slug(self) -> str:
        return self.item.inspection_slug

    @property
    def title(self) -> str:
        return str(self.item.content["inspection_short_title"])

    @property
    def is_demonstration(self) -> bool:
        return bool(self.item.content["is_demonstration"])

    @cached_property
    def measured(self) -> list[Measured]:
        return [
            Measured(
                **{name: each[name] for name in Measured.__dataclass_fields__ if name != "figures"},
                figures=tuple(self._figures(each["reference"])),
            )
            for each in self.item.content["indicators"]
        ]

    @cached_property
    def asked(self) -> list[Asked]:
        return [
            Asked(each["reference"], each["theme"], each["question"], tuple(self._answers(each["reference"])))
            for each in self.item.content["criteria"]
        ]

    def page_of(self, force: Force) -> ReleaseItem | None:
        return next((page for page in self.pages if page.force_id == force.pk), None)

    def _figures(self, reference: str) -> Iterable[Figure]:
        for page in self.pages:
            for each in page.content["indicators"]:
                if each["reference"] == reference and page.force:
                    yield Figure(page.force, each["value"], each["unit"], each["status"], each["note"])

    def _answers(self, reference: str) -> Iterable[Answer]:
        for page in self.pages:
            for each in page.content["answers"]:
                if each["reference"] == reference and page.force:
                    yield Answer(page.force, each["answer"])


def public_data() -> "QuerySet[ReleaseItem]":
    return ReleaseItem.objects.public().filter(kind=Kind.DATA).select_related("force")


def data_sets(slugs: Iterable[str] | None = None) -> list[DataSet]:
    """The data of inspections that have some, newest first; all of it in one query."""
    items = public_data() if slugs is None else public_data().filter(inspection_slug__in=list(slugs))
    by_slug: dict[str, list[ReleaseItem]] = {}
    for item in items.order_by("-published_at", "force__name"):
        by_slug.setdefault(item.inspection_slug, []).append(item)
    found = []
    for items_of_one in by_slug.values():
        whole = next((item for item in items_of_one if item.force is None), None)
        if whole:
            pages = {item.force_id: item for item in reversed(items_of_one) if item.force}
            by_name = sorted(pages.values(), key=lambda page: page.force.name if page.force else "")
            found.append(DataSet(whole, tuple(by_name)))
    return found


def data_set(slug: str) -> DataSet | None:
    """The data of one inspection, or None: hidden and missing are the same answer."""
    found = data_sets([slug])
    return found[0] if found else None


def short(written: str, unit: str) -> str:
    """A figure with its unit's sign: "74.1%" for per cent, else as it is written."""
    return f"{written}%" if unit.startswith(PER_CENT) else written
