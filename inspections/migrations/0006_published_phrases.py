"""The public's phrases are found by an index too, and common words by the newest passages.

See `hmic_core.migrations.0004_search_phrases` and docs/adr/0008-public-search.md.
"""

from importlib import import_module

from django.db import migrations

from inspections.embargo import RULE

_BEFORE = import_module("inspections.migrations.0005_published_passages").FUNCTION
_WORDS = "setweight(to_tsvector('hmic_english', words), 'A') || setweight(to_tsvector('hmic_english', heading), 'C')"

#: Rare words are found by the index, common ones by reading the newest passages until there are enough. The planner
#: cannot tell which, since it takes words for independent of one another ("national", "decision", "model"). So the
#: newest two thousand passages are asked: where one in sixty holds the words, reading on is quicker. The rule is asked
#: of one passage after the other, so that reading ends with the last that is wanted. A force's passages are all read.
#: What is looked for are pairs of words too; what ranks are the words, since pairs have no place in a text.
FUNCTION = """
CREATE OR REPLACE FUNCTION public.inspections_find_published(
    asked text, about uuid, most integer, beginning integer, number integer)
RETURNS TABLE (item uuid, anchor varchar, heading varchar, words text, total bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    query CONSTANT tsquery := websearch_to_tsquery('public.hmic_english', asked);
    by_pairs CONSTANT tsquery := public.hmic_by_pairs(query);
    newest CONSTANT text := '(SELECT * FROM public.inspections_publishedpassage ORDER BY published_at DESC, id LIMIT %s)';
    public CONSTANT text := 'SELECT p.id, p.published_at FROM %s AS p'
        ' WHERE p.search @@ $1 AND (SELECT @public@ FROM public.inspections_releaseitem i WHERE i.id = p.item_id)';
    of_force CONSTANT text := 'SELECT p.id, p.published_at FROM ('
        ' SELECT p.* FROM public.inspections_releaseitem i JOIN public.inspections_publishedpassage p ON p.item_id = i.id'
        ' WHERE i.force_id = $2 AND (@public@) OFFSET 0) AS p WHERE p.search @@ $1';
    tried text[] := ARRAY[format(public, 'public.inspections_publishedpassage')];
    attempt text;
    often integer;
    found bigint[];
BEGIN
    EXECUTE format('SELECT count(*) FROM %s AS p WHERE p.search @@ $1', format(newest, 2000)) INTO often USING by_pairs;
    IF about IS NOT NULL THEN
        tried := ARRAY[of_force];
    ELSIF often > 33 THEN
        tried := format(public, format(newest, 60000)) || tried;
    END IF;
    FOREACH attempt IN ARRAY tried LOOP
        EXECUTE format('SELECT array_agg(id) FROM (%s ORDER BY published_at DESC, id LIMIT $3) AS enough', attempt)
            INTO found USING by_pairs, about, most;
        EXIT WHEN cardinality(found) = most;
    END LOOP;
    RETURN QUERY
        SELECT p.item_id, p.anchor, p.heading, p.words, count(*) OVER ()
        FROM public.inspections_publishedpassage p WHERE p.id = ANY (found)
        ORDER BY ts_rank_cd(p.search, query) DESC, p.published_at DESC, p.id OFFSET beginning LIMIT number;
END $$;
""".replace("@public@", RULE.format(state="i.state", release="i.release_id").replace("'", "''"))


def column(words: str) -> str:
    """The generated column `search`, anew."""
    return f"""
ALTER TABLE inspections_publishedpassage DROP COLUMN search;
ALTER TABLE inspections_publishedpassage ADD COLUMN search tsvector GENERATED ALWAYS AS ({words}) STORED;
CREATE INDEX passage_search ON inspections_publishedpassage USING gin (search);
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0005_published_passages"), ("hmic_core", "0004_search_phrases")]
    operations = [
        migrations.RunSQL(
            column(f"hmic_with_pairs({_WORDS})") + FUNCTION,
            column(_WORDS) + _BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
        )
    ]
