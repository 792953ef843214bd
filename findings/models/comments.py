"""What the inspectorate says to itself about a finding, anchored to quoted words."""

from django.db import models

from findings.models.finding import Finding
from hmic_core.models import Identified, User


class Comment(Identified):
    """A comment on a finding, or a reply to one. No force and no letter ever holds it. Never changed, only resolved."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="comments")
    #: The comment that this one answers; an answer has no quotation and no number.
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies")
    number = models.PositiveIntegerField(null=True)
    #: The words it is about, as they stood in revision `version`; empty for the finding as a whole.
    quoted = models.TextField(blank=True)
    version = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    mentioned: "models.ManyToManyField[User, models.Model]" = models.ManyToManyField(User, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["finding", "number"], name="comment_number_once")]
        indexes = [models.Index(fields=["at"], name="comment_by_time")]

    @property
    def label(self) -> str:
        return str(self.number)
