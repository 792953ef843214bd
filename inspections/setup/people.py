"""Which forces an inspection looks at, and who works on it, in which part, from when until when."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Q

from forces.models import Force
from hmic_core import audit, clock
from hmic_core.accounts import roles
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections import national_entries, usage
from inspections.locking import lock
from inspections.models import Assignment, BulkRun, ForceInScope, Inspection, Theme

Role = Assignment.Role


@dataclass(frozen=True)
class Outcome:
    """What became of one row of a bulk verb: on which force, what, whether it was done, and the sentence."""

    force: str
    what: str
    done: bool
    said: str


def keep_run(inspection: Inspection, heading: str, outcomes: Iterable[Outcome], *, by: User) -> BulkRun:
    """Keep the result row by row, so that nothing is done or refused silently. In the bulk verb's transaction."""
    rows = [asdict(each) for each in outcomes]
    return BulkRun.objects.create(inspection=inspection, heading=heading, rows=rows, by=by, at=clock.now())


# Scope


@transaction.atomic
def add_forces(inspection: Inspection, forces: Iterable[Force], *, by: User) -> int:
    """Take forces into scope; those in it already stay as they are. Returns how many are new."""
    inspection = lock(inspection, by)
    already = set(inspection.scope.values_list("force", flat=True))
    new = [force for force in forces if force.pk not in already]
    for force in new:
        scope = ForceInScope.objects.create(inspection=inspection, force=force)
        audit.record(Action.SCOPE_ADDED, by, inspection, force=force.slug, scope=scope.pk)
    return len(new)


@transaction.atomic
def remove_forces(inspection: Inspection, forces: Iterable[Force], *, by: User) -> BulkRun:
    """Take forces out of scope, each by itself: one with findings or anything else of its own stays, and says why."""
    inspection = lock(inspection, by)
    outcomes = [_remove(inspection, force, by) for force in forces]
    return keep_run(inspection, "Take forces out of scope", outcomes, by=by)


def _remove(inspection: Inspection, force: Force, by: User) -> Outcome:
    # The lock that drafting takes too: nobody drafts a first finding meanwhile.
    scope = ForceInScope.objects.select_for_update().filter(inspection=inspection, force=force).first()
    if scope is None:
        return Outcome(force.name, "", False, "Not in scope.")
    if said := usage.of_force(inspection, force) or national_entries.of_force(inspection, force):
        return Outcome(force.name, "", False, said)
    held = Assignment.objects.filter(inspection=inspection, force=force)
    held.exclude(ends_on__lt=clock.today()).update(ends_on=clock.today() - dt.timedelta(days=1))
    scope.delete()
    audit.record(Action.SCOPE_REMOVED, by, inspection, force=force.slug)
    return Outcome(force.name, "", True, "Taken out of scope.")


# People


def candidates() -> list[User]:
    """Who may be assigned: everybody who can sign in and holds no role that must not meet it."""
    return list(roles.free_for(roles.Kind.INSPECTION).order_by("name", "email"))


def appoint_lead(inspection: Inspection, user: User, *, by: User) -> Assignment:
    """The first lead inspector, in the transaction that makes the inspection: nobody could assign anyone before."""
    if said := unsuitable(user):
        raise NotAllowed(said)
    return _make(inspection, user, Role.LEAD_INSPECTOR, None, None, clock.today(), None, by)


