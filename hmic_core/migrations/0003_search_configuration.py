"""How words are compared in each search: see `hmic_core.text.search`."""

from django.db import migrations

#: English words by their stems, with "Zoë" found by "zoe". A configuration of our own, since the function `unaccent`
#: may not stand in a generated column, and a configuration that holds it may.
CONFIGURATION = """
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE TEXT SEARCH CONFIGURATION hmic_english (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION hmic_english
    ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, hword, hword_part, word WITH unaccent, english_stem;
"""


class Migration(migrations.Migration):
    dependencies = [("hmic_core", "0002_roles_and_audit")]
    operations = [migrations.RunSQL(CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION hmic_english")]
