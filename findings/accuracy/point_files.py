"""Evidence that a force gives for a point: files, each with what it shows. They go with the point to HMIC."""

from django.db import transaction

from findings.accuracy.locking import locked_draft, locked_for_writer, record
from findings.models import Point, PointFile
from hmic_core import files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User

MOST_FILES = 20


@transaction.atomic
def add_file(point: Point, *, data: bytes, name: str, content_type: str, shows: str, by: User) -> PointFile:
    """Keep a file with a point that has not been sent. The same bytes are kept once with a point."""
    round = locked_for_writer(point.round, "add_file", by)
    point = locked_draft(point)
    if point.files.count() >= MOST_FILES:
        raise NotAllowed(f"Point {point.number} has {MOST_FILES} files, and no more can be kept. Join some in one PDF.")
    digest = files.digest(data)
    same: PointFile | None = point.files.filter(file__sha256=digest).first()
    if same is not None:
        raise NotAllowed(f"“{name}” is with point {point.number} already.")
    stored = files.store(data, name, content_type, by)
    made = PointFile.objects.create(point=point, file=stored, shows=shows.strip())
    record(Action.POINT_FILE_ADDED, by, round, point=point.number, sha256=digest)
    return made


@transaction.atomic
def remove_file(given: PointFile, *, by: User) -> None:
    """Take a file off a point that has not been sent. The bytes stay in the store until the retention schedule."""
    round = locked_for_writer(given.point.round, "remove_file", by)
    locked_draft(given.point)
    number, digest = given.point.number, given.file.sha256
    given.delete()
    record(Action.POINT_FILE_REMOVED, by, round, point=number, sha256=digest)
