"""Searching what is public: see `inspections.published`."""

import django.db.models.deletion
from django.db import migrations, models

from inspections.embargo import RULE

COLUMN = """
ALTER TABLE inspections_publishedpassage ADD COLUMN search tsvector GENERATED ALWAYS AS
    (setweight(to_tsvector('hmic_english', words), 'A') || setweight(to_tsvector('hmic_english', heading), 'C')) STORED;
CREATE INDEX passage_search ON inspections_publishedpassage USING gin (search);
"""

#: With its owner's rights, since row-level security keeps an index on words from being used: the rule is asked here,
#: and again by the policy when the website fetches the items. Planned anew for each call: a rare word is found by the
#: index on words, a common one by walking the newest passages.
FUNCTION = """
CREATE FUNCTION public.inspections_find_published(asked text, about uuid, most integer, beginning integer, number integer)
RETURNS TABLE (item uuid, anchor varchar, heading varchar, words text, total bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE $query$
        SELECT found.item_id, found.anchor, found.heading, found.words, count(*) OVER ()
        FROM (
            SELECT p.id, p.item_id, p.anchor, p.heading, p.words, p.search, p.published_at
            FROM public.inspections_publishedpassage p JOIN public.inspections_releaseitem i ON i.id = p.item_id
            WHERE p.search @@ $1 AND (@public@)
              AND ($2 IS NULL OR i.force_id = $2)
            ORDER BY p.published_at DESC, p.id LIMIT $3
        ) found
        ORDER BY ts_rank_cd(found.search, $1) DESC, found.published_at DESC, found.id OFFSET $4 LIMIT $5
    $query$ USING websearch_to_tsquery('public.hmic_english', asked), about, most, beginning, number;
END $$;
""".replace("@public@", RULE.format(state="i.state", release="i.release_id"))

#: How many public items have no passage yet; the kinds are `inspections.published.NOT_SEARCHED`.
NOT_YET = """
CREATE FUNCTION public.inspections_not_yet_findable() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) FROM public.inspections_releaseitem i
    WHERE (@public@) AND i.kind NOT IN ('original', 'notice')
      AND NOT EXISTS (SELECT 1 FROM public.inspections_publishedpassage p WHERE p.item_id = i.id)
$$
""".replace("@public@", RULE.format(state="i.state", release="i.release_id"))


class Migration(migrations.Migration):
    dependencies = [("inspections", "0004_national_entries"), ("hmic_core", "0003_search_configuration")]
    operations = [
        migrations.CreateModel(
            name="PublishedPassage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("anchor", models.CharField(blank=True, max_length=20)),
                ("heading", models.CharField(max_length=300)),
                ("words", models.TextField()),
                ("published_at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="inspections.releaseitem",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-published_at", "id"], name="passage_newest")],
                "constraints": [models.UniqueConstraint(fields=("item", "position"), name="passage_once")],
            },
        ),
        migrations.RunSQL(COLUMN, migrations.RunSQL.noop),
        migrations.RunSQL(NOT_YET, "DROP FUNCTION inspections_not_yet_findable()"),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION inspections_find_published(text, uuid, integer, integer, integer)"),
    ]
