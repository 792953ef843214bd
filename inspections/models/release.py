"""Releases, changes of their instant, and the frozen items that become public."""

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from forces.models import Force
from hmic_core.accounts import access
from hmic_core.models import Identified, User
from inspections.models.inspection import Inspection


class ReleaseQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Releases before and after their instant: publication admins, and auditors for their trail. Nobody else."""
        if access.is_publication_admin(user) or access.is_auditor(user):
            return self
        return self.none()


class Release(Identified):
    """The set of things that become public at one instant. Only a release stores that something is public."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SCHEDULED = "scheduled", "Scheduled"
        SEALED = "sealed", "Locked for publication"
        APPROVED = "approved", "Approved"
        HELD = "held", "Held"
        RELEASED = "released", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"
        CANCELLED = "cancelled", "Cancelled"

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="releases")
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    #: Every verb raises it; a form carries the one it was shown, so that nobody acts on what they have not seen.
    version = models.PositiveIntegerField(default=1)
    embargo_until = models.DateTimeField(null=True)
    #: The wall time and zone as they were entered, beside the instant in UTC.
    embargo_wall_time = models.CharField(max_length=19, blank=True)
    embargo_zone = models.CharField(max_length=60, default="Europe/London")
    approved_installation = models.CharField(max_length=80, blank=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    scheduled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    scheduled_at = models.DateTimeField(null=True)
    sealed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    #: A publication of before this system: the archive verb made it, with the original as the record.
    is_archive = models.BooleanField(default=False)
    state_reason = models.CharField(max_length=500, blank=True)
    #: The release that this one's letter was dropped from: its report and page were published there.
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    #: The withdrawn release whose notices this one holds.
    notice_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="notice_releases")

    objects: ClassVar[ReleaseQuerySet] = ReleaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="release_state_known",
                condition=Q(
                    state__in=["draft", "scheduled", "sealed", "approved", "held", "released", "withdrawn", "cancelled"]
                ),
            ),
            models.CheckConstraint(
                name="release_instant_when_scheduled",
                condition=Q(state__in=["draft", "cancelled"]) | Q(embargo_until__isnull=False),
            ),
            models.CheckConstraint(
                name="release_approved_whole",
                condition=~Q(state__in=["approved", "released"])
                | (Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(approved_installation="")),
            ),
            models.CheckConstraint(
                name="release_approved_by_another",
                condition=Q(approved_by=None)
                | (
                    (Q(sealed_by=None) | ~Q(approved_by=models.F("sealed_by")))
                    & (Q(scheduled_by=None) | ~Q(approved_by=models.F("scheduled_by")))
                ),
            ),
            models.CheckConstraint(
                name="release_released_at", condition=~Q(state="released") | Q(released_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["embargo_until"], name="release_due", condition=Q(state="approved"))]

    def __str__(self) -> str:
        return self.title


class ReleaseChange(Identified):
    """A change of a release's instant, kept for ever: the old one, the new one, why and by whom."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="changes")
    old_instant = models.DateTimeField(null=True)
    new_instant = models.DateTimeField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class ReleaseItemQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        """What is public in this transaction's moment: the SQL function of `inspections.embargo` says so."""
        from inspections.embargo import IsPublic

        return self.filter(IsPublic())

    def standing(self) -> Self:
        """Part of its release, and not a proposal that waits for its second person."""
        return self.filter(state=ReleaseItem.State.ACTIVE)

    def left(self) -> Self:
        """No longer part of its release, and nothing took its place: dropped before publication, or withdrawn."""
        return self.filter(state__in=[ReleaseItem.State.DROPPED, ReleaseItem.State.WITHDRAWN])


class ReleaseItem(Identified):
    """One frozen document of a release: the words and bytes that public readers get, and nothing else does."""

    class Kind(models.TextChoices):
        INSPECTION = "inspection", "Inspection page"
        REPORT = "report", "National report"
        LETTER = "letter", "Force letter"
        ORIGINAL = "original", "Original document"
        NOTICE = "notice", "Notice"
        DATA = "data", "Data page"
        # Added after publication.
        UPDATE = "update", "Force update"
        RESPONSE = "response", "56-day response"
        RECOMMENDATION = "recommendation", "Recommendation's status"

    class State(models.TextChoices):
        PROPOSED = "proposed", "Waits for a second person"
        ACTIVE = "active", "Active"
        DROPPED = "dropped", "Dropped"
        SUPERSEDED = "superseded", "Superseded"
        WITHDRAWN = "withdrawn", "Withdrawn"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=20, choices=State, default=State.ACTIVE)
    #: Where it stands on the website. Copies, so that the website's role needs no other table.
    inspection_slug = models.SlugField(max_length=80)
    force = models.ForeignKey(Force, null=True, blank=True, on_delete=models.PROTECT, related_name="release_items")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=300)
    #: The moment it becomes public, as the page states it; it decides nothing. Of an addition, when it was confirmed.
    published_at = models.DateTimeField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    file_key = models.CharField(max_length=80, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    file_type = models.CharField(max_length=100, blank=True)
    file_size = models.PositiveBigIntegerField(default=0)
    file_hash = models.CharField(max_length=64, blank=True)
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    #: What this was made from (a letter, a report). Not a foreign key: it lives in a higher room.
    source_id = models.UUIDField(default=uuid.uuid4)
    #: A replacement, correction or addition: who proposed these exact words and bytes, and the other person who
    #: confirmed them. Empty for what was frozen when its release was sealed: there the release is approved.
    proposed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ReleaseItemQuerySet] = ReleaseItemQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-published_at", "position", "title"]
        constraints = [
            models.CheckConstraint(
                name="item_kind_known",
                condition=Q(
                    kind__in=[
                        "inspection",
                        "report",
                        "letter",
                        "original",
                        "notice",
                        "data",
                        "update",
                        "response",
                        "recommendation",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="item_state_known",
                condition=Q(state__in=["proposed", "active", "dropped", "superseded", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="item_confirmed_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("proposed_by")),
            ),
        ]
        indexes = [
            models.Index(fields=["inspection_slug", "kind"], name="item_by_inspection"),
            models.Index(fields=["force", "kind"], name="item_by_force"),
        ]
