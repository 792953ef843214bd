"""The outbox. A verb queues notices in its own transaction; a task delivers them. Texts live in `<app>/notices.py`.

An e-mail carries no finding, no letter and no attachment: a sentence and a link that needs signing in. Every notice
also stands on its recipient's screen. Kinds that a room calls optional at start-up may be gathered into one e-mail a
day, or left to the screen, by each person's choice; all others are always sent.
"""

import datetime as dt
import logging
import smtplib
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from hmic_core import clock, installation
from hmic_core.models import Notice, NoticeChoice, NoticeQuerySet, QueuedMail, User

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 20
Mailing = Notice.Mailing
#: Where a person's notices stand.
PAGE = "/notices/"

#: Kind -> what it is, in words for the page of choices.
_optional: dict[str, str] = {}


def may_be_gathered(kinds: Mapping[str, str]) -> None:
    """Name kinds whose e-mail a person may do without; called from `AppConfig.ready`."""
    _optional.update(kinds)


def optional_kinds() -> dict[str, str]:
    return dict(sorted(_optional.items(), key=lambda each: each[1]))


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
            "mailing": mailing_of(recipient, event.partition(":")[0]),
        },
    )
    return notice


def was_queued(recipient: User, event: str) -> bool:
    """Whether this person is told of this event already."""
    return Notice.objects.filter(recipient=recipient, event=event).exists()


def mailing_of(user: User, kind: str) -> str:
    """How `user` wants to hear of a kind. What may not be gathered is always sent for each."""
    if kind not in _optional:
        return Mailing.EACH
    chosen: str | None = NoticeChoice.objects.filter(user=user, kind=kind).values_list("mailing", flat=True).first()
    return chosen or Mailing.EACH


@transaction.atomic
def choose(user: User, choices: Mapping[str, str]) -> None:
    """Keep how `user` wants to hear of each optional kind, from the next notice on."""
    for kind, mailing in choices.items():
        if kind in _optional and mailing in Mailing.values:
            NoticeChoice.objects.update_or_create(user=user, kind=kind, defaults={"mailing": mailing})


def mark_read(notices: Iterable[Notice]) -> int:
    """Say that their recipient has read them; returns how many were unread."""
    wanted = [notice.pk for notice in notices]
    return Notice.objects.filter(pk__in=wanted, read_at=None).update(read_at=clock.now())


def deliver(limit: int = 50) -> int:
    """Send what waits, oldest first; returns how many were sent.

    Two workers never take the same row (SKIP LOCKED), and a restored copy of the database sends nothing: a notice
    belongs to the installation that queued it, and one that is not adopted yet sends not even its own.
    """
    sent = 0
    if installation.is_elsewhere():
        return 0
    try:
        _send_queued(limit)
        for _ in range(limit):
            one = _deliver_one()
            if one is None:
                break
            sent += one
    except MailServerAway as away:
        log.warning("the mail server does not answer: %s", away)
    return sent


def _deliver_one() -> bool | None:
    """Send the next notice, in a transaction of its own; whether it was taken, None where nothing waits."""
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(skip_locked=True)
            .filter(
                sent_at=None,
                installation=settings.INSTALLATION,
                attempts__lt=MAX_ATTEMPTS,
                mailing=Mailing.EACH,
            )
            .order_by("attempts", "created_at")
            .first()
        )
        return _send(notice) if notice else None


def _send_queued(limit: int) -> None:
    """Send what the library for signing in left, and delete it."""
    for _ in range(limit):
        with transaction.atomic():
            waiting = QueuedMail.objects.select_for_update(skip_locked=True).filter(
                installation=settings.INSTALLATION, attempts__lt=MAX_ATTEMPTS
            )
            mail = waiting.order_by("attempts", "created_at").first()
            if mail is None:
                return
            if _post(mail.subject, mail.body, mail.to):
                mail.attempts += 1
                mail.save(update_fields=["attempts"])
            else:
                mail.delete()


class Outbox(BaseEmailBackend):
    """Takes e-mails in the caller's transaction; `deliver` sends them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        now = clock.now()
        rows = [
            QueuedMail(
                to=to,
                subject=str(each.subject)[:200],
                body=str(each.body),
                installation=settings.INSTALLATION,
                created_at=now,
            )
            for each in email_messages
            for to in each.to
        ]
        return len(QueuedMail.objects.bulk_create(rows))


def send_digests(now: dt.datetime | None = None) -> int:
    """Gather what waits for the day's one e-mail, for each person once a day; returns how many e-mails were queued.

    From `DIGEST_HOUR` in London on. However often it is called, a person gets one a day: its event carries the date,
    and what comes later waits for tomorrow. Like `deliver`, it leaves another installation's notices alone.
    """
    local = (now or clock.now()).astimezone(clock.LONDON)
    if local.hour < settings.DIGEST_HOUR:
        return 0
    waiting = _to_gather().order_by().values_list("recipient", flat=True).distinct()
    return sum(_gather(user, local.date()) for user in User.objects.filter(pk__in=list(waiting), is_active=True))


@transaction.atomic
def _gather(user: User, day: dt.date) -> bool:
    event = f"digest:{day.isoformat()}"
    # The row of the person is the lock: of two workers the second finds the day's e-mail made.
    User.objects.select_for_update().get(pk=user.pk)
    waiting = list(_to_gather().filter(recipient=user))
    if not waiting or Notice.objects.filter(recipient=user, event=event).exists():
        return False
    lines = "\n".join(f"- {subject}" for subject in dict.fromkeys(notice.subject for notice in waiting))
    number = f"{len(waiting)} notice{'' if len(waiting) == 1 else 's'}"
    digest = queue(user, event, subject=f"Your day at HMIC: {number}", body=f"Since the last one:\n{lines}", link=PAGE)
    Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(digest=digest)
    return True


def _to_gather() -> NoticeQuerySet:
    """What waits for the day's e-mail and has not been read on screen meanwhile, oldest first."""
    waiting = Notice.objects.unread().filter(mailing=Mailing.DAILY, digest=None, installation=settings.INSTALLATION)
    return waiting.order_by("created_at")


def _send(notice: Notice) -> bool:
    body = f"{notice.body}\n\n{settings.WORKSPACE_URL}{notice.link}\n\nYou need to sign in to read it."
    notice.last_error = _post(notice.subject, body, notice.recipient.email)
    notice.attempts += 1
    if not notice.last_error:
        notice.sent_at = clock.now()
    notice.save(update_fields=["attempts", "sent_at", "last_error"])
    return notice.sent_at is not None


class MailServerAway(Exception):
    """The mail server refuses or takes no connection: whatever waits goes on waiting, and no attempt is counted."""


def _post(subject: str, body: str, to: str) -> str:
    """Send one e-mail; why the server would not take it, or nothing. Raises MailServerAway."""
    try:
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [to])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as refusal:
        log.warning("an e-mail was not taken: %s", type(refusal).__name__)
        return type(refusal).__name__
    except OSError as error:
        raise MailServerAway(type(error).__name__) from None
    return ""
