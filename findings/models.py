"""Findings and their revisions, the evidence behind them, and each force's factual accuracy check.

The present text of a finding is a working copy: nobody outside the inspectorate ever reads it. A force reads the
frozen paragraphs of its round, and what was issued to it.
"""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from forces.models import Contact, Force
from hmic_core import clock
from hmic_core.models import Identified, Notice, StoredFile, User
from inspections.models import Assignment, Inspection, Theme


def assigned(user: User, *, force: str = "force", theme: str | None = "theme") -> Exists:
    """A condition on rows of one inspection and force: some assignment of `user` today covers them."""
    covering = Assignment.objects.on(clock.Today()).filter(user=user, inspection=OuterRef("inspection"))
    covering = covering.filter(Q(force=None) | Q(force=OuterRef(force)))
    if theme:
        covering = covering.filter(Q(theme=None) | Q(theme=OuterRef(theme)))
    return Exists(covering)


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
        indexes = [models.Index(fields=["inspection", "force", "theme", "position"], name="finding_in_order")]

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

    class Meta:
        ordering = ["-at"]


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


def spoken_for(user: User) -> models.QuerySet[Any]:
    """The forces whose draft `user` may read today: as liaison officer, reviewer, chief officer or staff officer."""
    capacity = Contact.Capacity
    readers = [capacity.LIAISON_OFFICER, capacity.REVIEWER, capacity.CHIEF_OFFICER, capacity.STAFF_OFFICER]
    return Contact.objects.speaking_for(user).filter(capacity__in=readers).values("force")


class RoundQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Rounds that an inspector's assignments cover; for a force's people those sent to their force.

        A round in preparation, or recalled, does not exist for the force.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        sent = ~Q(state__in=[Round.State.PREPARING, Round.State.RECALLED])
        return self.filter(assigned(user, theme=None) | (sent & Q(force__in=spoken_for(user))))

    def for_force(self, user: User) -> Self:
        """Only what `user` sees as one of the force's own people."""
        sent = ~Q(state__in=[Round.State.PREPARING, Round.State.RECALLED])
        return self.filter(sent, force__in=spoken_for(user)) if user.is_authenticated else self.none()


class Round(Identified):
    """One issue-and-answer of the factual accuracy check for one force."""

    class State(models.TextChoices):
        PREPARING = "preparing", "Preparing"
        ISSUED = "issued", "With the force"
        RESPONDED = "responded", "Response received"
        NO_INACCURACIES = "no_inaccuracies", "No inaccuracies"
        NO_RESPONSE = "no_response", "No response received"
        DECIDED = "decided", "Every point decided"
        CLOSED = "closed", "Closed"
        RECALLED = "recalled", "Recalled"

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="rounds")
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20, choices=State, default=State.PREPARING)
    issued_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True)
    #: The notice to the liaison officer: the clock starts when it was really sent (domain.md, rule 3).
    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="+")
    #: SHA-256 of the frozen copy, and of the response as it was submitted.
    copy_hash = models.CharField(max_length=64, blank=True)
    response_hash = models.CharField(max_length=64, blank=True)
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    #: The chief officer who authorised the response, as the liaison officer names them.
    authorised_by = models.CharField(max_length=120, blank=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    #: Why words that the force has not seen may stand (domain.md, rule 9).
    unseen_waiver = models.TextField(blank=True)

    objects: ClassVar[RoundQuerySet] = RoundQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "force", "number"], name="round_number_once"),
            models.CheckConstraint(
                name="round_state_known",
                condition=Q(
                    state__in=[
                        "preparing",
                        "issued",
                        "responded",
                        "no_inaccuracies",
                        "no_response",
                        "decided",
                        "closed",
                        "recalled",
                    ]
                ),
            ),
            models.UniqueConstraint(
                fields=["inspection", "force"], name="round_one_open", condition=~Q(state__in=["closed", "recalled"])
            ),
        ]


class Paragraph(Identified):
    """One finding as the force was shown it: frozen with its reference, at one exact revision."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="paragraphs")
    position = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=12)
    theme_title = models.CharField(max_length=150)
    theme_question = models.CharField(max_length=400)
    kind = models.CharField(max_length=20)
    text = models.TextField()
    basis = models.TextField(blank=True)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="paragraphs")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["round", "position"], name="paragraph_position_once")]


class ParagraphCheck(Identified):
    """Somebody of the force marked a paragraph as checked: reading, apart from raising points."""

    paragraph = models.ForeignKey(Paragraph, on_delete=models.CASCADE, related_name="checks")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paragraph"], name="paragraph_checked_once")]


class RoundOpening(Identified):
    """A person of the force opened the draft for the first time, by signing in."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="openings")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "by"], name="opening_once")]


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


class PointFile(Identified):
    """Evidence that the force gives for a point, with what it shows."""

    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    shows = models.CharField(max_length=300, blank=True)
