"""Evidence that a force gives for a point: files, each with what it shows. They go with the point to HMIC."""

from django.db import transaction

from findings.accuracy.locking import locked_draft, locked_for_writer, record
from findings.models import Point, PointFile, Round
from findings.permissions import can_withdraw
from hmic_core import clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User

MOST_FILES = 20


@transaction.atomic
def add_file(point: Point, *, data: bytes, name: str, content_type: str, shows: str, by: User) -> PointFile:
    """Keep a file with a point that has not been sent. The same bytes are kept once with a point."""
    round = locked_for_writer(point.round, "add_file", by)
    point = locked_draft(point)
    if point.files.given().count() >= MOST_FILES:
        raise NotAllowed(f"Point {point.number} has {MOST_FILES} files, and no more can be kept. Join some in one PDF.")
    digest = files.digest(data)
    same: PointFile | None = point.files.given().filter(file__sha256=digest).first()
    if same is not None:
        raise NotAllowed(f"“{name}” is with point {point.number} already.")
    stored = files.store(data, name, content_type, by)
    made = PointFile.objects.create(point=point, file=stored, shows=shows.strip())
    record(Action.POINT_FILE_ADDED, by, round, point=point.number, sha256=digest)
    return made


@transaction.atomic
def take_off_file(given: PointFile, *, by: User) -> None:
    """Take a file off a point that has not been sent. It is kept, and can be put back."""
    round, given = _locked_file(given, "take_off_file", by)
    if given.taken_off_at is None:
        given.taken_off_by, given.taken_off_at = by, clock.now()
        given.save(update_fields=["taken_off_by", "taken_off_at"])
        record(Action.POINT_FILE_REMOVED, by, round, point=given.point.number, sha256=given.file.sha256)


@transaction.atomic
def put_back_file(given: PointFile, *, by: User) -> None:
    """Put a file back with its point."""
    round, given = _locked_file(given, "put_back_file", by)
    if given.taken_off_at is not None:
        given.taken_off_by = given.taken_off_at = None
        given.save(update_fields=["taken_off_by", "taken_off_at"])
        record(Action.POINT_FILE_PUT_BACK, by, round, point=given.point.number, sha256=given.file.sha256)


def _locked_file(given: PointFile, verb: str, by: User) -> tuple[Round, PointFile]:
    """Who gave the file, who wrote its point, and the liaison officer may take it off and put it back."""
    round = locked_for_writer(given.point.round, verb, by)
    point = locked_draft(given.point)
    found: PointFile = PointFile.objects.select_for_update(of=("self",)).select_related("file").get(pk=given.pk)
    found.point, point.round = point, round
    if found.file.created_by_id != by.pk and not can_withdraw(by, point):
        raise NotAllowed(
            f"“{found.file.name}” can be taken off or put back by who gave it, by {point.author}, or by your liaison "
            "officer."
        )
    return round, found
