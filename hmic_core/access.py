"""Roles over the whole service. Who works on an inspection is an assignment; who speaks for a force is a contact."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Subquery

from hmic_core import clock
from hmic_core.models import GlobalRole, Notice, User
from hmic_core.request import once

Role = GlobalRole.Role


def has_role(user: User, role: GlobalRole.Role) -> bool:
    """Whether `user` holds `role` today (London) and may still sign in."""
    if not user.is_authenticated or not user.is_active:
        return False
    return role in today(user).roles


#: What a higher room wants to know of each page's reader, by name: a condition on the row of their account.
_facts: dict[str, Callable[[], Exists]] = {}


def register_fact(name: str, condition: Callable[[], Exists]) -> None:
    """Have a fact about the reader asked in the same query as their roles; called from `AppConfig.ready`."""
    _facts[name] = condition


@dataclass(frozen=True)
class Today:
    """What every page asks of its reader, in one query: their roles, how many notices they have not read, and facts."""

    roles: frozenset[str]
    unread: int
    facts: frozenset[str] = frozenset()


def today(user: User) -> Today:
    return once(("today", user.pk), lambda: _today(user))


def _today(user: User) -> Today:
    roles = GlobalRole.objects.on(clock.Today()).filter(user=OuterRef("pk"))
    unread = Notice.objects.on_screen().unread().filter(recipient=OuterRef("pk")).order_by()
    counted = unread.annotate(number=Func(F("pk"), function="COUNT", output_field=IntegerField())).values("number")
    asked = (ArraySubquery(roles.values("role")), Subquery(counted), *(condition() for condition in _facts.values()))
    row = User.objects.filter(pk=user.pk).values_list(*asked).first()
    if row is None:
        return Today(frozenset(), 0)
    return Today(frozenset(row[0]), row[1], frozenset(name for name, true in zip(_facts, row[2:], strict=True) if true))


def is_publication_admin(user: User) -> bool:
    return has_role(user, Role.PUBLICATION_ADMIN)


def is_system_admin(user: User) -> bool:
    return has_role(user, Role.SYSTEM_ADMIN)


def is_auditor(user: User) -> bool:
    return has_role(user, Role.AUDITOR)
