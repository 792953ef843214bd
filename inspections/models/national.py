"""What the national report says of single forces: indicators with a value for each, and passages that name some."""

from typing import Any, ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from forces.models import Force
from hmic_core.models import Identified, User
from inspections.models.inspection import Inspection

#: As written: 62.0 says more than 62.
NUMBER = RegexValidator(r"^-?\d{1,12}(\.\d{1,6})?$", "Enter a number, such as 62.5.")

#: How a table writes that a value is provisional, or why there is none: the shorthand of official statistics.
MARKS = {"provisional": "[p]", "suppressed": "[c]", "missing": "[x]"}


class Indicator(Identified):
    """A figure that is measured for every force: the same unit, period and source for all."""

    class Better(models.TextChoices):
        """Whether a higher or a lower figure is better. Most are neither in themselves."""

        NEITHER = "neither", "Neither higher nor lower is better in itself"
        HIGHER = "higher", "Higher is better"
        LOWER = "lower", "Lower is better"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField()
    #: Makes the reference, IN-1. It never changes.
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    unit = models.CharField(max_length=60)
    period = models.CharField(max_length=80)
    source = models.CharField(max_length=200)
    #: What exactly is counted, for readers who compare forces.
    definition = models.CharField(max_length=500, blank=True)
    better = models.CharField(max_length=10, choices=Better, default=Better.NEITHER)
    #: The figure of England and Wales, where the source gives one. It is never worked out from the forces' figures.
    national = models.CharField(max_length=20, blank=True, validators=[NUMBER])

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="indicator_better_known", condition=Q(better__in=["neither", "higher", "lower"])
            ),
            models.UniqueConstraint(
                fields=["inspection", "position"], name="indicator_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["inspection", "number"], name="indicator_number_once"),
        ]

    @property
    def reference(self) -> str:
        return f"IN-{self.number}"

    def __str__(self) -> str:
        return self.title


class ReportPassage(Identified):
    """A passage of the national report that names forces. Which ones, and why each name stays: its entries."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="report_passages")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["inspection", "position"], name="report_passage_position_once")]

    def __str__(self) -> str:
        return self.text[:60]


class NationalEntryQuerySet(models.QuerySet[Any]):
    def of_inspection(self, inspection: Inspection) -> Self:
        """Indicators first, then passages, each in order."""
        found = self.filter(Q(indicator__inspection=inspection) | Q(passage__inspection=inspection))
        return found.select_related("indicator", "passage", "force").order_by(
            models.F("indicator__position").asc(nulls_last=True), "number"
        )


class NationalEntry(Identified):
    """What the national report says of one force: its value of an indicator, or a passage that names it.

    The words that the force checks are `text`; each version of them is kept as a `NationalRevision`.
    """

    class Status(models.TextChoices):
        """How an indicator's figure stands. The last two have no value, and never count as nought."""

        FINAL = "final", "Final"
        PROVISIONAL = "provisional", "Provisional"
        SUPPRESSED = "suppressed", "Suppressed"
        MISSING = "missing", "Not available"

    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="national_entries")
    indicator = models.ForeignKey(Indicator, null=True, on_delete=models.CASCADE, related_name="entries")
    value = models.CharField(max_length=20, blank=True, validators=[NUMBER])
    status = models.CharField(max_length=12, choices=Status, default=Status.FINAL)
    #: Why there is no value, as readers are told.
    note = models.CharField(max_length=120, blank=True)
    passage = models.ForeignKey(ReportPassage, null=True, on_delete=models.CASCADE, related_name="entries")
    #: Makes the passage's reference, NR-1. Counted for each force: a gap would tell of another's passage.
    number = models.PositiveSmallIntegerField(null=True)
    #: Why the force's name stays in the report (domain.md, rule 8).
    reason = models.CharField(max_length=300, blank=True)
    #: What this force is shown where the passage names others too: nothing of theirs is in it.
    words = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[NationalEntryQuerySet] = NationalEntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="national_entry_of_one_kind",
                condition=Q(indicator__isnull=False, passage=None, number=None)
                & (
                    Q(status__in=["final", "provisional"], note="") & ~Q(value="")
                    | Q(status__in=["suppressed", "missing"], value="")
                )
                | Q(indicator=None, passage__isnull=False, number__isnull=False, value="") & ~Q(reason=""),
            ),
            models.UniqueConstraint(fields=["indicator", "force"], name="indicator_value_once"),
            models.UniqueConstraint(fields=["passage", "force"], name="passage_names_once"),
        ]

    @property
    def reference(self) -> str:
        return self.indicator.reference if self.indicator else f"NR-{self.number}"

    @property
    def text(self) -> str:
        """The words that its force is shown."""
        if self.passage:
            return self.words or self.passage.text
        assert self.indicator is not None  # noqa: S101
        before, after = self.around_value
        return f"{before}{self.value}{after}"

    @property
    def around_value(self) -> tuple[str, str]:
        """What stands before and after the value of an indicator."""
        of = self.indicator
        assert of is not None  # noqa: S101
        if not self.value:
            why = f"{self.note}, " if self.note else ""
            return (
                f"{of.title}: ",
                f"no figure ({self.get_status_display().lower()}), {why}{of.period}. Source: {of.source}.",
            )
        provisional = "provisional, " if self.status == self.Status.PROVISIONAL else ""
        return f"{of.title}: ", f" {of.unit}, {provisional}{of.period}. Source: {of.source}."

    @property
    def written(self) -> str:
        """The value as it is typed into a table: 62.5, 62.5 [p], [c] under 10 cases, [x] not returned."""
        mark = MARKS.get(self.status, "")
        return " ".join(filter(None, (self.value, mark, self.note)))

    def __str__(self) -> str:
        return self.reference


class NationalRevision(Identified):
    """One version of the words that a force is shown. Rows are only added."""

    entry = models.ForeignKey(NationalEntry, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "version"], name="national_revision_once")]
