"""Keeps the processes of one run alive, and stops them all within ten seconds."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from _runner import say
from _runner.paths import Data, disk_failure
from _runner.processes import Service, launch
from _runner.say import Failure
from _runner.state import remember_processes

#: Seconds for the product's processes, then for the servers below them. Together under ten.
_PATIENCE = 5.0
_FOUNDATION_PATIENCE = 3.0
_LONGEST_PAUSE = 30.0
#: A process that ran this long and then ended is started again at once.
_STEADY = 60.0
_LARGEST_LOG = 20 * 1024 * 1024


class Stopped(Exception):
    """Somebody asked the runner to stop."""


@dataclass
class _Child:
    service: Service
    process: subprocess.Popen[bytes]
    log: IO[bytes]
    started: float
    ended_often: int = 0
    start_again_at: float | None = None


class Supervisor:
    """The children of this run. Use as a context: leaving it stops every one of them."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._children: dict[str, _Child] = {}

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, service: Service) -> None:
        """Start a process; raises Failure where its program is missing or its log cannot be written."""
        log = self._open_log(service.name)
        try:
            process = launch(service, log)
        except (OSError, subprocess.SubprocessError) as error:
            raise Failure(
                f"{service.name} could not be started ({error}): run script/setup and start again."
            ) from error
        self._children[service.name] = _Child(service, process, log, time.monotonic())
        self._remember()

    def wait_for(self, name: str, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until a process is ready; raises Failure with the last words of its log."""
        until = time.monotonic() + seconds
        while not ready():
            child = self._children.get(name)
            if child and child.service.foundation and child.process.poll() is not None:
                raise Failure(f"{name} ended at once: {self.last_words(name)}")
            if time.monotonic() > until:
                raise Failure(f"{name} was not ready within {seconds:.0f} s: {self.last_words(name)}")
            self.look()
            time.sleep(0.1)

    def watch(self) -> None:
        """Look after the children until a signal raises Stopped."""
        while True:
            self.look()
            time.sleep(0.2)

    def look(self) -> None:
        """Start again what has ended, with a pause that doubles as long as it keeps ending."""
        now = time.monotonic()
        for child in self._children.values():
            if child.start_again_at is None and child.process.poll() is not None:
                self._plan_restart(child, now)
            if child.start_again_at is not None and now >= child.start_again_at:
                child.start_again_at = None
                child.process = launch(child.service, child.log)
                child.started = now
                self._remember()

    def last_words(self, name: str) -> str:
        """The log's last line that says something, and where the log is."""
        path = self._data.logs / f"{name}.log"
        try:
            lines = [text.strip() for text in path.read_text(errors="replace").splitlines()[-40:] if text.strip()]
        except OSError:
            lines = []
        return f"“{lines[-1][:300] if lines else 'it said nothing'}”; see {path}."

    def stop(self) -> None:
        """Ask every child to stop, the servers last; end those that do not."""
        for foundation, patience in ((False, _PATIENCE), (True, _FOUNDATION_PATIENCE)):
            chosen = [child for child in self._children.values() if child.service.foundation == foundation]
            for child in chosen:
                child.start_again_at = None
                _tell(child, child.service.stop_signal)
            _wait(chosen, patience)
            for child in chosen:
                _tell_group(child, signal.SIGKILL)
            _wait(chosen, 0.5)
            for child in chosen:
                child.log.close()
        self._children = {}
        (self._data.run / "processes.json").unlink(missing_ok=True)

    def _plan_restart(self, child: _Child, now: float) -> None:
        # A killed parent may have left children of its own.
        _tell_group(child, signal.SIGKILL)
        steady = now - child.started > _STEADY
        child.ended_often = 0 if steady else child.ended_often + 1
        pause = 0.0 if steady else min(2.0 ** (child.ended_often - 1), _LONGEST_PAUSE)
        child.start_again_at = now + pause
        code = child.process.returncode
        text = f"{child.service.name} ended (exit {code}); starting it again in {pause:.0f} s."
        say.line(f"  {text} Its log: {self._data.logs / child.service.name}.log")
        with open(self._data.logs / "runner.log", "a") as log:
            log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {text}\n")

    def _open_log(self, name: str) -> IO[bytes]:
        path = self._data.logs / f"{name}.log"
        try:
            if path.exists() and path.stat().st_size > _LARGEST_LOG:
                path.replace(path.with_suffix(".log.1"))
            return open(path, "ab", buffering=0)
        except OSError as error:
            raise disk_failure(error, path) from error

    def _remember(self) -> None:
        remember_processes(self._data, {name: child.process.pid for name, child in self._children.items()})


def stop_on_signals() -> None:
    """Let Ctrl-C and SIGTERM raise Stopped, once: while everything stops, a second one is ignored."""

    def stop(number: int, _frame: object) -> None:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)
        raise Stopped(signal.Signals(number).name)

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, stop)


def _wait(children: list[_Child], seconds: float) -> None:
    until = time.monotonic() + seconds
    while any(child.process.poll() is None for child in children) and time.monotonic() < until:
        time.sleep(0.05)


def _tell(child: _Child, sign: signal.Signals) -> None:
    if child.process.poll() is None:
        child.process.send_signal(sign)


def _tell_group(child: _Child, sign: signal.Signals) -> None:
    """The whole session of a child, so that no grandchild is left over."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, sign)
