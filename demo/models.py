"""What the demonstration keeps: the mail it sent, and each run of the letter that visitors watch become public."""

from typing import ClassVar

from django.db import models

from hmic_core.models import Identified
from inspections.models import Release


class SentMail(Identified):
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["SentMail"]] = models.Manager()

    class Meta:
        ordering = ["-at"]


class WatchRun(Identified):
    """One letter that a visitor asked to watch: how far it is, and its release once that is approved."""

    number = models.PositiveIntegerField(unique=True)
    step = models.CharField(max_length=200)
    taken = models.BooleanField(default=False)
    failed = models.BooleanField(default=False)
    release = models.OneToOneField(Release, null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["WatchRun"]] = models.Manager()

    def say(self, step: str) -> None:
        """Tell the page how far it is."""
        self.step = step
        self.save()

    def fail(self, why: str) -> None:
        """Stop here; the next visitor begins another."""
        self.failed = True
        self.say(why[:200])
