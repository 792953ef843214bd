"""Which rows an assignment covers."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from hmic_core import clock
from hmic_core.models import User
from inspections.models import Assignment


def assigned(
    user: User, *, force: str = "force", theme: str | None = "theme", roles: Iterable[str] | None = None
) -> Exists:
    """On rows of one inspection and force: whether an assignment of `user` (in one of `roles`) covers them today."""
    covering = Assignment.objects.on(clock.Today()).filter(user=user, inspection=OuterRef("inspection"))
    covering = covering.filter(Q(force=None) | Q(force=OuterRef(force)))
    if theme:
        covering = covering.filter(Q(theme=None) | Q(theme=OuterRef(theme)))
    if roles is not None:
        covering = covering.filter(role__in=roles)
    return Exists(covering)
