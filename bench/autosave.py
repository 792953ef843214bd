"""Autosaves per second against a bare authenticated POST that writes one row, in the same server, A B A B …

Both are sent by the same clients with the same session and token. The bare one (`bench/urls_autosave.py`) goes through
the same middleware and inserts one row.
"""

import http.client
import os
import subprocess
import sys
import threading
import time
import uuid
from functools import cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from _runner import services
from django.conf import settings
from django.test import Client

from bench.harness import Figure, interleaved, ratio
from findings import workflow
from tests.cast import Cast, make_cast
from tests.servers import ROOT, Server, database_for, free_port

CLIENTS = 4
GOAL = 0.5


@cache
def cast_of_the_bench() -> Cast:
    """One cast for all the benchmarks of one run: they share a database."""
    return make_cast()


def run(short: bool) -> list[Figure]:
    cast = cast_of_the_bench()
    posts, rounds = (60, 5) if short else (400, 9)
    process, server = _start()
    try:
        session = Client()
        session.force_login(cast.inspector, backend="allauth.account.auth_backends.AuthenticationBackend")
        cookie = f"{settings.SESSION_COOKIE_NAME}={session.session.session_key}; {settings.CSRF_COOKIE_NAME}={'t' * 32}"
        targets = [_target(cast) for _ in range(CLIENTS)]
        seconds = interleaved(
            rounds,
            autosave=lambda: _all(server, cookie, posts, targets),
            bare=lambda: _all(server, cookie, posts, [("/bench/bare/", "")] * CLIENTS),
        )
    finally:
        process.terminate()
        process.wait(timeout=15)
    sent = posts * CLIENTS
    rates = {name: sorted(sent / each for each in times)[len(times) // 2] for name, times in seconds.items()}
    share = ratio(seconds["bare"], seconds["autosave"])
    return [
        Figure("autosaves a second, median", f"{rates['autosave']:.0f}", "", None, "the goal is the ratio"),
        Figure("bare POSTs a second, median", f"{rates['bare']:.0f}", "", None, "the goal is the ratio"),
        Figure("autosave : bare POST", f"{share:.2f}", f"≥ {GOAL}", share >= GOAL),
    ]


def _start() -> tuple[subprocess.Popen[bytes], Server]:
    port = free_port()
    env = {
        **os.environ,
        "DATABASE_URL_APPLICATION": database_for("application"),
        "HMIC_DATABASE_ROLE": "application",
        "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "bench.settings_autosave",
        "PYTHONPATH": str(ROOT),
    }
    line = services.command("workspace", Path(sys.executable), f"127.0.0.1:{port}", Path(os.devnull))
    process = subprocess.Popen(line, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = Server(f"http://localhost:{port}")
    for _ in range(600):
        try:
            if server.get("/accounts/login/").status == 200:
                return process, server
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _target(cast: Cast) -> tuple[str, str]:
    """One finding with its own working copy for each client: address and identifier."""
    finding = workflow.draft_finding(
        inspection=cast.inspection,
        force=cast.northamptonshire,
        theme=cast.themes[0],
        text="The force",
        kind="finding",
        basis="",
        by=cast.inspector,
    )
    return f"/inspections/findings/{finding.pk}/keep/", str(uuid.uuid4())


def _all(server: Server, cookie: str, posts: int, targets: list[tuple[str, str]]) -> None:
    failed: list[int] = []
    threads = [threading.Thread(target=_send, args=(server, cookie, posts, *each, failed)) for each in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"answered {failed[0]}")


def _send(server: Server, cookie: str, posts: int, path: str, copy: str, failed: list[int]) -> None:
    host = urlsplit(server.url)
    connection = http.client.HTTPConnection(host.hostname or "", host.port)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    words = "A sentence of a finding as somebody types it, some two hundred letters long or so. " * 3
    for _ in range(posts):
        fields = {"csrfmiddlewaretoken": "t" * 32, "copy": copy or uuid.uuid4(), "text": words, "version": 1}
        fields |= {"tab": "bench", "stroke": time.monotonic_ns() // 1_000_000 % 2_000_000_000, "kind": "finding"}
        connection.request("POST", path, urlencode(fields), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            failed.append(answer.status)
            return
    connection.close()
