"""What the inspectorate answered to each criterion for each force, and the findings that carry it."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from findings.models.coverage import assigned
from findings.models.finding import Finding
from forces.models import Force
from hmic_core.models import Identified, User
from inspections.models import Criterion, Inspection


class CriterionAnswerQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Answers for the forces and themes that `user` is assigned to. Empty for every force's people."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(assigned(user, theme="criterion__theme"))


class CriterionAnswer(Identified):
    """One criterion, answered for one force. Private to the inspectorate until a report says it."""

    class Answer(models.TextChoices):
        YES = "yes", "Yes"
        PARTLY = "partly", "Partly"
        NO = "no", "No"
        NOT_ASSESSED = "not_assessed", "Not assessed"

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="answers")
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="answers")
    answer = models.CharField(max_length=20, choices=Answer)
    #: Why, for the inspectorate only.
    note = models.TextField(blank=True)
    findings: "models.ManyToManyField[Finding, models.Model]" = models.ManyToManyField(
        Finding, related_name="answers", blank=True
    )
    #: Raised by each save; a save that started from another is refused.
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[CriterionAnswerQuerySet] = CriterionAnswerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["criterion", "force"], name="answer_once"),
            models.CheckConstraint(
                name="answer_known", condition=Q(answer__in=["yes", "partly", "no", "not_assessed"])
            ),
        ]
        indexes = [models.Index(fields=["inspection", "force"], name="answer_by_force")]


class AnswerRevision(Identified):
    """What an answer said after one save. Never changed."""

    answer = models.ForeignKey(CriterionAnswer, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    value = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    #: The findings that carried it then, by their keys.
    findings = models.JSONField(default=list)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["answer", "version"], name="answer_revision_once")]
