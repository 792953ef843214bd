"""The whole service for a test: workspace, website, both workers, beat and the second trigger, as real processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from django.conf import settings

from tests.servers import ROOT, Server, database_for, website, workspace

CELERY = [sys.executable, "-m", "celery", "-A", "hmic_core"]
PARTS = {
    "worker": [
        *CELERY,
        "worker",
        "-Q",
        "letters,default",
        "-c",
        "1",
        "-n",
        "worker@%h",
        "--without-gossip",
        "--without-mingle",
    ],
    "release-worker": [
        *CELERY,
        "worker",
        "-Q",
        "release",
        "-c",
        "1",
        "-n",
        "release@%h",
        "--without-gossip",
        "--without-mingle",
    ],
    "beat": [*CELERY, "beat", "--pidfile="],
    "trigger": [sys.executable, "manage.py", "release_due", "--loop"],
}


@dataclass
class Stack:
    """The running parts, by name. `kill` is kill -9."""

    workspace: Server
    website: Server
    env: dict[str, str]
    schedule: str
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        extra = ["--schedule", self.schedule] if name == "beat" else []
        self.parts[name] = subprocess.Popen(
            [*PARTS[name], *extra],
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

    def kill_all(self) -> None:
        for name in list(self.parts):
            self.kill(name)


@contextmanager
def running_stack(schedule: str, *, parts: tuple[str, ...] = tuple(PARTS)) -> Iterator[Stack]:
    """Start everything against the test's database and broker; nothing is left running afterwards."""
    with ExitStack() as servers:
        public = servers.enter_context(website())
        private = servers.enter_context(workspace(HMIC_WEBSITE_URL=public.url))
        env = {
            **os.environ,
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
