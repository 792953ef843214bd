"""The one rule of what is public.

A frozen item is public if, and only if, it is active and its release is

    released, or (approved and approved_installation = this installation and embargo_until <= now())

decided at every read, in PostgreSQL, on PostgreSQL's clock. It is written once, as the SQL function below, which the
queryset `ReleaseItem.objects.public()` and the row-level security policy of the website's role both call. Nobody else
compares a date (docs/embargo.md).

`now()` is the transaction's time on purpose. With a postponement committed just before the instant,
`statement_timestamp()` (Django's `Now()`) and `clock_timestamp()` leaked under REPEATABLE READ; `now()` never did.
Verbs are different: they hold the row's lock and compare `clock.now()`.
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, F, Func

from hmic_core.clock import LONDON
from hmic_core.errors import NotAllowed

#: Runs with its owner's rights, so that the website's role needs no access to releases at all. The installation's
#: name is a setting of the session, which each process takes from its environment. It takes no row: a query asks it
#: once and compares its items with the answer, so that sixty hidden items take no longer than none.
FUNCTION = """
CREATE OR REPLACE FUNCTION public.inspections_public_releases() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp ROWS 100 AS $$
    SELECT r.id FROM public.inspections_release r
    WHERE r.state = 'released'
       OR (r.state = 'approved'
           AND r.approved_installation = current_setting('hmic.installation', true)
           AND r.embargo_until <= now())
$$
"""
#: The rule for one item, for the columns of its row: in the queryset and in the row-level security policy.
RULE = "{state} = 'active' AND {release} IN (SELECT public.inspections_public_releases())"


class IsPublic(Func):
    """The rule as a filter over release items."""

    output_field = BooleanField()  # type: ignore[assignment]
    conditional = True

    def __init__(self) -> None:
        super().__init__(F("state"), F("release_id"))

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        columns = [compiler.compile(expression) for expression in self.get_source_expressions()]
        (state, _), (release, _) = columns
        return f"({RULE.format(state=state, release=release)})", []


def instant_of(wall: dt.datetime, zone: str) -> dt.datetime:
    """The one moment, in UTC, that a wall time means in a zone (domain.md, rule 1).

    `wall` is naive. Raises NotAllowed for a time that does not exist (the spring change) or exists twice (autumn).
    """
    local = wall.replace(tzinfo=ZoneInfo(zone))
    moments = {local.replace(fold=fold).astimezone(dt.UTC) for fold in (0, 1)}
    real = [moment for moment in moments if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall]
    spoken = f"{wall:%A} {wall.day} {wall:%B %Y} at {wall:%H:%M}"
    if not real:
        raise NotAllowed(f"{spoken} does not exist: the clocks go forward over it. Choose an hour later or earlier.")
    if len(real) > 1:
        raise NotAllowed(f"{spoken} happens twice: the clocks go back. Choose a time before 01:00 or from 02:00.")
    return real[0]


def spoken_instant(moment: dt.datetime) -> str:
    """ "Thursday 4 September 2014 at 00:01", in London, as letters say it."""
    local = moment.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B %Y} at {local:%H:%M}"
