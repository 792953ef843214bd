"""The pre-release list: who may see an embargoed release, why, and from when."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from forces.models import Contact
from hmic_core.models import Identified, User
from inspections.models import Release


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def listed(self) -> "RecipientQuerySet":
        """Not taken off the list."""
        return self.filter(removed_at=None)


class Recipient(Identified):
    """A person of a force on a release's list. Copies are issued to them once the release is approved.

    A row that was taken off stays as it is: it says that this person was left out on purpose, and the usual list
    respects that. Put on the list again, the person has another row.
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="recipients")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="listings")
    #: None: from the approval on.
    not_before = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300)
    added_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removal_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[RecipientQuerySet] = RecipientQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "contact"], name="recipient_listed_once", condition=Q(removed_at=None)
            ),
            models.CheckConstraint(name="recipient_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="recipient_removed_with_reason", condition=Q(removed_at=None) | ~Q(removal_reason="")
            ),
        ]
