"""Readiness: a registry of checks over one release. An error stops locking and approval, a warning is read and signed for.

Checks register themselves when the room starts (`publication.apps`); further rooms add theirs in the same way.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from hmic_core import clock
from inspections.models import Release
from letters.models import Letter

ERROR, WARNING, IN_ORDER = "error", "warning", "in_order"
_ORDER = (ERROR, WARNING, IN_ORDER)


@dataclass(frozen=True)
class Check:
    """One line of the readiness table."""

    label: str
    found: str
    count: str = ""
    state: str = IN_ORDER
    url: str = ""
    next: str = ""


@dataclass
class Subject:
    """What the checks look at: read once for all of them."""

    release: Release
    now: dt.datetime

    @cached_property
    def letters(self) -> list[Letter]:
        """The release's letters that count, with their forces, by name."""
        letters = self.release.letters.exclude(state=Letter.State.SUPERSEDED)
        return list(letters.select_related("force", "signatory__person").order_by("force__name"))

    @cached_property
    def report(self) -> object | None:
        return getattr(self.release, "report", None)


CheckFunction = Callable[[Subject], Check | None]
_registry: list[CheckFunction] = []


def register(check: CheckFunction) -> CheckFunction:
    """Add a check; it returns None where it has nothing to say about this release."""
    if check not in _registry:
        _registry.append(check)
    return check


def run(release: Release) -> list[Check]:
    """All checks, errors first, then warnings, then what is in order."""
    subject = Subject(release, clock.now())
    found = [result for check in _registry if (result := check(subject)) is not None]
    return sorted(found, key=lambda check: _ORDER.index(check.state))


def errors(release: Release) -> list[Check]:
    return [check for check in run(release) if check.state == ERROR]


def names(things: list[str], most: int = 4) -> str:
    """ "Kent, Gwent and Essex", "Kent, Gwent, Essex, Surrey and 12 more"."""
    shown = things if len(things) <= most else [*things[:most], f"{len(things) - most} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""
