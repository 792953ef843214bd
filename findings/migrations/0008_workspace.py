"""The words of comments, criteria and their answers, findable (`findings.findable_beside`); what is new by its time."""

from django.db import migrations, models

COLUMNS = """
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
NO_COLUMNS = """
ALTER TABLE findings_comment DROP COLUMN search;
ALTER TABLE findings_criterionanswer DROP COLUMN search;
ALTER TABLE inspections_criterion DROP COLUMN search;
"""


class Migration(migrations.Migration):
    dependencies = [("findings", "0007_editor"), ("inspections", "0006_ledger")]

    operations = [
        migrations.RunSQL(COLUMNS, NO_COLUMNS),
        migrations.AddIndex("comment", models.Index(fields=["at"], name="comment_by_time")),
        migrations.AddIndex("point", models.Index(fields=["decided_at"], name="point_by_decision")),
    ]
