"""The standard words of letters, as dated data: nothing is overwritten, the newest edition of a day counts."""

from typing import Any, ClassVar, Self

from django.db import models

from hmic_core import clock
from hmic_core.models import Identified, User


class WordingQuerySet(models.QuerySet[Any]):
    def on(self, day: Any) -> Self:
        """What had begun by `day`, newest first: of each kind, the first one counts."""
        return self.filter(starts_on__lte=day).order_by("kind", "-starts_on", "-recorded_at")


class Wording(Identified):
    """One edition of a block of standard words (`letters.document.wording.BLOCKS`), from a day on.

    Before the first edition the standard words of 2014 hold, which `letters.wording` knows.
    """

    kind = models.CharField(max_length=30)
    text = models.TextField()
    starts_on = models.DateField(default=clock.today)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects: ClassVar[WordingQuerySet] = WordingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["kind", "starts_on"], name="wording_by_kind")]
