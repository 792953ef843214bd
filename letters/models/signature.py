"""The picture of a person's signature, which stands above their printed name in what they signed."""

from django.db import models

from forces.models import Person
from hmic_core.models import Identified, StoredFile, User


class SignatureImage(Identified):
    """A PNG, made anew from what was uploaded. The newest that is not retired is printed in what is signed next."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signature_images")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
