"""What readers of the public website search: the findings of all inspections that are over, as published letters."""

from django.conf import settings
from django.db import connection

from bench.generate import inserted
from hmic_core.models import User
from inspections.models import PublishedPassage, Release, ReleaseItem

_OVER = "inspections_inspection AS inspection WHERE inspection.state = 'closed'"
_RELEASE = "md5('release' || inspection.slug)::uuid"
_ITEM = "md5('letter' || inspection.slug || finding.force_id)::uuid"
_WHEN = "inspection.fieldwork_from + interval '200 days'"
_BY_FORCE = (
    "(SELECT DISTINCT inspection_id, force_id FROM findings_finding) AS finding"
    " JOIN inspections_inspection AS inspection ON inspection.id = finding.inspection_id"
    " JOIN forces_force AS force ON force.id = finding.force_id WHERE inspection.state = 'closed'"
)
_BY_FINDING = (
    "findings_finding AS finding JOIN inspections_inspection AS inspection ON inspection.id = finding.inspection_id"
    " JOIN inspections_theme AS theme ON theme.id = finding.theme_id"
    " JOIN (SELECT search, hmic_with_pairs(search) AS pairs FROM (SELECT DISTINCT search FROM findings_finding) AS one)"
    " AS said ON said.search = finding.search WHERE inspection.state = 'closed'"
)


def publish(by: User) -> int:
    """Make them public, once; returns how many passages can be found."""
    if not ReleaseItem.objects.exists():
        rows = (
            (Release, _OVER, _release_columns()),
            (ReleaseItem, _BY_FORCE, _ITEM_COLUMNS),
            (PublishedPassage, _BY_FINDING, _PASSAGE_COLUMNS),
        )
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            # The findings' own: reading a million texts once more would take minutes.
            cursor.execute("ALTER TABLE inspections_publishedpassage ALTER COLUMN search DROP EXPRESSION IF EXISTS")
            cursor.execute("DROP INDEX IF EXISTS passage_search")
            for model, source, columns in rows:
                sql, values = inserted(model, source, columns)
                cursor.execute(sql, {**values, "by": str(by.pk), "here": settings.INSTALLATION})
            cursor.execute("CREATE INDEX passage_search ON inspections_publishedpassage USING gin (search)")
            cursor.execute(
                "VACUUM (ANALYZE) inspections_publishedpassage, inspections_releaseitem, inspections_release"
            )
            cursor.execute("RESET statement_timeout")
    return PublishedPassage.objects.count()


def _release_columns() -> dict[str, str]:
    return {
        "id": _RELEASE,
        "inspection_id": "inspection.id",
        "title": "inspection.title",
        "state": "'released'",
        "embargo_until": _WHEN,
        "approved_installation": "%(here)s",
        "created_at": _WHEN,
        "approved_by_id": "%(by)s::uuid",
        "approved_at": _WHEN,
        "released_at": _WHEN,
    }


_ITEM_COLUMNS = {
    "id": _ITEM,
    "release_id": _RELEASE,
    "kind": "'letter'",
    "state": "'active'",
    "inspection_slug": "inspection.slug",
    "force_id": "finding.force_id",
    "title": "force.name || ': ' || inspection.short_title",
    "published_at": _WHEN,
    "content": "'{}'::jsonb",
    "content_hash": "''",
    "source_id": _RELEASE,
}
_PASSAGE_COLUMNS = {
    "id": "nextval('inspections_publishedpassage_id_seq')",
    "item_id": _ITEM,
    "position": "theme.position * 1000 + finding.number",
    "anchor": "theme.prefix || '-' || finding.number",
    "heading": "theme.title",
    "words": "finding.text",
    "published_at": _WHEN,
    "search": "said.pairs",
}
