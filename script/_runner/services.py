"""The product's processes: one home for their command lines.

`script/server`, `script/service NAME` and with it `docker-compose.yml` all use these (tests/script/test_compose.py).
"""

import os
from collections.abc import Callable
from pathlib import Path

from _runner.paths import ROOT

#: In the order in which they start.
NAMES = ("workspace", "website", "worker", "release-worker", "beat", "trigger")
#: manage.py's commands that bring a database up to date, as its owner. `script/service prepare` runs them.
PREPARATION = (["migrate", "--no-input", "--verbosity", "0"], ["database_roles"])
#: The only one that serves the public, with the website's database role.
WEBSITE = "website"


def command(name: str, python: Path, bind: str, schedule: Path) -> list[str]:
    """The command line of a process.

    `bind` is HOST:PORT for the two web servers, `schedule` the file in which beat keeps when it last ran.
    Raises KeyError for an unknown name.
    """
    lines: dict[str, Callable[[], list[str]]] = {
        "workspace": lambda: _web("hmic_core.wsgi:application", bind, os.environ.get("HMIC_WORKSPACE_WORKERS", "2")),
        WEBSITE: lambda: _web("hmic_core.wsgi_website:application", bind, os.environ.get("HMIC_WEBSITE_WORKERS", "2")),
        "worker": lambda: _worker("letters,default", os.environ.get("HMIC_WORKER_PROCESSES", "1"), "worker"),
        "release-worker": lambda: _worker("release", "1", "release"),
        "beat": lambda: _celery("beat", "--schedule", str(schedule), "--pidfile="),
        "trigger": lambda: [str(ROOT / "manage.py"), "release_due", "--loop"],
    }
    return [str(python), *lines[name]()]


def settings_module(name: str) -> str:
    """The Django settings of a process."""
    return "hmic_core.settings_website" if name == WEBSITE else "hmic_core.settings"


def _web(application: str, bind: str, workers: str) -> list[str]:
    return [
        *("-m", "gunicorn", application, "--bind", bind, "--workers", workers, "--threads", "4", "--preload"),
        *("--graceful-timeout", "3", "--timeout", "60", "--no-control-socket"),
        # Heartbeats in memory: a slow disk must not look like a hung worker.
        *(("--worker-tmp-dir", "/dev/shm") if os.access("/dev/shm", os.W_OK) else ()),
    ]


def _worker(queues: str, processes: str, node: str) -> list[str]:
    # Neither gossip nor mingle: workers need nothing of one another, and start sooner without.
    return _celery(
        *("worker", "--queues", queues, "--concurrency", processes, "--hostname", f"{node}@%h"),
        *("--without-gossip", "--without-mingle"),
    )


def _celery(*words: str) -> list[str]:
    level = os.environ.get("LOG_LEVEL", "INFO")
    return ["-m", "celery", "-A", "hmic_core", *words, "--loglevel", level]