@transaction.atomic
def assign(
    inspection: Inspection,
    *,
    users: Sequence[User],
    role: str,
    forces: Sequence[Force | None],
    themes: Sequence[Theme | None],
    starts_on: dt.date,
    ends_on: dt.date | None,
    by: User,
) -> BulkRun:
    """Give people a part, for each named force and theme (None: all of them). Each row is done or refused by itself."""
    inspection = lock(inspection, by)
    if role not in Role.values:
        raise NotAllowed("Choose which part they have.")
    if not users:
        raise NotAllowed("Choose who is assigned.")
    if ends_on and ends_on < starts_on:
        raise NotAllowed("The last day can’t be before the first. Change one of them.")
    scope = set(inspection.scope.values_list("force", flat=True))
    own = set(inspection.themes.values_list("pk", flat=True))
    if any(theme and theme.pk not in own for theme in themes):
        raise NotAllowed("That theme belongs to another inspection. Choose one from the list.")
    outcomes = []
    for user in users:
        why_not = unsuitable(user)
        for force in forces or [None]:
            for theme in themes or [None]:
                said = why_not
                if force and force.pk not in scope:
                    said = "Not in the scope of this inspection."
                said = said or _overlap(inspection, user, role, force, theme, starts_on, ends_on)
                if not said:
                    _make(inspection, user, role, force, theme, starts_on, ends_on, by)
                where = force.name if force else "All forces"
                part = f"{user}: {Role(role).label.lower()}, {theme or 'all themes'}"
                outcomes.append(Outcome(where, part, not said, said or "Assigned."))
    return keep_run(inspection, f"Assign as {Role(role).label.lower()}", outcomes, by=by)


@transaction.atomic
def end_assignment(assignment: Assignment, *, by: User) -> Assignment:
    """End a part at once: from this moment they see nothing by it. What they wrote stays."""
    inspection = lock(assignment.inspection, by)
    held: Assignment = Assignment.objects.select_for_update(of=("self",)).select_related("user").get(pk=assignment.pk)
    yesterday = clock.today() - dt.timedelta(days=1)
    if held.ends_on is not None and held.ends_on <= yesterday:
        return held
    if _is_lead(held) and not any(each.pk != held.pk for each in leads_of(inspection)):
        raise NotAllowed("An inspection always has a lead inspector. Assign another one for all forces first.")
    held.ends_on = yesterday
    held.save(update_fields=["ends_on"])
    audit.record(Action.ASSIGNMENT_ENDED, by, inspection, assignment=held.pk, user=held.user_id, role=held.role)
    return held


def leads_of(inspection: Inspection) -> list[Assignment]:
    """Who leads the whole inspection today."""
    held = Assignment.objects.on(clock.today()).filter(
        inspection=inspection, role=Assignment.Role.LEAD_INSPECTOR, force=None, theme=None
    )
    return list(held.select_related("user").order_by("user__name"))


def _is_lead(held: Assignment) -> bool:
    return held.role == Role.LEAD_INSPECTOR and held.force_id is None and held.theme_id is None


def unsuitable(user: User) -> str:
    """Why somebody can’t work on an inspection; empty when they can. Locks the account."""
    found = User.objects.select_for_update().get(pk=user.pk)
    if not found.is_active:
        return "This account is closed."
    return roles.why_not(found, roles.Kind.INSPECTION)


def _overlap(
    inspection: Inspection,
    user: User,
    role: str,
    force: Force | None,
    theme: Theme | None,
    starts_on: dt.date,
    ends_on: dt.date | None,
) -> str:
    same = Assignment.objects.filter(inspection=inspection, user=user, role=role, force=force, theme=theme)
    same = same.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    if ends_on:
        same = same.filter(starts_on__lte=ends_on)
    return "Has this part already in that time." if same.exists() else ""


def _make(
    inspection: Inspection,
    user: User,
    role: str,
    force: Force | None,
    theme: Theme | None,
    starts_on: dt.date,
    ends_on: dt.date | None,
    by: User,
) -> Assignment:
    made = Assignment.objects.create(
        inspection=inspection, user=user, role=role, force=force, theme=theme, starts_on=starts_on, ends_on=ends_on
    )
    audit.record(
        Action.ASSIGNMENT_MADE,
        by,
        inspection,
        force=force.slug if force else "",
        assignment=made.pk,
        user=user.pk,
        role=role,
        theme=theme.pk if theme else None,
        from_day=starts_on,
        until=ends_on,
    )
    return made
