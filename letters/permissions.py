"""Who may do what with letters. Verbs ask these; templates ask them before they show a button."""

from django.db.models import Q

from forces.models import Contact, Force, Post
from hmic_core import access, clock
from hmic_core.models import User
from hmic_core.policies import Policy
from inspections.models import Assignment, Inspection
from letters.models import Copy, Letter, Signatory

Role = Assignment.Role


def _has_role(user: User, inspection: Inspection, force: Force | None, *roles: Role) -> bool:
    covering = Assignment.objects.on(clock.Today()).filter(user=user, inspection=inspection, role__in=roles)
    return bool(covering.filter(Q(force=None) | Q(force=force)).exists())


def is_signatory(user: User) -> bool:
    """Whether `user` signs letters: assigned to some, or an HM Inspector today."""
    if not user.is_active:
        return False
    if Signatory.objects.filter(person__user=user).exists():
        return True
    posts = Post.objects.on(clock.Today()).filter(person__user=user, kind=Post.Kind.HM_INSPECTOR)
    return bool(posts.exists())


def is_recipient(user: User) -> bool:
    """Whether `user` speaks for a force today: the only people to whom copies are issued."""
    return user.is_active and bool(Contact.objects.speaking_for(user).exists())


def reads_letter_lists(user: User) -> bool:
    """Whether there is any inspection whose letters `user` could see as a list."""
    if not user.is_active:
        return False
    if access.is_publication_admin(user):
        return True
    return bool(Assignment.objects.on(clock.today()).filter(user=user).exists())


def works_on_letters(user: User) -> bool:
    return is_signatory(user) or reads_letter_lists(user)


def can_import(user: User) -> bool:
    """Publication admins and lead inspectors."""
    if not user.is_active:
        return False
    if access.is_publication_admin(user):
        return True
    return bool(Assignment.objects.on(clock.Today()).filter(user=user, role=Role.LEAD_INSPECTOR).exists())


LETTER_WORKERS = Policy("people assigned to an inspection, signatories and publication admins", works_on_letters)
SIGNATORIES = Policy("signatories", is_signatory)
RECIPIENTS = Policy("people who speak for a force", is_recipient)
IMPORTERS = Policy("lead inspectors and publication admins", can_import)


def can_assemble(user: User, inspection: Inspection, force: Force | None) -> bool:
    """The lead inspector, or a publication admin. `force` None: for every force."""
    return access.is_publication_admin(user) or _has_role(user, inspection, force, Role.LEAD_INSPECTOR)


def can_proof(user: User, letter: Letter) -> bool:
    """Anybody assigned to the letter's inspection and force, or a publication admin; not whoever signs it."""
    if can_sign(user, letter):
        return False
    roles = (Role.LEAD_INSPECTOR, Role.INSPECTOR, Role.MODERATOR)
    return access.is_publication_admin(user) or _has_role(user, letter.inspection, letter.force, *roles)


def can_sign(user: User, letter: Letter) -> bool:
    """Only the person the letter names as its signatory."""
    signs = letter.signatory.person.user_id
    return signs is not None and signs == user.pk and user.is_active


def can_issue(user: User) -> bool:
    return access.is_publication_admin(user)


def can_upload_report(user: User) -> bool:
    return access.is_publication_admin(user)


def can_read(user: User, copy: Copy) -> bool:
    """Only the person whom the copy was issued to."""
    return copy.contact.user_id == user.pk and user.is_active
