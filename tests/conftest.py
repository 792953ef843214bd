"""The cast and the ground that every test stands on. Real PostgreSQL; nothing is mocked."""

import os

os.environ.setdefault("HMIC_DATABASE_ROLE", "owner")
os.environ.setdefault("HMIC_DEMO", "1")
os.environ.setdefault("HMIC_MIN_LEAD_SECONDS", "2")
os.environ.setdefault("HMIC_FREEZE_SECONDS", "1")

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client, TransactionTestCase

from tests.cast import Cast, make_cast

#: What Django fills after each migration and each flush of its own; and whose database it is, as its set-up said.
_KEPT = ("django_migrations", "django_content_type", "auth_permission", "django_site", "hmic_core_adoption")
_EMPTY = f"""
DO $$
DECLARE
    name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN {_KEPT} LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    DELETE FROM hmic_core_adoption WHERE by_id IS NOT NULL;
END $$
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with browsers or servers of their own come first: they are long, and beside them run the short ones."""
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in ("browser", "stack")))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Where script/test has made all tables once, each process copies them: the migrations take longer."""
    template = os.environ.get("HMIC_TEST_TEMPLATE")
    if template:
        connection.settings_dict["TEST"]["TEMPLATE"] = template


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """After the migrations: the roles' logins and rights, as an operator would make them; and nothing else.

    A database that is used again may hold what a killed run left behind.
    """
    with django_db_blocker.unblock():
        _in_turn(_give_rights)
        with connection.cursor() as cursor:
            cursor.execute(_EMPTY)


def _give_rights() -> None:
    call_command("database_roles", verbosity=0)
    # Tests ask as the website by SET ROLE, which an owner who is no superuser may do only as a member.
    with connection.cursor() as cursor:
        cursor.execute("GRANT hmic_website, hmic_application TO CURRENT_USER")


#: What PostgreSQL says to the second of two that change or make a role at once.
_AT_ONCE = ("concurrently", "pg_authid", "pg_auth_members", "already exists")


def _in_turn(give: Callable[[], None]) -> None:
    """Roles belong to the whole server: when two test processes make or change them at once, one tries again."""
    for _ in range(20):
        try:
            return give()
        except DatabaseError as error:
            if not any(words in str(error) for words in _AT_ONCE):
                raise
            time.sleep(0.2)
    raise RuntimeError("the database's roles could not be set up: another test run keeps changing them")


def _empty_all_tables(self: TransactionTestCase) -> None:
    """Django's flush truncates a hundred tables and fills its own again, in a second; most tables hold no row.

    The audit trail refuses deletion to everybody, so its triggers sleep meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY)


TransactionTestCase._fixture_teardown = _empty_all_tables  # type: ignore[attr-defined]


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody of the design's cast, around one inspection of three forces, drafting."""
    return make_cast()


@pytest.fixture
def files_in_a_temporary_folder(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path / "files"), "base_url": None}},
    }


def signed_in(user: Any) -> Client:
    """A browser session of `user`."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


A_DAY = dt.timedelta(days=1)
