"""Readiness checked by itself: when, once, and who hears of it."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from hmic_core import clock
from hmic_core.models import AuditEntry, Notice
from inspections.models import Release
from publication import tasks
from publication.readiness import runs
from tests.cast import Cast, make_cast
from tests.publication.ground import approved, scheduled

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")
RUNS = AuditEntry.objects.filter(action="readiness:run").order_by("id")


def utc(*when: int) -> dt.datetime:
    return dt.datetime(*when, tzinfo=dt.UTC)  # type: ignore[misc, arg-type]


def long_scheduled(release: Release, **left: float) -> Release:
    """Scheduled a month ago; `left`: moved, so that so much time is left until its instant."""
    now = clock.now().replace(microsecond=0)
    instant = now + dt.timedelta(**left) if left else release.embargo_until
    Release.objects.filter(pk=release.pk).update(scheduled_at=now - dt.timedelta(days=30), embargo_until=instant)
    release.refresh_from_db()
    return release


@pytest.mark.parametrize(
    ("instant", "evening"),
    [
        (utc(2026, 1, 15, 0, 1), utc(2026, 1, 14, 18)),
        (utc(2026, 7, 14, 23, 1), utc(2026, 7, 14, 17)),  # 00:01 on the 15th in London
        (utc(2026, 3, 29, 8, 30), utc(2026, 3, 28, 18)),  # the clocks went forward in between
    ],
)
def test_when(instant: dt.datetime, evening: dt.datetime) -> None:
    found = runs.moments(instant)
    assert found == [evening, instant - dt.timedelta(hours=1), instant - dt.timedelta(minutes=5)]


def test_each_moment_once_and_only_the_newest(cast: Cast) -> None:
    release = long_scheduled(scheduled(cast, 1800))
    assert (runs.run_due(), runs.run_due()) == (1, 0)
    long_scheduled(release, minutes=4)  # its letters' PDFs are for another instant now
    assert (runs.run_due(), runs.run_due()) == (1, 0)
    first, second = RUNS.all()
    assert (first.actor, first.facts["errors"]) == (None, 0)
    assert second.facts["errors"] > 0
    told = Notice.objects.filter(event__startswith="release_readiness_").order_by("created_at")
    assert {notice.recipient for notice in told} == {cast.admin, cast.second_admin}
    assert told.count() == 4
    assert "0 errors and" in told[0].body
    assert "It is scheduled: it does not become public as it stands" in told[0].body


def test_not_too_early_not_too_late_and_not_what_was_scheduled_since(cast: Cast) -> None:
    release = scheduled(cast)
    assert runs.run_due() == 0, "its five minutes had begun when it was scheduled"
    long_scheduled(release, days=9)
    assert runs.run_due() == 0
    long_scheduled(release, seconds=-1)
    assert runs.run_due() == 0
    long_scheduled(release, minutes=4)
    Release.objects.filter(pk=release.pk).update(state="cancelled")
    assert runs.run_due() == 0
    assert not RUNS.exists()


def test_an_approved_release_with_an_error_goes_on_unless_held(cast: Cast) -> None:
    release = long_scheduled(approved(cast), minutes=4)  # its letters' PDFs were made for another instant
    assert runs.run_due() == 1
    assert RUNS[0].facts["errors"] > 0
    body = Notice.objects.filter(event__startswith="release_readiness_").values_list("body", flat=True)[0]
    assert "goes ahead unless somebody holds it" in body
    release.refresh_from_db()
    assert release.state == "approved"


@pytest.mark.django_db(transaction=True)
def test_two_workers_run_it_once() -> None:
    long_scheduled(scheduled(make_cast()), minutes=30)

    def work(_: int) -> int:
        try:
            return runs.run_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 1
    assert RUNS.count() == 1


def test_a_restored_copy_says_nothing(cast: Cast, settings: Any) -> None:
    long_scheduled(scheduled(cast), minutes=30)
    settings.INSTALLATION = "elsewhere"
    assert runs.run_due() == 0


def test_the_task_is_the_one_that_beat_sends(settings: Any) -> None:
    assert tasks.check_readiness.name == settings.CELERY_BEAT_SCHEDULE["readiness"]["task"]
