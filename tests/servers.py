"""Real web servers for tests: their own process, their own database role, the test's database."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from _runner import services
from django.conf import settings
from django.db import connection

from hmic_core.database import role_url

ONE_WORKER = {"HMIC_WORKSPACE_WORKERS": "1", "HMIC_WEBSITE_WORKERS": "1"}
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Answer:
    """What a server said, all of it."""

    status: int
    headers: dict[str, str]
    body: bytes
    raw_headers: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True)
class Server:
    """A running server: `get` asks it something."""

    url: str

    def get(self, path: str, *, method: str = "GET", headers: dict[str, str] | None = None) -> Answer:
        request = urllib.request.Request(self.url + path, method=method, headers=headers or {})
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=10) as response:
                return Answer(response.status, dict(response.headers), response.read(), response.getheaders())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read(), list(error.headers.items()))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


def database_for(role: str) -> str:
    """The address of the test's database as one of the three roles."""
    return urlunsplit(urlsplit(role_url(role))._replace(path="/" + str(connection.settings_dict["NAME"])))


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port


@contextmanager
def website(**extra: str) -> Iterator[Server]:
    """The public website, with nothing in its environment but its own database role."""
    env = {
        "DATABASE_URL_WEBSITE": database_for("website"),
        "DJANGO_SETTINGS_MODULE": "hmic_core.settings_website",
        **extra,
    }
    with serve("website", env) as server:
        yield server


@contextmanager
def workspace(**extra: str) -> Iterator[Server]:
    """The workspace as the application's role, addressed as localhost."""
    env = {
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "DATABASE_URL_APPLICATION": database_for("application"),
        "HMIC_DATABASE_ROLE": "application",
        "HMIC_DEMO": os.environ.get("HMIC_DEMO", "1"),
        "HMIC_MIN_LEAD_SECONDS": str(settings.MIN_LEAD_SECONDS),
        "HMIC_FREEZE_SECONDS": str(settings.FREEZE_SECONDS),
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "hmic_core.settings",
        "HMIC_FILES_ROOT": str(settings.STORAGES["default"]["OPTIONS"]["location"]),
        **extra,
    }
    with serve("workspace", env, host="localhost") as server:
        yield server


@contextmanager
def serve(name: str, env: dict[str, str], *, host: str = "127.0.0.1") -> Iterator[Server]:
    """Run one of the two web servers until the block ends, by the same command line as script/server."""
    port = free_port()
    passed_on = {
        name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH", "FONTCONFIG_FILE") if name in os.environ
    }
    log = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the server)
    process = subprocess.Popen(
        services.command(name, Path(sys.executable), f"127.0.0.1:{port}", Path(os.devnull)),
        cwd=ROOT,
        env={
            **passed_on,
            "HMIC_INSTALLATION": settings.INSTALLATION,
            "HMIC_WORKSPACE_WORKERS": "1",
            "HMIC_WEBSITE_WORKERS": "1",
            **env,
        },
        stdout=subprocess.DEVNULL,
        stderr=log,
    )
    server = Server(f"http://{host}:{port}")
    try:
        _wait_until_live(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=15)
        log.seek(0)
        print(log.read().decode(errors="replace")[-4000:])
        log.close()


def _wait_until_live(server: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered; see what it printed")
        try:
            if server.get("/health/live").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start within 30 s")
