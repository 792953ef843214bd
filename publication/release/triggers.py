"""What happens at the instant: the release is recorded. Readers see it without this; nothing here decides anything.

Two triggers call `release_due`, each knowing nothing of the other: Celery beat, and `manage.py release_due --loop`. The
work is rows, never a message with a time in it (docs/embargo.md, "What Celery does").
"""

import datetime as dt
import logging
import uuid

from django.conf import settings
from django.db import connection, transaction

from hmic_core import audit, clock
from hmic_core.audit import Action
from hmic_core.clock import ClockTimestamp
from inspections.models import Release, ReleaseItem
from publication import incidents, notices
from publication.states import move_to

log = logging.getLogger(__name__)

#: A sweep waits for what is due within this many seconds, so that its record is milliseconds late and not a second.
LOOK_AHEAD = 1.0
#: Recorded later than this, a release opens an incident: late is a breach too (domain.md, rule 5).
LATE = dt.timedelta(seconds=10)
#: Without these a frozen worker held its row lock for ever.
LIMITS = {"idle_in_transaction_session_timeout": "3s", "lock_timeout": "1s", "statement_timeout": "3s"}


def release_due() -> list[Release]:
    """Record every release whose instant has come; returns those that this call recorded. Idempotent.

    Then waits for one that is due within a second, in a transaction of its own which locks nothing, and records it too.
    A release that cannot be recorded never stops the others.
    """
    released = _sweep()
    if _wait_for_next():
        released += _sweep()
    return released


def _sweep() -> list[Release]:
    released: list[Release] = []
    failed: list[uuid.UUID] = []
    while True:
        candidate: Release | None = None
        try:
            with transaction.atomic():
                _limit()
                candidate = _take(failed)
                if candidate is None:
                    return released
                if _record(candidate):
                    released.append(candidate)
                else:
                    failed.append(candidate.pk)
        except Exception:
            if candidate is None:
                raise
            log.exception("release %s could not be recorded; the next sweep tries again", candidate.pk)
            failed.append(candidate.pk)


def _take(but: list[uuid.UUID]) -> Release | None:
    """Lock one due release that nobody else is recording."""
    due = Release.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=Release.State.APPROVED,
        approved_installation=settings.INSTALLATION,
        embargo_until__lte=ClockTimestamp(),
    )
    return due.exclude(pk__in=but).order_by("embargo_until").first()


def _record(release: Release) -> bool:
    """Under the lock, look again at state, installation and time; then record."""
    now = clock.now()
    if release.approved_installation != settings.INSTALLATION or refusal_to_publish(release, now):
        return False
    materialise(release, now)
    return True


def overdue() -> int:
    """How many releases are public by their instant and recorded by nobody yet. An alarm: it should be 0 or new."""
    due = Release.objects.filter(state=Release.State.APPROVED, approved_installation=settings.INSTALLATION)
    return int(due.filter(embargo_until__lte=ClockTimestamp()).count())


def refusal_to_publish(release: Release, now: dt.datetime) -> str:
    """Why an approved release is not to be recorded yet; the state table asked with the stored state."""
    if release.state != Release.State.APPROVED:
        return "It is not approved."
    if release.embargo_until is None or release.embargo_until > now:
        return "Its instant has not come."
    return ""


def materialise(release: Release, now: dt.datetime) -> None:
    """Write down that a release is public: time, audit, notices, and an incident if this is late.

    The caller holds the row's lock. No rendering, mail or storage here: nothing that could wait.
    """
    late = now - (release.embargo_until or now)
    items = release.items.filter(state=ReleaseItem.State.ACTIVE).count()
    move_to(release, "release_due", released_at=now)
    audit.record(
        Action.RELEASE_PUBLISHED,
        None,
        release,
        instant=release.embargo_until,
        late_seconds=round(late.total_seconds(), 3),
        items=items,
    )
    notices.published(release)
    if late > LATE:
        incidents.late(release, late, now)


def _limit() -> None:
    with connection.cursor() as cursor:
        for name, value in LIMITS.items():
            cursor.execute(f"SET LOCAL {name} = '{value}'")


def _wait_for_next() -> bool:
    """Sleep, in the database, until the next instant within the look-ahead. False when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(embargo_until) FROM inspections_release WHERE state = 'approved' AND approved_installation = %s"
            " AND embargo_until > clock_timestamp() AND embargo_until <= clock_timestamp() + make_interval(secs => %s)",
            [settings.INSTALLATION, LOOK_AHEAD],
        )
        instant = cursor.fetchone()[0]
        if instant is None:
            return False
        cursor.execute("SELECT pg_sleep_until(%s)", [instant])
    return True
