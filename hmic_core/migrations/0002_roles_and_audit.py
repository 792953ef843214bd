"""Group roles, and an audit trail that nobody can change: append-only, chained by hash at commit."""

from django.db import migrations

ROLES = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'hmic_application') THEN CREATE ROLE hmic_application NOLOGIN; END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'hmic_website') THEN CREATE ROLE hmic_website NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""

APPEND_ONLY = """
CREATE FUNCTION public.hmic_append_only() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON public.hmic_core_auditentry FOR EACH ROW EXECUTE FUNCTION public.hmic_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.hmic_core_auditentry FOR EACH STATEMENT EXECUTE FUNCTION public.hmic_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON public.hmic_core_auditlink FOR EACH ROW EXECUTE FUNCTION public.hmic_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.hmic_core_auditlink FOR EACH STATEMENT EXECUTE FUNCTION public.hmic_append_only();
"""

# The head is taken at commit, not in the verb: taken in the verb it made all verbs wait for one another, and deadlock.
CHAIN = """
CREATE FUNCTION public.hmic_audit_payload(e public.hmic_core_auditentry) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object(
        'id', e.id, 'at', to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'action', e.action,
        'actor', e.actor_id, 'subject_type', e.subject_type, 'subject_id', e.subject_id,
        'force', e.force_slug, 'address', e.address, 'facts', e.facts)::text
$$;
CREATE FUNCTION public.hmic_audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head record;
    body text := public.hmic_audit_payload(NEW);
BEGIN
    PERFORM pg_advisory_xact_lock(7230512);
    SELECT seq, hash INTO head FROM public.hmic_core_auditlink ORDER BY seq DESC LIMIT 1;
    INSERT INTO public.hmic_core_auditlink (seq, entry_id, payload, previous, hash)
    VALUES (coalesce(head.seq, 0) + 1, NEW.id, body, coalesce(head.hash, ''),
            encode(sha256(convert_to(coalesce(head.hash, '') || body, 'UTF8')), 'hex'));
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER chain AFTER INSERT ON public.hmic_core_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.hmic_audit_chain();
"""


class Migration(migrations.Migration):
    dependencies = [("hmic_core", "0001_initial")]
    operations = [
        migrations.RunSQL(ROLES, migrations.RunSQL.noop),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER append_only ON public.hmic_core_auditentry; DROP TRIGGER no_truncate ON public.hmic_core_auditentry;"
            "DROP TRIGGER append_only ON public.hmic_core_auditlink; DROP TRIGGER no_truncate ON public.hmic_core_auditlink;"
            "DROP FUNCTION hmic_append_only();",
        ),
        migrations.RunSQL(
            CHAIN,
            "DROP TRIGGER chain ON public.hmic_core_auditentry; DROP FUNCTION hmic_audit_chain();"
            "DROP FUNCTION hmic_audit_payload(hmic_core_auditentry);",
        ),
    ]
