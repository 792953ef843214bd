"""Passwords and keys of one data folder: made once, kept for their owner only."""

import json
import os
import secrets
from pathlib import Path

from _runner.paths import Data, disk_failure

_NAMES = ("postgres", "owner", "valkey", "secret_key", "installation")


def load(data: Data) -> dict[str, str]:
    """The secrets of this folder, made at the first call."""
    path = data.run / "secrets.json"
    try:
        known = json.loads(path.read_text())
        if all(name in known for name in _NAMES):
            return dict(known)
    except (OSError, ValueError):
        pass
    made = {name: secrets.token_urlsafe(32) for name in _NAMES}
    made["installation"] = f"private-{secrets.token_hex(6)}"
    write_private(path, json.dumps(made, indent=1))
    return made


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    unfinished = path.with_name(path.name + ".new")
    try:
        unfinished.unlink(missing_ok=True)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            # A power cut must not leave a cluster without its passwords.
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise disk_failure(error, path) from error
