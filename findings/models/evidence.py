"""What findings rest on: private to the inspectorate."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from findings.models.coverage import assigned
from forces.models import Force
from hmic_core.models import Identified, StoredFile, User
from inspections.models import Inspection


class EvidenceQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(assigned(user, theme=None))

    def with_files(self) -> Self:
        """Each with `file_list`: its files as a list of id, name and size, in the same query."""
        files = EvidenceFile.objects.filter(evidence=OuterRef("pk"), removed_at=None).order_by("added_at", "pk")
        described = files.values(data=JSONObject(id="pk", name="file__name", size="file__size"))
        return self.annotate(file_list=ArraySubquery(described))


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
    #: The source's own mark: a document's number, a case's, an interview's.
    source_reference = models.CharField(max_length=120, blank=True)
    happened_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
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


class EvidenceFileQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """The files of the evidence that they see. One that was taken off stays for the audit, and for nobody here."""
        return self.filter(evidence__in=Evidence.objects.visible_to(user).values("pk"), removed_at=None)


class EvidenceFile(Identified):
    """One of the files of a piece of evidence. Taken off, it stays in the store with the reason."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    removed_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[EvidenceFileQuerySet] = EvidenceFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["added_at", "pk"]
