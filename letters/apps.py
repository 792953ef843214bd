from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "letters"

    def ready(self) -> None:
        from findings import workflow as findings
        from hmic_core.navigation import Entry, register
        from letters import permissions, readiness, search
        from letters.workflow import text_changed

        if text_changed not in findings.on_text_changed:
            findings.on_text_changed.append(text_changed)
        readiness.register_checks()
        search.register_sources()
        register(
            Entry(5, "Letters to sign", "letters:signing-queue", permissions.is_signatory),
            Entry(25, "Letters", "letters:inspection-list", permissions.reads_letter_lists),
            Entry(30, "Letter and report", "letters:copy-list", permissions.is_recipient),
            Entry(60, "Import a letter", "letters:import-upload", permissions.can_import),
        )
