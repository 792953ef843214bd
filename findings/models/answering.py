"""How a force goes about its answer: who reads what, more time, the log as a spreadsheet, points after the time."""

from django.db import models
from django.db.models import Q

from findings.models.points import Point
from findings.models.rounds import Paragraph, Round
from forces.models import Contact
from hmic_core.models import Identified, StoredFile, User


class Invitation(Identified):
    """The way of an invited reviewer to their first password. Its random identifier is the secret in the link."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="invitation")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class ParagraphReader(Identified):
    """Who in the force is to check a paragraph. Others may too."""

    paragraph = models.OneToOneField(Paragraph, on_delete=models.CASCADE, related_name="given")
    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Extension(Identified):
    """More working days asked for, with a reason, and the lead inspector's answer with theirs."""

    class State(models.TextChoices):
        ASKED = "asked", "Waiting for an answer"
        GRANTED = "granted", "Granted"
        REFUSED = "refused", "Refused"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="extensions")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    days = models.PositiveSmallIntegerField()
    reason = models.TextField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    days_granted = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["round"], name="extension_one_asked", condition=Q(state="asked")),
            models.CheckConstraint(
                name="extension_state_known", condition=Q(state__in=["asked", "granted", "refused"])
            ),
            models.CheckConstraint(
                name="extension_answered_with_reason",
                condition=Q(state="asked") | (~Q(answer="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="extension_granted_days", condition=~Q(state="granted") | Q(days_granted__isnull=False)
            ),
        ]


class LogUpload(Identified):
    """A response log that came back as a spreadsheet. Kept until it is applied or discarded: nothing in it is lost."""

    class State(models.TextChoices):
        WAITING = "waiting", "Not saved yet"
        APPLIED = "applied", "Saved"
        DISCARDED = "discarded", "Discarded"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="uploads")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    #: What is saved already: number of the row -> number of the point it went into. Such a row is never saved again.
    saved: "models.JSONField[dict[str, int], dict[str, int]]" = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                name="log_upload_state_known", condition=Q(state__in=["waiting", "applied", "discarded"])
            ),
        ]


class LateOffer(Identified):
    """A point that the force offers after its answer or its time, why so late, and whether it was taken."""

    class State(models.TextChoices):
        OFFERED = "offered", "Offered late"
        TAKEN = "taken", "Taken"
        DECLINED = "declined", "Not taken"

    point = models.OneToOneField(Point, on_delete=models.CASCADE, related_name="late_offer")
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    reason = models.TextField()
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    #: SHA-256 of the point as it was offered.
    content_hash = models.CharField(max_length=64)
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["offered_at"]
        constraints = [
            models.CheckConstraint(
                name="late_offer_state_known", condition=Q(state__in=["offered", "taken", "declined"])
            ),
            models.CheckConstraint(
                name="late_offer_answered_with_reason",
                condition=Q(state="offered") | (~Q(answer="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]
