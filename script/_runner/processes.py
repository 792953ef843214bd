"""Starting one process so that it never outlives the runner, and clearing away one that did."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from _runner.paths import Account

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


@dataclass(frozen=True)
class Service:
    """A process that the runner keeps alive."""

    name: str
    command: list[str]
    environment: dict[str, str]
    folder: Path
    #: Sent to ask it to stop, and by the kernel when the runner is killed.
    stop_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None
    #: Servers that others need are stopped after the others.
    foundation: bool = field(default=False)


def become(account: Account | None, death_signal: signal.Signals | None) -> Callable[[], None]:
    """What a child does before it becomes the program: drop to the account, and die with its parent.

    The order matters: a change of user clears the death signal.
    """
    parent = os.getpid()

    def prepare() -> None:
        if account:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
            os.umask(0o077)
        if _LIBC and death_signal:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def launch(service: Service, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the process in a session of its own: the terminal's Ctrl-C reaches the runner alone."""
    return subprocess.Popen(
        service.command,
        env=service.environment,
        cwd=service.folder,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=become(service.account, service.stop_signal),
    )


def born(pid: int) -> str:
    """When a process began, which with its number names it for ever; empty when it does not run (a zombie does not).

    Its command line would not do: a child that was only just started still has its parent's, or none.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return _born_by_ps(pid)
    return "" if fields[0] == "Z" else f"{boot} {fields[19]}"


def _born_by_ps(pid: int) -> str:
    """The same on machines without /proc; empty without ps too."""
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    try:
        text = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""
    state, _, rest = text.partition(" ")
    return "" if state.startswith("Z") else rest.strip()


def describe(pid: int) -> str:
    """The start time and command line of a process; empty when it does not run (a zombie does not)."""
    command = ["ps", "-o", "stat=,lstart=,command=", "-p", str(pid)]
    try:
        text = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return _describe_by_proc(pid)
    state, _, rest = text.partition(" ")
    return "" if state.startswith("Z") else rest.strip()


def end_group(pid: int, known_as: str, patience: float = 4.0) -> bool:
    """End a process group of an earlier run, if the process is still the one that `born` told of then."""
    if not known_as or born(pid) != known_as:
        return False
    for sign in (signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL):
        _signal_group(pid, sign)
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if born(pid) != known_as:
                return True
            time.sleep(0.1)
    return True


def _signal_group(pid: int, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, sign)


def _describe_by_proc(pid: int) -> str:
    """The same from /proc, for machines without ps."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else f"{fields[19]} {words}"
