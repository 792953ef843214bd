"""`manage.py adopt NAME --by EMAIL --reason WHY`: take over a restored database. Nothing is sent or published."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hmic_core.errors import NotAllowed
from hmic_core.models import User
from publication.release import adoption


class Command(BaseCommand):
    help = "Take over a database that was restored from another installation. Nothing is sent or published by it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("installation", help="this installation's own name, as in HMIC_INSTALLATION")
        parser.add_argument("--by", required=True, help="the e-mail address of the publication admin who does this")
        parser.add_argument("--reason", required=True, help="why; kept in the audit trail")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if by is None:
            raise CommandError(f"Nobody with the address {options['by']} can sign in here.")
        try:
            adoption.adopt(options["installation"], reason=options["reason"], by=by)
        except NotAllowed as refused:
            raise CommandError(refused.sentence) from None
        waiting = adoption.waiting_notices().count()
        self.stdout.write(f"Adopted. {waiting} unsent notices of before wait to be confirmed, at /restored-notices/.")
