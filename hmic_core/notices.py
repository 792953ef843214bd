"""The outbox. A verb queues notices in its own transaction; a task delivers them. Texts live in `<app>/notices.py`.

An e-mail carries no finding, no letter and no attachment: a sentence and a link that needs signing in.
"""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from hmic_core import clock, home
from hmic_core.models import Notice, User

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 20


def queue(recipient: User, event: str, *, subject: str, body: str, link: str) -> Notice:
    """Queue one message in the caller's transaction. The same event to the same person is queued once.

    `link` is a path of the workspace. `event` names what happened and to what, such as `round_issued:<id>`.
    """
    notice, _ = Notice.objects.get_or_create(
        recipient=recipient,
        event=event,
        defaults={
            "subject": " ".join(subject.split()),
            "body": body,
            "link": link,
            "installation": settings.INSTALLATION,
            "created_at": clock.now(),
        },
    )
    return notice


def was_queued(recipient: User, event: str) -> bool:
    """Whether this person is told of this event already."""
    return Notice.objects.filter(recipient=recipient, event=event).exists()


def deliver(limit: int = 50) -> int:
    """Send what waits, oldest first; returns how many were sent.

    Two workers never take the same row (SKIP LOCKED), and a restored copy of the database sends nothing: a notice
    belongs to the installation that queued it, and one that is not adopted yet sends not even its own.
    """
    sent = 0
    if home.is_elsewhere():
        return 0
    for _ in range(limit):
        with transaction.atomic():
            notice = (
                Notice.objects.select_for_update(skip_locked=True)
                .filter(sent_at=None, installation=settings.INSTALLATION, attempts__lt=MAX_ATTEMPTS)
                .order_by("attempts", "created_at")
                .first()
            )
            if notice is None:
                return sent
            sent += _send(notice)
    return sent


def _send(notice: Notice) -> bool:
    notice.attempts += 1
    try:
        body = f"{notice.body}\n\n{settings.WORKSPACE_URL}{notice.link}\n\nYou need to sign in to read it."
        send_mail(notice.subject, body, settings.DEFAULT_FROM_EMAIL, [notice.recipient.email])
        notice.sent_at, notice.last_error = clock.now(), ""
    except OSError as error:
        notice.last_error = type(error).__name__
        log.warning("notice %s was not sent: %s", notice.pk, type(error).__name__)
    notice.save(update_fields=["attempts", "sent_at", "last_error"])
    return notice.sent_at is not None
