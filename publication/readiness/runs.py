"""Readiness, checked without anybody asking: the evening before, an hour and five minutes before the instant.

Celery asks often; each moment is run once for each release and instant, which the audit trail says. After a stop of the
workers only the newest moment that was missed is run. It decides nothing: who reads the result decides.
"""

import datetime as dt
import uuid

from django.db import connection, transaction

from hmic_core import audit, clock, installation
from hmic_core.audit import Action
from hmic_core.clock import LONDON
from hmic_core.models import AuditEntry
from inspections.models import Release
from inspections.readiness import Outcome
from publication import notices
from publication.readiness import checks

State = Release.State
#: The states with an instant to come. What is held is looked at too: it may be resumed.
UNDER_WAY = (State.SCHEDULED, State.SEALED, State.APPROVED, State.HELD)
#: When the evening begins, by the clocks of London on the day before.
EVENING = dt.time(18)
HOUR, FIVE_MINUTES = dt.timedelta(hours=1), dt.timedelta(minutes=5)


def moments(instant: dt.datetime) -> list[dt.datetime]:
    """When the readiness of a release with this instant is looked at, the earliest first."""
    day_before = instant.astimezone(LONDON).date() - dt.timedelta(days=1)
    evening = dt.datetime.combine(day_before, EVENING, tzinfo=LONDON).astimezone(dt.UTC)
    return sorted([evening, instant - HOUR, instant - FIVE_MINUTES])


def due_moment(release: Release, now: dt.datetime) -> dt.datetime | None:
    """The newest moment that has come since the release was scheduled; None once its instant has come."""
    if release.embargo_until is None or release.embargo_until <= now:
        return None
    since = release.scheduled_at or release.created_at
    return max((each for each in moments(release.embargo_until) if since <= each <= now), default=None)


def next_moment(release: Release, now: dt.datetime) -> dt.datetime | None:
    """When it will next be looked at by itself."""
    if release.embargo_until is None or release.state not in UNDER_WAY:
        return None
    return min((each for each in moments(release.embargo_until) if each > now), default=None)


def run_due() -> int:
    """Check every release whose moment has come, and tell the publication admins; returns how many. Idempotent."""
    if installation.is_elsewhere():
        return 0
    coming = Release.objects.filter(state__in=UNDER_WAY, is_archive=False)
    return sum(_run(release) for release in coming.select_related("inspection").order_by("embargo_until"))


def _run(release: Release) -> bool:
    moment = due_moment(release, clock.now())
    if moment is None or was_run(release, moment):
        return False
    # Before the transaction, and never under the release's row lock: nothing here may keep a trigger waiting.
    found = [result.state for _, result in checks.run(release)]
    errors, warnings = found.count(Outcome.ERROR), found.count(Outcome.WARNING)
    with transaction.atomic():
        if not _alone(release.pk) or was_run(release, moment):
            return False
        audit.record(
            Action.READINESS_RUN,
            None,
            release,
            moment=moment.isoformat(),
            instant=release.embargo_until,
            errors=errors,
            warnings=warnings,
        )
        notices.readiness_run(release, moment, errors, warnings)
    return True


def was_run(release: Release, moment: dt.datetime) -> bool:
    """Whether this moment of the release's present instant is on record."""
    runs = AuditEntry.objects.filter(action=Action.READINESS_RUN, subject_id=str(release.pk))
    return runs.filter(facts__moment=moment.isoformat()).exists()


def _alone(release: uuid.UUID) -> bool:
    """Of two workers one runs a release; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('readiness'), hashtext(%s))",
            [str(release)],
        )
        return bool(cursor.fetchone()[0])
