"""The database's clock: the only one that deadlines, visibility and releases are judged by.

Python's `now` is the clock of whichever machine runs Python; two machines disagree, and one that is thirty seconds
ahead once released fourteen seconds early (docs/embargo.md).
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import DateField, DateTimeField, Func

LONDON = ZoneInfo("Europe/London")


def now() -> dt.datetime:
    """This moment, in UTC, by the database (`clock_timestamp()`: it moves on inside a transaction).

    Verbs call it after they hold the row's lock. What readers may see is not judged by this but by the SQL function
    of `inspections.embargo`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment.astimezone(dt.UTC)


def transaction() -> dt.datetime:
    """When the present transaction began, in UTC (`now()`): the moment by which its readers are judged."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment.astimezone(dt.UTC)


def today() -> dt.date:
    """Today's date in London by the database's clock."""
    return now().astimezone(LONDON).date()


class ClockTimestamp(Func):
    """This moment, by the query that uses it: `now()` without a query of its own. Not for what readers may see."""

    template = "clock_timestamp()"
    output_field = DateTimeField()

    def get_group_by_cols(self) -> list[Any]:
        """Nothing: each row's clock is a little later, and no two rows would be of one group."""
        return []


class Today(Func):
    """Today's date in London when the query that uses it began: `today()` without a query of its own.

    One date for a whole query lets the database plan by it. With `clock_timestamp()`, which moves on from row to row,
    each rule of who may see what was worked out anew for every row.
    """

    template = "(statement_timestamp() AT TIME ZONE 'Europe/London')::date"
    output_field = DateField()
