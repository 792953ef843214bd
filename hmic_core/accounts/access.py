"""Roles over the whole service. Who works on an inspection is an assignment; who speaks for a force is a contact."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from hmic_core import clock
from hmic_core.models import GlobalRole, Notice, User
from hmic_core.request_cache import once

Role = GlobalRole.Role


def has_role(user: User, role: GlobalRole.Role) -> bool:
    """Whether `user` holds `role` today (London) and may still sign in."""
    if not user.is_authenticated or not user.is_active:
        return False
    return role in today(user).roles


@dataclass(frozen=True)
class Today:
    """What every page asks of its reader, in one query: their roles, how many notices they have not read, and what the
    rooms above want to know (see `ask`)."""

    roles: frozenset[str]
    unread: int
    answers: dict[str, bool]


_asked: dict[str, Exists] = {}


def ask(question: str, about: Exists) -> None:
    """Add something to be known of every page's reader; `about` refers to the user as `OuterRef("pk")`.

    Called from `AppConfig.ready` of the room that wants to know it, mostly for its entries of the navigation.
    """
    _asked[question] = about


def answer(user: User, question: str) -> bool:
    """What the database says to a question of `ask`, about today."""
    return today(user).answers[question]


def today(user: User) -> Today:
    return once(("today", user.pk), lambda: _today(user))


@cache
def _of_readers() -> QuerySet[User, tuple[Any, ...]]:
    """What `Today` says, of everybody. Put together once for the process: each time anew it took most of the asking."""
    roles = GlobalRole.objects.on(clock.Today()).filter(user=OuterRef("pk"))
    unread = Notice.objects.on_screen().unread().filter(recipient=OuterRef("pk")).order_by()
    counted = unread.annotate(number=Func(F("pk"), function="COUNT", output_field=IntegerField())).values("number")
    questions: dict[str, Any] = _asked
    return User.objects.order_by().values_list(
        ArraySubquery(roles.values("role")), Subquery(counted), JSONObject(**questions)
    )


def _today(user: User) -> Today:
    row = _of_readers().filter(pk=user.pk).first()
    return Today(frozenset(row[0]), *row[1:]) if row else Today(frozenset(), 0, dict.fromkeys(_asked, False))


def is_publication_admin(user: User) -> bool:
    return has_role(user, Role.PUBLICATION_ADMIN)


def is_system_admin(user: User) -> bool:
    return has_role(user, Role.SYSTEM_ADMIN)


def is_auditor(user: User) -> bool:
    return has_role(user, Role.AUDITOR)
