"""The first public response is asked for over HTTP, written down once, and compared with the frozen bytes."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from hmic_core import files
from hmic_core.audit import Action
from hmic_core.models import AuditEntry
from inspections.models import Release
from publication.evidence import first_response, proof
from tests import rows
from tests.cast import Cast
from tests.publication import ground

pytestmark = pytest.mark.django_db
FROZEN = b"%PDF-1.7 as it was locked for publication"


@contextmanager
def website(settings: Any, status: int, body: bytes) -> Iterator[list[str]]:
    """A site that answers everything alike; what it was asked for."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *about: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.WEBSITE_URL = f"http://127.0.0.1:{server.server_port}"
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def opened(cast: Cast) -> Release:
    """Approved, and its instant was a moment ago. Recorded by nobody yet."""
    made = rows.release(cast, "approved")
    rows.item(made, "report", {}, file_hash=files.digest(FROZEN))
    return ground.move(made, -2)


def entries(release: Release) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=Action.RELEASE_ANSWERED, subject_id=str(release.pk)))


def test_the_first_answer_is_written_down_once(opened: Release, settings: Any) -> None:
    assert first_response.awaited() == [opened]
    with website(settings, 200, FROZEN) as asked:
        assert first_response.ask(opened)
        assert not first_response.ask(opened), "another worker that asked at the same time"
    assert asked[0].endswith("/report.pdf")
    (entry,) = entries(opened)
    assert entry.facts["as_frozen"]
    assert entry.facts["late_seconds"] >= 2
    assert first_response.awaited() == []
    first = proof.of(opened)["first_response"]
    assert (first["at"], first["path"], first["as_frozen"]) == (entry.at, asked[0], True)


def test_other_bytes_than_the_frozen_ones_are_said_to_be_other(opened: Release, settings: Any) -> None:
    with website(settings, 200, b"something else"):
        first_response.ask(opened)
    assert [entry.facts["as_frozen"] for entry in entries(opened)] == [False]


def test_while_nothing_answers_it_is_asked_for_again(opened: Release, settings: Any) -> None:
    with website(settings, 404, b""):
        assert not first_response.ask(opened)
    settings.WEBSITE_URL = "http://127.0.0.1:9"
    with pytest.raises((OSError, http.client.HTTPException)):
        first_response.ask(opened)
    assert entries(opened) == []
    assert first_response.awaited() == [opened]


@pytest.mark.parametrize("seconds", [600, -7200])
def test_nothing_is_asked_for_before_its_instant_or_long_after(cast: Cast, seconds: int) -> None:
    ground.move(rows.release(cast, "approved"), seconds)
    assert first_response.awaited() == []


def test_another_installations_release_is_not_asked_for(opened: Release) -> None:
    Release.objects.filter(pk=opened.pk).update(approved_installation="elsewhere")
    assert first_response.awaited() == []
