"""Signs of life. A scheduler that hangs while it looks "up" has gone unnoticed for days: each part reports itself."""

import datetime as dt

from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, F

from hmic_core import clock
from hmic_core.models import Heartbeat

#: What must beat, and after how many seconds without a beat it counts as dead.
EXPECTED = {"trigger-celery": 15.0, "trigger-loop": 15.0, "worker-default": 30.0}


def beat(name: str) -> None:
    """Note that `name` lives, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hmic_core_heartbeat (name, at) VALUES (%s, clock_timestamp())"
            " ON CONFLICT (name) DO UPDATE SET at = excluded.at",
            [name],
        )


def ages() -> dict[str, float | None]:
    """Seconds since the last beat of every expected part; None for one that never beat."""
    since = ExpressionWrapper(clock.ClockTimestamp() - F("at"), output_field=DurationField())
    seen: dict[str, dt.timedelta] = dict(Heartbeat.objects.annotate(since=since).values_list("name", "since"))
    return {name: seen[name].total_seconds() if name in seen else None for name in EXPECTED}


def dead() -> list[str]:
    """The expected parts that have been silent for too long."""
    return [name for name, age in ages().items() if age is None or age > EXPECTED[name]]
