"""The rule of what is public, as an SQL function, and row-level security that applies it to the website's role."""

from django.db import migrations

#: As it was first; 0004 asks the rule once a query instead of once a row.
FUNCTION = """
CREATE OR REPLACE FUNCTION inspections_is_public(item_release uuid, item_state text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT item_state = 'active' AND EXISTS (
        SELECT 1 FROM public.inspections_release r
        WHERE r.id = item_release
          AND (r.state = 'released'
               OR (r.state = 'approved'
                   AND r.approved_installation = current_setting('hmic.installation', true)
                   AND r.embargo_until <= now()))
    )
$$
"""

WHOLE_SECONDS = """
ALTER TABLE inspections_release ADD CONSTRAINT release_instant_whole_seconds
    CHECK (embargo_until IS NULL OR embargo_until = date_trunc('second', embargo_until));
"""

ROW_SECURITY = """
ALTER TABLE inspections_releaseitem ENABLE ROW LEVEL SECURITY;
CREATE POLICY workspace ON inspections_releaseitem FOR ALL TO hmic_application USING (true) WITH CHECK (true);
CREATE POLICY public_only ON inspections_releaseitem FOR SELECT TO hmic_website USING (inspections_is_public(release_id, state));
"""

FROZEN = """
CREATE FUNCTION inspections_item_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.content IS DISTINCT FROM OLD.content OR NEW.content_hash <> OLD.content_hash OR NEW.file_hash <> OLD.file_hash
       OR NEW.file_key <> OLD.file_key OR NEW.release_id <> OLD.release_id THEN
        RAISE EXCEPTION 'a release item is frozen' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE ON inspections_releaseitem FOR EACH ROW EXECUTE FUNCTION inspections_item_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial"), ("hmic_core", "0002_roles_and_audit")]
    operations = [
        migrations.RunSQL(
            WHOLE_SECONDS, "ALTER TABLE inspections_release DROP CONSTRAINT release_instant_whole_seconds"
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION inspections_is_public(uuid, text)"),
        migrations.RunSQL(
            ROW_SECURITY,
            "DROP POLICY public_only ON inspections_releaseitem; DROP POLICY workspace ON inspections_releaseitem;"
            "ALTER TABLE inspections_releaseitem DISABLE ROW LEVEL SECURITY;",
        ),
        migrations.RunSQL(
            FROZEN, "DROP TRIGGER frozen ON inspections_releaseitem; DROP FUNCTION inspections_item_frozen();"
        ),
    ]
