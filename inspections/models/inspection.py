"""Inspections: titles, forces in scope, themes with their questions, by when each stage is done."""

from typing import Any, ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from forces.models import Force
from hmic_core import clock
from hmic_core.accounts import access
from hmic_core.models import Identified, User
from inspections.models.assignments import Assignment

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
    #: Whether the answer of each force is published with the release. Otherwise it stays inside the inspectorate.
    is_public = models.BooleanField(default=False)

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
