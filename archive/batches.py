"""Files that come in together: each is read on its own by a worker, so that a bad one stops no other."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from archive import importing
from archive.models import ImportBatch, ImportFile
from archive.reading.files.opening import KINDS, is_letter_file
from hmic_core import audit, clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User

State = ImportFile.State
#: So long the message of a batch is waited for, before the sweep takes its files.
PATIENCE = dt.timedelta(seconds=15)


@transaction.atomic
def make_batch(uploads: Sequence[tuple[bytes, str]], *, by: User) -> ImportBatch:
    """Keep the files in the order in which they came; reading them is for the workers."""
    batch = ImportBatch.objects.create(created_by=by, created_at=clock.now())
    for position, (data, name) in enumerate(uploads, start=1):
        _keep(batch, position, data, name, by)
    audit.record(Action.IMPORT_BATCH, by, batch, files=len(uploads))
    return batch


def _keep(batch: ImportBatch, position: int, data: bytes, name: str, by: User) -> ImportFile:
    row = ImportFile(batch=batch, position=position, name=name[:255])
    if not is_letter_file(name):
        row.state, row.reason = State.REFUSED, f"It is not a letter’s file. Give it as {', '.join(KINDS)}."
    elif not data:
        row.state, row.reason = State.REFUSED, "The file is empty, or larger than 25 MB. Choose another one."
    else:
        row.file = files.store(data, name, files.ALLOWED[importing.suffix(name)][0], by)
    row.save()
    return row


def read_file(file_id: Any) -> None:
    """Read one file. What is wrong with it stands in its row; reading it twice changes nothing."""
    row = ImportFile.objects.select_related("file", "batch__created_by").get(pk=file_id)
    if row.state == State.READ or row.file is None:
        return
    try:
        data = files.read(row.file.key)
    except files.StoreAway:
        return
    try:
        imported = importing.read_upload(data, row.name, by=row.batch.created_by, file=row.file)
    except NotAllowed as refusal:
        refuse_file(file_id, refusal.sentence)
    else:
        ImportFile.objects.filter(pk=file_id).update(state=State.READ, reason="", imported=imported)


def refuse_file(file_id: Any, reason: str) -> None:
    ImportFile.objects.filter(pk=file_id).exclude(state=State.READ).update(state=State.REFUSED, reason=reason)


def unread(batch: ImportBatch) -> list[ImportFile]:
    """What a worker could still read: files that wait, or were refused and are kept."""
    return list(batch.files.exclude(state=State.READ).exclude(file=None))


def waits_longest() -> ImportFile | None:
    """The file that has waited longest, and longer than the workers' queue should take."""
    before = clock.now() - PATIENCE
    rows = ImportFile.objects.filter(state=State.WAITING, file__isnull=False, batch__created_at__lt=before)
    found: ImportFile | None = rows.order_by("batch__created_at", "position").first()
    return found


def wait_again(rows: Iterable[ImportFile]) -> None:
    ImportFile.objects.filter(pk__in=[row.pk for row in rows]).exclude(state=State.READ).update(
        state=State.WAITING, reason=""
    )
