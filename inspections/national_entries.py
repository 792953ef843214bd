"""Entries of the national report, one by one: each version of what a force is shown is kept."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from forces.models import Force
from hmic_core import clock
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import Inspection, NationalEntry, NationalRevision

#: Whether an entry is to be changed or removed, and which ones: why each that cannot be stays as it is. Higher rooms
#: add theirs at start-up: a force's draft that is out is not changed behind its back.
checks: list[Callable[[str, Iterable[NationalEntry]], Mapping[UUID, str]]] = []

CHANGE, REMOVE = "change", "remove"


def kept(verb: str, entries: Iterable[NationalEntry]) -> dict[UUID, str]:
    """Why entries stay as they are, each as a sentence; those that may go are left out."""
    entries = list(entries)
    found: dict[UUID, str] = {}
    for check in checks:
        found |= check(verb, entries)
    return found


def of_force(inspection: Inspection, force: Force) -> str:
    """Why a force cannot be taken out of scope; empty when nothing of the national report is about it."""
    number = NationalEntry.objects.of_inspection(inspection).filter(force=force).count()
    stand = "entry of the national report is" if number == 1 else "entries of the national report are"
    return f"It stays in scope: {number} {stand} about it." if number else ""


def refuse(verb: str, entries: Iterable[NationalEntry]) -> None:
    """Raises NotAllowed with the first reason."""
    for sentence in kept(verb, entries).values():
        raise NotAllowed(sentence)


def keep_first(entries: Iterable[NationalEntry], by: User) -> None:
    """The first version of new entries."""
    _keep(entries, by)


def keep_next(entries: Iterable[NationalEntry], by: User) -> None:
    """A further version of entries, changed already but for their version."""
    entries = list(entries)
    for entry in entries:
        entry.version += 1
    NationalEntry.objects.bulk_update(entries, ["version", "value", "status", "note", "reason", "words"])
    _keep(entries, by)


def _keep(entries: Iterable[NationalEntry], by: User) -> None:
    now = clock.now()
    NationalRevision.objects.bulk_create(
        NationalRevision(entry=entry, version=entry.version, text=entry.text, by=by, at=now) for entry in entries
    )
