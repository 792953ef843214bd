"""What higher rooms have built upon a part of an inspection: a registry they fill at start-up.

Before a theme, a criterion or a force is taken out of an inspection, or the whole inspection is cancelled or closed,
the set-up verbs ask here. Each answer is a sentence for the screen, or an empty string.
"""

from collections.abc import Callable

from forces.models import Force
from inspections.models import Criterion, Inspection, Theme

#: (inspection, force): why the force can't be taken out of scope.
scope_checks: list[Callable[[Inspection, Force], str]] = []
theme_checks: list[Callable[[Theme], str]] = []
criterion_checks: list[Callable[[Criterion], str]] = []
#: (inspection, verb): why the verb of `inspections.states` can't be done.
state_checks: list[Callable[[Inspection, str], str]] = []


def of_force(inspection: Inspection, force: Force) -> str:
    return next((said for check in scope_checks if (said := check(inspection, force))), "")


def of_theme(theme: Theme) -> str:
    return next((said for check in theme_checks if (said := check(theme))), "")


def of_criterion(criterion: Criterion) -> str:
    return next((said for check in criterion_checks if (said := check(criterion))), "")


def against(inspection: Inspection, verb: str) -> str:
    return next((said for check in state_checks if (said := check(inspection, verb))), "")
