"""What stands beside a release: what the public calendar said of it, letters that were opened again, legal holds."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from forces.models import Force
from hmic_core.models import Identified, User


class Announcement(Identified):
    """One line of the public release calendar, frozen: what it said of a release from `at` on. Rows are only added.

    Public from the moment it is written, by intention: an announcement tells everybody that something is to come. It
    says that, and when, and nothing that is in it. "Published" is never written here: the calendar asks the gate.
    """

    class Standing(models.TextChoices):
        PROVISIONAL = "provisional", "Provisional"
        CONFIRMED = "confirmed", "Confirmed"
        HELD = "held", "On hold"
        CANCELLED = "cancelled", "Cancelled"
        WITHDRAWN = "withdrawn", "Withdrawn"

    release = models.ForeignKey("inspections.Release", on_delete=models.PROTECT, related_name="announcements")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    standing = models.CharField(max_length=20, choices=Standing, default=Standing.PROVISIONAL)
    planned_for = models.DateTimeField()
    #: What it said before, if the day or time changed with this row, and why: "changed because …".
    changed_from = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["release", "number"]
        constraints = [
            models.UniqueConstraint(fields=["release", "number"], name="announcement_number_once"),
            models.CheckConstraint(
                name="announcement_standing_known",
                condition=Q(standing__in=["provisional", "confirmed", "held", "cancelled", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="announcement_change_has_reason", condition=Q(changed_from=None) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Reopening(Identified):
    """A letter that may change although its release is locked or public, so that a re-signed one can take its place.

    What is frozen stays what it is, and is what becomes public, until a second person confirms the new item.
    """

    item = models.OneToOneField("inspections.ReleaseItem", on_delete=models.CASCADE, related_name="reopening")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class LegalHoldQuerySet(models.QuerySet[Any]):
    def in_force(self) -> Self:
        return self.filter(lifted_at=None)


class LegalHold(Identified):
    """A legal hold over an inspection, or over one force in it: it stops sealing, issuing and disposal until lifted."""

    inspection = models.ForeignKey("inspections.Inspection", on_delete=models.PROTECT, related_name="legal_holds")
    #: Empty: every force of the inspection.
    force = models.ForeignKey(Force, null=True, blank=True, on_delete=models.PROTECT, related_name="legal_holds")
    reason = models.CharField(max_length=500)
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lift_reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar[LegalHoldQuerySet] = LegalHoldQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="legal_hold_lifted_whole",
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            )
        ]
