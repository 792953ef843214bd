"""The police forces of England and Wales, the people who hold posts, and who speaks for a force.

Names, regions and post holders are dated: they change, and a letter of the past keeps the names it had.
"""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from hmic_core import clock
from hmic_core.accounts import access
from hmic_core.models import Dated, DatedQuerySet, Identified, User
from hmic_core.request_cache import once


class Region(Identified):
    """The inspectorate's own grouping of forces, for which one HM Inspector signs. Not a statistical region."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(unique=True)

    def __str__(self) -> str:
        return self.name


class Force(Identified):
    """A police force. Its current name is kept beside the dated ones so that lists need no join."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    statistical_region = models.CharField(max_length=60, blank=True)
    chief_officer_title = models.CharField(max_length=60)
    local_policing_body = models.CharField(max_length=120, blank=True)
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """The name without the word that all share: "Northamptonshire"."""
        words = self.name.split()
        return " ".join(words[:-1]) if words[-1] in {"Police", "Constabulary"} else self.name


class ForceName(Identified, Dated):
    """A name that a force had in some time, or an alias: an abbreviation, short or former name ("the Met", "GMP")."""

    force = models.ForeignKey(Force, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=120)
    is_alias = models.BooleanField(default=False)


class Place(Identified):
    """A town or district that a force polices. Its name in another force's finding is worth a look."""

    force = models.ForeignKey(Force, on_delete=models.CASCADE, related_name="places")
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["force__name", "name"]
        constraints = [models.UniqueConstraint(fields=["force", "name"], name="place_once")]

    def __str__(self) -> str:
        return self.name


class RegionMembership(Identified, Dated):
    """Which forces a region held, and when. A force without one has no known region: it is never guessed."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="memberships")
    force = models.ForeignKey(Force, on_delete=models.CASCADE, related_name="memberships")


class Person(Identified):
    """Somebody who holds posts: "Mr Adrian Lee QPM", greeted as "Adrian"."""

    title = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=120)
    honours = models.CharField(max_length=80, blank=True)
    salutation = models.CharField(max_length=80, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )

    def __str__(self) -> str:
        return self.name

    @property
    def formal_name(self) -> str:
        return " ".join(filter(None, [self.title, self.name, self.honours]))


class Post(Identified, Dated):
    """A person in a post between two dates: a force's chief officer, or the HM Inspector of a region."""

    class Kind(models.TextChoices):
        CHIEF_OFFICER = "chief_officer", "Chief officer"
        HM_INSPECTOR = "hm_inspector", "HM Inspector"

    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=80)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    force = models.ForeignKey(Force, null=True, blank=True, on_delete=models.CASCADE, related_name="posts")
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.CASCADE, related_name="posts")
    #: Demonstration data says so of every holder that it makes up.
    invented = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="post_kind_known", condition=Q(kind__in=["chief_officer", "hm_inspector"])),
            models.CheckConstraint(
                name="post_of_force_or_region",
                condition=Q(kind="chief_officer", force__isnull=False, region=None)
                | Q(kind="hm_inspector", force=None, region__isnull=False),
            ),
        ]


class ContactQuerySet(DatedQuerySet):
    def speaking_for(self, user: models.Model) -> "ContactQuerySet":
        """The capacities in which `user` speaks for forces today. An unverified contact speaks for nobody."""
        return self.verified_today().filter(user=user)

    def verified_today(self) -> "ContactQuerySet":
        return self.on(clock.Today()).filter(verified_at__isnull=False)  # type: ignore[return-value]


class Contact(Identified, Dated):
    """Somebody who speaks for a force in some capacity, between two dates. The base of what force people may do."""

    class Capacity(models.TextChoices):
        LIAISON_OFFICER = "liaison_officer", "Liaison officer"
        REVIEWER = "reviewer", "Reviewer"
        CHIEF_OFFICER = "chief_officer", "Chief officer"
        STAFF_OFFICER = "staff_officer", "Staff officer"
        COMMUNICATIONS = "communications", "Force communications"
        PCC_OFFICE = "pcc_office", "Office of the police and crime commissioner"

    force = models.ForeignKey(Force, on_delete=models.CASCADE, related_name="contacts")
    capacity = models.CharField(max_length=20, choices=Capacity)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts"
    )
    name = models.CharField(max_length=120)
    #: For the nights in which something has to be said at once.
    telephone = models.CharField(max_length=40, blank=True)
    #: When somebody made sure that this is the right person. Nothing is sent to an unverified contact.
    verified_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ContactQuerySet] = ContactQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contact_capacity_known",
                condition=Q(
                    capacity__in=[
                        "liaison_officer",
                        "reviewer",
                        "chief_officer",
                        "staff_officer",
                        "communications",
                        "pcc_office",
                    ]
                ),
            )
        ]
        indexes = [models.Index(fields=["user", "force"], name="contact_by_user")]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_capacity_display().lower()}"


def region_of(force: Force, day: dt.date) -> Region | None:
    """The inspectorate's region of a force on a day, or None where it is not known."""
    membership = RegionMembership.objects.on(day).filter(force=force).select_related("region").first()
    return membership.region if membership else None


def post_holder(
    kind: Post.Kind, day: dt.date, *, force: Force | None = None, region: Region | None = None
) -> Post | None:
    """Who held the post on `day`: the chief officer of a force, or the HM Inspector of a region."""
    posts = Post.objects.on(day).filter(kind=kind, force=force, region=region)
    post: Post | None = posts.select_related("person").order_by("-starts_on").first()
    return post


def contacts_today(user: User) -> tuple[Contact, ...]:
    """In which capacities `user`, verified, speaks for which forces today; none once they may no longer sign in."""
    if not user.is_authenticated or not user.is_active:
        return ()
    return once(("contacts", user.pk), lambda: _contacts(user))


_SPEAKS = "speaks for a force"


def ask_of_everybody() -> None:
    """Most readers speak for no force, and their pages need not ask for which. Called once, at start-up."""
    access.ask(_SPEAKS, Exists(Contact.objects.verified_today().filter(user=OuterRef("pk"))))


def _contacts(user: User) -> tuple[Contact, ...]:
    return tuple(Contact.objects.speaking_for(user)) if access.answer(user, _SPEAKS) else ()
