"""Free and taken ports on 127.0.0.1."""

import socket
import time
from pathlib import Path

from _runner.say import Failure

LOOPBACK = "127.0.0.1"


def free() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def kept(path: Path) -> int:
    """The port noted in a file, if it is still free, else a free one that is noted there for the next time."""
    try:
        port = int(path.read_text())
        if 1024 <= port <= 65535 and not taken(port):
            return port
    except (OSError, ValueError):
        pass
    port = free()
    path.write_text(str(port))
    return port


def taken(port: int) -> bool:
    """Whether something else listens on the port."""
    with socket.socket() as probe:
        # As the servers do: a port in TIME_WAIT is not taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def require(port: int, what: str) -> None:
    """Raise Failure, with the remedy, when the port is taken or may not be used."""
    if not 1024 <= port <= 65534:
        raise Failure(f"Port {port} cannot be used for {what}: choose --port between 1024 and 65533.")
    if taken(port):
        raise Failure(f"Port {port}, for {what}, is taken by another program: stop that, or choose another --port.")


def answers(host: str, port: int, seconds: float = 2.0) -> bool:
    """Whether something accepts a connection there within `seconds`."""
    until = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection((host, port), timeout=max(0.2, until - time.monotonic())):
                return True
        except OSError:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
