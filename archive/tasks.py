"""Doors for Celery: ids in, one call each."""

import logging
from collections.abc import Iterable

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from archive import batches, registration, transcriptions
from archive.models import ImportedLetter, ImportFile
from hmic_core.asking import ask
from hmic_core.errors import NotAllowed
from hmic_core.models import User


@shared_task
def read_import_file(file_id: str) -> None:
    try:
        batches.read_file(file_id)
    except SoftTimeLimitExceeded:
        batches.refuse_file(file_id, "The file took too long to read, so it was left. Try it again alone.")


def read_later(rows: Iterable[ImportFile]) -> bool:
    """Ask the workers to read files of a batch. False where the broker does not answer: `read_waiting` reads them."""
    return all(ask(read_import_file, str(row.pk)) for row in rows)


@shared_task
def read_waiting() -> None:
    """What was lost with a broker or a worker: the file of a batch that has waited longest."""
    if longest := batches.waits_longest():
        read_import_file(str(longest.pk))


log = logging.getLogger(__name__)


@shared_task
def propose_archive(imported_id: str, user_id: str) -> None:
    """For the archive page: putting a letter forward renders its PDF, which web processes do not."""
    imported, by = ImportedLetter.objects.get(pk=imported_id), User.objects.get(pk=user_id)
    try:
        registration.propose_archive(imported, by=by)
    except NotAllowed as refusal:
        log.warning("import %s was not submitted for approval: %s", imported_id, refusal.sentence)


@shared_task
def correct_archive(imported_id: str, user_id: str, note: str) -> None:
    """As `propose_archive`, for the correction of a letter that is in the archive."""
    imported, by = ImportedLetter.objects.get(pk=imported_id), User.objects.get(pk=user_id)
    try:
        transcriptions.propose(imported, note=note, by=by)
    except NotAllowed as refusal:
        log.warning("the correction of import %s was not submitted for approval: %s", imported_id, refusal.sentence)
