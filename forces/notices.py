"""The messages about accounts and roles: a sentence and a link that needs signing in, or leads to a first password."""

from hmic_core import clock, notices
from hmic_core.accounts import access
from hmic_core.models import GlobalRole, User

#: Where anybody with an account asks for a link that sets a password.
PASSWORD_PAGE = "/accounts/password/reset/"  # noqa: S105


def account_made(user: User) -> None:
    notices.queue(
        user,
        f"account_made:{user.pk}",
        subject="An account was made for you",
        body="HMIC has made an account for you. Ask for a password there with this e-mail address.",
        link=PASSWORD_PAGE,
    )


def role_given(held: GlobalRole, by: User) -> None:
    """To the person, to everybody who holds the same role, and to every system admin but the one who gave it."""
    wanted = [held.role, access.Role.SYSTEM_ADMIN]
    holders = User.objects.filter(
        is_active=True, pk__in=GlobalRole.objects.on(clock.Today()).filter(role__in=wanted).values("user")
    )
    words = held.get_role_display()
    for person in holders.exclude(pk=by.pk):
        who = "You are" if person.pk == held.user_id else f"{held.user.name} is"
        notices.queue(
            person,
            f"role_given:{held.pk}",
            subject=f"A new {words.lower()}",
            body=f"{who} now {words.lower()}, by {by.name}. If that is not right, ring the inspectorate at once.",
            link="/",
        )
