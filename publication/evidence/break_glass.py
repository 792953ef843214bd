"""Break-glass: how a system admin gets sight of a release before its instant, where something is wrong with it.

Two persons and a reason: a publication admin gives it, to a system admin by name, for one release and at most a day.
It opens the rehearsal's pages of that release, to read; each page that is opened is written down. Everybody concerned
is told at once, and it ends by itself, by the database's clock.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from hmic_core import audit, clock
from hmic_core.accounts import access, roles
from hmic_core.accounts.policies import Policy
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import GlobalRole, User
from inspections.models import Release
from publication import notices
from publication.models import LONGEST, BreakGlassGrant
from publication.permissions import lists_grants, require_admin
from publication.states import State, is_public, require_reason

#: How long one may last, in hours, as the form offers it.
HOURS = (1, 4, 8, 24)
_FROZEN = (State.SEALED, State.APPROVED, State.HELD)


@transaction.atomic
def give(release: Release, *, to: User, reason: str, hours: int, by: User) -> BreakGlassGrant:
    """Let a system admin read what is locked for publication, for so many hours from now."""
    require_admin(by)
    require_reason(reason)
    release = Release.objects.select_for_update().get(pk=release.pk)
    now = clock.now()
    if sentence := why_not_give(release, now):
        raise NotAllowed(sentence)
    if to.pk == by.pk:
        raise NotAllowed("Nobody gives a break-glass grant to themselves.")
    if not access.is_system_admin(to):
        raise NotAllowed("Only a system admin is given sight of a release. Choose one.")
    roles.require_free(to, roles.Kind.SYSTEM_ADMIN)
    lasting = dt.timedelta(hours=hours)
    if not dt.timedelta(0) < lasting <= LONGEST:
        raise NotAllowed("Choose a time of at most 24 hours.")
    if release.break_glass_grants.in_force().filter(holder=to).exists():
        raise NotAllowed(f"{to} has a grant for this release already. End that first.")
    grant: BreakGlassGrant = BreakGlassGrant.objects.create(
        release=release, holder=to, reason=reason.strip(), given_by=by, given_at=now, until=now + lasting
    )
    audit.record(
        Action.BREAK_GLASS_GIVEN, by, release, grant=grant.pk, holder=to.pk, until=grant.until, reason=grant.reason
    )
    notices.break_glass_given(grant)
    return grant


@transaction.atomic
def end(grant: BreakGlassGrant, *, by: User) -> BreakGlassGrant:
    """Take it back before its time: its holder, or any publication admin."""
    found: BreakGlassGrant = (
        BreakGlassGrant.objects.select_for_update(of=("self",)).select_related("release").get(pk=grant.pk)
    )
    if not can_end(by, found):
        raise NotAllowed("Only its holder or a publication admin ends a break-glass grant.")
    now = clock.now()
    if not is_in_force(found, now):
        raise NotAllowed("This grant has ended already.")
    found.ended_by, found.ended_at = by, now
    found.save(update_fields=["ended_by", "ended_at"])
    audit.record(Action.BREAK_GLASS_ENDED, by, found.release, grant=found.pk, holder=found.holder_id)
    notices.break_glass_ended(found)
    return found


def why_not_give(release: Release, now: dt.datetime) -> str:
    """Why there is nothing to give sight of; empty when there is."""
    if is_public(release, now):
        return "This release is public: everybody can read it."
    if release.state not in _FROZEN:
        return "Nothing of this release is locked for publication, so there is nothing to be seen yet."
    return ""


def can_end(user: User, grant: BreakGlassGrant) -> bool:
    return user.pk == grant.holder_id or access.is_publication_admin(user)


def is_in_force(grant: BreakGlassGrant, now: dt.datetime) -> bool:
    return grant.ended_at is None and grant.until > now


def holders() -> QuerySet[User]:
    """Who may be given one: today's system admins."""
    admins = GlobalRole.objects.on(clock.Today()).filter(role=GlobalRole.Role.SYSTEM_ADMIN)
    return User.objects.filter(pk__in=admins.values("user"), is_active=True).order_by("name")


def grant_of(user: User, release: Release) -> BreakGlassGrant | None:
    """The grant by which `user` reads this release now; None where they need none, or have none."""
    if access.is_publication_admin(user) or not access.is_system_admin(user):
        return None
    found: BreakGlassGrant | None = release.break_glass_grants.in_force().filter(holder=user).first()
    return found


def readable(user: User) -> QuerySet[Release]:
    """The releases whose frozen items `user` may read: a publication admin's, and one by each grant in force."""
    if access.is_publication_admin(user):
        return Release.objects.visible_to(user)
    if not access.is_system_admin(user):
        return Release.objects.none()
    mine = BreakGlassGrant.objects.in_force().filter(holder=user, release=OuterRef("pk"))
    return Release.objects.filter(Exists(mine))


def record_reading(grant: BreakGlassGrant | None, path: str) -> None:
    """Write down what was opened by a grant. What a publication admin reads needs none."""
    if grant is not None:
        audit.record(Action.BREAK_GLASS_USED, grant.holder, grant.release, grant=grant.pk, path=path)


def _reads_frozen_items(user: User) -> bool:
    return access.is_publication_admin(user) or (access.is_system_admin(user) and readable(user).exists())


READERS = Policy("publication admins, and a system admin by a break-glass grant", _reads_frozen_items)
KEEPERS = Policy("publication admins, auditors and system admins", lists_grants)
