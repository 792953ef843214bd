"""Accounts and roles over the whole service: made, given, ended. By system admins, who see no inspection's content.

Nobody signs up. An account is made without a password; its owner is told by e-mail where to set one. Two rules keep a
single person from acting for two: nobody changes their own account or roles, and some roles meet in nobody
(`hmic_core.accounts.roles`). Everybody who holds the same role is told of a new one.
"""

import datetime as dt

from django.db import transaction

from forces import notices
from forces.models import Contact
from hmic_core import audit, clock, confirming
from hmic_core.accounts import access, roles
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import GlobalRole, User

A_DAY = dt.timedelta(days=1)


def require_system_admin(user: User) -> None:
    if not access.is_system_admin(user):
        raise NotAllowed("Only system admins keep accounts, contacts and posts.")


@transaction.atomic
def make_account(*, name: str, email: str, by: User) -> User:
    """An account without a password, for somebody who may then be assigned, given a role or made a contact.

    They get a link to the page where a password is set. It carries no key: following it changes nothing.
    """
    require_system_admin(by)
    name, email = " ".join(name.split()), email.strip().lower()
    if not name or not email:
        raise NotAllowed("Enter a name and a work e-mail address.")
    if User.objects.filter(email=email).exists():
        raise NotAllowed("There is an account with this address already. Find it in the list.")
    user = User.objects.create_user(email, name)
    audit.record(Action.ACCOUNT_MADE, by, user)
    notices.account_made(user)
    return user


@transaction.atomic
def make_first_admin(*, name: str, email: str) -> User:
    """The first system admin of a new installation, by whoever runs its machines. Refused once there is one."""
    if GlobalRole.objects.on(clock.Today()).filter(role=GlobalRole.Role.SYSTEM_ADMIN, user__is_active=True).exists():
        raise NotAllowed("There is a system admin already: they make every other account, under Accounts.")
    email = email.strip().lower()
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name)
    roles.require_free(user, roles.Kind.SYSTEM_ADMIN)
    GlobalRole.objects.create(user=user, role=GlobalRole.Role.SYSTEM_ADMIN, starts_on=clock.today())
    audit.record(Action.ROLE_GIVEN, None, user, role=GlobalRole.Role.SYSTEM_ADMIN)
    notices.account_made(user)
    return user


@transaction.atomic
def close_account(user: User, *, reason: str, by: User) -> User:
    """End all access at once: nobody signs in with a closed account, and those who are signed in are out."""
    return _set_active(user, False, Action.ACCOUNT_CLOSED, by, reason)


@transaction.atomic
def reopen_account(user: User, *, reason: str, by: User) -> User:
    """Let somebody sign in again. Roles, assignments and contacts that have not ended count again."""
    return _set_active(user, True, Action.ACCOUNT_REOPENED, by, reason)


def _set_active(user: User, active: bool, action: Action, by: User, reason: str) -> User:
    found = _locked(user, by)
    if not reason.strip():
        raise NotAllowed("Give a reason. It is kept.")
    if found.is_active == active:
        raise NotAllowed(f"This account is {'open' if active else 'closed'} already.")
    found.is_active = active
    found.save(update_fields=["is_active"])
    end_sessions(found)
    audit.record(action, by, found, reason=reason.strip())
    return found


@transaction.atomic
def reset_second_factor(user: User, *, reason: str, by: User) -> User:
    """Take away a second factor that its owner lost. They are out everywhere, and set up another when they sign in."""
    from allauth.mfa.models import Authenticator  # the public website has this room and not that library

    found = _locked(user, by)
    if not reason.strip():
        raise NotAllowed("Give a reason. It is kept.")
    if not Authenticator.objects.filter(user=found).exists():
        raise NotAllowed(f"{found.name} has set up no second factor.")
    Authenticator.objects.filter(user=found).delete()
    end_sessions(found)
    audit.record(Action.SECOND_FACTOR_RESET, by, found, reason=reason.strip())
    return found


def end_sessions(user: User) -> None:
    """Sign somebody out everywhere."""
    from allauth.usersessions.models import UserSession

    for session in UserSession.objects.filter(user=user):
        session.end()


@transaction.atomic
def give_role(user: User, role: str, *, by: User) -> GlobalRole:
    """Give a role from today on. Everybody who holds it, and every system admin, is told."""
    found = _locked(user, by)
    if role not in GlobalRole.Role.values:
        raise NotAllowed("Choose a role.")
    if not found.is_active:
        raise NotAllowed("This account is closed. Open it again first.")
    if GlobalRole.objects.on(clock.Today()).filter(user=found, role=role).exists():
        raise NotAllowed(f"{found.name} holds this role already.")
    roles.require_free(found, roles.of_global(role))
    made: GlobalRole = GlobalRole.objects.create(user=found, role=role, starts_on=clock.today())
    audit.record(Action.ROLE_GIVEN, by, found, role=role)
    notices.role_given(made, by)
    return made


@transaction.atomic
def end_role(held: GlobalRole, *, by: User) -> GlobalRole:
    """End a role at once. Nobody ends their own, so that a system admin always remains."""
    _locked(held.user, by)
    found: GlobalRole | None = GlobalRole.objects.select_for_update().on(clock.Today()).filter(pk=held.pk).first()
    if found is None:
        raise NotAllowed("This role has ended already.")
    found.ends_on = clock.today() - A_DAY
    found.save(update_fields=["ends_on"])
    audit.record(Action.ROLE_ENDED, by, found.user, role=found.role)
    return found


def _locked(user: User, by: User) -> User:
    require_system_admin(by)
    if user.pk == by.pk:
        raise NotAllowed("Nobody changes their own account. Ask another system admin.")
    found: User = User.objects.select_for_update().get(pk=user.pk)
    confirming.compare("change_account", found)
    return found


@confirming.shows("change_account")
def account_shown(user: User) -> confirming.Facts:
    """Who the person is, what they hold today, and whether they can sign in."""
    roles = GlobalRole.objects.on(clock.Today()).filter(user=user).order_by("role")
    contacts = Contact.objects.on(clock.Today()).filter(user=user).select_related("force").order_by("starts_on", "pk")
    return {
        "The name": user.name,
        "The address": user.email,
        "The account": "open" if user.is_active else "closed",
        **{f"The role {each.get_role_display()}": "held" for each in roles},
        **{
            f"{each.get_capacity_display()} of {each.force}": "verified" if each.verified_at else "-"
            for each in contacts
        },
    }
