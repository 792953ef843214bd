"""Inspections, their themes and who works on them; releases and the frozen items that become public."""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q

from forces.models import Force
from hmic_core import access, clock
from hmic_core.models import Dated, Identified, User
from hmic_core.request import once
from inspections.release_models import Announcement, LegalHold, Reopening

__all__ = [
    "Announcement",
    "Assignment",
    "ForceInScope",
    "FormerTitle",
    "Inspection",
    "LegalHold",
    "Release",
    "ReleaseChange",
    "ReleaseItem",
    "Reopening",
    "Theme",
]

PREFIX = RegexValidator(r"^[A-Z]{2,4}$", "Use two to four capital letters, such as PC.")


class InspectionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """The inspections whose working side `user` may see: assigned ones; all for publication admins.

        A force's people never see an inspection as such: they see their own force's draft and letters.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if access.is_publication_admin(user):
            return self
        return self.filter(pk__in=Assignment.objects.on(clock.Today()).filter(user=user).values("inspection"))

    def led_by(self, user: User) -> Self:
        """Those that `user` leads as a whole today: whoever sets an inspection up leads all of it."""
        leading = Assignment.objects.on(clock.Today()).filter(
            user=user, role=Assignment.Role.LEAD_INSPECTOR, force=None, theme=None
        )
        return self.filter(pk__in=leading.values("inspection")) if user.is_active else self.none()

    def announced(self) -> Self:
        """Those whose fieldwork the forces in scope have been told of, and that were not cancelled."""
        return self.filter(notified_at__isnull=False).exclude(state=Inspection.State.CANCELLED)


class Inspection(Identified):
    """One programme of work: a subject that is looked at in many forces."""

    class Kind(models.TextChoices):
        THEMATIC = "thematic", "Thematic"
        PEEL = "peel", "PEEL"
        REVISIT = "revisit", "Revisit"
        JOINT = "joint", "Joint"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        FIELDWORK = "fieldwork", "Fieldwork"
        DRAFTING = "drafting", "Drafting"
        ACCURACY = "accuracy", "Factual accuracy check"
        FINALISING = "finalising", "Finalising"
        CLOSED = "closed", "Closed"
        CANCELLED = "cancelled", "Cancelled"

    title = models.CharField(max_length=250)
    short_title = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.THEMATIC)
    state = models.CharField(max_length=20, choices=State, default=State.PLANNED)
    #: Fieldwork is often known by months only: the dates serve sorting, the words are what letters say.
    fieldwork_from = models.DateField(null=True, blank=True)
    fieldwork_until = models.DateField(null=True, blank=True)
    fieldwork_words = models.CharField(max_length=120, blank=True)
    opening = models.TextField(blank=True, help_text="The letter's paragraph before the theme questions")
    #: Working days that a force has for its factual accuracy check, ending at `check_hour` London time.
    check_days = models.PositiveSmallIntegerField(default=10)
    check_hour = models.PositiveSmallIntegerField(default=17)
    independent_decider = models.BooleanField(default=False)
    #: Working days to look again at words that came in after the force looked, and to answer when asked for evidence.
    second_look_days = models.PositiveSmallIntegerField(default=3)
    more_evidence_days = models.PositiveSmallIntegerField(default=5)
    #: Whether the force is told who decided its points, and whether the letter prints what stayed disputed.
    deciders_shown = models.BooleanField(default=False)
    differences_printed = models.BooleanField(default=False)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_telephone = models.CharField(max_length=40, blank=True)
    report_title = models.CharField(max_length=200, default="national thematic report")
    #: A later publication that takes up the findings may be known only in words ("the end of November").
    follow_up_title = models.CharField(max_length=250, blank=True)
    follow_up_due = models.CharField(max_length=120, blank=True)
    follow_up_text = models.TextField(blank=True)
    updates_invited = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False)
    #: When the forces in scope were told of the fieldwork. Until then no force sees that there is an inspection.
    notified_at = models.DateTimeField(null=True, blank=True)
    #: Why it was cancelled, or taken back to an earlier state.
    state_reason = models.CharField(max_length=500, blank=True)
    forces: "models.ManyToManyField[Force, ForceInScope]" = models.ManyToManyField(
        Force, through="ForceInScope", related_name="inspections"
    )

    objects: ClassVar[InspectionQuerySet] = InspectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-fieldwork_from", "title"]
        constraints = [
            models.CheckConstraint(
                name="inspection_state_known",
                condition=Q(
                    state__in=["planned", "fieldwork", "drafting", "accuracy", "finalising", "closed", "cancelled"]
                ),
            ),
            models.CheckConstraint(
                name="inspection_kind_known", condition=Q(kind__in=["thematic", "peel", "revisit", "joint"])
            ),
            models.CheckConstraint(name="inspection_check_hour", condition=Q(check_hour__lte=23)),
        ]

    def __str__(self) -> str:
        return self.short_title


class FormerTitle(Identified):
    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="former_titles")
    title = models.CharField(max_length=250)
    #: When it gave way to another title. Empty where that is not known.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = [models.F("ended_at").desc(nulls_last=True), "title"]

    def __str__(self) -> str:
        return self.title


class ForceInScope(Identified):
    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="scope")
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="scope")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "force"], name="force_in_scope_once")]


class Theme(Identified):
    """An ordered part of an inspection, with the question that it answers. The prefix makes references: PC-3."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="themes")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150)
    question = models.CharField(max_length=400)
    prefix = models.CharField(max_length=4, validators=[PREFIX])

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "position"], name="theme_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["inspection", "prefix"], name="theme_prefix_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Criterion(Identified):
    """A question inside a theme that is asked of every force, so that 43 forces can be compared and counted."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    #: With the theme's prefix the reference, PC-Q1. It never changes and is never used again.
    number = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=300)

    class Meta:
        ordering = ["theme__position", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "position"], name="criterion_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["theme", "number"], name="criterion_number_once"),
        ]

    @property
    def reference(self) -> str:
        return f"{self.theme.prefix}-Q{self.number}"

    def __str__(self) -> str:
        return self.question


class StageDeadline(Identified):
    """By when a stage of an inspection is done, for all forces: an instant, entered as London's wall time."""

    class Stage(models.TextChoices):
        READY = "ready", "All findings ready for second reading"
        MODERATED = "moderated", "All findings moderated"
        SENT = "sent", "Factual accuracy checks go out"
        DECIDED = "decided", "Every force’s points decided"
        SIGNED = "signed", "Letters signed"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="deadlines")
    stage = models.CharField(max_length=20, choices=Stage)
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "stage"], name="stage_deadline_once"),
            models.CheckConstraint(
                name="stage_known", condition=Q(stage__in=["ready", "moderated", "sent", "decided", "signed"])
            ),
        ]


class BulkRunQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Their own, in inspections that they still work on."""
        return self.filter(by=user, inspection__in=Inspection.objects.visible_to(user).values("pk"))


class BulkRun(Identified):
    """What one verb did to many rows at once, row by row: what was done, and what was refused and why."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="+")
    #: What was done, as a heading: "Mark ready". Rows: force, what, done, sentence. Never the text of a finding.
    heading = models.CharField(max_length=120)
    rows = models.JSONField()
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[BulkRunQuerySet] = BulkRunQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.heading


class Assignment(Identified, Dated):
    """Who works on an inspection, in which part, for which force and theme. None of either means all."""

    class Role(models.TextChoices):
        LEAD_INSPECTOR = "lead_inspector", "Lead inspector"
        INSPECTOR = "inspector", "Inspector"
        MODERATOR = "moderator", "Moderator"
        DECIDER = "decider", "Independent decider"
        HM_INSPECTOR = "hm_inspector", "HM Inspector"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=20, choices=Role)
    force = models.ForeignKey(Force, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="assignment_role_known",
                condition=Q(role__in=["lead_inspector", "inspector", "moderator", "decider", "hm_inspector"]),
            )
        ]
        indexes = [models.Index(fields=["user", "inspection"], name="assignment_by_user")]


_WORKS = "works on an inspection"


def ask_of_everybody() -> None:
    """Called once, at start-up: the navigation of every page wants to know."""
    access.ask(_WORKS, Exists(Assignment.objects.on(clock.Today()).filter(user=OuterRef("pk"))))


def works_on_one(user: User) -> bool:
    """Whether `user` is assigned to anything today. A page that knows its reader knows this without asking."""
    return user.is_active and access.answer(user, _WORKS)


def assignments_today(user: User) -> tuple[Assignment, ...]:
    """What `user` is assigned to today, in any inspection; nothing once they may no longer sign in."""
    if not user.is_authenticated or not user.is_active:
        return ()
    return once(
        ("assignments", user.pk),
        lambda: tuple(Assignment.objects.on(clock.Today()).filter(user=user).select_related("inspection")),
    )


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


class ReleaseItem(Identified):
    """One frozen document of a release: the words and bytes that public readers get, and nothing else does."""

    class Kind(models.TextChoices):
        INSPECTION = "inspection", "Inspection page"
        REPORT = "report", "National report"
        LETTER = "letter", "Force letter"
        ORIGINAL = "original", "Original document"
        NOTICE = "notice", "Notice"
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
