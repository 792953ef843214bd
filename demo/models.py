"""Mail that the demonstration sent, kept so that it can be read."""

from django.db import models

from hmic_core.models import Identified


class SentMail(Identified):
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]
