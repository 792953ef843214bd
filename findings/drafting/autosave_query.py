"""The finding that a writer is typing in, asked for every few seconds by everybody who types.

Building the query of `visible_to` takes Django longer than PostgreSQL needs to answer it. So it is built once, with
stand-ins for the two values that differ, and its SQL is kept: the rule itself stays where it is.
"""

import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.http import Http404

from findings.models import Finding, assigned
from findings.permissions import WRITERS
from hmic_core.models import User

_USER, _FINDING = uuid.UUID(int=1), uuid.UUID(int=2)


@dataclass(frozen=True)
class Reached:
    """What keeping typed words needs to know of a finding."""

    pk: uuid.UUID
    inspection: uuid.UUID
    force: uuid.UUID
    version: int


def reach(pk: uuid.UUID, user: User) -> Reached:
    """The finding, if it is there for `user` to write in. Hidden, read-only and missing give the same answer."""
    row = None
    if user.is_authenticated and user.is_active:
        sql, values = _asked()
        with connection.cursor() as cursor:
            cursor.execute(sql, [{_USER: user.pk, _FINDING: pk}.get(value, value) for value in values])
            row = cursor.fetchone()
    if row is None:
        raise Http404
    return Reached(*row)


@cache
def _asked() -> tuple[str, tuple[Any, ...]]:
    anybody = User(pk=_USER)
    written = Finding.objects.visible_to(anybody).filter(assigned(anybody, roles=WRITERS), pk=_FINDING)
    sql, values = written.values_list("pk", "inspection", "force", "version").query.sql_with_params()
    if sum(value in (_USER, _FINDING) for value in values) < 3:  # the user twice, the finding once
        raise RuntimeError("The query of a writer's finding does not say whose it is.")
    return sql, values
