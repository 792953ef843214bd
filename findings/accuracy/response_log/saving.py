"""Keeping an uploaded log until it is dealt with, and saving what can be saved of it, in one transaction."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from findings.accuracy.force import answers
from findings.accuracy.locking import locked_for_writer, record
from findings.accuracy.response_log import plan, reading
from findings.accuracy.response_log.sheet import CONTENT_TYPE
from findings.accuracy.states import enter
from findings.models import LogUpload, Round
from findings.permissions import can_check
from hmic_core import clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User

State = LogUpload.State


@dataclass(frozen=True)
class Saved:
    """What saving did: how many points were added and changed, and how many rows are left."""

    added: int
    changed: int
    left: int


@transaction.atomic
def upload_log(round: Round, *, data: bytes, name: str, content_type: str = CONTENT_TYPE, by: User) -> LogUpload:
    """Keep an uploaded log. It must be readable; what its rows say is looked at later. Changes no point."""
    round = locked_for_writer(round, "upload_log", by)
    reading.read(data, round.pk)
    stored = files.store(data, name, content_type, by)
    upload = LogUpload.objects.create(round=round, file=stored, by=by, at=clock.now())
    record(Action.LOG_UPLOADED, by, round, upload=upload.pk, sha256=stored.sha256)
    return upload


def dry_run(upload: LogUpload) -> plan.Plan:
    """What saving would do now. Looked at again by `apply_upload`, under the lock."""
    log = reading.read(files.read(upload.file.key), upload.round_id)
    return plan.make(upload.round, log, upload.saved)


@transaction.atomic
def apply_upload(upload: LogUpload, *, confirmed: Collection[int] = (), taken: Collection[str] = (), by: User) -> Saved:
    """Save the rows that can be saved, all or none.

    `confirmed`: numbers of rows whose question was answered with a tick, or that may overwrite what was changed here
    since. `taken`: keys of the offers that become points. Rows that cannot be saved stay with the upload, which waits
    until none are left or it is discarded.
    """
    round, upload = _locked_upload(upload, by)
    planned = dry_run(upload)
    added = changed = 0
    for each in planned.rows:
        result = each.confirmed if each.result == "asked" and each.row.number in confirmed else each.result
        if result == "new":
            point = answers.raise_point(round, paragraph=each.paragraph, by=by, **each.words)  # type: ignore[arg-type]
            added += 1
        elif each.theirs and (result == "changed" or (result == "stale" and each.row.number in confirmed)):
            version = each.theirs.version
            point = answers.change_point(each.theirs, version=version, by=by, **each.words)  # type: ignore[arg-type]
            changed += 1
        else:
            continue
        upload.saved[str(each.row.number)] = point.number
    for offer in planned.offers:
        if offer.can_be_taken and offer.key in taken:
            point = answers.raise_point(round, paragraph=offer.paragraph, by=by, **offer.words)  # type: ignore[arg-type]
            upload.saved[offer.key] = point.number
            added += 1
    left = len([each for each in planned.bad if str(each.row.number) not in upload.saved])
    enter(upload, "apply_upload", State.WAITING if left else State.APPLIED)
    upload.save(update_fields=["saved", "state"])
    record(Action.LOG_APPLIED, by, round, upload=upload.pk, added=added, changed=changed, left=left)
    return Saved(added, changed, left)


@transaction.atomic
def discard_upload(upload: LogUpload, *, by: User) -> None:
    """Be done with an upload; points that were saved from it stay."""
    round = Round.objects.select_for_update(of=("self",)).select_related("inspection", "force").get(pk=upload.round_id)
    if not can_check(by, round):
        raise NotAllowed("Only your force’s liaison officer and reviewers can do this.")
    held = LogUpload.objects.select_for_update().get(pk=upload.pk)
    if held.state != State.WAITING:
        raise NotAllowed("This upload has been dealt with already.")
    enter(held, "discard_upload")
    held.save(update_fields=["state"])
    record(Action.LOG_DISCARDED, by, round, upload=held.pk)


def _locked_upload(upload: LogUpload, by: User) -> tuple[Round, LogUpload]:
    round = locked_for_writer(upload.round, "apply_upload", by)
    held: LogUpload = LogUpload.objects.select_for_update(of=("self",)).select_related("file").get(pk=upload.pk)
    held.round = round
    if held.state != State.WAITING:
        raise NotAllowed("This upload has been dealt with already.")
    return round, held
