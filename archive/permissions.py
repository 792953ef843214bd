"""Who may import letters of before this system."""

from hmic_core.accounts import access
from hmic_core.accounts.policies import Policy
from hmic_core.models import User
from inspections.models import assignments_today
from letters.permissions import Role


def can_import(user: User) -> bool:
    """Publication admins and lead inspectors."""
    return access.is_publication_admin(user) or any(
        each.role == Role.LEAD_INSPECTOR for each in assignments_today(user)
    )


IMPORTERS = Policy("lead inspectors and publication admins", can_import)
