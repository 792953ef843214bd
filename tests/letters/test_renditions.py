"""Real workers: rendered once, killed in mid-render, failing without stopping the others, in bounded time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import connection
from django.urls import reverse
from kombu import Connection

from hmic_core.models import AuditEntry
from letters import rendering, renditions, tasks
from letters.document import building, printing
from letters.document.parts import Variant
from letters.models import Letter, Rendition
from tests import rows
from tests.cast import Cast, make_cast
from tests.conftest import signed_in
from tests.letters.ground import assembled, signed
from tests.letters.real_letter import long_document
from tests.servers import ROOT, database_for, free_port
from tests.stack import broker_program

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")


def wait_for(happened: Callable[[], Any], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


@contextmanager
def running(line: list[str], **env: str) -> Iterator[subprocess.Popen[bytes]]:
    silent: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(line, cwd=ROOT, env={**os.environ, **env}, start_new_session=True, **silent)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


@contextmanager
def workers() -> Iterator[tuple[subprocess.Popen[bytes], Callable[[Letter], Any]]]:
    """A broker of this test's own, a worker of the letters' queue with two prefork children, and how to ask it."""
    port = free_port()
    broker = f"redis://127.0.0.1:{port}/0"
    env = {
        "REDIS_URL": broker,
        "DATABASE_URL_APPLICATION": database_for("application"),
        "HMIC_DATABASE_ROLE": "application",
        "DJANGO_SETTINGS_MODULE": "hmic_core.settings",
        "HMIC_FILES_ROOT": str(settings.STORAGES["default"]["OPTIONS"]["location"]),
    }
    line = [sys.executable, "-m", "celery", "-A", "hmic_core", "worker", "--queues", "letters", "--concurrency", "2"]
    line += ["--without-gossip", "--without-mingle", "--loglevel", "ERROR"]
    with (
        running([broker_program(), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]),
        running(line, **env) as worker,
        Connection(broker) as connected,
    ):
        yield worker, lambda letter: tasks.render.apply_async((str(letter.pk), "draft"), connection=connected)


def a_long_letter(letter: Letter) -> None:
    """So long that there is time to kill who renders it."""
    made = long_document(150)
    letter.content, letter.content_hash = building.to_json(made), building.content_hash(made)
    letter.save()


@pytest.mark.stack
@pytest.mark.django_db(transaction=True)
def test_killed_in_mid_render_the_letter_is_rendered_once_by_the_next() -> None:
    cast = make_cast()
    letter = assembled(cast)
    a_long_letter(letter)
    with workers() as (worker, ask):
        ask(letter)
        ask(letter)
        wait_for(lambda: _rendering(letter))
        for child in psutil.Process(worker.pid).children(recursive=True):
            child.kill()
        assert not Rendition.objects.exists()
        ask(letter)  # as `render_missing` does every ten seconds
        wait_for(Rendition.objects.exists, 120)
        wait_for(lambda: not _rendering(letter))
    assert Rendition.objects.count() == 1
    assert AuditEntry.objects.filter(action="letter:rendered").count() == 1


def _rendering(letter: Letter) -> bool:
    """Whether some session holds the letter's lock."""
    number = int(renditions.key_of(letter, Variant.DRAFT)[:15], 16)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND (classid::bigint << 32) + objid::bigint = %s",
            [number],
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.stack
@pytest.mark.django_db(transaction=True)
def test_one_bad_letter_never_stops_the_others() -> None:
    cast = make_cast()
    good = assembled(cast)
    bad = rows.letter(cast, cast.kent, good.release, {**good.content, "schema": 1, "subject": "Tom\u0001"})
    third = rows.letter(cast, cast.nottinghamshire, good.release, {**good.content, "subject": "Third"})
    with workers() as (_, ask):
        for letter in (bad, good, third):
            ask(letter)
        wait_for(lambda: Rendition.objects.count() == 2)
    assert {each.letter_id for each in Rendition.objects.all()} == {good.pk, third.pk}


class TestFailing:
    def test_a_failed_letter_waits_for_a_person_and_is_retried_alone(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        letter = signed(cast)
        renditions.rendition(letter, Variant.FINAL)
        monkeypatch.setattr(printing, "render_pdf", lambda *_: _raise(SoftTimeLimitExceeded()))
        tasks.render(str(letter.pk), "embargoed")
        assert renditions.problem(letter, Variant.EMBARGOED) == renditions.TOO_SLOW
        asked: list[Any] = []
        monkeypatch.setattr(tasks.render, "apply_async", lambda args, *_, **__: asked.append(args))
        assert rendering.ensure_renditions(letter.release) == 0
        assert asked == []
        assert rendering.retry_failed(letter.release) == 1
        assert renditions.problem(letter, Variant.EMBARGOED) == ""
        assert rendering.ensure_renditions(letter.release) == 1

    def test_a_renderer_that_dies_is_not_asked_for_ever(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        letter = assembled(cast)
        died = [0]

        def die(*_: Any) -> bytes:
            died[0] += 1
            raise KeyboardInterrupt

        monkeypatch.setattr(printing, "render_pdf", die)
        for _ in range(renditions.MAX_ATTEMPTS):
            with pytest.raises(KeyboardInterrupt):
                renditions.rendition(letter, Variant.DRAFT)
        tasks.render(str(letter.pk), "draft")
        assert died == [renditions.MAX_ATTEMPTS]
        assert "ended 3 times" in renditions.problem(letter, Variant.DRAFT)

    def test_the_list_says_how_far_it_is_wherever_it_is_opened(self, cast: Cast) -> None:
        letter = assembled(cast)
        address = reverse("letters:letter-progress", args=[cast.inspection.slug])
        client = signed_in(cast.lead_inspector)
        assert "0 of 1 PDFs are ready" in client.get(address).content.decode()
        renditions.remember_problem(letter, Variant.DRAFT, renditions.TOO_SLOW)
        assert "1 could not be made" in client.get(address).content.decode()
        page = client.get(reverse("letters:letter-list", args=[cast.inspection.slug])).content.decode()
        assert "longer than 30 seconds" in page
        client.post(reverse("letters:letter-retry", args=[cast.inspection.slug]))
        renditions.rendition(letter, Variant.DRAFT)
        assert "1 of 1 PDFs are ready" in signed_in(cast.admin).get(address).content.decode()


def _raise(error: Exception) -> bytes:
    raise error


def test_limits_are_set() -> None:
    assert tasks.render.soft_time_limit == 30
    assert settings.CELERY_WORKER_MAX_MEMORY_PER_CHILD <= 1_000_000
    assert settings.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
    assert building.MAX_FINDINGS == 400
