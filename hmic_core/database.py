"""The three database roles, and how each process gets the address of its own.

* *owner* migrates. * *application* (workspace, workers) reads and writes, but can never change an audit row.
* *website* may only SELECT a few tables, under row-level security.

`DATABASE_URL` is the owner's. `DATABASE_URL_APPLICATION` and `DATABASE_URL_WEBSITE` are given, or derived: same
server and database, a user named after the owner's database, a password made from the owner's address by HMAC.
A website process needs nothing but `DATABASE_URL_WEBSITE`.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import environ
from django.core.exceptions import ImproperlyConfigured

DEFAULT_OWNER_URL = "postgresql://postgres@127.0.0.1:5432/findings"
GROUPS = {"application": "hmic_application", "website": "hmic_website"}
#: What the website's role may read. Everything it can learn is in these tables.
WEBSITE_TABLES = (
    "forces_force",
    "forces_forcename",
    "forces_place",
    "inspections_releaseitem",
    "inspections_publicfile",
    "inspections_announcement",
)
#: Who may call which function of ours. Nobody calls the others: triggers call them, whoever writes the row.
FUNCTIONS = {
    "application": (
        "inspections_public_releases()",
        "inspections_refuse(text)",
        "inspections_not_yet_findable()",
        "hmic_audit_payload(hmic_core_auditentry)",
        "hmic_with_pairs(tsvector)",
        "hmic_by_pairs(tsquery)",
        "findings_fingerprint(text)",
        "inspections_find_published(text, uuid, integer, integer, integer)",
    ),
    "website": (
        "inspections_public_releases()",
        "inspections_not_yet_findable()",
        "inspections_find_published(text, uuid, integer, integer, integer)",
    ),
}
#: What a login begins each session with, whatever program connects. `pg_temp` is named so that it comes last.
SESSION = {
    "search_path": "pg_catalog, public, pg_temp",
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
    "idle_session_timeout": "15min",
}
#: So many sessions at most. The website must not be able to take those of the workspace and the release triggers.
MOST_SESSIONS = {"application": 100, "website": 40}
#: Written once and never changed: the application may add and read.
APPEND_ONLY_TABLES = (
    "hmic_core_auditentry",
    "hmic_core_auditlink",
    "findings_revision",
    "inspections_releasechange",
    "inspections_announcement",
    "hmic_core_adoption",
    "findings_answerrevision",
)


@dataclass(frozen=True)
class Login:
    """A database user with its password, and the group whose rights it has."""

    user: str
    password: str
    group: str


def role_url(role: str) -> str:
    """The database address for `owner`, `application` or `website`; raises ImproperlyConfigured for another word."""
    if role == "owner":
        return os.environ.get("DATABASE_URL", DEFAULT_OWNER_URL)
    if role not in GROUPS:
        raise ImproperlyConfigured(f"HMIC_DATABASE_ROLE is “{role}”: use owner, application or website.")
    given = os.environ.get(f"DATABASE_URL_{role.upper()}")
    return given or _with_login(role_url("owner"), derived_login(role))


def derived_login(role: str) -> Login:
    """The login of a role: taken from its given address, else derived from the owner's."""
    given = os.environ.get(f"DATABASE_URL_{role.upper()}")
    if given:
        parts = urlsplit(given)
        return Login(parts.username or "", parts.password or "", GROUPS[role])
    owner = role_url("owner")
    name = urlsplit(owner).path.lstrip("/") or "findings"
    password = hmac.new(owner.encode(), f"hmic:{role}".encode(), hashlib.sha256).hexdigest()
    return Login(f"{name}_{role}"[:63], password, GROUPS[role])


def connection_settings(url: str, installation: str) -> dict[str, Any]:
    """Django's settings for one database address.

    The session carries the installation's name (the gate compares it, docs/embargo.md) and the time limits without
    which a frozen process would hold its locks for ever.
    """
    settings: dict[str, Any] = environ.Env.db_url_config(url)
    settings["ENGINE"] = "django.db.backends.postgresql"
    settings["CONN_MAX_AGE"] = 60
    settings["CONN_HEALTH_CHECKS"] = True
    options = {
        "hmic.installation": installation,
        "idle_in_transaction_session_timeout": "30s",
        "lock_timeout": "5s",
        "statement_timeout": "30s",
        "timezone": "UTC",
    }
    given = settings.setdefault("OPTIONS", {})
    given["options"] = " ".join(f"-c {name}={value}" for name, value in options.items())
    return settings


def _with_login(url: str, login: Login) -> str:
    parts = urlsplit(url)
    host = parts.hostname or "127.0.0.1"
    port = f":{parts.port}" if parts.port else ""
    netloc = f"{quote(login.user)}:{quote(login.password)}@{host}{port}"
    return urlunsplit(parts._replace(netloc=netloc))
