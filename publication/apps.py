from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "publication"

    def ready(self) -> None:
        from findings import accuracy
        from hmic_core import access
        from hmic_core.navigation import Entry, register
        from hmic_core.policies import AUDIT_READER
        from inspections import readiness
        from letters import recalling
        from publication import showing  # noqa: F401 (registers what its forms show)
        from publication.incidents import copy_recalled, recalled
        from publication.readiness import CHECKS

        if recalled not in accuracy.on_recalled:
            accuracy.on_recalled.append(recalled)
        if copy_recalled not in recalling.on_recalled:
            recalling.on_recalled.append(copy_recalled)
        readiness.register(*CHECKS)
        register(
            Entry(40, "Releases", "publication:release-list", access.is_publication_admin),
            Entry(45, "Archive", "publication:archive-list", access.is_publication_admin),
            Entry(90, "Audit", "publication:audit-list", AUDIT_READER.allows),
            Entry(
                95,
                "Break-glass",
                "publication:break-glass-list",
                lambda user: access.is_system_admin(user) or access.is_auditor(user),
            ),
        )
