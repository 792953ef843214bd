from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "findings"

    def ready(self) -> None:
        from findings.accuracy import showing  # noqa: F401 (registers what its forms show)
        from findings.cross_force.search import related_sources
        from findings.cross_force.search.sources import register_sources
        from findings.cross_force.views.consistency import panel
        from findings.drafting import editor, panels
        from findings.overview import uses
        from findings.permissions import FORCE_READER, INSPECTORATE
        from hmic_core.accounts import access
        from hmic_core.notices import may_be_gathered
        from hmic_core.web.navigation import Entry, register

        uses.register()
        editor.ask_of_everybody()
        may_be_gathered(
            {
                "finding_sent_back": "A finding comes back from its second reading",
                "reminder": "The lead inspector reminds me",
                "response_received": "A force answers its factual accuracy check",
            }
        )
        register_sources()
        related_sources.register_sources()
        panels.register("checks", "findings/_checks_panel.html", panel)
        register(
            Entry(10, "My work", "findings:work-show", INSPECTORATE.allows),
            Entry(20, "Inspections", "findings:inspection-list", INSPECTORATE.allows),
            Entry(22, "Across forces", "findings:theme-list", INSPECTORATE.allows),
            Entry(24, "Search", "findings:search-show", INSPECTORATE.allows),
            Entry(25, "Accuracy checks", "findings:point-inbox", INSPECTORATE.allows),
            Entry(28, "Home", "findings:check-home", FORCE_READER.allows),
            Entry(90, "Places", "findings:place-list", access.is_system_admin),
            Entry(91, "Short names", "findings:alias-list", access.is_system_admin),
        )
