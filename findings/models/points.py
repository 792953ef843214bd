"""What a force says of its frozen draft, the decisions on it, and what stood there before a change."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from findings.models.rounds import Paragraph, Round
from hmic_core.models import Identified, StoredFile, User


class PointQuerySet(models.QuerySet[Any]):
    def present(self) -> Self:
        """Points that were not withdrawn: the only ones that are sent and counted."""
        return self.exclude(state=Point.State.WITHDRAWN)


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
        WITHDRAWN = "withdrawn", "Withdrawn"

    DECIDED: ClassVar[tuple[str, ...]] = ("accepted", "accepted_in_part", "not_accepted", "taken_as_update")
    #: Those that change words.
    TAKEN: ClassVar[tuple[str, ...]] = ("accepted", "accepted_in_part")

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
    #: Who wrote the present words; None: its author.
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    #: The point of a recalled check that this one goes on with.
    carried_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="carried_to")
    submitted_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    #: The basis of the finding as the decision quotes it to the force.
    decision_basis = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects: ClassVar[PointQuerySet] = PointQuerySet.as_manager()  # type: ignore[assignment]

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
                        "withdrawn",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="point_decided_with_reason",
                condition=~Q(state__in=["accepted", "accepted_in_part", "not_accepted", "taken_as_update"])
                | (~Q(decision_reason="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="point_withdrawn_by_somebody",
                condition=Q(
                    state="withdrawn", withdrawn_by__isnull=False, withdrawn_at__isnull=False, submitted_at=None
                )
                | (~Q(state="withdrawn") & Q(withdrawn_by=None, withdrawn_at=None)),
            ),
            models.UniqueConstraint(fields=["round", "carried_from"], name="point_carried_once"),
        ]
        indexes = [models.Index(fields=["decided_at"], name="point_by_decision")]

    @property
    def written_by(self) -> User:
        """Who wrote the words as they stand."""
        return self.changed_by or self.author


class EarlierPoint(Identified):
    """What stood in a point before it was changed: its words, decision or late offer, or how its force disagreed."""

    class What(models.TextChoices):
        WORDS = "words", "Words"
        DECISION = "decision", "Decision"
        DIFFERENCE = "difference", "Difference"
        OFFER = "offer", "Late offer"

    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="earlier")
    what = models.CharField(max_length=10, choices=What)
    #: What it said, by the name of the field.
    said: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    replaced_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField()
    #: Of a decision: why it was corrected, and whether the force had seen it by then.
    why = models.TextField(blank=True)
    seen = models.BooleanField(default=False)

    class Meta:
        ordering = ["replaced_at"]
        constraints = [
            models.CheckConstraint(
                name="earlier_point_what_known", condition=Q(what__in=["words", "decision", "difference", "offer"])
            ),
            models.CheckConstraint(name="earlier_decision_with_why", condition=~Q(what="decision") | ~Q(why="")),
        ]

    @property
    def state_label(self) -> str:
        """Of a decision: what it was."""
        return str(Point.State(self.said["state"]).label)

    @property
    def kind_label(self) -> str:
        """Of words: of what kind the point was."""
        return str(Point.Kind(self.said["kind"]).label)


class PointFileQuerySet(models.QuerySet[Any]):
    def given(self) -> Self:
        """Files that go with their point; not those that were taken off."""
        return self.filter(taken_off_at=None)


class PointFile(Identified):
    """Evidence that the force gives for a point, with what it shows."""

    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    shows = models.CharField(max_length=300, blank=True)
    taken_off_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    taken_off_at = models.DateTimeField(null=True)

    objects: ClassVar[PointFileQuerySet] = PointFileQuerySet.as_manager()  # type: ignore[assignment]
