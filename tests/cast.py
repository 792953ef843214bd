"""The fixed cast: one person for each role, the outsider included, around one inspection."""

import datetime as dt
from dataclasses import dataclass

from forces.models import Contact, Force, Person, Post, Region, RegionMembership
from hmic_core import clock
from hmic_core.models import GlobalRole, User
from inspections.models import Assignment, ForceInScope, Inspection, Theme

LONG_AGO = dt.date(2000, 1, 1)


@dataclass
class Cast:
    """Everybody by role. Northamptonshire is the force in question, Nottinghamshire the outsider's."""

    inspector: User
    second_inspector: User
    lead_inspector: User
    moderator: User
    hmi: User
    chief_officer: User
    system_admin: User
    admin: User
    second_admin: User
    liaison_officer: User
    reviewer: User
    outsider: User
    pcc_office: User
    auditor: User
    northamptonshire: Force
    nottinghamshire: Force
    kent: Force
    region: Region
    inspection: Inspection
    themes: list[Theme]

    def everybody(self) -> dict[str, User]:
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


ROLES = (
    "inspector second_inspector lead_inspector moderator hmi chief_officer system_admin admin second_admin "
    "liaison_officer reviewer outsider pcc_office auditor"
).split()


def make_cast() -> Cast:
    """Many at once: most tests begin with it."""
    users = {name: _account(name.replace("_", ".")) for name in ROLES}
    User.objects.bulk_create(users.values())
    forces = Force.objects.bulk_create(
        Force(name=f"{name} Police", slug=name.lower(), chief_officer_title="Chief Constable")
        for name in ("Northamptonshire", "Nottinghamshire", "Kent")
    )
    region = Region.objects.create(name="Eastern Region", slug="eastern")
    RegionMembership.objects.bulk_create(
        RegionMembership(region=region, force=force, starts_on=LONG_AGO) for force in forces
    )
    _make_posts(users, forces, region)
    _make_contacts(users, forces)
    inspection = _make_inspection(forces)
    themes = list(inspection.themes.all())
    _assign(users, inspection)
    return Cast(
        **users,
        northamptonshire=forces[0],
        nottinghamshire=forces[1],
        kent=forces[2],
        region=region,
        inspection=inspection,
        themes=themes,
    )


def _account(name: str) -> User:
    """As `create_user` makes one without a password. Not saved."""
    user = User(email=f"{name}@cast.example", name=name.replace(".", " ").capitalize())
    user.set_unusable_password()
    return user


def _make_posts(users: dict[str, User], forces: list[Force], region: Region) -> None:
    hmi = Person.objects.create(name="Zoë Billingham", honours="BA Hons (Oxon)", user=users["hmi"])
    Post.objects.create(
        kind=Post.Kind.HM_INSPECTOR,
        title="HM Inspector of Constabulary",
        person=hmi,
        region=region,
        starts_on=LONG_AGO,
    )
    chief = Person.objects.create(
        title="Mr", name="Adrian Lee", honours="QPM", salutation="Adrian", user=users["chief_officer"]
    )
    others = Person.objects.bulk_create(Person(name=f"Chief Constable of {force.name}") for force in forces[1:])
    what = Post.Kind.CHIEF_OFFICER
    Post.objects.bulk_create(
        Post(kind=what, title="Chief Constable", person=person, force=force, starts_on=LONG_AGO)
        for person, force in zip([chief, *others], forces, strict=True)
    )
    GlobalRole.objects.bulk_create(
        GlobalRole(user=users[user], role=role, starts_on=LONG_AGO)
        for role, user in (
            (GlobalRole.Role.PUBLICATION_ADMIN, "admin"),
            (GlobalRole.Role.PUBLICATION_ADMIN, "second_admin"),
            (GlobalRole.Role.SYSTEM_ADMIN, "system_admin"),
            (GlobalRole.Role.AUDITOR, "auditor"),
        )
    )


def _make_contacts(users: dict[str, User], forces: list[Force]) -> None:
    capacity, now = Contact.Capacity, clock.now()
    # A second reader for the other two forces: a draft goes to no force with a single contact. Not one of the cast.
    deputy = _account("deputy")
    deputy.save()
    speaking = [
        (users["liaison_officer"], forces[0], capacity.LIAISON_OFFICER),
        (users["reviewer"], forces[0], capacity.REVIEWER),
        (users["chief_officer"], forces[0], capacity.CHIEF_OFFICER),
        (users["pcc_office"], forces[0], capacity.PCC_OFFICE),
        (users["outsider"], forces[1], capacity.LIAISON_OFFICER),
        *((deputy, force, capacity.REVIEWER) for force in forces[1:]),
    ]
    Contact.objects.bulk_create(
        Contact(force=force, capacity=what, user=user, name=user.name, starts_on=LONG_AGO, verified_at=now)
        for user, force, what in speaking
    )


def _make_inspection(forces: list[Force]) -> Inspection:
    inspection = Inspection.objects.create(
        title="Test subject: An inspection for the tests",
        short_title="Test subject",
        slug="test-subject",
        state=Inspection.State.DRAFTING,
        fieldwork_words="January to April 2014",
        contact_name="Lead inspector",
        contact_telephone="020 7946 0142",
    )
    ForceInScope.objects.bulk_create(ForceInScope(inspection=inspection, force=force) for force in forces)
    for position, (title, prefix, question) in enumerate(
        [
            ("Preventing Crime", "PC", "how well forces are preventing crime and anti-social behaviour"),
            ("Freeing up time", "FT", "how well forces are freeing up the time of their staff"),
        ],
        start=1,
    ):
        Theme.objects.create(inspection=inspection, position=position, title=title, prefix=prefix, question=question)
    return inspection


def _assign(users: dict[str, User], inspection: Inspection) -> None:
    role = Assignment.Role
    Assignment.objects.bulk_create(
        Assignment(inspection=inspection, user=users[user], role=what, starts_on=LONG_AGO)
        for user, what in (
            ("inspector", role.INSPECTOR),
            ("second_inspector", role.INSPECTOR),
            ("lead_inspector", role.LEAD_INSPECTOR),
            ("moderator", role.MODERATOR),
            ("hmi", role.HM_INSPECTOR),
        )
    )
