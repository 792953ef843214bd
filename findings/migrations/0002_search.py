"""Finding and comparing words in PostgreSQL: see `findings.cross_force.search.query` and
`findings.cross_force.consistency`.
"""

from django.db import migrations

#: The 24 smallest hashes of a text's sequences of three words. Two texts share many of them as far as they share their
#: words: near-duplicates are found by comparing these short lists, and only then read word by word.
FINGERPRINT = """
CREATE FUNCTION public.findings_fingerprint(said text) RETURNS integer[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    words text[] := string_to_array(translate(lower(said), E'\\u2019\\u2018.,;:()*\\n\\r\\t"!?\\u201c\\u201d[]', E'\\'\\'' || repeat(' ', 18)), ' ');
    found integer[] := '{}';
BEGIN
    words := array_remove(words, '');
    FOR i IN 1 .. coalesce(cardinality(words), 0) - 2 LOOP
        found := found || hashtext(words[i] || ' ' || words[i + 1] || ' ' || words[i + 2]);
    END LOOP;
    RETURN ARRAY(SELECT DISTINCT unnest(found) ORDER BY 1 LIMIT 24);
END $$;
"""

#: Not fields of the models: no list should read them, and only `findings.search` and `findings.duplicates` ask them.
COLUMNS = """
ALTER TABLE findings_finding ADD COLUMN search tsvector GENERATED ALWAYS AS
    (setweight(to_tsvector('hmic_english', text), 'A') || setweight(to_tsvector('hmic_english', basis), 'C')) STORED;
ALTER TABLE findings_finding ADD COLUMN fingerprint integer[] GENERATED ALWAYS AS (findings_fingerprint(text)) STORED;
ALTER TABLE findings_evidence ADD COLUMN search tsvector GENERATED ALWAYS AS
    (setweight(to_tsvector('hmic_english', source), 'A') || setweight(to_tsvector('hmic_english', note), 'B')) STORED;
ALTER TABLE findings_point ADD COLUMN search tsvector GENERATED ALWAYS AS
    (setweight(to_tsvector('hmic_english', explanation || ' ' || proposed), 'A')
     || setweight(to_tsvector('hmic_english', quoted || ' ' || decision_reason), 'B')) STORED;
CREATE INDEX finding_search ON findings_finding USING gin (search);
CREATE INDEX finding_newest ON findings_finding (changed_at DESC);
CREATE INDEX evidence_search ON findings_evidence USING gin (search);
CREATE INDEX point_search ON findings_point USING gin (search);
"""
NO_COLUMNS = """
ALTER TABLE findings_finding DROP COLUMN search, DROP COLUMN fingerprint;
ALTER TABLE findings_evidence DROP COLUMN search;
ALTER TABLE findings_point DROP COLUMN search;
DROP INDEX finding_newest;
"""

#: The words of comments, criteria and their answers.
BESIDE = """
ALTER TABLE findings_comment ADD COLUMN search tsvector GENERATED ALWAYS AS
    (setweight(to_tsvector('hmic_english', text), 'A') || setweight(to_tsvector('hmic_english', quoted), 'B')) STORED;
ALTER TABLE findings_criterionanswer ADD COLUMN search tsvector GENERATED ALWAYS AS
    (to_tsvector('hmic_english', note)) STORED;
ALTER TABLE inspections_criterion ADD COLUMN search tsvector GENERATED ALWAYS AS
    (to_tsvector('hmic_english', question)) STORED;
CREATE INDEX comment_search ON findings_comment USING gin (search);
CREATE INDEX answer_search ON findings_criterionanswer USING gin (search);
CREATE INDEX criterion_search ON inspections_criterion USING gin (search);
"""
NO_BESIDE = """
ALTER TABLE findings_comment DROP COLUMN search;
ALTER TABLE findings_criterionanswer DROP COLUMN search;
ALTER TABLE inspections_criterion DROP COLUMN search;
"""


class Migration(migrations.Migration):
    dependencies = [("findings", "0001_initial"), ("hmic_core", "0003_search_configuration")]
    operations = [
        migrations.RunSQL(FINGERPRINT, "DROP FUNCTION findings_fingerprint(text)"),
        migrations.RunSQL(COLUMNS, NO_COLUMNS),
        migrations.RunSQL(BESIDE, NO_BESIDE),
    ]
