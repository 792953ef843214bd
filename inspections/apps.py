from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "inspections"

    def ready(self) -> None:
        from hmic_core.accounts import roles
        from hmic_core.web.navigation import Entry, register
        from inspections.models import Assignment, ask_of_everybody
        from inspections.permissions import FORCE_TOLD

        ask_of_everybody()
        register(Entry(40, "Fieldwork", "inspections:fieldwork", FORCE_TOLD.allows))
        roles.register(roles.Kind.INSPECTION, lambda user: Assignment.objects.not_ended().filter(user=user))
