"""The Welsh version of a letter, for the forces that need one."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from forces.models import Force
from hmic_core.models import Dated, Identified, User
from letters.models.letter import Letter


class WelshForce(Identified, Dated):
    """A force whose letters go out in Welsh and English, from a day on."""

    force = models.ForeignKey(Force, on_delete=models.CASCADE, related_name="welsh_from")


class TranslationQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        """The newest version of each letter's Welsh."""
        return self.filter(replaced_at=None)


class Translation(Identified):
    """A letter's Welsh version: a document of its own, with its own hash and its own signature.

    Other words are another row: the one before stays, with who entered and who signed it.
    """

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="translations")
    #: When another version took its place.
    replaced_at = models.DateTimeField(null=True)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    #: The hash of the English words that were translated. Other words need another translation.
    translates = models.CharField(max_length=64)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    signed_hash = models.CharField(max_length=64, blank=True)
    signed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)

    objects: ClassVar[TranslationQuerySet] = TranslationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter"], name="translation_one_current", condition=Q(replaced_at=None)),
            models.CheckConstraint(
                name="translation_signed_is_its_text",
                condition=Q(signed_hash="") | Q(signed_hash=F("content_hash"), signed_at__isnull=False),
            ),
        ]
