"""A legal hold stops sealing, issuing and disposal, of a whole inspection or of one force in it, until it is lifted.

Every room that seals, issues or disposes asks here first, in its verb.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from forces.models import Force
from hmic_core.errors import NotAllowed
from inspections.models import Inspection, LegalHold


def over(inspection: Inspection, forces: "Iterable[Any] | None" = None) -> "QuerySet[LegalHold]":
    """The holds in force over an inspection; `forces` (or their keys) leaves out those over other forces."""
    holds = LegalHold.objects.in_force().filter(inspection=inspection)
    return holds if forces is None else holds.filter(Q(force=None) | Q(force__in=list(forces)))


def refuse(inspection: Inspection, force: Force | None = None) -> None:
    """Raise NotAllowed while a hold is in force over the inspection, or over this force in it."""
    if over(inspection, [force] if force else None).exists():
        raise NotAllowed(sentence(force))


def held(inspection: Inspection, forces: Sequence[Force]) -> set[UUID]:
    """The keys of those forces over which a hold is in force, in one query however many there are."""
    keys = set(over(inspection, forces).values_list("force", flat=True))
    return {force.pk for force in forces if None in keys or force.pk in keys}


def sentence(force: Force | None = None) -> str:
    """What stands in the way while a hold is in force."""
    whom = f" over {force.name}" if force else ""
    return (
        f"A legal hold is in force{whom}: nothing is locked, issued or disposed of until it is lifted. "
        "A publication admin can say why."
    )
