"""Is a release ready? Each room registers what it can check at start-up; publication runs them and shows the list.

The registry is low, where every room can reach it: letters may not import publication, and publication asks without
knowing who answers (like Django's system checks).

    readiness.register(readiness.Check("letters-signed", "Every letter is signed", letters_signed, order=20))
    for check, result in readiness.run(release): ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from inspections.models import Release


class Outcome(StrEnum):
    """The values are those of `components/checks.html`."""

    IN_ORDER = "in_order"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Result:
    """What a check found. `found` is a sentence for the screen; `count` how many of how many are in order ("41 of 43").

    `url` is where it is corrected, a path of the workspace, with `next_step` as the words of the link.
    """

    state: Outcome
    found: str
    count: int | str = ""
    url: str = ""
    next_step: str = ""


@dataclass(frozen=True)
class Check:
    """One line of the checklist. An error stops sealing, a warning does not."""

    name: str
    label: str
    function: Callable[[Release], Result]
    order: int = 50


_checks: dict[str, Check] = {}


def register(*checks: Check) -> None:
    """Add checks; called from `AppConfig.ready` of the room that knows. The same name again replaces the earlier."""
    _checks.update({check.name: check for check in checks})


def registered() -> list[Check]:
    return sorted(_checks.values(), key=lambda check: (check.order, check.label))


def run(release: Release) -> list[tuple[Check, Result]]:
    """Every check and what it finds, in the order of the list."""
    return [(check, check.function(release)) for check in registered()]


def errors(release: Release) -> list[tuple[Check, Result]]:
    """Only what stops the release from being sealed."""
    return [(check, result) for check, result in run(release) if result.state == Outcome.ERROR]
