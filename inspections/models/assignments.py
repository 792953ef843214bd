"""Who works on an inspection, and what a verb did to many rows of it at once."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from forces.models import Force
from hmic_core import clock
from hmic_core.accounts import access
from hmic_core.models import Dated, Identified, User
from hmic_core.request_cache import once


class BulkRunQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Their own, in inspections that they still work on."""
        from inspections.models.inspection import Inspection

        return self.filter(by=user, inspection__in=Inspection.objects.visible_to(user).values("pk"))


class BulkRun(Identified):
    """What one verb did to many rows at once, row by row: what was done, and what was refused and why."""

    inspection = models.ForeignKey("inspections.Inspection", on_delete=models.CASCADE, related_name="+")
    #: What was done, as a heading: "Mark ready". Rows: force, what, done, sentence. Never the text of a finding.
    heading = models.CharField(max_length=120)
    rows = models.JSONField()
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[BulkRunQuerySet] = BulkRunQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.heading


class Assignment(Identified, Dated):
    """Who works on an inspection, in which part, for which force and theme. None of either means all."""

    class Role(models.TextChoices):
        LEAD_INSPECTOR = "lead_inspector", "Lead inspector"
        INSPECTOR = "inspector", "Inspector"
        MODERATOR = "moderator", "Moderator"
        DECIDER = "decider", "Independent decider"
        HM_INSPECTOR = "hm_inspector", "HM Inspector"

    inspection = models.ForeignKey("inspections.Inspection", on_delete=models.CASCADE, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=20, choices=Role)
    force = models.ForeignKey(Force, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    theme = models.ForeignKey("inspections.Theme", null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="assignment_role_known",
                condition=Q(role__in=["lead_inspector", "inspector", "moderator", "decider", "hm_inspector"]),
            )
        ]
        indexes = [models.Index(fields=["user", "inspection"], name="assignment_by_user")]


_WORKS = "works on an inspection"


def ask_of_everybody() -> None:
    """Called once, at start-up: the navigation of every page wants to know."""
    access.ask(_WORKS, Exists(Assignment.objects.on(clock.Today()).filter(user=OuterRef("pk"))))


def works_on_one(user: User) -> bool:
    """Whether `user` is assigned to anything today. A page that knows its reader knows this without asking."""
    return user.is_active and access.answer(user, _WORKS)


def assignments_today(user: User) -> tuple[Assignment, ...]:
    """What `user` is assigned to today, in any inspection; nothing once they may no longer sign in."""
    if not user.is_authenticated or not user.is_active:
        return ()
    return once(
        ("assignments", user.pk),
        lambda: tuple(Assignment.objects.on(clock.Today()).filter(user=user).select_related("inspection")),
    )
