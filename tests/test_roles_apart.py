"""Every pair of roles that must not meet in one person, by every door through which somebody gets a role."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from findings.accuracy.force.invitations import invite_reviewer
from forces import accounts, contacts, posts
from forces.models import Contact, Person, Post
from hmic_core import clock
from hmic_core.accounts.roles import MUST_NOT_MEET, Kind, free_for, of_global, why_not
from hmic_core.errors import NotAllowed
from hmic_core.models import GlobalRole, User
from inspections.models import Assignment
from inspections.setup import copying, people
from letters.models import Signatory
from letters.signing.assembly import signatory_for
from letters.signing.signatories import assign_signatory
from publication.evidence import break_glass
from tests import rows
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Role = Assignment.Role


def newcomer() -> User:
    return User.objects.create_user("newcomer@cast.example", "Newcomer")


def as_person(user: User) -> Person:
    return Person.objects.get_or_create(user=user, defaults={"name": user.name})[0]


def post_of(cast: Cast, user: User, kind: str) -> Post:
    where = {"force": cast.kent} if kind == Post.Kind.CHIEF_OFFICER else {"region": cast.region}
    return Post.objects.create(kind=kind, title="Post", person=as_person(user), starts_on=clock.today(), **where)


#: How somebody comes to hold each kind, by rows: today, and from a later day on.
HELD: dict[Kind, Callable[[Cast, User, Any], Any]] = {
    Kind.INSPECTION: lambda cast, user, day: Assignment.objects.create(
        inspection=cast.inspection, user=user, role=Role.MODERATOR, starts_on=day
    ),
    Kind.SIGNATORY: lambda cast, user, day: Signatory.objects.create(
        inspection=cast.inspection, force=cast.kent, person=as_person(user), starts_on=day
    ),
    Kind.FORCE: lambda cast, user, day: Contact.objects.create(
        force=cast.kent, capacity=Contact.Capacity.PCC_OFFICE, user=user, name=user.name, starts_on=day
    ),
    **{
        of_global(role): lambda cast, user, day, role=role: GlobalRole.objects.create(
            user=user, role=role, starts_on=day
        )
        for role in GlobalRole.Role
    },
}


def _assigned(cast: Cast, user: User) -> None:
    run = people.assign(
        cast.inspection,
        users=[user],
        role=Role.INSPECTOR,
        forces=[],
        themes=[],
        starts_on=clock.today(),
        ends_on=None,
        by=cast.lead_inspector,
    )
    if not run.rows[0]["done"]:
        raise NotAllowed(run.rows[0]["said"])


def _copied(cast: Cast, user: User) -> None:
    target = rows.inspection(cast)
    Assignment.objects.create(inspection=cast.inspection, user=user, role=Role.INSPECTOR, starts_on=clock.today())
    copying.copy(cast.inspection, target, ["people"], by=cast.lead_inspector)
    if not target.assignments.filter(user=user).exists():
        raise NotAllowed("Nobody does both: left out")


def _signs(cast: Cast, user: User, deputy: bool) -> None:
    today = clock.today()
    assign_signatory(
        cast.inspection,
        [cast.kent],
        person=as_person(user),
        starts_on=today,
        ends_on=today,
        deputy=deputy,
        by=cast.admin,
    )


def _signs_by_post(cast: Cast, user: User) -> None:
    Post.objects.filter(region=cast.region).update(person=as_person(user))
    signatory_for(cast.inspection, cast.nottinghamshire, clock.today())


def _verified(cast: Cast, user: User) -> None:
    contact = HELD[Kind.FORCE](cast, user, clock.today())
    contacts.verify_contact(contact, how="Rang them", by=cast.system_admin)


def _invited(cast: Cast, user: User) -> None:
    round = rows.check(cast, cast.northamptonshire)
    invite_reviewer(round, name=user.name, email=user.email, by=cast.liaison_officer)


def _first_admin(cast: Cast, user: User) -> None:
    GlobalRole.objects.filter(role=GlobalRole.Role.SYSTEM_ADMIN).exclude(user=user).delete()
    try:
        call_command("first_admin", user.email, user.name)
    except CommandError as error:
        raise NotAllowed(str(error)) from error


def _break_glass(cast: Cast, user: User) -> None:
    GlobalRole.objects.create(user=user, role=GlobalRole.Role.SYSTEM_ADMIN, starts_on=clock.today())
    release = rows.release(cast, "approved")
    break_glass.give(release, to=user, reason="The server burns", hours=1, by=cast.admin)


def _gives(role: str) -> Callable[[Cast, User], Any]:
    return lambda cast, user: accounts.give_role(user, role, by=cast.system_admin)


#: Every door, and the kind of role that it leads to.
DOORS: dict[str, tuple[Kind, Callable[[Cast, User], Any]]] = {
    "assigned": (Kind.INSPECTION, _assigned),
    "lead of a new inspection": (
        Kind.INSPECTION,
        lambda cast, user: people.appoint_lead(cast.inspection, user, by=cast.admin),
    ),
    "people copied": (Kind.INSPECTION, _copied),
    "signatory": (Kind.SIGNATORY, lambda cast, user: _signs(cast, user, False)),
    "deputy": (Kind.SIGNATORY, lambda cast, user: _signs(cast, user, True)),
    "signs by post": (Kind.SIGNATORY, _signs_by_post),
    "HM Inspector": (
        Kind.SIGNATORY,
        lambda cast, user: posts.fill_post(
            cast.region, name="N", post_title="HMI", starts_on=clock.today(), user=user, by=cast.system_admin
        ),
    ),
    "chief officer": (
        Kind.FORCE,
        lambda cast, user: posts.fill_post(
            cast.kent, name="N", post_title="Chief", starts_on=clock.today(), user=user, by=cast.system_admin
        ),
    ),
    "contact": (
        Kind.FORCE,
        lambda cast, user: contacts.add_contact(
            cast.northamptonshire, user=user, capacity=Contact.Capacity.REVIEWER, by=cast.system_admin
        ),
    ),
    "contact verified": (Kind.FORCE, _verified),
    "invited": (Kind.FORCE, _invited),
    "publication admin": (Kind.PUBLICATION_ADMIN, _gives(GlobalRole.Role.PUBLICATION_ADMIN)),
    "system admin": (Kind.SYSTEM_ADMIN, _gives(GlobalRole.Role.SYSTEM_ADMIN)),
    "auditor": (Kind.AUDITOR, _gives(GlobalRole.Role.AUDITOR)),
    "first admin": (Kind.SYSTEM_ADMIN, _first_admin),
    "break-glass": (Kind.SYSTEM_ADMIN, _break_glass),
}
PAIRS = [frozenset({first, second}) for first, second, _ in MUST_NOT_MEET]
TRIED = [
    (door, other) for (door, (kind, _)), other in product(DOORS.items(), Kind) if frozenset({kind, other}) in PAIRS
]


def test_the_table_names_every_pair_but_one() -> None:
    """A new kind of role is decided about, with each of the others."""
    every = {frozenset({first, second}) for first, second in product(Kind, Kind) if first != second}
    assert every - set(PAIRS) == {frozenset({Kind.INSPECTION, Kind.SIGNATORY})}
    assert HELD.keys() == set(Kind)


@pytest.mark.parametrize(("door", "other"), TRIED)
def test_no_door_lets_two_roles_meet(cast: Cast, door: str, other: Kind) -> None:
    user = newcomer()
    HELD[other](cast, user, clock.today())
    _, enter = DOORS[door]
    with pytest.raises(NotAllowed, match=r"Nobody does both|can’t be invited"):
        enter(cast, user)


@pytest.mark.parametrize("door", [door for door in DOORS if door not in ("break-glass", "first admin")])
def test_each_door_lets_in_who_holds_nothing(cast: Cast, door: str) -> None:
    DOORS[door][1](cast, newcomer())


@pytest.mark.parametrize("other", [Kind.PUBLICATION_ADMIN, Kind.FORCE, Kind.INSPECTION, Kind.SIGNATORY])
def test_what_only_begins_later_counts_and_what_has_ended_does_not(cast: Cast, other: Kind) -> None:
    user = newcomer()
    held = HELD[other](cast, user, clock.today() + accounts.A_DAY)
    assert "Nobody does both" in why_not(user, Kind.AUDITOR)
    held.starts_on = held.ends_on = clock.today() - accounts.A_DAY
    held.save()
    assert why_not(user, Kind.AUDITOR) == ""


def test_only_people_who_may_are_offered(cast: Cast) -> None:
    offered = set(free_for(Kind.INSPECTION))
    assert {cast.inspector, cast.hmi} <= offered
    assert not {cast.auditor, cast.admin, cast.system_admin, cast.outsider, cast.pcc_office} & offered


@pytest.mark.parametrize(("first", "second"), [pair[:2] for pair in MUST_NOT_MEET])
def test_the_database_holds_the_application_to_the_same_table(cast: Cast, first: Kind, second: Kind) -> None:
    user = newcomer()
    as_person(user)
    HELD[first](cast, user, clock.today())
    with pytest.raises(DatabaseError, match="do not meet"):
        _as_the_application(lambda: HELD[second](cast, user, clock.today()))


def _as_the_application(act: Callable[[], Any]) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE hmic_application")
        act()
