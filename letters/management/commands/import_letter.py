"""Read an existing letter from a file: a report for people, or JSON, and a draft that waits to be confirmed."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hmic_core.errors import NotAllowed
from letters.importer import ReadLetter
from letters.importing import read_letter, read_upload
from letters.models import ImportedLetter


class Command(BaseCommand):
    help = "Read a force letter (.txt) into a draft to be confirmed. The same file twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would be read, keep nothing")
        parser.add_argument("--json", action="store_true", help="print what was read as JSON, and nothing else")

    def handle(self, *args: Any, file: Path, dry_run: bool, json: bool, **options: Any) -> None:
        data = self._data(file)
        try:
            _, read = read_letter(data)
            imported = None if dry_run else read_upload(data, file.name, by=None)
        except NotAllowed as refusal:
            raise CommandError(refusal.sentence) from None
        if json:
            self.stdout.write(_as_json(read))
        else:
            self.stdout.write("\n".join(report(read, imported)))

    def _data(self, file: Path) -> bytes:
        if file.suffix.lower() != ".txt":
            raise CommandError(f"“{file.name}” is not a text file: give the letter as .txt.")
        try:
            if file.stat().st_size > settings.MAX_UPLOAD_BYTES:
                raise CommandError(f"“{file.name}” is too large to be a letter.")
            return file.read_bytes()
        except OSError as error:
            raise CommandError(f"“{file}” could not be read: {(error.strerror or 'unknown reason').lower()}.") from None


def _as_json(read: ReadLetter) -> str:
    return json.dumps(read.as_json(), ensure_ascii=False, indent=1)


def report(read: ReadLetter, imported: ImportedLetter | None) -> list[str]:
    """What was read, for people: who and what, counts for each theme, what is uncertain, what was left over."""
    instant = f"{read.embargo_local} ({read.embargo_until} UTC)" if read.embargo_local else "not found"
    lines = [
        f"Force:      {read.force or 'not found'}{'' if read.force_known else ' (not in the register)'}",
        f"Inspection: {read.inspection or 'not found'}",
        f"Date:       {read.letter_date or 'not found'}",
        f"Embargo:    {instant}",
        f"Addressee:  {read.addressee or 'not found'}",
        f"Signed by:  {read.signatory or 'not found'}",
        f"Findings:   {sum(read.counts)}",
        *(f"  {len(theme.findings):3}  {theme.title}" for theme in read.themes),
        *_listed("Uncertain, please look", read.uncertain),
        *_listed("Scan errors", read.scan_errors),
        *_listed("Not recognised", [f"line {missed.line}: {missed.text}" for missed in read.unmatched]),
    ]
    if imported is None:
        return [*lines, "Nothing was kept (dry run)."]
    return [*lines, f"Kept: {imported.get_state_display().lower()}, at {settings.WORKSPACE_URL}/imports/{imported.pk}/"]


def _listed(heading: str, entries: Any) -> list[str]:
    return [f"{heading}: {len(entries) or 'none'}", *(f"  - {entry}" for entry in entries)]
