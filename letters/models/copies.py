"""The national report, and the embargoed copies that go out to named recipients."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Q

from forces.models import Contact
from hmic_core.models import Identified, StoredFile, User
from inspections.models import Release
from letters.models.letter import Letter, Rendition


class NationalReport(Identified):
    """The national report of a release: an uploaded PDF, the enclosure of every letter."""

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="report")
    title = models.CharField(max_length=250)
    summary = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()


#: A copy is issued once its release is approved, and stays readable while the release goes back to be moved.
READABLE = [
    Release.State.SCHEDULED,
    Release.State.SEALED,
    Release.State.APPROVED,
    Release.State.HELD,
    Release.State.RELEASED,
]


class CopyQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """The embargoed copies that `user` was named for and whose time has come. Nobody else sees that they exist.

        None of a letter that was dropped from its release or withdrawn: its copies end as those of a withdrawn release.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Contact.objects.speaking_for(user)
        issued = self.filter(contact__in=mine, not_before__lte=TransactionNow(), letter__release__state__in=READABLE)
        return issued.filter(letter__in=Letter.objects.not_left())

    def current(self) -> Self:
        """The copy that each person holds: neither recalled nor superseded by a later one. At most one for a letter.

        A copy that ended is still there for its recipient, as a page that says so and opens nothing.
        """
        return self.filter(recalled_at=None, superseded_at=None)


class Copy(Identified):
    """A named recipient's embargoed copy of a letter and its enclosures: who, why, from when (the pre-release list).

    The row never changes its person, number, bytes or history (a trigger holds everybody to that): it ends once,
    recalled or superseded. Whoever gets a copy again gets another row, with its own number, acceptance and receipts.
    """

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="copies")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="copies")
    number = models.PositiveSmallIntegerField()
    not_before = models.DateTimeField()
    reason = models.CharField(max_length=300)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    #: The embargoed PDF that this copy is stamped from.
    master = models.ForeignKey(Rendition, on_delete=models.PROTECT, related_name="copies")
    #: When a later copy of the same letter was issued to the same person.
    superseded_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)
    recalled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    recall_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[CopyQuerySet] = CopyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "contact"],
                name="copy_one_current",
                condition=Q(recalled_at=None, superseded_at=None),
            ),
            models.UniqueConstraint(fields=["letter", "number"], name="copy_number_once"),
            models.CheckConstraint(
                name="copy_recalled_with_reason", condition=Q(recalled_at=None) | ~Q(recall_reason="")
            ),
            models.CheckConstraint(name="copy_ends_once", condition=Q(recalled_at=None) | Q(superseded_at=None)),
        ]


class Acknowledgement(Identified):
    """A recipient accepted the embargo's terms, for one instant: a moved instant is acknowledged again."""

    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="acknowledgements")
    embargo_until = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["copy", "embargo_until"], name="acknowledged_once")]


class Download(Identified):
    """One stamped copy that went out: made on the fly, not kept; its hash is."""

    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="downloads")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    what = models.CharField(max_length=20)
    master_hash = models.CharField(max_length=64)
    copy_hash = models.CharField(max_length=64)
    address = models.CharField(max_length=45, blank=True)
