from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "publication"

    def ready(self) -> None:
        from findings.accuracy.inspectorate import issuing
        from hmic_core.accounts import access
        from hmic_core.accounts.policies import AUDIT_READER
        from hmic_core.web.navigation import Entry, register
        from inspections import readiness
        from letters.copies import recall
        from publication import showing  # noqa: F401 (registers what its forms show)
        from publication.incidents import copy_recalled, recalled
        from publication.readiness.checks import CHECKS

        issuing.on_recalled.connect(recalled)
        recall.on_recalled.connect(copy_recalled)
        readiness.register(*CHECKS)
        register(
            Entry(40, "Releases", "publication:release-list", access.is_publication_admin),
            Entry(90, "Audit", "publication:audit-list", AUDIT_READER.allows),
            Entry(
                95,
                "Break-glass",
                "publication:break-glass-list",
                lambda user: access.is_system_admin(user) or access.is_auditor(user),
            ),
        )
