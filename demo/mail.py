"""The demonstration's post office: it keeps every message in the database and sends nothing anywhere."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from demo.models import SentMail


class KeptMail(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            SentMail.objects.create(to=", ".join(message.to), subject=str(message.subject), body=str(message.body))
        return len(email_messages)
