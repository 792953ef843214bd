"""Which roles must not meet in one person: one table, asked by every door through which somebody gets a role.

A door asks `require_free(user, kind)` in its own transaction, before it writes. The account's row is locked meanwhile,
so that of two doors at once the second sees what the first one gave. Rooms above say at start-up how a kind of theirs
is looked up (`register`). What has not ended counts, also what only begins later, and also of a closed account, which
may be opened again. The database holds the application's role to the same table (letters/migrations/0002_search.py).
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from hmic_core.errors import NotAllowed
from hmic_core.models import GlobalRole, User


class Kind(StrEnum):
    """Kinds of role, by what somebody gets to see or do with one. The value is how the screen says it of a person."""

    INSPECTION = "works on an inspection"
    SIGNATORY = "signs letters"
    FORCE = "speaks for a force"
    PUBLICATION_ADMIN = "is a publication admin"
    SYSTEM_ADMIN = "is a system admin"
    AUDITOR = "is an auditor"


#: Pairs that meet in nobody, and why. What is not here may meet: an HM Inspector works on an inspection and signs.
MUST_NOT_MEET: tuple[tuple[Kind, Kind, str], ...] = (
    (Kind.FORCE, Kind.INSPECTION, "who speaks for a force must not read drafts about others"),
    (Kind.FORCE, Kind.SIGNATORY, "nobody signs a letter to those they speak for"),
    (Kind.FORCE, Kind.PUBLICATION_ADMIN, "who speaks for a force must not read the letters of others"),
    (Kind.FORCE, Kind.SYSTEM_ADMIN, "who speaks for a force must not give access to others"),
    (Kind.FORCE, Kind.AUDITOR, "who speaks for a force must not read what others did"),
    (Kind.AUDITOR, Kind.INSPECTION, "an auditor reads what others did, and changes nothing"),
    (Kind.AUDITOR, Kind.SIGNATORY, "an auditor reads what others did, and changes nothing"),
    (Kind.AUDITOR, Kind.PUBLICATION_ADMIN, "an auditor reads what others did, and changes nothing"),
    (Kind.AUDITOR, Kind.SYSTEM_ADMIN, "an auditor reads what others did, and changes nothing"),
    (Kind.SYSTEM_ADMIN, Kind.INSPECTION, "who gives access must not read what it is given to"),
    (Kind.SYSTEM_ADMIN, Kind.SIGNATORY, "who gives access must not sign what it is given to"),
    (Kind.SYSTEM_ADMIN, Kind.PUBLICATION_ADMIN, "who gives access sees a release by a break-glass grant only"),
    (Kind.PUBLICATION_ADMIN, Kind.INSPECTION, "who publishes findings must not have written them"),
    (Kind.PUBLICATION_ADMIN, Kind.SIGNATORY, "who publishes letters must not have signed them"),
)

#: How the rows of a kind are found: given a user, or `OuterRef("pk")` of one, the rows that have not ended.
Holding = Callable[[Any], QuerySet[Any]]
_holding: dict[Kind, list[Holding]] = {}


def register(kind: Kind, holding: Holding) -> None:
    """Say how rows of a kind are found. Called from `AppConfig.ready`; a kind may have several."""
    _holding.setdefault(kind, []).append(holding)


def of_global(role: str) -> Kind:
    """The kind of a role over the whole service."""
    return Kind[GlobalRole.Role(role).name]


def apart_from(kind: Kind) -> dict[Kind, str]:
    """What nobody of this kind may be as well, with the reason of each."""
    pairs = [(first, second, why) for first, second, why in MUST_NOT_MEET if kind in (first, second)]
    return {second if first == kind else first: why for first, second, why in pairs}


def why_not(user: User, kind: Kind) -> str:
    """Why `user` cannot have a role of this kind, as a sentence for the screen; empty when they can."""
    for other, why in apart_from(kind).items():
        if any(rows(user).exists() for rows in _holding.get(other, [])):
            return f"{user.name} {other}. Nobody does both: {why}. End that first."
    return ""


def require_free(user: User, kind: Kind) -> None:
    """Lock the account until the transaction ends; raises NotAllowed where the person holds what must not meet it."""
    User.objects.select_for_update().get(pk=user.pk)
    if sentence := why_not(user, kind):
        raise NotAllowed(sentence)


def free_for(kind: Kind) -> QuerySet[User]:
    """Open accounts of people who may have a role of this kind, for a list to choose from."""
    people = User.objects.filter(is_active=True)
    for other in apart_from(kind):
        for rows in _holding.get(other, []):
            people = people.exclude(Exists(rows(OuterRef("pk"))))
    return people


def register_global_roles() -> None:
    """The kinds of this room."""
    for role in GlobalRole.Role:

        def holding(user: Any, role: str = role) -> QuerySet[Any]:
            return GlobalRole.objects.not_ended().filter(user=user, role=role)  # type: ignore[no-any-return]

        register(of_global(role), holding)
