"""Phrases found by an index: see `hmic_core.text.search`.

An index on words alone finds a phrase of two common words by looking at every text that holds both. So beside its words
a text is indexed by its pairs of neighbours, 'crime plan', and a query for a phrase asks for the pairs too.
"""

from django.db import migrations

#: Two words and the space between them. Longer pairs are neither kept nor asked for.
_LONGEST = 120

#: The words of a text, and beside each pair of neighbours one more "word" of both. It has no place in the text, so that
#: no rank counts it.
PAIRS = """
CREATE FUNCTION public.hmic_with_pairs(said tsvector) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
    WITH placed AS (SELECT word.lexeme, place FROM unnest(said) AS word, unnest(word.positions) AS place)
    SELECT said || array_to_tsvector(ARRAY(
        SELECT DISTINCT first.lexeme || ' ' || second.lexeme
        FROM placed AS first JOIN placed AS second ON second.place = first.place + 1
        WHERE length(first.lexeme || ' ' || second.lexeme) <= @longest@
    ))
$$;
"""

#: A query that matches the same texts of `hmic_with_pairs`, by the index: each phrase 'a' <-> 'b' <-> 'c' becomes
#: ('a' <-> 'b' <-> 'c' & 'a b' & 'b c'). Words that stand further apart, <2>, have no pair.
PHRASES = """
CREATE FUNCTION public.hmic_by_pairs(asked tsquery) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    word CONSTANT text := $re$'(?:[^']|'')*'$re$;
    said text := asked::text;
    rewritten text := '';
    phrase text;
    pairs text;
    words text[];
    steps text[];
BEGIN
    LOOP
        phrase := substring(said FROM format('%s(?: <(?:-|[0-9]+)> %s)+', word, word));
        EXIT WHEN phrase IS NULL;
        words := ARRAY(SELECT m[1] FROM regexp_matches(phrase, format('(%s)', word), 'g') AS m);
        steps := ARRAY(SELECT m[1] FROM regexp_matches(regexp_replace(phrase, word, '', 'g'), '<(-|[0-9]+)>', 'g') AS m);
        SELECT string_agg(format(' & %s', pair), '') INTO pairs FROM (
            SELECT left(words[i], -1) || ' ' || substr(words[i + 1], 2) AS pair
            FROM generate_series(1, cardinality(words) - 1) AS i WHERE steps[i] = '-'
        ) AS neighbours WHERE length(pair) <= @longest@ + 2;
        rewritten := rewritten || left(said, strpos(said, phrase) - 1) || format('(%s%s)', phrase, coalesce(pairs, ''));
        said := substr(said, strpos(said, phrase) + length(phrase));
    END LOOP;
    RETURN (rewritten || said)::tsquery;
END $$;
"""
GONE = "DROP FUNCTION hmic_with_pairs(tsvector); DROP FUNCTION hmic_by_pairs(tsquery);"


class Migration(migrations.Migration):
    dependencies = [("hmic_core", "0003_search_configuration")]
    operations = [migrations.RunSQL((PAIRS + PHRASES).replace("@longest@", str(_LONGEST)), GONE)]
