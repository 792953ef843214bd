from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from hmic_core.models import User


class InspectionsConfig(AppConfig):
    name = "inspections"

    def ready(self) -> None:
        from forces.accounts import works_on_inspections
        from hmic_core.navigation import Entry, register
        from inspections.models import ask_of_everybody
        from inspections.permissions import FORCE_TOLD

        ask_of_everybody()
        register(Entry(40, "Fieldwork", "inspections:fieldwork", FORCE_TOLD.allows))
        if _is_assigned not in works_on_inspections:
            works_on_inspections.append(_is_assigned)


def _is_assigned(user: "User") -> bool:
    from inspections.models import assignments_today

    return bool(assignments_today(user))
