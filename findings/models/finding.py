"""Findings, every revision of them, and saves that were refused."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from findings.models.coverage import assigned
from forces.models import Force
from hmic_core.models import Identified, User
from inspections.models import Inspection, Theme

if TYPE_CHECKING:
    from findings.models.evidence import Evidence


class FindingQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Findings of the forces and themes that `user` is assigned to. Empty for every force's people."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(assigned(user))

    def present(self) -> Self:
        """Not removed."""
        return self.exclude(state=Finding.State.REMOVED)

    def in_order(self) -> Self:
        return self.order_by("theme__position", "position", "number")

    def with_support(self) -> Self:
        """Each with `supported`: whether at least one piece of evidence is linked to it."""
        links = self.model.evidence.through._default_manager.filter(finding=OuterRef("pk"))
        return self.annotate(supported=Exists(links))

    def with_last_save(self) -> Self:
        """Each with `saved_at`, `saved_by` (an identifier) and `saved_by_name` of its newest revision."""
        newest = Revision.objects.filter(finding=OuterRef("pk"), version=OuterRef("version"))
        about = {"saved_at": "at", "saved_by": "by", "saved_by_name": "by__name"}
        return self.annotate(**{name: Subquery(newest.values(field)) for name, field in about.items()})

    def unsupported(self) -> Self:
        """Without any evidence of its own force."""
        return self.with_support().filter(supported=False)


class Finding(Identified):
    """One statement about one force under one theme."""

    class Kind(models.TextChoices):
        FINDING = "finding", "Finding"
        STRENGTH = "strength", "Strength"
        AFI = "afi", "Area for improvement"
        CAUSE_OF_CONCERN = "cause_of_concern", "Cause of concern"
        RECOMMENDATION = "recommendation", "Recommendation"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        READY = "ready", "Ready for second reading"
        MODERATED = "moderated", "Moderated"
        FINAL = "final", "Final"
        REMOVED = "removed", "Removed"

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="findings")
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="findings")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="findings")
    #: With the theme's prefix the reference, PC-3. It never changes and is never used again.
    number = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.FINDING)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    text = models.TextField()
    #: What the force may be told that this rests on. Apart from the evidence, which is never shown to a force.
    basis = models.TextField(blank=True)
    #: Raised by each save; a save that started from another is refused with both texts kept.
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    moderated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    moderated_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    state_reason = models.TextField(blank=True)
    #: The cause of concern that this recommendation answers.
    cause = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="recommendations")
    evidence: "models.ManyToManyField[Evidence, models.Model]" = models.ManyToManyField(
        "Evidence", related_name="findings", blank=True
    )

    objects: ClassVar[FindingQuerySet] = FindingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["force", "theme", "number"], name="finding_number_once"),
            models.CheckConstraint(
                name="finding_state_known", condition=Q(state__in=["draft", "ready", "moderated", "final", "removed"])
            ),
            models.CheckConstraint(
                name="finding_kind_known",
                condition=Q(kind__in=["finding", "strength", "afi", "cause_of_concern", "recommendation"]),
            ),
            models.CheckConstraint(
                name="finding_moderated_by_another",
                condition=Q(moderated_by=None) | ~Q(moderated_by=models.F("author")),
            ),
        ]
        indexes = [
            models.Index(fields=["inspection", "force", "theme", "position"], name="finding_in_order"),
            models.Index(fields=["inspection", "changed_at"], name="finding_by_change"),
        ]

    @property
    def reference(self) -> str:
        return f"{self.theme.prefix}-{self.number}"

    def __str__(self) -> str:
        return self.reference


class Revision(Identified):
    """What a finding said after one save. Never changed; kept until the retention schedule disposes of it."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    text = models.TextField()
    basis = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    #: The point whose acceptance caused this amendment, if one did.
    point = models.ForeignKey("Point", null=True, on_delete=models.PROTECT, related_name="amendments")

    #: The earlier revision whose words these are, if somebody restored them.
    restored_from = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["finding", "version"], name="revision_once")]


class RefusedSave(Identified):
    """Words that could not be saved because somebody else saved first. Kept as typed, merged or not."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="refused_saves")
    #: The version that the writer started from.
    base_version = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    text = models.TextField()
    basis = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    #: When the writer saved a merged text instead, or left the other one as it is.
    settled_at = models.DateTimeField(null=True)
    #: The revision that it was compared with when it was settled, and the one that the merged text became, if it did.
    settled_against = models.PositiveIntegerField(null=True)
    settled_as = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-at"]
