"""What a page asks of an inspection at once: its former titles, its stages' deadlines in working days, and since when
changes are new to its reader. One query for any number of inspections.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from findings.accuracy.deadlines import working_days_left
from findings.models import LastLook
from hmic_core.clock import ClockTimestamp
from hmic_core.models import User
from inspections.models import FormerTitle, Inspection, StageDeadline

State, By = Inspection.State, StageDeadline.Stage
#: What is behind an inspection in each state, whenever its deadline was.
DONE: dict[str, tuple[str, ...]] = {
    State.ACCURACY: (By.READY, By.MODERATED),
    State.FINALISING: (By.READY, By.MODERATED, By.SENT, By.DECIDED),
}

#: How far back changes are new to somebody who never marked any as seen.
AT_FIRST = dt.timedelta(days=14)


@dataclass(frozen=True)
class Stage:
    """One stage of an inspection and by when it is done for all forces."""

    code: str
    due: dt.datetime
    days_left: int

    @property
    def label(self) -> str:
        return str(StageDeadline.Stage(self.code).label)

    @property
    def past(self) -> bool:
        return self.days_left < 0


@dataclass(frozen=True)
class Timetable:
    """Of one inspection, for one reader."""

    inspection: Inspection
    now: dt.datetime
    former_titles: list[str]
    stages: list[Stage]
    #: Up to when they have seen its changes; None: they never said.
    looked: dt.datetime | None

    @property
    def since(self) -> dt.datetime:
        return self.looked or self.now - AT_FIRST

    @property
    def _coming(self) -> list[Stage]:
        done = DONE.get(self.inspection.state, ())
        return [stage for stage in self.stages if not stage.past and stage.code not in done]

    @property
    def next_stage(self) -> Stage | None:
        """The stage due next; once all have passed, the last."""
        coming = self._coming
        return coming[0] if coming else (self.stages[-1] if self.stages else None)

    @property
    def after_next(self) -> Stage | None:
        coming = self._coming
        return coming[1] if len(coming) > 1 else None


def timetables(user: User, inspections: Iterable[UUID]) -> dict[UUID, Timetable]:
    """Inspection -> its timetable for `user`, who is known to work on it."""
    own = {"inspection": OuterRef("pk")}
    stages = StageDeadline.objects.filter(**own).order_by("due_at")
    found = Inspection.objects.filter(pk__in=list(inspections)).annotate(
        formers=ArraySubquery(FormerTitle.objects.filter(**own).values("title")),
        stages=ArraySubquery(stages.values(data=JSONObject(stage="stage", due="due_at"))),
        looked=Subquery(LastLook.objects.filter(**own, user=user).values("at")[:1]),
        now=ClockTimestamp(),
    )
    return {each.pk: _timetable(each) for each in found}


def timetable(user: User, inspection: Inspection) -> Timetable:
    return timetables(user, [inspection.pk])[inspection.pk]


def _timetable(row: Any) -> Timetable:
    stages = []
    for each in row.stages:
        due = dt.datetime.fromisoformat(each["due"])
        stages.append(Stage(each["stage"], due, working_days_left(row.now, due)))
    return Timetable(row, row.now, list(row.formers), stages, row.looked)
