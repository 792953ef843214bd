"""What publication needs beyond the release itself: incidents, break-glass grants, the proof on paper."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Q

from hmic_core.accounts import access
from hmic_core.models import Identified, StoredFile, User
from inspections.models import Release

#: No break-glass grant lasts longer.
LONGEST = dt.timedelta(hours=24)


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


class BreakGlassQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """All of them for publication admins and auditors; a system admin's own for that system admin."""
        if access.is_publication_admin(user) or access.is_auditor(user):
            return self
        return self.filter(holder=user) if access.is_system_admin(user) else self.none()

    def in_force(self) -> Self:
        return self.filter(ended_at=None, until__gt=TransactionNow())


class BreakGlassGrant(Identified):
    """Sight of one release before its instant for a system admin: why, from whom, until when. It ends by itself."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="break_glass_grants")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[BreakGlassQuerySet] = BreakGlassQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(name="break_glass_by_another", condition=~Q(holder=F("given_by"))),
            models.CheckConstraint(name="break_glass_with_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="break_glass_not_longer",
                condition=Q(until__gt=F("given_at")) & Q(until__lte=F("given_at") + LONGEST),
            ),
        ]


class ProofPaper(Identified):
    """The proof of embargo of a release as a PDF: as it was when a worker made it, with the chain's head of then."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="proof_papers")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True)
    chain_head = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                name="proof_paper_whole",
                condition=Q(file=None, made_at=None) | Q(file__isnull=False, made_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["release"], name="proof_paper_one_waiting", condition=Q(file=None)),
        ]
