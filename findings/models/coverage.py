"""Which rows an assignment covers."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db.models import BooleanField, Expression, F, Q

from hmic_core import clock
from hmic_core.models import User
from inspections.models import Assignment

_ANYBODY = uuid.UUID(int=1)
#: The covering assignment alone decides. Naming their inspections as well lets the database begin with the few rows of
#: these, where it would otherwise try every row there is.
_RULE = (
    "({inspection} IN (SELECT held.inspection FROM ({held}) AS held)"
    " AND EXISTS (SELECT FROM ({held}) AS held WHERE {covers}))"
)


def assigned(
    user: User,
    *,
    inspection: str = "inspection",
    force: str | None = "force",
    theme: str | None = "theme",
    roles: Iterable[str] | None = None,
) -> Q:
    """Whether an assignment of `user` (in one of `roles`) covers a row today.

    `inspection`, `force` and `theme` are the paths to them. Without a force an assignment to any force of the
    inspection covers the row; so with themes.
    """
    paths = {"inspection": inspection, "force": force, "theme": theme}
    return Q(_Covered(user.pk, paths, None if roles is None else tuple(roles)))


class _Covered(Expression):
    """The condition of `assigned` as SQL.

    Nearly every query of the workspace holds it, often several times, and as a queryset inside a queryset Django took
    longer to put it together than PostgreSQL to answer it.
    """

    output_field = BooleanField()

    def __init__(self, user: uuid.UUID, paths: Mapping[str, str | None], roles: tuple[str, ...] | None) -> None:
        super().__init__()
        self.user, self.roles = user, roles
        self.place: dict[str, Any] = {name: F(path) for name, path in paths.items() if path}

    def get_source_expressions(self) -> list[Any]:
        return list(self.place.values())

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.place = dict(zip(self.place, exprs, strict=True))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        columns = {name: compiler.compile(each)[0] for name, each in self.place.items()}
        inspection = columns.pop("inspection")
        covers = [f"held.inspection = {inspection}"]
        # An assignment that names no force covers all of them; so with themes.
        covers += [f"(held.{name} IS NULL OR held.{name} = {column})" for name, column in columns.items()]
        values: list[Any] = [self.user, self.user]
        if self.roles is not None:
            covers.append("held.role IN %s")
            values.append(self.roles)
        return _RULE.format(inspection=inspection, held=_held(), covers=" AND ".join(covers)), values


@cache
def _held() -> str:
    """The assignments that somebody holds today: a query with one open value, the person."""
    rows = Assignment.objects.on(clock.Today()).filter(user=_ANYBODY).order_by()
    sql, values = rows.values("inspection", "force", "theme", "role").query.sql_with_params()
    if values != (_ANYBODY,):
        raise RuntimeError("The query of assignments does not say whose they are.")
    return str(sql)
