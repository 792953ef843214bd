"""Wording that moderators agreed for all forces, warnings that somebody set aside, and notes of the second readers."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from findings.models.coverage import assigned
from findings.models.finding import Finding
from forces.models import Force
from hmic_core.models import Identified, User
from inspections.models import Inspection, Theme


class CommonWordingQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Agreed words are for every inspector of the inspection, whichever force is theirs, within their themes."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        of_every_theme = assigned(user, force=None, theme=None) & Q(theme=None)
        return self.filter(assigned(user, force=None) | of_every_theme)

    def standing(self) -> Self:
        """Agreed, and not withdrawn."""
        return self.filter(withdrawn_at=None)


class CommonWording(Identified):
    """Words that several forces' findings may share: agreed by a second reader of the whole theme (domain rule 8)."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="common_wordings")
    #: None: for every theme of the inspection.
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="common_wordings")
    text = models.TextField()
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    objects: ClassVar[CommonWordingQuerySet] = CommonWordingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["theme__position", "-agreed_at"]
        indexes = [models.Index(fields=["inspection"], name="wording_of", condition=Q(withdrawn_at=None))]


class DismissalQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(withdrawn_at=None)


class Dismissal(Identified):
    """Somebody looked at what a check found and keeps the words, with a reason. It holds for exactly these words: see
    `text_hash`. The row is kept when it is taken back."""

    class Check(models.TextChoices):
        OTHER_FORCE = "other_force", "Another force’s name or officer"
        LEFTOVER = "leftover", "Something left to finish"
        QUESTION = "question", "Question to the author"
        OTHER_PLACE = "other_place", "A place of another force"
        OPPOSITE = "opposite", "Same words, opposite kinds"
        SIMILAR = "similar", "Similar wording"
        COMMON_UNSUPPORTED = "common_unsupported", "Agreed wording without own evidence"
        LONG_SENTENCE = "long_sentence", "Very long sentence"
        ABBREVIATION = "abbreviation", "Abbreviation not explained"

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="dismissals")
    #: The other finding of a pair; of the two, `finding` has the lower identifier.
    other = models.ForeignKey(Finding, null=True, on_delete=models.CASCADE, related_name="+")
    check_kind = models.CharField(max_length=20, choices=Check)
    #: The name, abbreviation or beginning of the sentence that the warning is about.
    detail = models.CharField(max_length=200, blank=True)
    #: SHA-256 of the words of the finding with its basis, or of both. Other words, and the problem is back.
    text_hash = models.CharField(max_length=64)
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[DismissalQuerySet] = DismissalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["check_kind", "finding", "other", "detail", "text_hash"],
                name="dismissal_once",
                nulls_distinct=False,
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="dismissal_check_known",
                condition=Q(
                    check_kind__in=[
                        "other_force",
                        "leftover",
                        "question",
                        "other_place",
                        "opposite",
                        "similar",
                        "common_unsupported",
                        "long_sentence",
                        "abbreviation",
                    ]
                ),
            ),
            models.CheckConstraint(name="dismissal_with_reason", condition=~Q(reason="")),
        ]
        indexes = [models.Index(fields=["other"], name="dismissal_other", condition=Q(other__isnull=False))]


class ModeratorNoteQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(assigned(user))


class ModeratorNote(Identified):
    """What a second reader notes on one force under one theme. Each save is a row; the newest is the note."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="moderator_notes")
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="+")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="moderator_notes")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[ModeratorNoteQuerySet] = ModeratorNoteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["theme", "force", "version"], name="moderator_note_once")]
