"""`manage.py database_roles`: logins and rights of the other two roles. Run as owner after migrate."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from psycopg2 import sql

from hmic_core import clock
from hmic_core.database import APPEND_ONLY_TABLES, GROUPS, WEBSITE_TABLES, Login, derived_login
from hmic_core.models import Adoption


class Command(BaseCommand):
    help = "Make the logins of the application and the website, and give each role exactly its rights."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("createcachetable", verbosity=0)
        with transaction.atomic():
            for role in GROUPS:
                make_login(derived_login(role))
            grant_rights()
            note_home()
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


def grant_rights() -> None:
    """Give each group what it needs and nothing more, whatever it had before."""
    with connection.cursor() as cursor:
        cursor.execute("GRANT USAGE ON SCHEMA public TO hmic_application, hmic_website")
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
