"""`script/service NAME`: become one of the product's processes, as each container of docker-compose.yml does.

Everything comes from the environment: the database address of the process's role, REDIS_URL, SECRET_KEY, and HMIC_BIND
(HOST:PORT) for the two web servers. Nothing is installed and nothing is supervised here.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from _runner import ownership, paths, services
from _runner.say import Failure

PREPARE = "prepare"


def main(arguments: list[str]) -> int:
    """Replace this process by the named one; `prepare` brings the database up to date instead and returns."""
    name = arguments[0] if len(arguments) == 1 else ""
    os.chdir(paths.ROOT)
    if name == PREPARE:
        return _prepare()
    if name in services.NAMES:
        _become(name)
    raise Failure(f"Name one of {', '.join((*services.NAMES, PREPARE))}.")


def process(name: str) -> list[str]:
    """The command line, by the same home as script/server."""
    default = "127.0.0.1:8000" if name == services.WEBSITE else "127.0.0.1:8001"
    schedule = Path(os.environ.get("TMPDIR", "/tmp")) / "beat-schedule"
    return services.command(name, _python(), os.environ.get("HMIC_BIND", default), schedule)


def _become(name: str) -> NoReturn:
    command = process(name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", services.settings_module(name))
    os.execv(command[0], command)


def _prepare() -> int:
    """As the owner, who can log in meanwhile and not afterwards, where DATABASE_URL_ADMIN is given."""
    admin = os.environ.pop(ownership.ADMIN, "")
    with ownership.owner_at_work(admin, os.environ.get("DATABASE_URL", ""), _python()):
        for arguments in services.PREPARATION:
            code = subprocess.run([str(_python()), "manage.py", *arguments], check=False).returncode
            if code:
                return code
    return 0


def _python() -> Path:
    return paths.PYTHON if paths.PYTHON.exists() else Path(sys.executable)
