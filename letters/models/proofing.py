"""What people decide while a letter is proof-read: warnings they dismiss, passages kept from the public."""

from django.db import models
from django.db.models import Q

from forces.models import Force
from hmic_core.models import Identified, User
from inspections.models import Inspection
from letters.models.letter import Letter


class Dismissal(Identified):
    """Somebody looked at a warning and gave a reason. It counts for the words it was made about, and no others."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="dismissals")
    code = models.CharField(max_length=40)
    #: SHA-256 of the words and of what the check found: another finding of the same check is another warning.
    subject = models.CharField(max_length=64)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "code", "subject"], name="dismissed_once")]


class Exclusion(Identified):
    """A passage of the force's letter that is kept out of everything public, on a ground and for a reason."""

    class Ground(models.TextChoices):
        SECURITY = "security", "National security"
        SAFETY = "safety", "A person’s safety"

    #: Of the force's letter in this inspection, whichever row that is: a letter made anew must not lose it.
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="exclusions")
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="exclusions")
    reference = models.CharField(max_length=20)
    #: The exact words, as typed in the finding. As secret as anything here: never in a log, an audit entry or a notice.
    words = models.TextField()
    ground = models.CharField(max_length=20, choices=Ground)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="exclusion_ground_known", condition=Q(ground__in=["security", "safety"]))
        ]
