from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "findings"

    def ready(self) -> None:
        from findings import uses
        from findings.permissions import FORCE_READER, INSPECTORATE
        from hmic_core.navigation import Entry, register
        from hmic_core.notices import may_be_gathered

        uses.register()
        may_be_gathered(
            {
                "finding_sent_back": "A finding comes back from its second reading",
                "reminder": "The lead inspector reminds me",
                "response_received": "A force answers its factual accuracy check",
            }
        )
        register(
            Entry(10, "My work", "findings:work-show", INSPECTORATE.allows),
            Entry(20, "Inspections", "findings:inspection-list", INSPECTORATE.allows),
            Entry(25, "Accuracy checks", "findings:point-inbox", INSPECTORATE.allows),
            Entry(28, "Home", "findings:check-home", FORCE_READER.allows),
        )
