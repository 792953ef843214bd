"""The Welsh version of a letter, for the forces that need one."""

from django.db import models
from django.db.models import F, Q

from forces.models import Force
from hmic_core.models import Dated, Identified, User
from letters.models.letter import Letter


class WelshForce(Identified, Dated):
    """A force whose letters go out in Welsh and English, from a day on."""

    force = models.ForeignKey(Force, on_delete=models.CASCADE, related_name="welsh_from")


class Translation(Identified):
    """A letter's Welsh version: a document of its own, with its own hash and its own signature."""

    letter = models.OneToOneField(Letter, on_delete=models.CASCADE, related_name="translation")
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    #: The hash of the English words that were translated. Other words need another translation.
    translates = models.CharField(max_length=64)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    signed_hash = models.CharField(max_length=64, blank=True)
    signed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="translation_signed_is_its_text",
                condition=Q(signed_hash="") | Q(signed_hash=F("content_hash"), signed_at__isnull=False),
            )
        ]
