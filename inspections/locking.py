"""What every set-up verb does first: lock the inspection, ask who may, and see whether the form is still of today."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from hmic_core import errors
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections import permissions
from inspections.models import Inspection

State = Inspection.State


class Stale(errors.Stale):
    """Somebody saved other values since the form was shown. `now` are the present ones, `stamp` their mark."""

    def __init__(self, now: Mapping[str, Any]) -> None:
        super().__init__(
            "Somebody else changed this while you were typing. What is saved now stands below; what you typed is still "
            "in the form. Save again to replace it."
        )
        self.now, self.stamp = now, stamp(now)


def shown(thing: Any, names: Iterable[str]) -> dict[str, Any]:
    """The values that a form shows of a row, under their names."""
    return {name: getattr(thing, name) for name in names}


def stamp(values: Mapping[str, Any]) -> str:
    """A mark of what a form showed: it comes back with the form, and differs once somebody else has saved."""
    return hashlib.sha256(json.dumps(values, default=str, sort_keys=True).encode()).hexdigest()


def differs(before: Mapping[str, Any], after: Mapping[str, Any], seen: str) -> bool:
    """Whether there is anything to save. Raises `Stale` where it would replace values other than those `seen` marks."""
    if before == after:
        return False
    if stamp(before) != seen:
        raise Stale(before)
    return True


def lock(inspection: Inspection, by: User, *, even_if_over: bool = False) -> Inspection:
    """The inspection as it now stands, locked, if `by` may set it up. Raises NotAllowed otherwise."""
    locked: Inspection = Inspection.objects.select_for_update().get(pk=inspection.pk)
    if not permissions.can_set_up(by, locked):
        raise NotAllowed("Only a lead inspector of the whole inspection sets it up.")
    if locked.state in (State.CLOSED, State.CANCELLED) and not even_if_over:
        raise NotAllowed(f"This inspection is {stands(locked)}: nothing in it changes any more.")
    return locked


def stands(inspection: Inspection) -> str:
    """Its state in words, inside a sentence."""
    return str(inspection.get_state_display()).lower()
