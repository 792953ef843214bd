"""A release item is frozen whole: only its state changes, only away from active; what is public is never deleted."""

from django.db import migrations

FROZEN = """
CREATE OR REPLACE FUNCTION inspections_item_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state' THEN
        RAISE EXCEPTION 'a release item is frozen' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state <> 'active' AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'a release item that left its release does not come back' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION inspections_item_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM inspections_release r WHERE r.id = OLD.release_id AND r.state IN ('released', 'withdrawn')) THEN
        RAISE EXCEPTION 'what was published is kept' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER kept BEFORE DELETE ON inspections_releaseitem FOR EACH ROW EXECUTE FUNCTION inspections_item_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0002_embargo")]
    operations = [
        migrations.RunSQL(
            FROZEN, "DROP TRIGGER kept ON inspections_releaseitem; DROP FUNCTION inspections_item_kept();"
        )
    ]
