"""What is being written and has not been saved: working copies, who has a finding open, how somebody likes to write.

None of it is a revision and none of it is in the audit trail. A working copy is read by nobody but its writer.
"""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from findings.models.finding import Finding
from forces.models import Force
from hmic_core.models import Identified, User
from inspections.models import Inspection, Theme, assignments_today


class WorkingCopyQuerySet(models.QuerySet[Any]):
    def open_of(self, user: User) -> Self:
        """The writer's own copies that were neither saved nor thrown away, the newest first."""
        return self.filter(by=user, closed_at=None).order_by("-saved_at")

    def seen_by(self, user: User) -> Self:
        """The writer's own copies, as long as they may see what these belong to, the newest first."""
        inspections = [each.inspection_id for each in assignments_today(user)]
        mine = self.filter(Q(finding=None) | Q(finding__in=Finding.objects.visible_to(user)), by=user)
        return mine.filter(inspection__in=inspections).order_by("-saved_at")


class WorkingCopy(Identified):
    """Typed words as they stood a few seconds ago, one row for each person, finding and tab.

    The page that is typed in makes the identifier. `counter` says how often the row was written: a tab that has not
    seen the newest writing of another tab gets a row of its own, so that neither overwrites the other.
    """

    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="+")
    force = models.ForeignKey(Force, on_delete=models.CASCADE, related_name="+")
    #: None while the finding has no row yet.
    finding = models.ForeignKey(Finding, null=True, on_delete=models.CASCADE, related_name="working_copies")
    theme = models.ForeignKey(Theme, null=True, on_delete=models.CASCADE, related_name="+")
    #: The version that the writer started from; None for a new finding.
    base_version = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=20, blank=True)
    text = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    #: What else the form of a new finding holds: its first note of evidence, the cause of concern it answers.
    more = models.JSONField(default=dict)
    #: The page that wrote last, and the number of its writing: a message that arrives late is known by it.
    tab = models.CharField(max_length=36, blank=True)
    stroke = models.PositiveIntegerField(default=0)
    counter = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    #: When the words became a revision or were thrown away. The row stays a day, so that a late message finds it shut.
    closed_at = models.DateTimeField(null=True)
    #: When its writer threw the words away. They stay, and can be brought back.
    discarded_at = models.DateTimeField(null=True)

    objects: ClassVar[WorkingCopyQuerySet] = WorkingCopyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["finding", "by"], name="working_copy_open", condition=Q(closed_at=None)),
            models.Index(fields=["by", "force"], name="working_copy_new", condition=Q(closed_at=None, finding=None)),
        ]


class Presence(models.Model):
    """Somebody has a finding open. It locks nothing and goes out by itself."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "user"], name="presence_once")]


class WritingPreference(models.Model):
    """How one person likes to write. Without a row everything is on."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="writing_preference")
    shortcuts = models.BooleanField(default=True)
