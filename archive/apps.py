from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "archive"

    def ready(self) -> None:
        from archive import permissions
        from archive.models import ImportedLetter
        from hmic_core.accounts import access
        from hmic_core.web.navigation import Entry, register
        from publication.evidence import audit_trail

        audit_trail.register(
            "archive.importedletter",
            "Imports",
            lambda: ImportedLetter.objects.select_related("file"),
            lambda row: f"Import of {row.file.name}",
        )
        register(
            Entry(45, "Archive", "archive:archive-list", access.is_publication_admin),
            Entry(60, "Import letters", "archive:import-upload", permissions.can_import),
        )
