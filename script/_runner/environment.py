"""The environment of each kind of process. A process gets its own database role's address and no other."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from _runner import native, ports
from _runner.paths import PYTHON, ROOT
from _runner.say import Failure

#: Taken out of what the caller's shell gives, then given to each process by its role.
_GUARDED = (
    "DATABASE_URL",
    "DATABASE_URL_ADMIN",
    "DATABASE_URL_APPLICATION",
    "DATABASE_URL_WEBSITE",
    "HMIC_DATABASE_ROLE",
    "HMIC_FILES_ROOT",
    "REDIS_URL",
    "SECRET_KEY",
    "DJANGO_SETTINGS_MODULE",
    "PYTHONPATH",
    "PYTHONHOME",
)
_ROLES = ("owner", "application", "website")


@dataclass(frozen=True)
class Addresses:
    """Where things are for this run. `databases` maps owner, application and website to their addresses."""

    databases: dict[str, str]
    broker: str
    website: str
    workspace: str
    #: The database server's administrator, where the runner knows one. No process of the product is given it.
    admin: str = ""


@dataclass(frozen=True)
class Settings:
    """What is the same for every process of this run."""

    files: Path
    secret_key: str
    installation: str
    demonstration: bool = True


def common(settings: Settings, addresses: Addresses) -> dict[str, str]:
    """The caller's environment without anything that names a database role, and the run's settings."""
    inherited = {name: value for name, value in os.environ.items() if name not in _GUARDED}
    inherited |= native.environment()
    inherited |= {
        "PYTHONUNBUFFERED": "1",
        "HMIC_INSTALLATION": os.environ.get("HMIC_INSTALLATION", settings.installation),
        "HMIC_WEBSITE_URL": addresses.website,
        "HMIC_WORKSPACE_URL": addresses.workspace,
    }
    if settings.demonstration:
        inherited["HMIC_DEMO"] = "1"
        inherited.setdefault("HMIC_MIN_LEAD_SECONDS", "60")
        inherited.setdefault("HMIC_FREEZE_SECONDS", "10")
    return inherited


def workspace(settings: Settings, addresses: Addresses, role: str = "application") -> dict[str, str]:
    """For the workspace, workers, schedules and commands. Only the owner's role sees every address."""
    environment = common(settings, addresses) | {
        "DJANGO_SETTINGS_MODULE": "hmic_core.settings",
        "HMIC_DATABASE_ROLE": role,
        "DATABASE_URL_APPLICATION": addresses.databases["application"],
        "HMIC_FILES_ROOT": str(settings.files),
        "REDIS_URL": addresses.broker,
        "SECRET_KEY": os.environ.get("SECRET_KEY", settings.secret_key),
    }
    if role == "owner":
        environment["DATABASE_URL"] = addresses.databases["owner"]
        environment["DATABASE_URL_WEBSITE"] = addresses.databases["website"]
    return environment


def website(settings: Settings, addresses: Addresses) -> dict[str, str]:
    """For the public website: one address, of the role that can only read what is public. No broker, no key, no
    folder of files: what is public is in the database."""
    return common(settings, addresses) | {
        "DJANGO_SETTINGS_MODULE": "hmic_core.settings_website",
        "DATABASE_URL_WEBSITE": addresses.databases["website"],
    }


def database_addresses(owner: str) -> dict[str, str]:
    """The three roles' addresses: those given, else derived by the product's own rule (hmic_core/database.py)."""
    program = (
        "import json; from hmic_core.database import role_url; "
        f"print(json.dumps({{role: role_url(role) for role in {_ROLES!r}}}))"
    )
    result = subprocess.run(
        [PYTHON, "-c", program],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": owner},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        words = result.stderr.strip().splitlines()
        raise Failure(f"DATABASE_URL cannot be used ({words[-1] if words else 'no reason given'}): check it.")
    return dict(json.loads(result.stdout))


def require_answer(name: str, url: str, default_port: int) -> None:
    """Raise Failure when the server of a given address does not answer, without printing its password."""
    parts = urlsplit(url)
    host, port = parts.hostname or ports.LOOPBACK, parts.port or default_port
    if not ports.answers(host, port, seconds=5):
        raise Failure(f"Nothing answers at {host}:{port}, which {name} names: start that server or unset {name}.")
