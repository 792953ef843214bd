"""Which rows an assignment covers."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from hmic_core import clock
from hmic_core.models import User
from inspections.models import Assignment


def assigned(user: User, *, force: str = "force", theme: str | None = "theme", roles: Iterable[str] | None = None) -> Q:
    """On rows of one inspection and force: whether an assignment of `user` (in one of `roles`) covers them today.

    The covering assignment alone decides. Naming their inspections as well lets the database begin with the few rows of
    these, where it would otherwise try every row there is.
    """
    held: QuerySet[Any] = Assignment.objects.on(clock.Today()).filter(user=user)
    covering = held.filter(Q(force=None) | Q(force=OuterRef(force)), inspection=OuterRef("inspection"))
    if theme:
        covering = covering.filter(Q(theme=None) | Q(theme=OuterRef(theme)))
    if roles is not None:
        covering = covering.filter(role__in=roles)
    return Q(inspection__in=held.values("inspection")) & Q(Exists(covering))
