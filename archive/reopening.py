"""A confirmed letter of the past opened again, to be corrected: the reading that was confirmed is kept beside it.

What is public stays as it is. The corrected letter goes the way of every correction (`archive.transcriptions`).
"""

from django.db import transaction

from archive.importing import kept_result, move, read_letter, settle
from archive.models import EarlierReading, ImportedLetter
from hmic_core import audit, clock, files
from hmic_core.accounts import access
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User

#: What is kept of a reading that was confirmed, and put back where the correction is given up.
_KEPT = ("reading", "answers", "corrections", "result", "confirmed_by", "confirmed_at")


def reopen(imported: ImportedLetter, *, reason: str, read_again: bool, by: User) -> ImportedLetter:
    """Open a confirmed letter to be corrected: by hand from what was confirmed, or read anew from its file.

    Read anew, it has the questions of the present reader and nobody's answers. The file is read before anything is
    locked: opening a PDF takes a second.
    """
    _require_admin(by)
    if not reason.strip():
        raise NotAllowed("Say why the letter is corrected.")
    found = read_letter(files.read(imported.file.key), imported.file.name) if read_again else None
    with transaction.atomic():
        imported = move(imported, "reopen")
        kept = _keep(imported, reason.strip(), by)
        if found is not None:
            given, read = found
            imported.source_text, imported.reading = given.text, kept_result(read, given)
            imported.answers, imported.corrections = {}, {}
            imported.read_by, imported.read_at = by, kept.opened_at
        imported.confirmed_by = imported.confirmed_at = None
        imported.version += 1
        settle(imported)
        imported.save()
        audit.record(
            Action.IMPORT_REOPENED, by, imported, reason=kept.reason, reading=kept.number, read_again=read_again
        )
    return imported


def _keep(imported: ImportedLetter, reason: str, by: User) -> EarlierReading:
    return EarlierReading.objects.create(
        imported=imported,
        number=imported.earlier.count() + 1,
        reason=reason,
        opened_by=by,
        opened_at=clock.now(),
        **{name: getattr(imported, name) for name in _KEPT},
    )


@transaction.atomic
def put_back(imported: ImportedLetter, *, by: User) -> ImportedLetter:
    """Give the correction up: the letter is again as it was confirmed last. What the correction said is kept too."""
    _require_admin(by)
    imported = move(imported, "put_back")
    kept = imported.earlier.filter(confirmed_at__isnull=False).first()
    if kept is None:
        raise NotAllowed("This letter was never confirmed. Discard it, or correct it by hand.")
    _keep(imported, "", by)
    for name in _KEPT:
        setattr(imported, name, getattr(kept, name))
    imported.version += 1
    settle(imported)
    imported.save()
    audit.record(Action.IMPORT_PUT_BACK, by, imported, reading=kept.number)
    return imported


def _require_admin(by: User) -> None:
    if not access.is_publication_admin(by):
        raise NotAllowed("Only a publication admin opens a confirmed letter again.")
