"""Who may set up an inspection (docs/adr/0005-who-sets-up-an-inspection.md), and who of a force is told of it."""

from forces.models import Contact, contacts_today
from hmic_core.accounts import access
from hmic_core.accounts.policies import Policy
from hmic_core.models import User
from inspections.models import Assignment, Inspection, assignments_today, works_on_one

Role = Assignment.Role
Capacity = Contact.Capacity
#: Who of a force hears of coming fieldwork.
TOLD = frozenset({Capacity.LIAISON_OFFICER, Capacity.REVIEWER, Capacity.CHIEF_OFFICER, Capacity.STAFF_OFFICER})


def leads_one(user: User) -> bool:
    """Whether they lead some inspection as a whole today."""
    return works_on_one(user) and any(
        each.role == Role.LEAD_INSPECTOR and each.force_id is None and each.theme_id is None
        for each in assignments_today(user)
    )


def can_create(user: User) -> bool:
    """Lead inspectors set up the next inspection; the very first one needs a publication admin, who leads none."""
    return access.is_publication_admin(user) or leads_one(user)


def can_set_up(user: User, inspection: Inspection) -> bool:
    """Its lead inspectors, as long as they lead all of it: what is set up holds for every force and theme."""
    return any(
        each.inspection_id == inspection.pk
        and each.role == Role.LEAD_INSPECTOR
        and each.force_id is None
        and each.theme_id is None
        for each in assignments_today(user)
    )


def is_told(user: User) -> bool:
    return any(each.capacity in TOLD for each in contacts_today(user))


CREATORS = Policy("lead inspectors and publication admins", can_create)
LEADS = Policy("lead inspectors", leads_one)
FORCE_TOLD = Policy("force people who read drafts", is_told)
ASSIGNED = Policy("people assigned to an inspection", works_on_one)
