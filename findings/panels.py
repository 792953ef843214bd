"""What other parts of the product put into the right column of a finding's page, without that page knowing them.

    def checks(finding: Finding, user: User) -> Panel | None:
        return "findings/_finding_checks.html", {"problems": …}

    panels.register(checks)        # in AppConfig.ready

The template is included with its context as `panel`. A panel that returns None is not shown.
"""

from collections.abc import Callable
from typing import Any

from findings.models import Finding
from hmic_core.models import User

Panel = tuple[str, dict[str, Any]]
Make = Callable[[Finding, User], Panel | None]

_makers: list[Make] = []


def register(panel: Make) -> None:
    """Add a panel, once; called at start-up."""
    if panel not in _makers:
        _makers.append(panel)


def panels_for(finding: Finding, user: User) -> list[Panel]:
    """The panels that stand beside a finding which `user` may see, in the order of their registration."""
    made = (make(finding, user) for make in _makers)
    return [panel for panel in made if panel is not None]
