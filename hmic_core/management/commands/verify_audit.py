"""`manage.py verify_audit`: prove that no audit entry was changed, removed or slipped in."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hmic_core import audit


class Command(BaseCommand):
    help = "Verify the audit trail's hash chain, in the database or in an export."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", help="verify this export (one JSON object a line) instead of the database")
        parser.add_argument("--export", action="store_true", help="print the chain, one JSON object a line")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["export"]:
            for link in audit.chain():
                self.stdout.write(json.dumps(link))
            return
        if options["file"]:
            lines = Path(options["file"]).read_text().splitlines()
            count, head, problems = audit.verify(json.loads(line) for line in lines if line)
        else:
            count, head, problems = audit.verify(audit.chain())
            problems += audit.unchained_or_changed()
        if options["json"]:
            self.stdout.write(json.dumps({"entries": count, "head": head, "problems": problems}))
        else:
            self.stdout.write(f"{count} entries, head {head or 'none'}")
            self.stdout.write("\n".join(problems) or "The chain is whole.")
        if problems:
            sys.exit(1)
