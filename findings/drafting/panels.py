"""What stands in the right column of a finding's page: each part of this room registers its own at start-up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from findings.models import Finding
from hmic_core.models import User

Context = Callable[[Finding, User], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """One part of the column. `context` gives what its template shows as `panel`; None: nothing to show."""

    name: str
    template: str
    context: Context


_panels: dict[str, Panel] = {}


def register(name: str, template: str, context: Context) -> None:
    """Add a panel, or replace the one of that name; called from `AppConfig.ready`."""
    _panels[name] = Panel(name, template, context)


def panels_for(finding: Finding, user: User) -> list[tuple[str, dict[str, Any]]]:
    """(template, context) of every panel that has something to show, in the order of their registration."""
    found = ((panel.template, panel.context(finding, user)) for panel in _panels.values())
    return [(template, context) for template, context in found if context is not None]
