"""The owner of the tables can log in while they are prepared, and at no other time (hmic_core/database_admin.py)."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _runner.paths import ROOT
from _runner.say import Failure

ADMIN = "DATABASE_URL_ADMIN"


@contextmanager
def owner_at_work(admin: str, owner: str, python: Path) -> Iterator[None]:
    """Let the owner log in until the block ends. Without an administrator's address its login stays as it is."""
    if admin:
        ask("open", admin, owner, python)
    try:
        yield
    finally:
        if admin:
            ask("close", admin, owner, python)


def ask(action: str, admin: str, owner: str, python: Path, *more: str) -> None:
    """`open` or `close`; raises Failure with the server's words."""
    command = [str(python), "-m", "hmic_core.database_admin", action, *more]
    # By the environment: every user of the machine can read a command line.
    variables = {**os.environ, ADMIN: admin, "DATABASE_URL": owner}
    result = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    if result.returncode:
        raise Failure(f"The owner’s login could not be changed ({result.stderr.strip()[-300:]}): check {ADMIN}.")
