"""The ground everybody stands on: people who sign in, the audit trail, notices, private files, heartbeats."""

import datetime as dt
import secrets
import uuid
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from hmic_core.clock import Today


class Identified(models.Model):
    """Every row that an address can name has a random identifier, which says nothing of order or number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class DatedQuerySet(models.QuerySet[Any]):
    def on(self, day: dt.date | Today) -> Self:
        """What holds on `day`, a date or `clock.Today()`. Both ends of a period are included; no end means still."""
        return self.not_ended(day).filter(starts_on__lte=day)

    def not_ended(self, day: dt.date | Today | None = None) -> Self:
        """What holds on `day` or will hold later; without a day, today or later."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day or Today()))


class Dated(models.Model):
    """A fact that holds between two days (names, posts, regions, addresses change; none is a constant)."""

    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None) -> "User":
        """Make an account. Without a password nobody can sign in with one."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(Identified, AbstractBaseUser):
    """Somebody who can sign in. What they may do comes from assignments, contacts and dated roles, never from here."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class GlobalRole(Identified, Dated):
    """A role over the whole service. Roles over one inspection or one force are assignments and contacts."""

    class Role(models.TextChoices):
        PUBLICATION_ADMIN = "publication_admin", "Publication admin"
        SYSTEM_ADMIN = "system_admin", "System admin"
        AUDITOR = "auditor", "Auditor"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="global_roles")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="global_role_known", condition=Q(role__in=["publication_admin", "system_admin", "auditor"])
            )
        ]


class AuditEntry(models.Model):
    """One thing that was done or refused: who, what, to what, when by the database's clock, from where.

    Append-only by trigger, for everybody, TRUNCATE included. It holds identifiers, hashes, dates and reasons, and
    never the text of a finding or letter. An entry without an actor was the scheduler's.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    #: Whose unreleased work it is about, where it is about one force's: what the audit page filters by.
    force_slug = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=45, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_by_subject"),
            models.Index(fields=["action", "id"], name="audit_by_action"),
        ]


class AuditLink(models.Model):
    """The entry's place in the chain: made at commit by a deferred trigger, so that verbs never wait for the head."""

    seq = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="link")
    #: The entry as the database wrote it down, which is what was hashed.
    payload = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)


def random_key() -> str:
    """A storage key of 192 random bits, spread over folders; it says nothing of what it holds."""
    key = secrets.token_hex(24)
    return f"{key[:2]}/{key}"


class StoredFile(Identified):
    """A private file: bytes under a random key, reached only through a view that asks its gate."""

    key = models.CharField(max_length=80, unique=True, default=random_key, editable=False)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name


class NoticeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Everybody's own, and nobody else's."""
        return self.filter(recipient=user) if user.is_authenticated and user.is_active else self.none()

    def on_screen(self) -> Self:
        """Without the e-mails that only gather the others."""
        return self.exclude(event__startswith="digest:")

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(Identified):
    """One message to one person about one event: the outbox row. It carries a link and never any finding text."""

    class Mailing(models.TextChoices):
        EACH = "each", "An e-mail for each"
        DAILY = "daily", "One e-mail a day for all of them"
        NONE = "none", "On screen only"

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    #: What happened, to what: `letter_released:<id>`. A notice is sent once for each recipient and event.
    event = models.CharField(max_length=120)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link = models.CharField(max_length=300)
    installation = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    #: How its recipient wants to hear of it, as they had chosen when it was queued.
    mailing = models.CharField(max_length=5, choices=Mailing, default=Mailing.EACH)
    #: The day's one e-mail that it was gathered into.
    digest = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="gathered")

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "event"], name="notice_once"),
            models.CheckConstraint(name="notice_mailing_known", condition=Q(mailing__in=["each", "daily", "none"])),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="notice_unsent", condition=Q(sent_at=None)),
            models.Index(fields=["recipient"], name="notice_unread", condition=Q(read_at=None)),
        ]


class QueuedMail(Identified):
    """An e-mail of the library for signing in, such as the link to a new password, until a worker has sent it.

    It may carry a secret, so the row is deleted with the sending.
    """

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    installation = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)


class NoticeChoice(Identified):
    """How somebody wants to hear of one kind of notice. Without one: an e-mail for each."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_choices")
    #: The word before the colon of `Notice.event`.
    kind = models.CharField(max_length=60)
    mailing = models.CharField(max_length=5, choices=Notice.Mailing)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_once"),
            models.CheckConstraint(name="notice_choice_known", condition=Q(mailing__in=["each", "daily", "none"])),
        ]


class SentForm(models.Model):
    """A form that was sent and led on, and where to: sent again it only leads there (`hmic_core.sent_once`)."""

    mark = models.CharField(max_length=64, primary_key=True)
    went_to = models.CharField(max_length=2000)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="sent_form_by_time")]


class Heartbeat(models.Model):
    """The last sign of life of a part that must not die unnoticed: each release trigger, the worker."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()


class Adoption(Identified):
    """Which installation this database belongs to, from `at` on. The newest row counts; the first set-up writes one.

    A restored copy elsewhere finds another name here than its own: it neither sends nor approves anything until a
    person adopts it (docs/embargo.md).
    """

    installation = models.CharField(max_length=80)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
