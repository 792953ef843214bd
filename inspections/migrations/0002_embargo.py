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

#: The item is looked up as the reader: where its row is hidden, so are its bytes. PostgreSQL itself compares them with
#: their hash. They do not compress, so that nobody tries.
FILE_SECURITY = """
ALTER TABLE public.inspections_publicfile ADD CONSTRAINT public_file_is_what_was_hashed
    CHECK (sha256 = encode(pg_catalog.sha256(data), 'hex'));
ALTER TABLE public.inspections_publicfile ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE public.inspections_publicfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY workspace ON public.inspections_publicfile FOR ALL TO hmic_application USING (true) WITH CHECK (true);
CREATE POLICY public_only ON public.inspections_publicfile FOR SELECT TO hmic_website
    USING (EXISTS (SELECT 1 FROM public.inspections_releaseitem i WHERE i.id = item_id));
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
        migrations.RunSQL(
            FILE_SECURITY,
            "DROP POLICY public_only ON inspections_publicfile; DROP POLICY workspace ON inspections_publicfile;"
            "ALTER TABLE inspections_publicfile DISABLE ROW LEVEL SECURITY;"
            "ALTER TABLE inspections_publicfile DROP CONSTRAINT public_file_is_what_was_hashed;",
        ),
    ]
