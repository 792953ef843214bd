"""Who may do what with letters. Verbs ask these; templates ask them before they show a button."""

from django.db.models import Exists, OuterRef, Q

from forces.models import Force, Person, Post, contacts_today
from hmic_core import clock
from hmic_core.accounts import access
from hmic_core.accounts.policies import Policy
from hmic_core.models import User
from inspections.models import Assignment, Inspection, assignments_today
from letters.models import Copy, Letter, Signatory

Role = Assignment.Role


def _has_role(user: User, inspection: Inspection, force: Force | None, *roles: Role) -> bool:
    return any(
        each.inspection_id == inspection.pk and each.role in roles and each.force_id in (None, force and force.pk)
        for each in assignments_today(user)
    )


def is_signatory(user: User) -> bool:
    """Whether `user` signs letters: assigned to some, or an HM Inspector today."""
    return user.is_active and access.answer(user, _SIGNS)


_SIGNS = "signs letters"


def ask_of_everybody() -> None:
    """Called once, at start-up: the navigation of every page wants to know."""
    of_person = {"person": OuterRef("pk")}
    assigned = Signatory.objects.filter(Q(ends_on=None) | Q(ends_on__gte=clock.Today()), **of_person)
    posts = Post.objects.on(clock.Today()).filter(**of_person, kind=Post.Kind.HM_INSPECTOR)
    signing = Person.objects.filter(Exists(assigned) | Exists(posts))
    access.ask(_SIGNS, Exists(signing.filter(user=OuterRef("pk"))))


def is_recipient(user: User) -> bool:
    """Whether `user` speaks for a force today: the only people to whom copies are issued."""
    return bool(contacts_today(user))


def reads_letter_lists(user: User) -> bool:
    """Whether there is any inspection whose letters `user` could see as a list."""
    return access.is_publication_admin(user) or bool(assignments_today(user))


def works_on_letters(user: User) -> bool:
    return is_signatory(user) or reads_letter_lists(user)


LETTER_WORKERS = Policy("people assigned to an inspection, signatories and publication admins", works_on_letters)
SIGNATORIES = Policy("signatories", is_signatory)
SIGNATORIES_AND_ADMINS = Policy(
    "signatories and publication admins", lambda user: is_signatory(user) or access.is_publication_admin(user)
)
RECIPIENTS = Policy("people who speak for a force", is_recipient)


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
    """The person the letter names as its signatory, while that assignment lasts; today's deputy for it."""
    if not user.is_active:
        return False
    signatory = letter.signatory
    lasts = signatory.ends_on is None or signatory.ends_on >= clock.today()
    return (lasts and signatory.person.user_id == user.pk) or is_deputy(user, letter)


def is_deputy(user: User, letter: Letter) -> bool:
    """Whether `user` is today a dated deputy for the letter's signatory."""
    deputies = Signatory.objects.on(clock.Today()).filter(is_deputy=True, person__user=user)
    return bool(deputies.filter(inspection=letter.inspection_id, force=letter.force_id).exists())


def can_exclude(user: User, letter: Letter) -> bool:
    """Who may keep a passage from the public: the letter's signatory, a deputy, or a publication admin."""
    return access.is_publication_admin(user) or can_sign(user, letter)


def can_assign_signatories(user: User) -> bool:
    return access.is_publication_admin(user)


def can_issue(user: User) -> bool:
    return access.is_publication_admin(user)


def can_upload_report(user: User) -> bool:
    return access.is_publication_admin(user)


def can_read(user: User, copy: Copy) -> bool:
    """Only the person whom the copy was issued to."""
    return copy.contact.user_id == user.pk and user.is_active
