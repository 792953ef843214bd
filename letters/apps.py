from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "letters"

    def ready(self) -> None:
        from findings import workflow as findings
        from findings.accuracy.force import differences
        from hmic_core.accounts import access, roles
        from hmic_core.web.navigation import Entry, register
        from letters import permissions, search
        from letters.models import Signatory
        from letters.signing import readiness
        from letters.signing.signatures import difference_recorded, text_changed

        findings.on_text_changed.connect(text_changed)
        permissions.ask_of_everybody()
        roles.register(roles.Kind.SIGNATORY, lambda user: Signatory.objects.not_ended().filter(person__user=user))
        lists = frozenset({"letters:letter-list", "letters:contact-sheet", "letters:signatory-list"})
        differences.on_difference.connect(difference_recorded)
        readiness.register_checks()
        search.register_sources()
        register(
            Entry(5, "Letters to sign", "letters:signing-queue", permissions.is_signatory),
            Entry(25, "Letters", "letters:inspection-list", permissions.reads_letter_lists, pages=lists),
            Entry(30, "Letter and report", "letters:copy-list", permissions.is_recipient),
            Entry(50, "Which copy?", "letters:copy-identify", access.is_publication_admin),
            Entry(55, "Wording of letters", "letters:wording-list", access.is_publication_admin),
        )
