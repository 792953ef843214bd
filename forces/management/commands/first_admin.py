from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from forces.accounts import make_first_admin
from forces.notices import PASSWORD_PAGE
from hmic_core.errors import NotAllowed


class Command(BaseCommand):
    help = "Make the first system admin of a new installation. Every other account is made by them, in the browser."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = make_first_admin(name=options["name"], email=options["email"])
        except NotAllowed as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(f"{user.name} is system admin. First password: {settings.WORKSPACE_URL}{PASSWORD_PAGE}")
