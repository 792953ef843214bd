"""What every benchmark shares: figures, interleaved timing, the printed table."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection


@dataclass(frozen=True)
class Figure:
    """One measured line. `met` is None where it was not measured, and `note` says why."""

    name: str
    figure: str
    goal: str
    met: bool | None
    note: str = ""


class Watch:
    """Seconds on the clock and on the processor: of this process, and of its database's where that runs here.

    On a machine that others use too, the clock says what a reader would wait there, the processor what the page costs.
    """

    def __init__(self) -> None:
        self.clock: list[float] = []
        self.processor: list[float] = []
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._backend = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def time(self, run: Callable[[], object]) -> None:
        clock, processor = time.perf_counter(), self._processor()
        run()
        self.processor.append(self._processor() - processor)
        self.clock.append(time.perf_counter() - clock)

    def words(self, share: float) -> str:
        """Both at this percentile, for a figure."""
        clock, processor = (percentile(each, share) * 1000 for each in (self.clock, self.processor))
        return f"{clock:.0f} ms ({processor:.0f} ms of processor)"

    def _processor(self) -> float:
        try:
            backend = int(self._backend.read_text().split()[0]) / 1e9
        except (OSError, ValueError, IndexError):
            backend = 0.0
        return time.process_time() + backend


def interleaved(rounds: int, **runs: Callable[[], object]) -> dict[str, list[float]]:
    """Seconds of each run in each round, A B A B …, the first of each round taking turns; one warm-up of each first."""
    names = list(runs)
    for name in names:
        runs[name]()
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        turned = names[number % len(names) :] + names[: number % len(names)]
        for name in turned:
            started = time.perf_counter()
            runs[name]()
            seconds[name].append(time.perf_counter() - started)
    return seconds


def ratio(first: list[float], second: list[float]) -> float:
    """How many times as long the first took as the second: the median of each round's own ratio."""
    return statistics.median(a / b for a, b in zip(first, second, strict=True))


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie; the largest for 1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(title: str, figures: list[Figure]) -> str:
    """The figures as aligned text, one line each."""
    words = {True: "met", False: "NOT MET", None: "not measured"}
    rows = [("", "figure", "goal", ""), *((f.name, f.figure, f.goal, words[f.met]) for f in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    notes = [f"  {f.name}: {f.note}" for f in figures if f.note]
    return "\n".join([title, *lines, *notes])
