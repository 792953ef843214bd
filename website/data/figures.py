"""What figures say, in words: where a force is among the others, and what differs in it."""

import statistics
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from forces.models import Force
from website.data.reading import ANSWERS, Asked, Figure, Measured, short

#: With fewer figures than this, quartiles say nothing.
_FEW = 5
#: How many differences a force's page names.
MOST_DIFFERENCES = 4


@dataclass(frozen=True)
class Spread:
    """How the figures of all forces lie: their ends, and the quartiles, between which the middle half lies."""

    low: Figure
    high: Figure
    middle: str
    lower: str
    upper: str
    count: int
    without: int


def spread(measured: Measured) -> Spread | None:
    """None where no force has a figure."""
    known = measured.known
    if not known:
        return None
    values = [each.value or 0.0 for each in known]
    places = max(len(each.written.partition(".")[2]) for each in known)
    quartiles = (
        statistics.quantiles(values, n=4, method="inclusive") if len(values) >= _FEW else [values[0], 0, values[-1]]
    )
    return Spread(
        low=known[0],
        high=known[-1],
        middle=f"{statistics.median(values):.{places}f}",
        lower=f"{quartiles[0]:.{places}f}",
        upper=f"{quartiles[2]:.{places}f}",
        count=len(known),
        without=len(measured.unknown),
    )


@dataclass(frozen=True)
class Line:
    """What all forces are compared with: the national figure where the source has one, else their middle."""

    label: str
    written: str
    unit: str

    @property
    def value(self) -> float:
        return float(self.written)

    @property
    def short(self) -> str:
        return short(self.written, self.unit)


def line(measured: Measured) -> Line | None:
    """A middle is never called national: it is of the forces that have a figure."""
    if measured.national:
        return Line("England and Wales", measured.national, measured.unit)
    lies = spread(measured)
    return Line(f"Middle of {lies.count} forces", lies.middle, measured.unit) if lies else None


def of_force(measured: Measured, force: Force) -> SafeString:
    """One sentence on a force's figure among all."""
    figure, against = measured.of(force), line(measured)
    if figure is None or figure.value is None:
        why = figure.why.lower() if figure else "not available"
        return format_html("<b>There is no figure for {}</b> ({}). It does not count as nought.", force.short_name, why)
    above = sum((each.value or 0) > figure.value for each in measured.known)
    below = sum((each.value or 0) < figure.value for each in measured.known)
    rank = format_html(
        "{} of the other {} forces with a figure {} a higher one, {} a lower one.",
        above,
        len(measured.known) - 1,
        "has" if above == 1 else "have",
        below,
    )
    here = format_html("<b>{}</b> {} here", figure.short, measured.unit_rest if "%" in figure.short else measured.unit)
    provisional = ", a provisional figure" if figure.is_provisional else ""
    if against is None:
        return format_html("{}{}. {}", here, provisional, rank)
    there = f"across {against.label}" if measured.national else f"is the {against.label.lower()}"
    return format_html("{}{}; <b>{}</b> {}. {}", here, provisional, against.short, there, rank)


def of_all(measured: Measured) -> SafeString:
    """One sentence on all forces, for the comparison."""
    lies, against = spread(measured), line(measured)
    if lies is None:
        return SafeString("No force has a figure.")
    first = (
        format_html("Across England and Wales <b>{}</b> {}. ", against.short, measured.unit_rest or measured.unit)
        if measured.national and against
        else SafeString("The source gives no figure for England and Wales. ")
    )
    return format_html(
        "{}Forces range from <b>{}</b> ({}) to <b>{}</b> ({}); half of them lie between {} and {}.",
        first,
        lies.low.short,
        lies.low.force.short_name,
        lies.high.short,
        lies.high.force.short_name,
        short(lies.lower, measured.unit),
        short(lies.upper, measured.unit),
    )


@dataclass(frozen=True)
class Difference:
    """Where a force stands apart: in words, and in the groups that a picture shows (this force's is marked)."""

    about: Asked | Measured
    heading: str
    words: str
    #: (label, how many forces, whether this force is among them, place of this force among them)
    groups: list[tuple[str, int, bool]]
    #: The share of forces that are like this one: the smaller, the more it differs.
    share: float


def differences(asked: list[Asked], measured: list[Measured], force: Force) -> list[Difference]:
    """The furthest from what most forces answered or measured, the furthest first."""
    found = [made for each in asked if (made := _in_answer(each, force))]
    found += [made for each in measured if (made := _in_figure(each, force))]
    return sorted(found, key=lambda each: each.share)[:MOST_DIFFERENCES]


def as_most(asked: list[Asked], force: Force) -> int:
    """To how many questions the force's answer is the commonest one."""
    return sum(1 for each in asked if each.of(force) and _in_answer(each, force) is None)


def _in_answer(asked: Asked, force: Force) -> Difference | None:
    own, total = asked.of(force), len(asked.answers)
    if own is None or own.code == "not_assessed" or total < _FEW:
        return None
    counts = {code: len(answers) for code, answers in asked.groups}
    if counts[own.code] == max(counts.values()):
        return None
    others, commonest = counts[own.code] - 1, max(counts, key=lambda code: counts[code])
    same = (
        "No other force has this answer" if not others else f"{others} other force{'' if others == 1 else 's'} the same"
    )
    words = f"{own.words} here. {same}; the commonest answer is “{ANSWERS[commonest].lower()}”, in {counts[commonest]}."
    groups = [(ANSWERS[code], number, code == own.code) for code, number in counts.items()]
    return Difference(asked, asked.question, words, groups, counts[own.code] / total)


def _in_figure(measured: Measured, force: Force) -> Difference | None:
    """Only outside the middle half: among the lowest or the highest."""
    own, lies = measured.of(force), spread(measured)
    if own is None or own.value is None or lies is None or lies.count < _FEW:
        return None
    below = sum((each.value or 0) < own.value for each in measured.known)
    above = sum((each.value or 0) > own.value for each in measured.known)
    same = lies.count - below - above
    if min(below, above) + same > lies.count / 4:
        return None
    end, place = ("lowest", below + 1) if below < above else ("highest", above + 1)
    ordinal = "The" if place == 1 else f"{_ordinal(place)}"
    words = (
        f"{own.short} here, the {ordinal.lower()} {end} of {lies.count} forces."
        if place > 1
        else f"{own.short} here, the {end} of {lies.count} forces."
    )
    groups = [("lower", below, False), ("here", same, True), ("higher", above, False)]
    return Difference(
        measured, measured.title, words, [each for each in groups if each[1]], (min(below, above) + same) / lies.count
    )


def _ordinal(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
