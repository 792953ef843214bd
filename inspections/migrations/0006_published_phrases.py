"""The public's phrases are found by an index too: see `hmic_core.migrations.0004_search_phrases`."""

from importlib import import_module

from django.db import migrations

_BEFORE = import_module("inspections.migrations.0005_published_passages").FUNCTION.replace(
    "CREATE", "CREATE OR REPLACE"
)
#: What is looked for, not what ranks: pairs of words have no place in a text.
FUNCTION = _BEFORE.replace("p.search @@ $1", "p.search @@ hmic_by_pairs($1)")
_WORDS = "setweight(to_tsvector('hmic_english', words), 'A') || setweight(to_tsvector('hmic_english', heading), 'C')"


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
        migrations.RunSQL(column(f"hmic_with_pairs({_WORDS})") + FUNCTION, column(_WORDS) + _BEFORE),
    ]
