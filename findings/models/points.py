"""What a force says of its frozen draft, and the decisions on it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from findings.models.rounds import Paragraph, Round
from hmic_core.models import Identified, StoredFile, User


class Point(Identified):
    """One comment by the force on its frozen draft, and the inspectorate's decision on it."""

    class Kind(models.TextChoices):
        TYPING = "typing", "Typing or number error"
        DISPUTED = "disputed", "Disputed fact"
        LEFT_OUT = "left_out", "Left out"
        CHANGED_SINCE = "changed_since", "Changed since fieldwork"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted"
        MORE_EVIDENCE = "more_evidence", "More evidence asked"
        ACCEPTED = "accepted", "Accepted"
        ACCEPTED_IN_PART = "accepted_in_part", "Accepted in part"
        NOT_ACCEPTED = "not_accepted", "Not accepted"
        TAKEN_AS_UPDATE = "taken_as_update", "Taken as an update"

    DECIDED: ClassVar[tuple[str, ...]] = ("accepted", "accepted_in_part", "not_accepted", "taken_as_update")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="points")
    #: None: about the whole letter, or something missing from it.
    paragraph = models.ForeignKey(Paragraph, null=True, blank=True, on_delete=models.PROTECT, related_name="points")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    quoted = models.TextField(blank=True)
    proposed = models.TextField(blank=True)
    explanation = models.TextField(blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    #: The basis of the finding as the decision quotes it to the force.
    decision_basis = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="point_number_once"),
            models.CheckConstraint(
                name="point_kind_known", condition=Q(kind__in=["typing", "disputed", "left_out", "changed_since"])
            ),
            models.CheckConstraint(
                name="point_state_known",
                condition=Q(
                    state__in=[
                        "draft",
                        "submitted",
                        "more_evidence",
                        "accepted",
                        "accepted_in_part",
                        "not_accepted",
                        "taken_as_update",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="point_decided_with_reason",
                condition=~Q(state__in=["accepted", "accepted_in_part", "not_accepted", "taken_as_update"])
                | (~Q(decision_reason="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["decided_at"], name="point_by_decision")]


class PointFile(Identified):
    """Evidence that the force gives for a point, with what it shows."""

    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    shows = models.CharField(max_length=300, blank=True)
