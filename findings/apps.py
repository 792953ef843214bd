from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "findings"

    def ready(self) -> None:
        from findings.permissions import FORCE_READER, INSPECTORATE
        from hmic_core.navigation import Entry, register

        register(
            Entry(10, "My work", "findings:work-show", INSPECTORATE.allows),
            Entry(20, "Inspections", "findings:inspection-list", INSPECTORATE.allows),
            Entry(25, "Accuracy checks", "findings:point-inbox", INSPECTORATE.allows),
            Entry(28, "Home", "findings:check-home", FORCE_READER.allows),
        )
