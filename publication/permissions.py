"""Who may act on a release. Templates ask to show a button, verbs ask to refuse."""

from hmic_core.accounts import access
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import Release, ReleaseItem


def require_admin(user: User) -> None:
    """Raise NotAllowed unless `user` is a publication admin today."""
    if not access.is_publication_admin(user):
        raise NotAllowed("Only a publication admin can do this.")


def lists_grants(user: User) -> bool:
    """Whether the list of break-glass grants is there for `user`. Which of them: `BreakGlassGrant`’s `visible_to`."""
    return access.is_publication_admin(user) or access.is_auditor(user) or access.is_system_admin(user)


def why_not_approve(user: User, release: Release) -> str:
    """Why `user` may not be the second person for this release; empty when they may.

    The second person is neither who locked the release nor who gave it its instant.
    """
    if not access.is_publication_admin(user):
        return "Only a publication admin can approve."
    if release.sealed_by_id == user.pk:
        return "You locked this release for publication. Another publication admin has to approve it."
    if release.scheduled_by_id == user.pk:
        return "You scheduled this release. Another publication admin has to approve it."
    return ""


def why_not_confirm_item(user: User, item: ReleaseItem) -> str:
    """Why `user` may not be the second person for a proposed item; empty when they may."""
    if not access.is_publication_admin(user):
        return "Only a publication admin can confirm."
    if item.proposed_by_id == user.pk:
        return "You proposed this. Another publication admin has to confirm it."
    return ""


def can_approve(user: User, release: Release) -> bool:
    return not why_not_approve(user, release)
