"""The words of letters, findable: see `letters.search`."""

from django.db import migrations

COLUMN = """
ALTER TABLE letters_letter ADD COLUMN search tsvector GENERATED ALWAYS AS
    (jsonb_to_tsvector('hmic_english', content, '["string"]')) STORED;
CREATE INDEX letter_search ON letters_letter USING gin (search);
"""


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial"), ("findings", "0002_search")]
    operations = [migrations.RunSQL(COLUMN, "ALTER TABLE letters_letter DROP COLUMN search")]
