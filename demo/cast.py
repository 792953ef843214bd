"""The demonstration's people: one for each role, none of them real. The role chooser signs in as any of them."""

import datetime as dt
from dataclasses import dataclass

from forces.models import Contact, Force, Person, Post, Region
from hmic_core import clock
from hmic_core.models import GlobalRole, User

SINCE = dt.date(2020, 1, 1)
NORTHAMPTONSHIRE = "northamptonshire"
NOTTINGHAMSHIRE = "nottinghamshire"


@dataclass(frozen=True)
class Member:
    """One member of the cast: the key in addresses, the name on screen, what they do here."""

    key: str
    name: str
    does: str
    side: str

    @property
    def email(self) -> str:
        return f"{self.key}@demonstration.example"


INSPECTORATE, FORCE, WATCHING = "At the inspectorate", "At a force", "Looking on"

CAST = (
    Member("inspector", "Inspector", "drafts findings from evidence", INSPECTORATE),
    Member("second-inspector", "Second inspector", "drafts findings beside the first", INSPECTORATE),
    Member("moderator", "Moderator", "reads every finding a second time, never their own", INSPECTORATE),
    Member("lead-inspector", "Lead inspector", "sends drafts to forces and decides their points", INSPECTORATE),
    Member("hm-inspector", "HM Inspector, Eastern Region", "signs the letters", INSPECTORATE),
    Member("admin", "Publication admin, first", "schedules a release and locks it for publication", INSPECTORATE),
    Member("second-admin", "Publication admin, second", "approves what the first one locked", INSPECTORATE),
    Member("system-admin", "System admin", "keeps accounts; sees no findings", INSPECTORATE),
    Member(
        "liaison-officer", "Liaison officer, Northamptonshire", "speaks for the force and collects its letter", FORCE
    ),
    Member("reviewer", "Reviewer, Northamptonshire", "checks the draft's facts and raises points", FORCE),
    Member(
        "chief-officer",
        "Chief Constable’s office, Northamptonshire",
        "reads what is addressed to the chief officer",
        FORCE,
    ),
    Member("outsider", "Liaison officer, Nottinghamshire", "sees Nottinghamshire’s own draft and nothing else", FORCE),
    Member("pcc-office", "Police and crime commissioner’s office", "sees what has been published", WATCHING),
    Member("auditor", "Auditor", "reads the audit trail and changes nothing", WATCHING),
)
BY_KEY = {member.key: member for member in CAST}


def person(key: str) -> User:
    """The account of a member of the cast."""
    return User.objects.get(email=BY_KEY[key].email)


def make_cast() -> None:
    """Make the accounts, the global roles, the posts and who speaks for each force. Twice changes nothing."""
    for member in CAST:
        if not User.objects.filter(email=member.email).exists():
            User.objects.create_user(member.email, member.name)
    _give_roles()
    _fill_posts()
    _name_contacts()


def _give_roles() -> None:
    role = GlobalRole.Role
    for key, what in (
        ("admin", role.PUBLICATION_ADMIN),
        ("second-admin", role.PUBLICATION_ADMIN),
        ("system-admin", role.SYSTEM_ADMIN),
        ("auditor", role.AUDITOR),
    ):
        GlobalRole.objects.get_or_create(user=person(key), role=what, defaults={"starts_on": SINCE})


def _fill_posts() -> None:
    """A chief officer for each force and an HM Inspector for the one known region: invented, and marked so."""
    hmi, _ = Person.objects.get_or_create(
        user=person("hm-inspector"), defaults={"name": "HM Inspector (demonstration)"}
    )
    eastern = Region.objects.get(slug="eastern")
    Post.objects.get_or_create(
        kind=Post.Kind.HM_INSPECTOR,
        region=eastern,
        person=hmi,
        defaults={"title": "HM Inspector of Constabulary", "starts_on": SINCE, "invented": True},
    )
    for force in Force.objects.all():
        if Post.objects.filter(kind=Post.Kind.CHIEF_OFFICER, force=force, invented=True).exists():
            continue
        chief = Person.objects.create(
            name=f"{force.chief_officer_title} (demonstration)",
            salutation=force.chief_officer_title,
            user=person("chief-officer") if force.slug == NORTHAMPTONSHIRE else None,
        )
        Post.objects.create(
            kind=Post.Kind.CHIEF_OFFICER,
            title=force.chief_officer_title,
            person=chief,
            force=force,
            starts_on=SINCE,
            invented=True,
        )


def _name_contacts() -> None:
    capacity = Contact.Capacity
    named = {
        ("liaison-officer", NORTHAMPTONSHIRE, capacity.LIAISON_OFFICER),
        ("reviewer", NORTHAMPTONSHIRE, capacity.REVIEWER),
        ("chief-officer", NORTHAMPTONSHIRE, capacity.CHIEF_OFFICER),
        ("pcc-office", NORTHAMPTONSHIRE, capacity.PCC_OFFICE),
        ("outsider", NOTTINGHAMSHIRE, capacity.LIAISON_OFFICER),
    }
    for key, slug, what in named:
        _contact(person(key), Force.objects.get(slug=slug), what)
    for force in Force.objects.exclude(slug__in=[NORTHAMPTONSHIRE, NOTTINGHAMSHIRE]):
        email = f"liaison-{force.slug}@demonstration.example"
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email, f"Liaison officer, {force.short_name}"
        )
        _contact(user, force, capacity.LIAISON_OFFICER)
    _name_deputies()


def _name_deputies() -> None:
    """A draft goes to no force with a single contact: each has a reviewer besides, who stays in the background."""
    for force in Force.objects.exclude(slug=NORTHAMPTONSHIRE):
        email = f"reviewer-{force.slug}@demonstration.example"
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email, f"Reviewer, {force.short_name}"
        )
        _contact(user, force, Contact.Capacity.REVIEWER)


def _contact(user: User, force: Force, capacity: Contact.Capacity) -> None:
    Contact.objects.get_or_create(
        user=user,
        force=force,
        capacity=capacity,
        defaults={"name": user.name, "starts_on": SINCE, "verified_at": clock.now()},
    )
