"""Letters of before this system, as the importer read them."""

from django.db import models
from django.db.models import Q

from hmic_core.models import Identified, StoredFile, User
from letters.models.letter import Letter


class ImportedLetter(Identified):
    """A letter of before this system, read by the importer and waiting for a person to confirm what was read."""

    class State(models.TextChoices):
        READ = "read", "To be confirmed"
        CONFIRMED = "confirmed", "Confirmed"
        DISCARDED = "discarded", "Discarded"

    state = models.CharField(max_length=20, choices=State, default=State.READ)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    #: SHA-256 of the file: the same letter is imported once.
    source_hash = models.CharField(max_length=64, unique=True)
    source_text = models.TextField()
    result = models.JSONField()
    read_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    letter = models.OneToOneField(Letter, null=True, on_delete=models.PROTECT, related_name="imported_from")

    class Meta:
        constraints = [
            models.CheckConstraint(name="import_state_known", condition=Q(state__in=["read", "confirmed", "discarded"]))
        ]
