"""Letters of before this system, as the importer read them, and the files that came in together."""

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
    #: The letter as it stands: what was read, with the answers and the corrections by hand.
    result = models.JSONField()
    #: What was read, as it was read, with its questions.
    reading = models.JSONField(default=dict)
    #: Key of a question -> the answer.
    answers = models.JSONField(default=dict)
    #: What a person corrected: `fields`, `body`, `closing`, and the words that this took out and put in.
    corrections = models.JSONField(default=dict)
    #: Questions that nobody has answered yet.
    open_questions = models.PositiveIntegerField(default=0)
    #: Goes up with each answer and correction, so that two people do not overwrite each other.
    version = models.PositiveIntegerField(default=1)
    read_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    letter = models.OneToOneField(Letter, null=True, on_delete=models.PROTECT, related_name="imported_from")

    class Meta:
        constraints = [
            models.CheckConstraint(name="import_state_known", condition=Q(state__in=["read", "confirmed", "discarded"]))
        ]


class EarlierReading(Identified):
    """What an import said when a person had confirmed it, kept when it is opened again to be corrected; or what a
    correction said that was given up, which nobody had confirmed."""

    imported = models.ForeignKey(ImportedLetter, on_delete=models.PROTECT, related_name="earlier")
    number = models.PositiveIntegerField()
    reading = models.JSONField()
    answers = models.JSONField()
    corrections = models.JSONField()
    result = models.JSONField()
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    #: Why it was opened again; empty for a correction that was given up.
    reason = models.TextField(blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["imported", "number"], name="earlier_reading_number")]


class ImportBatch(Identified):
    """Files that were uploaded together."""

    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()


class ImportFile(Identified):
    """One file of a batch: what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        READ = "read", "Read"
        REFUSED = "refused", "Refused"

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="files")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    #: None for a file of a kind that is not kept.
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    #: Why it was refused, in a sentence.
    reason = models.TextField(blank=True)
    imported = models.ForeignKey(ImportedLetter, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="import_file_position"),
            models.CheckConstraint(
                name="import_file_state_known", condition=Q(state__in=["waiting", "read", "refused"])
            ),
            models.CheckConstraint(
                name="import_file_read_has_letter", condition=~Q(state="read") | Q(imported__isnull=False)
            ),
        ]
