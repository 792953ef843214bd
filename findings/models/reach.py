"""Which rows an assignment covers."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from hmic_core import clock
from hmic_core.models import User
from inspections.models import Assignment


def assigned(user: User, *, force: str = "force", theme: str | None = "theme", roles: Iterable[str] | None = None) -> Q:
    """On rows of one inspection and force: whether an assignment of `user` (in one of `roles`) covers them today.

    The covering assignment alone decides. Naming their inspections as well lets the database begin with the few rows of
    these, where it would otherwise try every row there is.
    """
    return _assigned(user.pk, force, theme, None if roles is None else tuple(roles))


@lru_cache(maxsize=1024)
def _assigned(user: UUID, force: str, theme: str | None, roles: tuple[str, ...] | None) -> Q:
    """The condition, which knows no answer yet. Kept: a page uses it many times, and putting it together takes long."""
    held: QuerySet[Any] = Assignment.objects.on(clock.Today()).filter(user=user)
    covering = held.filter(Q(force=None) | Q(force=OuterRef(force)), inspection=OuterRef("inspection"))
    if theme:
        covering = covering.filter(Q(theme=None) | Q(theme=OuterRef(theme)))
    if roles is not None:
        covering = covering.filter(role__in=roles)
    return Q(inspection__in=held.values("inspection")) & Q(Exists(covering))
