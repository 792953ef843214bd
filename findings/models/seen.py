"""When somebody last said that they have seen what changed."""

from django.db import models

from hmic_core.models import Identified, User
from inspections.models import Inspection


class LastLook(Identified):
    """Up to when a person has seen the changes of an inspection: by their own "Mark all as seen", never by reading a
    page, so that nothing new goes quiet because a page was opened twice."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "inspection"], name="last_look_once")]
