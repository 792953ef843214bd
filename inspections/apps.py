from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "inspections"

    def ready(self) -> None:
        from hmic_core.navigation import Entry, register
        from inspections.permissions import FORCE_TOLD

        register(Entry(40, "Fieldwork", "inspections:fieldwork", FORCE_TOLD.allows))
