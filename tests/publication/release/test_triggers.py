"""At the instant, in real time: real transactions on a real database cross it (docs/embargo.md, section 8)."""

import datetime as dt
import json
import threading
import time
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import OperationalError

from hmic_core import clock, heartbeats
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, Heartbeat, Notice
from inspections.embargo import FUNCTION
from inspections.models import Release, ReleaseItem
from publication import notices, tasks
from publication.models import Incident
from publication.release import triggers, withdrawal, workflow
from tests.cast import Cast, make_cast
from tests.publication import ground

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("files_in_a_temporary_folder"),
]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, committed: the tests cross the instant in transactions of their own."""
    return make_cast()


def public() -> int:
    """What a reader of the workspace's role gets, in a transaction that begins now."""
    with transaction.atomic():
        return ReleaseItem.objects.public().count()


def public_to_the_website() -> int:
    """The same asked by the website's database role, without the queryset: row-level security alone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE hmic_website")
        cursor.execute("SELECT count(*) FROM inspections_releaseitem")
        return int(cursor.fetchone()[0])


def in_threads(*works: Callable[[], Any]) -> list[Any]:
    """Run works at once, each with a database connection of its own; an exception is its result."""
    results: list[Any] = [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        try:
            results[number] = work()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


class TestGate:
    def test_before_at_and_after_the_instant(self, cast: Cast) -> None:
        release = ground.approved(cast, 3)
        seen: list[tuple[dt.datetime, int, int]] = []
        while not seen or seen[-1][0] < release.embargo_until + dt.timedelta(milliseconds=300):
            began = clock.now()
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                    cursor.execute("SELECT now()")
                    moment = cursor.fetchone()[0]
                count = ReleaseItem.objects.public().count()
            assert moment >= began
            seen.append((moment, count, public_to_the_website()))
        early = [count for moment, count, _ in seen if moment < release.embargo_until]
        late = [count for moment, count, _ in seen if moment >= release.embargo_until]
        assert set(early) == {0}
        assert set(late) == {3}
        assert {count for *_, count in seen} == {0, 3}
        assert seen[-1][2] == 3

    def test_a_gate_that_opens_a_second_early_is_caught(self, cast: Cast) -> None:
        """The negative control of the test above: it must fail with a broken rule."""
        early = FUNCTION.replace("r.embargo_until <= now()", "r.embargo_until <= now() + interval '1 second'")
        assert early != FUNCTION
        with connection.cursor() as cursor:
            cursor.execute(early)
        try:
            with pytest.raises(AssertionError):
                self.test_before_at_and_after_the_instant(cast)
        finally:
            with connection.cursor() as cursor:
                cursor.execute(FUNCTION)

    def test_nobody_has_to_record_it(self, cast: Cast) -> None:
        release = ground.approved(cast, 2)
        ground.wait_for(release)
        assert public() == public_to_the_website() == 3
        assert Release.objects.get().state == "approved"

    @pytest.mark.parametrize("make", [ground.scheduled, ground.sealed, ground.held])
    def test_what_is_not_approved_stays_hidden(self, cast: Cast, make: Callable[..., Release]) -> None:
        ground.move(make(cast), -5)
        assert triggers.release_due() == []
        assert public() == public_to_the_website() == 0

    def test_another_installation_publishes_nothing(self, cast: Cast) -> None:
        release = ground.move(ground.approved(cast), -5)
        Release.objects.filter(pk=release.pk).update(approved_installation="somewhere else")
        assert triggers.release_due() == []
        assert public() == public_to_the_website() == 0

    def test_recorded_it_stays_public_if_the_instant_moves_away(self, cast: Cast) -> None:
        """As when a clock steps back: what was released stays so."""
        release = ground.move(ground.approved(cast), -5)
        triggers.release_due()
        ground.move(release, 60)
        assert public() == 3


class TestSweep:
    def test_records_time_audit_and_notices(self, cast: Cast) -> None:
        release = ground.move(ground.approved(cast), -1)
        assert [found.pk for found in triggers.release_due()] == [release.pk]
        release.refresh_from_db()
        assert release.state == "released"
        entry = AuditEntry.objects.get(action=Action.RELEASE_PUBLISHED)
        assert (entry.actor, entry.facts["items"]) == (None, 3)
        told = Notice.objects.filter(event__startswith="release_published")
        assert {notice.recipient for notice in told} == {
            cast.liaison_officer,
            cast.chief_officer,
            cast.admin,
            cast.second_admin,
        }
        assert not any(ground.CANARY in notice.subject + notice.body for notice in told)

    def test_again_changes_nothing(self, cast: Cast) -> None:
        ground.move(ground.approved(cast), -1)
        triggers.release_due()
        before = Release.objects.values().get(), Notice.objects.count(), AuditEntry.objects.count()
        for _ in range(3):
            assert triggers.release_due() == []
        assert (Release.objects.values().get(), Notice.objects.count(), AuditEntry.objects.count()) == before

    def test_waits_for_what_is_nearly_due(self, cast: Cast) -> None:
        release = ground.approved(cast, 3)
        ground.wait_for(release, -0.6)
        triggers.release_due()
        release.refresh_from_db()
        assert release.released_at is not None
        assert dt.timedelta(0) <= release.released_at - release.embargo_until < dt.timedelta(seconds=1)

    def test_waiting_locks_nothing(self, cast: Cast) -> None:
        release = ground.approved(cast, 4)
        ground.wait_for(release, -0.9)

        def lock() -> float:
            began = time.monotonic()
            with transaction.atomic():
                Release.objects.select_for_update().get(pk=release.pk)
            return time.monotonic() - began

        def later() -> float:
            time.sleep(0.2)
            return lock()

        _, waited = in_threads(triggers.release_due, later)
        assert waited < 0.5

    def test_late_opens_an_incident(self, cast: Cast) -> None:
        ground.move(ground.approved(cast), -60)
        triggers.release_due()
        incident = Incident.objects.get()
        assert incident.kind == Incident.Kind.LATE
        assert "60 seconds" in incident.summary or "61 seconds" in incident.summary

    def test_in_time_opens_none(self, cast: Cast) -> None:
        ground.move(ground.approved(cast), -1)
        triggers.release_due()
        assert not Incident.objects.exists()

    def test_a_broken_release_does_not_stop_the_others(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        broken = ground.move(ground.approved(cast), -3)
        other = workflow.create_release(inspection=cast.inspection, title="Other", by=cast.admin)
        Release.objects.filter(pk=other.pk).update(
            state="approved",
            embargo_until=broken.embargo_until + dt.timedelta(seconds=1),
            approved_by=cast.second_admin,
            approved_at=clock.now(),
            approved_installation=broken.approved_installation,
        )
        published = notices.published

        def fail(release: Release) -> None:
            if release.pk == broken.pk:
                raise ValueError("cannot be written")
            published(release)

        monkeypatch.setattr(notices, "published", fail)
        assert [release.pk for release in triggers.release_due()] == [other.pk]
        assert Release.objects.get(pk=broken.pk).state == "approved"
        monkeypatch.undo()
        assert [release.pk for release in triggers.release_due()] == [broken.pk]

    def test_does_not_wait_for_a_locked_row(self, cast: Cast) -> None:
        release = ground.move(ground.approved(cast), -1)
        locked, done = threading.Event(), threading.Event()

        def hold_the_row() -> None:
            with transaction.atomic():
                Release.objects.select_for_update().get(pk=release.pk)
                locked.set()
                done.wait(10)

        def sweep() -> list[Release]:
            locked.wait(10)
            try:
                return triggers.release_due()
            finally:
                done.set()

        _, released = in_threads(hold_the_row, sweep)
        assert released == []
        assert [found.pk for found in triggers.release_due()] == [release.pk]


class TestTwoSweepsAtOnce:
    @pytest.fixture
    def due(self, cast: Cast) -> Iterator[Release]:
        return ground.move(ground.approved(cast), -1)

    def test_release_once(self, due: Release) -> None:
        results = in_threads(*[triggers.release_due] * 4)
        assert sorted(len(released) for released in results) == [0, 0, 0, 1]
        assert AuditEntry.objects.filter(action=Action.RELEASE_PUBLISHED).count() == 1

    def test_without_the_lock_they_would_not(self, due: Release, monkeypatch: pytest.MonkeyPatch) -> None:
        """The negative control: the same test, with a sweep that takes no lock, must see it twice."""
        both_read = threading.Barrier(2, timeout=10)

        def take_without_lock(but: list[Any]) -> Release | None:
            found = Release.objects.filter(state="approved").exclude(pk__in=but).first()
            if found is not None:
                both_read.wait()
            return found

        monkeypatch.setattr(triggers, "_take", take_without_lock)
        results = in_threads(*[triggers._sweep] * 2)
        assert sum(len(released) for released in results) == 2
        assert AuditEntry.objects.filter(action=Action.RELEASE_PUBLISHED).count() == 2


class TestRacing:
    def test_a_hold_that_waited_past_the_instant_refuses(self, cast: Cast) -> None:
        release = ground.approved(cast, 4)
        ground.wait_for(release, -1.6)
        locked = threading.Event()

        def keep_the_row() -> None:
            with transaction.atomic():
                Release.objects.select_for_update().get(pk=release.pk)
                locked.set()
                ground.wait_for(release, 0.1)

        def hold() -> Any:
            locked.wait(10)
            fresh = Release.objects.get(pk=release.pk)
            assert clock.now() < release.embargo_until - dt.timedelta(seconds=1)
            return workflow.hold(fresh, reason="Too late", by=cast.admin)

        _, held = in_threads(keep_the_row, hold)
        assert isinstance(held, NotAllowed)
        assert "has been public since" in held.sentence
        assert public() == 3

    def test_a_hold_in_time_hides_it_for_good(self, cast: Cast) -> None:
        release = ground.approved(cast, 4)
        workflow.hold(release, reason="In time", by=cast.admin)
        ground.wait_for(release, 0.1)
        assert triggers.release_due() == []
        assert public() == 0

    def test_a_withdrawal_and_the_sweep(self, cast: Cast) -> None:
        """Whoever comes first, it ends withdrawn, with notices, and was recorded as published once."""
        release = ground.move(ground.approved(cast), -1)
        fresh = Release.objects.get(pk=release.pk)

        def withdraw() -> Release:
            return withdrawal.withdraw(fresh, reason="Wrong report", by=cast.admin)

        results = in_threads(triggers.release_due, withdraw)
        assert not any(isinstance(result, Exception) for result in results), results
        assert Release.objects.get(pk=release.pk).state == "withdrawn"
        published = AuditEntry.objects.filter(action=Action.RELEASE_PUBLISHED, subject_id=str(release.pk))
        assert published.count() == 1
        assert set(ReleaseItem.objects.public().values_list("kind", flat=True)) == {"notice"}

    def test_a_verb_says_when_somebody_else_holds_the_row(self, cast: Cast) -> None:
        release = ground.approved(cast, 600)
        locked, done = threading.Event(), threading.Event()

        def keep_the_row() -> None:
            with transaction.atomic():
                Release.objects.select_for_update().get(pk=release.pk)
                locked.set()
                done.wait(20)

        def hold() -> Any:
            locked.wait(10)
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '300ms'")
                return workflow.hold(Release.objects.get(pk=release.pk), reason="No", by=cast.admin)
            finally:
                done.set()

        _, held = in_threads(keep_the_row, hold)
        assert isinstance(held, NotAllowed)
        assert "Somebody else is changing this release" in held.sentence


class TestTriggers:
    def test_the_task_releases_and_beats(self, cast: Cast) -> None:
        ground.move(ground.approved(cast), -1)
        tasks.release()
        assert Release.objects.get().state == "released"
        assert heartbeats.ages()["trigger-celery"] < 5

    def test_the_task_is_the_one_that_beat_sends(self, settings: Any) -> None:
        assert tasks.release.name == settings.CELERY_BEAT_SCHEDULE["release"]["task"]
        assert settings.CELERY_TASK_ROUTES[tasks.release.name] == {"queue": "release"}

    def test_a_sweep_that_fails_does_not_beat(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail() -> None:
            raise OperationalError("the database is away")

        monkeypatch.setattr(triggers, "release_due", fail)
        with pytest.raises(OperationalError):
            tasks.release()
        assert not Heartbeat.objects.filter(name="trigger-celery").exists()

    def test_the_command_prints_only_json(self, cast: Cast) -> None:
        release = ground.move(ground.approved(cast), -1)
        out = StringIO()
        call_command("release_due", "--json", stdout=out)
        printed = json.loads(out.getvalue())
        assert [row["id"] for row in printed["released"]] == [str(release.pk)]
        assert printed["released"][0]["embargo_until"].endswith("Z")

    def test_the_limits_hold_in_the_release_transaction(self, cast: Cast) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            triggers._limit()
            for name, value in triggers.LIMITS.items():
                cursor.execute(f"SHOW {name}")
                assert cursor.fetchone()[0] == value
