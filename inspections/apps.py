from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "inspections"

    def ready(self) -> None:
        from forces.accounts import works_on_inspections
        from hmic_core.navigation import Entry, register
        from inspections.models import ask_of_everybody, works_on_one
        from inspections.permissions import FORCE_TOLD

        ask_of_everybody()
        register(Entry(40, "Fieldwork", "inspections:fieldwork", FORCE_TOLD.allows))
        if works_on_one not in works_on_inspections:
            works_on_inspections.append(works_on_one)
