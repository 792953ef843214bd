"""Who uses a data folder: a lock that dies with its holder, and what the holder told of itself."""

import fcntl
import json
import time
from types import TracebackType
from typing import IO, Any

from _runner import processes
from _runner.paths import Data, disk_failure
from _runner.secretbox import write_private


class Busy(Exception):
    """Another runner holds the folder."""


class Hold:
    """The right to use a data folder. The kernel releases it when the runner ends, however it ends."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self._handle: IO[str] | None = None

    def take(self, patience: float = 0.0) -> "Hold":
        """Take the folder, waiting up to `patience` seconds; raises Busy."""
        try:
            handle = open(self.data.run / "lock", "a")  # noqa: SIM115 - held for as long as the folder is ours
        except OSError as error:
            raise disk_failure(error, self.data.folder) from error
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    handle.close()
                    raise Busy from None
                time.sleep(0.2)
        self._handle = handle
        return self

    def __enter__(self) -> "Hold":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._handle:
            self._handle.close()
            self._handle = None


def write(data: Data, facts: dict[str, Any]) -> None:
    """Publish what other commands need to know of the running server (it holds passwords: owner only)."""
    write_private(data.run / "server.json", json.dumps(facts, indent=1))


def read(data: Data) -> dict[str, Any]:
    """What the running server told of itself; empty when it told nothing."""
    try:
        return dict(json.loads((data.run / "server.json").read_text()))
    except (OSError, ValueError):
        return {}


def clear(data: Data) -> None:
    """Forget the running server."""
    (data.run / "server.json").unlink(missing_ok=True)


def remember_processes(data: Data, pids: dict[str, int]) -> None:
    """Note the children, so that a run after a kill finds those that outlived it (macOS has no death signal)."""
    told = {name: [pid, processes.born(pid)] for name, pid in pids.items()}
    write_private(data.run / "processes.json", json.dumps(told))


def end_orphans(data: Data) -> list[str]:
    """End the children of a runner that was killed; returns their names. Only for the folder's holder."""
    path = data.run / "processes.json"
    try:
        told = json.loads(path.read_text())
        ended = [name for name, (pid, known_as) in told.items() if processes.end_group(pid, known_as)]
    except (OSError, ValueError):
        return []
    path.unlink(missing_ok=True)
    return ended
