"""The rule of what is public, as an SQL function, and row-level security that applies it to the website's role."""

from django.db import migrations

from inspections.embargo import FUNCTION, RULE

WHOLE_SECONDS = """
ALTER TABLE inspections_release ADD CONSTRAINT release_instant_whole_seconds
    CHECK (embargo_until IS NULL OR embargo_until = date_trunc('second', embargo_until));
"""

ROW_SECURITY = f"""
ALTER TABLE inspections_releaseitem ENABLE ROW LEVEL SECURITY;
CREATE POLICY workspace ON inspections_releaseitem FOR ALL TO hmic_application USING (true) WITH CHECK (true);
CREATE POLICY public_only ON inspections_releaseitem FOR SELECT TO hmic_website
    USING ({RULE.format(state="state", release="release_id")});
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial"), ("hmic_core", "0002_roles_and_audit")]
    operations = [
        migrations.RunSQL(
            WHOLE_SECONDS, "ALTER TABLE inspections_release DROP CONSTRAINT release_instant_whole_seconds"
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION inspections_public_releases()"),
        migrations.RunSQL(
            ROW_SECURITY,
            "DROP POLICY public_only ON inspections_releaseitem; DROP POLICY workspace ON inspections_releaseitem;"
            "ALTER TABLE inspections_releaseitem DISABLE ROW LEVEL SECURITY;",
        ),
    ]
