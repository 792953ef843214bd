"""Read existing letters from files or folders: a report for people, or JSON, and drafts that wait to be confirmed."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from archive.importing import find, read_letter, read_upload, reading_json
from archive.models import ImportedLetter
from archive.reading.files.lines import Extracted
from archive.reading.files.opening import KINDS, is_letter_file
from archive.reading.result import ReadLetter
from hmic_core.errors import NotAllowed


class Command(BaseCommand):
    help = (
        "Read force letters (.txt, .docx, .pdf) into drafts to be confirmed: files, or folders with any number of them."
        " The same file twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", type=Path, nargs="+", metavar="FILE_OR_DIR")
        parser.add_argument("--dry-run", action="store_true", help="say what would be read, keep nothing")
        parser.add_argument("--json", action="store_true", help="print what was read as JSON, and nothing else")

    def handle(self, *args: Any, paths: list[Path], dry_run: bool, json: bool, **options: Any) -> None:
        if len(paths) == 1 and not paths[0].is_dir():
            self._one(paths[0], dry_run=dry_run, as_json=json)
            return
        refused = list(self._many(list(_letters(paths)), dry_run=dry_run, as_json=json))
        if refused:
            some = "1 file was" if len(refused) == 1 else f"{len(refused)} files were"
            raise CommandError(f"{some} refused: {', '.join(refused)}.")

    def _one(self, path: Path, *, dry_run: bool, as_json: bool) -> None:
        given, read, imported = _read(path, dry_run=dry_run)
        found = reading_json(read, given)
        self.stdout.write(_dump(found) if as_json else "\n".join(report(read, imported, found)))

    def _many(self, paths: list[Path], *, dry_run: bool, as_json: bool) -> Iterator[str]:
        """Read each; gives the names of those refused. JSON is one list, in the order of the files."""
        if not paths:
            raise CommandError(f"No letter was found: the folder has no {', '.join(KINDS)} file.")
        found: list[dict[str, Any]] = []
        for path in paths:
            try:
                given, read, imported = _read(path, dry_run=dry_run)
            except CommandError as refusal:
                found.append({"file": str(path), "state": "refused", "reason": str(refusal)})
                yield path.name
            else:
                state = _state(read, imported)
                found.append({"file": str(path), "state": state, **reading_json(read, given)})
            if not as_json:
                self.stdout.write(_row(found[-1]))
        if as_json:
            self.stdout.write(_dump(found))
        else:
            self.stdout.write(_sum(found))


def _letters(paths: list[Path]) -> Iterator[Path]:
    """The files that were named, and the letters' files in the folders that were, however deep."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file() and is_letter_file(each.name))
        else:
            yield path


def _read(path: Path, *, dry_run: bool) -> tuple[Extracted, ReadLetter, ImportedLetter | None]:
    data = _data(path)
    try:
        kept = None if dry_run else find(data)
        given, read = read_letter(data, path.name)
        return given, read, None if dry_run else kept or read_upload(data, path.name, by=None)
    except NotAllowed as refusal:
        raise CommandError(refusal.sentence) from None


def _data(path: Path) -> bytes:
    if not is_letter_file(path.name):
        raise CommandError(f"“{path.name}” is not a letter’s file: give it as {', '.join(KINDS)}.")
    try:
        if path.stat().st_size > settings.MAX_UPLOAD_BYTES:
            raise CommandError(f"“{path.name}” is too large to be a letter.")
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"“{path}” could not be read: {(error.strerror or 'unknown reason').lower()}.") from None


def _state(read: ReadLetter, imported: ImportedLetter | None) -> str:
    asks = imported.open_questions if imported else len(read.questions) + len(read.unmatched)
    return "needs answers" if asks else "read"


def _dump(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1)


def _row(found: dict[str, Any]) -> str:
    name = Path(found["file"]).name
    if found["state"] == "refused":
        return f"refused        {name}: {found['reason']}"
    counts = ", ".join(map(str, found["counts"]))
    return f"{found['state']:13}  {name}: {found['force'] or 'force not found'}, findings {counts}, {_fidelity(found)}"


def _sum(found: list[dict[str, Any]]) -> str:
    numbers = {state: sum(each["state"] == state for each in found) for state in ("read", "needs answers", "refused")}
    return f"{len(found)} files: " + ", ".join(f"{number} {state}" for state, number in numbers.items())


def _fidelity(found: dict[str, Any]) -> str:
    fidelity = found["fidelity"]
    if fidelity["whole"]:
        return f"all {fidelity['words']} words accounted for"
    return f"WORDS LOST {len(fidelity['lost'])}, ADDED {len(fidelity['invented'])}, TWICE {len(fidelity['twice'])}"


def report(read: ReadLetter, imported: ImportedLetter | None, found: dict[str, Any]) -> list[str]:
    """What was read, for people: who and what, counts for each theme, what is uncertain, where every word went."""
    instant = f"{read.embargo_local} ({read.embargo_until} UTC)" if read.embargo_local else "not found"
    placed = found["fidelity"]["placed"]
    lines = [
        f"Force:      {read.force or 'not found'}{'' if read.force_known else ' (not in the register)'}",
        f"Inspection: {read.inspection or 'not found'}",
        f"Date:       {read.letter_date or 'not found'}",
        f"Embargo:    {instant}",
        f"Addressee:  {read.addressee or 'not found'}",
        f"Signed by:  {read.signatory or 'not found'}",
        f"Findings:   {sum(read.counts)}",
        *(f"  {len(theme.findings):3}  {theme.title}" for theme in read.themes),
        f"Fidelity:   {_fidelity(found)}",
        *(f"  {number:5}  {place}" for place, number in placed.items() if number),
        *(f"  lost: {word}" for word in found["fidelity"]["lost"]),
        *(f"  added: {word}" for word in found["fidelity"]["invented"]),
        *_listed("About the file", found["notices"]),
        *_listed("Uncertain, please look", read.uncertain),
        *_listed("Scan errors", read.scan_errors),
        *_listed("Not recognised", [f"line {missed.line}: {missed.text}" for missed in read.unmatched]),
    ]
    if imported is None:
        return [*lines, "Nothing was kept (dry run)."]
    return [*lines, f"Kept: {imported.get_state_display().lower()}, at {settings.WORKSPACE_URL}/imports/{imported.pk}/"]


def _listed(heading: str, entries: Any) -> list[str]:
    return [f"{heading}: {len(entries) or 'none'}", *(f"  - {entry}" for entry in entries)]
