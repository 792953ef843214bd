"""What publication needs beyond the release itself: incidents."""

from django.db import models
from django.db.models import Q

from hmic_core.models import Identified, User
from inspections.models import Release


class Incident(Identified):
    """Something that should not have happened to a release: late, early, or with the wrong person."""

    class Kind(models.TextChoices):
        LATE = "late", "Late"
        EARLY = "early", "Early"
        WRONG_PERSON = "wrong_person", "With the wrong person"
        RECALL = "recall", "Draft recalled"

    class State(models.TextChoices):
        OPENED = "opened", "Opened"
        CONTAINED = "contained", "Contained"
        REPORTED = "reported", "Reported"
        CLOSED = "closed", "Closed"

    release = models.ForeignKey(Release, null=True, on_delete=models.PROTECT, related_name="incidents")
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=20, choices=State, default=State.OPENED)
    summary = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="incident_kind_known", condition=Q(kind__in=["late", "early", "wrong_person", "recall"])
            ),
            models.CheckConstraint(
                name="incident_state_known", condition=Q(state__in=["opened", "contained", "reported", "closed"])
            ),
        ]
