"""What the inspectorate's side of a check leaves behind: requests for evidence, differences, waivers, documents."""

from django.db import models

from findings.models.finding import Finding, Revision
from findings.models.points import Point
from findings.models.rounds import Round
from hmic_core.models import Identified, Notice, StoredFile, User
from inspections.models import NationalRevision


class EvidenceRequest(Identified):
    """More evidence asked for one point: the question, and what the force answered. Nothing waits for it."""

    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="requests")
    number = models.PositiveSmallIntegerField()
    question = models.TextField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    #: Working days to answer, counted as those of a round: from when this notice was really sent.
    days = models.PositiveSmallIntegerField()
    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["point", "number"], name="evidence_request_once")]


class AnswerFile(Identified):
    """A file that the force gives when it is asked for more evidence, with what it shows."""

    request = models.ForeignKey(EvidenceRequest, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    shows = models.CharField(max_length=300, blank=True)


class Difference(Identified):
    """The force still disagrees with a decision: recorded, not hidden, and printed where the inspection wants it."""

    point = models.OneToOneField(Point, on_delete=models.CASCADE, related_name="difference")
    words = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class NationalAmendment(Identified):
    """The version of an indicator's value, or of a passage, that an accepted point caused."""

    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="national_amendments")
    revision = models.OneToOneField(NationalRevision, on_delete=models.PROTECT, related_name="amendment")


class Waiver(Identified):
    """Why one revision's words may stand although the force has not seen them. Later words need their own."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="waivers")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="waivers")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class CheckDocument(Identified):
    """A document of a round as PDF: the draft as it was sent, or the schedule of decisions."""

    class Kind(models.TextChoices):
        DRAFT = "draft", "Draft"
        DECISIONS = "decisions", "Schedule of decisions"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=20, choices=Kind)
    #: SHA-256 of what it was made of: other words make another document.
    key = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    pages = models.PositiveSmallIntegerField()
    problems = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "kind", "key"], name="check_document_once"),
            models.CheckConstraint(
                name="check_document_kind_known", condition=models.Q(kind__in=["draft", "decisions"])
            ),
        ]
