"""What is stopped and not dead: broker, mail server, virus scanner and file store that take a question and say nothing.

No page waits for them longer than two seconds, and the work is done once they are back.
"""

import contextlib
import os
import socket
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from archive.models import ImportFile
from hmic_core import files, notices, uploads
from hmic_core.asking import BROKER
from hmic_core.models import Notice, QueuedMail
from tests.cast import Cast, make_cast
from tests.conftest import signed_in
from tests.publication.ground import REAL
from tests.servers import Server
from tests.stack import running_stack

#: Each silence lasts for as long as somebody waits for it: what comes back at all has not waited. A busy machine may
#: take long for everything else; that none of the limits reaches two seconds is a test of its own.
AT_MOST = 30.0


@pytest.fixture(autouse=True)
def _asks_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What one test found silent is asked again by the next."""
    monkeypatch.setattr(files.STORE, "seconds", 1.5)
    yield
    files.STORE.forget()
    uploads.SCANNER.forget()


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """Takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def asked(server: socket.socket) -> int:
    """How many connections were made since one asked last."""
    number = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            number += 1
    return number


def test_none_of_them_may_take_two_seconds() -> None:
    with_connecting = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert max(BROKER.seconds, files.STORE.seconds, uploads.SCANNER.seconds) < 2
    assert max(with_connecting["socket_timeout"], with_connecting["socket_connect_timeout"]) < 2
    assert 0 < settings.EMAIL_TIMEOUT < settings.CELERY_TASK_SOFT_TIME_LIMIT


def seconds_of(action: Any) -> float:
    began = time.monotonic()
    action()
    return time.monotonic() - began


def wait_for(what: Any, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.2)


def upload(server: Server, who: Any, letters: list[tuple[str, bytes]]) -> str:
    """Send several letters together as a browser does; the address of the page that answers."""
    token, edge = "t" * 32, uuid.uuid4().hex
    session = signed_in(who).session.session_key
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'.encode()]
    for name, data in letters:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="letter"; filename="{name}"\r\n'
        parts += [f"{head}Content-Type: text/plain\r\n\r\n".encode(), data, b"\r\n"]
    headers = {
        "Content-Type": f"multipart/form-data; boundary={edge}",
        "Cookie": f"session={session}; csrftoken={token}",
        "Referer": f"{server.url}/imports/",
        "Origin": server.url,
    }
    body = b"".join([*parts, f"--{edge}--\r\n".encode()])
    request = urllib.request.Request(f"{server.url}/imports/", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return f"{answer.url} {answer.read().decode()}"


@pytest.mark.stack
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("files_in_a_temporary_folder")
def test_a_stopped_broker_holds_no_page_and_loses_no_work(tmp_path: Path) -> None:
    cast = make_cast()
    letters = [(f"letter-{number}.txt", REAL.read_bytes() + b"\n" * number) for number in range(3)]
    parts = ("broker", "worker", "beat")
    with running_stack(str(tmp_path / "schedule"), parts=parts) as stack:
        page = ""
        with stack.silent("broker"):
            began = time.monotonic()
            page = upload(stack.workspace, cast.admin, letters)
            assert time.monotonic() - began < AT_MOST
            assert "will be read when the workers are back" in page
            time.sleep(5)
        wait_for(lambda: not ImportFile.objects.exclude(state=ImportFile.State.READ).exists(), 90)
    assert ImportFile.objects.count() == 3


def test_a_silent_mail_server_costs_no_attempt_and_no_page(
    cast: Cast, settings: Any, silent_server: socket.socket
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    (settings.EMAIL_HOST, settings.EMAIL_PORT), settings.EMAIL_TIMEOUT = silent_server.getsockname(), 1
    cast.inspector.set_password("a long enough password")
    cast.inspector.save()
    for number in range(5):
        notices.queue(cast.inspector, f"reminder:{number}", subject="Subject", body="A sentence.", link="/")
    Client().post("/accounts/password/reset/", {"email": cast.inspector.email})
    assert asked(silent_server) == 0
    assert seconds_of(notices.deliver) < AT_MOST
    assert asked(silent_server) == 1
    assert {each.attempts for each in Notice.objects.all()} == {0}

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert notices.deliver() == 5
    assert len(mail.outbox) == 6
    assert any("/password/reset/key/" in str(sent.body) for sent in mail.outbox)
    # A link to a new password is not kept once it is sent.
    assert not QueuedMail.objects.exists()


def test_ten_files_do_not_wait_ten_times_for_a_silent_scanner(settings: Any, silent_server: socket.socket) -> None:
    settings.CLAMD = "{}:{}".format(*silent_server.getsockname())

    def examine_ten() -> None:
        for number in range(10):
            with pytest.raises(uploads.Refused, match="does not answer"):
                uploads.examine(b"words", f"{number}.txt")

    assert seconds_of(examine_ten) < AT_MOST
    assert asked(silent_server) < 10


@pytest.mark.usefixtures("files_in_a_temporary_folder")
def test_a_silent_file_store_is_said_and_asked_again(cast: Cast, settings: Any) -> None:
    kept = files.store(b"words", "words.txt", "text/plain", cast.inspector)
    path = Path(settings.STORAGES["default"]["OPTIONS"]["location"]) / kept.key
    path.unlink()
    os.mkfifo(path)  # opening it waits for a writer that never comes, as a share that is gone does

    def read_twice() -> None:
        for _ in range(2):
            with pytest.raises(files.StoreAway, match="does not answer"):
                files.read(kept.key)

    assert seconds_of(read_twice) < AT_MOST
    path.unlink()
    path.write_bytes(b"words")
    files.STORE.forget()
    assert files.read(kept.key) == b"words"
