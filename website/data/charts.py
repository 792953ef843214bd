"""Where the marks of a chart stand. One drawing serves every width: x in per cent, y in pixels."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from website.data.figures import Line, line
from website.data.reading import Figure, Measured

#: A mark of the strip chart is this high; marks of equal values are stacked in steps.
_STEP, _MARK = 13, 11
#: Values that round to the same one of this many places of the scale are stacked.
_PLACES = 50


@dataclass(frozen=True)
class Tick:
    x: str
    label: str
    anchor: str
    #: Left out on a narrow screen.
    wide_only: bool


@dataclass(frozen=True)
class Scale:
    """A scale between two round numbers outside the data, fixed for an indicator: all forces' pages share it."""

    low: float
    high: float
    step: float
    start: float
    width: float

    def x(self, value: float) -> float:
        return self.start + self.width * (value - self.low) / (self.high - self.low)

    def ticks(self, unit: str) -> list[Tick]:
        number = round((self.high - self.low) / self.step)
        places = max(0, -math.floor(math.log10(self.step)))
        sign = "%" if unit.startswith("per cent") else ""
        return [
            Tick(
                per_cent(self.x(self.low + index * self.step)),
                f"{self.low + index * self.step:,.{places}f}{sign}",
                "start" if index == 0 else "end" if index == number else "middle",
                number > 4 and index % 2 == 1,
            )
            for index in range(number + 1)
        ]


@dataclass(frozen=True)
class Mark:
    """One force in a strip chart."""

    x: str
    top: int
    bottom: int
    classes: str


@dataclass(frozen=True)
class Label:
    x: str
    anchor: str
    shift: int


@dataclass
class Strip:
    """One force among all."""

    height: int
    axis: int
    ticks: list[Tick]
    marks: list[Mark] = field(default_factory=list)
    line: Line | None = None
    line_label: Label | None = None
    here: Label | None = None
    here_top: int = 0


@dataclass(frozen=True)
class Row:
    """One force in the comparison."""

    figure: Figure
    y: float
    name_y: float
    x: str
    is_marked: bool
    #: Where the word "provisional" stands, away from the line.
    note_anchor: str
    #: The top of its row.
    band_y: float


@dataclass(frozen=True)
class Ladder:
    """All forces by name, one under the other, in one of two layouts."""

    layout: str
    height: int
    top: int
    foot: int
    ticks: list[Tick]
    rows: list[Row]
    without: list[Row]
    line: Line | None
    line_x: str
    heading_y: int
    row_height: int


@dataclass(frozen=True)
class Cell:
    x: str
    width: str
    classes: str


def scale_of(measured: Measured, start: float = 3, width: float = 94) -> Scale | None:
    """None where there is nothing to draw."""
    values = [each.value or 0.0 for each in measured.known]
    if not values:
        return None
    against = line(measured)
    values = [*values, against.value] if against else values
    low, high = min(values), max(values)
    step = _round_step((high - low) or max(abs(high), 1))
    least, most = math.floor(low / step) * step, math.ceil(high / step) * step
    if least == most:
        most = least + step
    return Scale(least, most, step, start, width)


def strip(measured: Measured, here: Figure | None) -> Strip | None:
    """The strip chart of one force among all; this force on top of its stack."""
    scale = scale_of(measured)
    if scale is None:
        return None
    stacks: dict[int, list[Figure]] = {}
    for each in measured.known:
        place = round(((each.value or 0) - scale.low) / (scale.high - scale.low) * _PLACES)
        stacks.setdefault(place, []).append(each)
    tallest = max(3, *map(len, stacks.values()))
    height = 54 + _STEP * tallest + 36
    drawn = Strip(height, height - 30, scale.ticks(measured.unit), line=line(measured))
    for place, figures in stacks.items():
        x = scale.start + scale.width * place / _PLACES
        for level, each in enumerate(sorted(figures, key=lambda one: one is here)):
            bottom = drawn.axis - 2 - level * _STEP
            drawn.marks.append(Mark(per_cent(x), bottom - _MARK, bottom, _classes(each, here)))
            if each is here:
                drawn.here_top = bottom - _MARK - 3
                drawn.here = _beside(x, scale.x(drawn.line.value) if drawn.line else 0)
    if drawn.line:
        at = scale.x(drawn.line.value)
        drawn.line_label = Label(per_cent(at), "start" if at < 34 else "end" if at > 66 else "middle", 0)
    return drawn


def ladder(measured: Measured, figures: Sequence[Figure], marked: str, *, narrow: bool) -> Ladder | None:
    """The comparison: `figures` in the order to draw them; those without a figure stand below, with why."""
    start, width, row = (3, 94, 42) if narrow else (24, 68, 25)
    scale = scale_of(measured, start, width)
    if scale is None:
        return None
    known, unknown = [each for each in figures if each.written], [each for each in figures if not each.written]
    against, top = line(measured), 56
    at = scale.x(against.value) if against else float(start)
    foot = top + row * len(known) + 4
    below = foot + 56
    rows = [
        _row(each, scale.x(each.value or 0), top + row * number, marked, at, narrow=narrow)
        for number, each in enumerate(known)
    ]
    without = [
        _row(each, start, below + 14 + row * number, marked, at, narrow=narrow) for number, each in enumerate(unknown)
    ]
    return Ladder(
        layout="narrow" if narrow else "wide",
        height=below + 20 + row * len(unknown) if unknown else foot + 30,
        top=top,
        foot=foot,
        ticks=scale.ticks(measured.unit),
        rows=rows,
        without=without,
        line=against,
        line_x=per_cent(at),
        heading_y=below,
        row_height=row,
    )


def cells(groups: Iterable[tuple[str, int, bool]], counted: str = "") -> list[Cell]:
    """One cell for each force, in groups with a gap; the first of the marked group is this force.

    The group whose label is `counted` is filled: it is the one that a claim counts.
    """
    groups = list(groups)
    places = sum(number for _, number, _ in groups) + len(groups) - 1
    each, made, place = 100 / max(places, 1), [], 0
    for label, number, marked in groups:
        for index in range(number):
            kind = "cells__none" if label == "Not assessed" else "cells__counted" if label == counted else ""
            kind = "cells__here" if marked and index == 0 else kind
            made.append(Cell(per_cent(place * each), per_cent(each * 0.78), kind))
            place += 1
        place += 1
    return made


def per_cent(number: float) -> str:
    return f"{number:.2f}%"


def _row(figure: Figure, x: float, top: float, marked: str, line_x: float, *, narrow: bool) -> Row:
    y, name_y = (top + 31, top + 17) if narrow else (top + 12.5, top + 17.5)
    right = x >= line_x and x < 80
    return Row(figure, y, name_y, per_cent(x), figure.force.slug == marked, "start" if right else "end", top)


def _classes(figure: Figure, here: Figure | None) -> str:
    return " ".join(
        filter(None, ("spread__here" if figure is here else "", "spread__provisional" if figure.is_provisional else ""))
    )


def _beside(x: float, line_x: float) -> Label:
    """The name of this force, away from the line where it fits."""
    to_left = (x < line_x and x > 48) or x > 66
    return Label(per_cent(x), "end" if to_left else "start", 5 if to_left else -5)


def _round_step(span: float) -> float:
    """A step of 1, 2, 5 or 10 times a power of ten that makes four to seven labels."""
    power: float = 10.0 ** math.floor(math.log10(span / 4))
    return next(step * power for step in (1, 2, 5, 10) if span / (step * power) <= 5)
