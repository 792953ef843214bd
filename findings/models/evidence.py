"""What findings rest on: private to the inspectorate."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from findings.models.reach import assigned
from forces.models import Force
from hmic_core.models import Identified, StoredFile, User
from inspections.models import Inspection


class EvidenceQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(assigned(user, theme=None))


class Evidence(Identified):
    """What findings rest on. Private to the inspectorate: no force, no letter and no frozen copy ever holds it."""

    class Kind(models.TextChoices):
        INTERVIEW = "interview", "Interview"
        OBSERVATION = "observation", "Observation"
        DOCUMENT = "document", "Document"
        DATA = "data", "Data"
        CASE_FILE = "case_file", "Case file"

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="evidence")
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="evidence")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    source = models.CharField(max_length=200)
    happened_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects: ClassVar[EvidenceQuerySet] = EvidenceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "force", "number"], name="evidence_number_once"),
            models.CheckConstraint(
                name="evidence_kind_known",
                condition=Q(kind__in=["interview", "observation", "document", "data", "case_file"]),
            ),
        ]

    @property
    def reference(self) -> str:
        return f"EV-{self.number}"
