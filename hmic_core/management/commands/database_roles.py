"""`manage.py database_roles`: logins and rights of the other two roles. Run as owner after migrate."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from psycopg2 import sql

from hmic_core import clock
from hmic_core.database import (
    APPEND_ONLY_TABLES,
    FUNCTIONS,
    GROUPS,
    MOST_SESSIONS,
    SESSION,
    WEBSITE_TABLES,
    Login,
    derived_login,
)
from hmic_core.models import Adoption

OPEN_CATALOGUES = (
    "The catalogues tell the website’s role how many rows each table has. Give DATABASE_URL_ADMIN to script/service "
    "prepare, or run: python -m hmic_core.database_admin open (docs/operations.md)."
)


class Command(BaseCommand):
    help = "Make the logins of the application and the website, and give each role exactly its rights."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("createcachetable", verbosity=0)
        with transaction.atomic():
            for role in GROUPS:
                login = derived_login(role)
                make_login(login)
                limit_sessions(login, MOST_SESSIONS[role])
            close_to_everybody()
            grant_rights()
            note_home()
        if catalogues_are_open():
            self.stderr.write(OPEN_CATALOGUES)
        if options["verbosity"]:
            self.stdout.write("The application's and the website's database roles are in place.")


def make_login(login: Login) -> None:
    """Make (or bring up to date) a login that is a member of its group. Raises if the owner may not make roles."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login.user])
        verb = sql.SQL("ALTER" if cursor.fetchone() else "CREATE")
        user, group = sql.Identifier(login.user), sql.Identifier(login.group)
        cursor.execute(
            sql.SQL("{} ROLE {} LOGIN PASSWORD {}")
            .format(verb, user, sql.Literal(login.password))
            .as_string(cursor.connection)
        )
        cursor.execute(sql.SQL("GRANT {} TO {}").format(group, user).as_string(cursor.connection))


def limit_sessions(login: Login, most: int) -> None:
    """How a session of this login begins, and how many there may be.."""
    with connection.cursor() as cursor:
        user = sql.Identifier(login.user)
        cursor.execute(sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(user, sql.Literal(most)))
        for name, value in SESSION.items():
            # A list of names, not one name with commas in it.
            words = [sql.Literal(each.strip()) for each in value.split(",")]
            statement = sql.SQL("ALTER ROLE {} SET {} = {}").format(
                user, sql.Identifier(name), sql.SQL(", ").join(words)
            )
            cursor.execute(statement)


def close_to_everybody() -> None:
    """Take back what PostgreSQL gives to everybody: temporary tables, the schema, and calling our functions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        database = sql.Identifier(cursor.fetchone()[0])
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO hmic_application, hmic_website").format(database))
        cursor.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        cursor.execute("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_catalog.pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND pg_has_role(current_user, proowner, 'USAGE')"
        )
        for (function,) in cursor.fetchall():
            cursor.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC, hmic_application, hmic_website")


def catalogues_are_open() -> bool:
    """Whether the website's role can read in the catalogues how many rows the tables have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_column_privilege('hmic_website', 'pg_catalog.pg_class', 'reltuples', 'SELECT')"
            " OR has_function_privilege('hmic_website', 'pg_catalog.pg_stat_get_live_tuples(oid)', 'EXECUTE')"
        )
        return bool(cursor.fetchone()[0])


def grant_rights() -> None:
    """Give each group what it needs and nothing more, whatever it had before."""
    with connection.cursor() as cursor:
        cursor.execute("GRANT USAGE ON SCHEMA public TO hmic_application, hmic_website")
        for role, group in GROUPS.items():
            for function in FUNCTIONS[role]:
                cursor.execute(f"GRANT EXECUTE ON FUNCTION public.{function} TO {group}")
        # Where the catalogues are closed, the owner passes on what workers wait for one another with.
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_catalog.pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
            " AND proname ~ 'advisory' AND has_function_privilege(oid, 'EXECUTE WITH GRANT OPTION')"
        )
        for (function,) in cursor.fetchall():
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO hmic_application")
        cursor.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM hmic_application, hmic_website")
        cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hmic_application")
        cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO hmic_application")
        for table in APPEND_ONLY_TABLES:
            cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM hmic_application")
        # Links are made by the deferred trigger, which runs with its owner's rights.
        cursor.execute("REVOKE INSERT ON hmic_core_auditlink FROM hmic_application")
        cursor.execute("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM hmic_application")
        for table in WEBSITE_TABLES:
            cursor.execute(f"GRANT SELECT ON {table} TO hmic_website")


def note_home() -> None:
    """A new database belongs to the installation that set it up. A restored one keeps the name it came with."""
    if not Adoption.objects.exists():
        Adoption.objects.create(installation=settings.INSTALLATION, at=clock.now(), reason="First set-up")
