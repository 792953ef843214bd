"""Roles over the whole service. Who works on an inspection is an assignment; who speaks for a force is a contact."""

from hmic_core import clock
from hmic_core.models import GlobalRole, User
from hmic_core.request import once

Role = GlobalRole.Role


def has_role(user: User, role: GlobalRole.Role) -> bool:
    """Whether `user` holds `role` today (London) and may still sign in."""
    if not user.is_authenticated or not user.is_active:
        return False
    return role in once(("roles", user.pk), lambda: _roles_today(user))


def _roles_today(user: User) -> frozenset[str]:
    return frozenset(GlobalRole.objects.on(clock.Today()).filter(user=user).values_list("role", flat=True))


def is_publication_admin(user: User) -> bool:
    return has_role(user, Role.PUBLICATION_ADMIN)


def is_system_admin(user: User) -> bool:
    return has_role(user, Role.SYSTEM_ADMIN)


def is_auditor(user: User) -> bool:
    return has_role(user, Role.AUDITOR)
