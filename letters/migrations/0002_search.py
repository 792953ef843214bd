"""In plain SQL: the words of letters, findable (`letters.search`); roles that meet in nobody
(`hmic_core.accounts.roles`); copies that never change.
"""

from django.db import migrations

from hmic_core.accounts.roles import MUST_NOT_MEET

_GIVEN_IN = (
    "hmic_core_globalrole",
    "inspections_assignment",
    "forces_contact",
    "forces_person",
    "forces_post",
    "letters_signatory",
)

COLUMN = """
ALTER TABLE letters_letter ADD COLUMN search tsvector GENERATED ALWAYS AS
    (jsonb_to_tsvector('hmic_english', content, '["string"]')) STORED;
CREATE INDEX letter_search ON letters_letter USING gin (search);
"""

#: For everybody, the owner too: a copy ends once and changes in nothing else; acceptances and downloads are kept as
#: they were written, and so are the entries of a pre-release list that were ended.
COPIES = """
CREATE FUNCTION public.letters_copy_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ending CONSTANT text[] := ARRAY['recalled_at', 'recalled_by_id', 'recall_reason', 'superseded_at'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.recalled_at IS NOT NULL OR NEW.superseded_at IS NOT NULL THEN
            RAISE EXCEPTION 'a copy is issued before it ends' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a copy that was issued is kept' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF to_jsonb(NEW) - ending IS DISTINCT FROM to_jsonb(OLD) - ending THEN
        RAISE EXCEPTION 'a copy does not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.recalled_at IS NOT NULL OR OLD.superseded_at IS NOT NULL THEN
        IF to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD) THEN
            RAISE EXCEPTION 'a copy that ended does not come back' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON public.letters_copy
    FOR EACH ROW EXECUTE FUNCTION public.letters_copy_frozen();

CREATE FUNCTION public.letters_receipt_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'what a recipient did is kept as it was written' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON public.letters_acknowledgement
    FOR EACH ROW EXECUTE FUNCTION public.letters_receipt_kept();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON public.letters_download
    FOR EACH ROW EXECUTE FUNCTION public.letters_receipt_kept();

CREATE FUNCTION public.letters_recipient_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.removed_at IS NOT NULL
       OR (NEW.id, NEW.release_id, NEW.contact_id, NEW.added_by_id, NEW.added_at)
          IS DISTINCT FROM (OLD.id, OLD.release_id, OLD.contact_id, OLD.added_by_id, OLD.added_at) THEN
        RAISE EXCEPTION 'an entry of the pre-release list is ended, never used again' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON public.letters_recipient
    FOR EACH ROW EXECUTE FUNCTION public.letters_recipient_kept();

REVOKE EXECUTE ON FUNCTION public.letters_copy_frozen(), public.letters_receipt_kept(), public.letters_recipient_kept() FROM PUBLIC;
"""
UNDO = """
DROP TRIGGER kept ON public.letters_recipient;
DROP TRIGGER kept ON public.letters_download;
DROP TRIGGER kept ON public.letters_acknowledgement;
DROP TRIGGER frozen ON public.letters_copy;
DROP FUNCTION public.letters_recipient_kept();
DROP FUNCTION public.letters_receipt_kept();
DROP FUNCTION public.letters_copy_frozen();
"""


#: The last room that gives a role. As on releases, the application's role is held to it whatever statement it sends;
#: the owner of the tables, who could drop it, is not. A row that has ended is always let through.
_PAIRS = ", ".join(f"('{first.name}', '{second.name}')" for first, second, _ in MUST_NOT_MEET)
ROLES_APART = (
    """
CREATE FUNCTION public.letters_roles_apart() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today CONSTANT date := (now() AT TIME ZONE 'Europe/London')::date;
    given CONSTANT jsonb := to_jsonb(NEW);
    account uuid := given ->> 'user_id';
BEGIN
    IF current_user = pg_get_userbyid((SELECT c.relowner FROM pg_catalog.pg_class c WHERE c.oid = TG_RELID))
       OR (given ->> 'ends_on')::date < today THEN
        RETURN NULL;
    END IF;
    IF given ? 'person_id' AND account IS NULL THEN
        SELECT p.user_id INTO account FROM public.forces_person p WHERE p.id = (given ->> 'person_id')::uuid;
    END IF;
    IF EXISTS (
        WITH held AS (
            SELECT upper(g.role) AS kind FROM public.hmic_core_globalrole g
                WHERE g.user_id = account AND coalesce(g.ends_on, today) >= today
            UNION SELECT 'INSPECTION' FROM public.inspections_assignment a
                WHERE a.user_id = account AND coalesce(a.ends_on, today) >= today
            UNION SELECT 'FORCE' FROM public.forces_contact c
                WHERE c.user_id = account AND coalesce(c.ends_on, today) >= today
            UNION SELECT CASE t.kind WHEN 'chief_officer' THEN 'FORCE' ELSE 'SIGNATORY' END
                FROM public.forces_post t JOIN public.forces_person p ON p.id = t.person_id
                WHERE p.user_id = account AND coalesce(t.ends_on, today) >= today
            UNION SELECT 'SIGNATORY' FROM public.letters_signatory s JOIN public.forces_person p ON p.id = s.person_id
                WHERE p.user_id = account AND coalesce(s.ends_on, today) >= today
        )
        SELECT 1 FROM (VALUES @pairs@) AS pair (one, other)
            WHERE pair.one IN (SELECT kind FROM held) AND pair.other IN (SELECT kind FROM held)
    ) THEN
        RAISE EXCEPTION 'these roles do not meet in one person' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
""".replace("@pairs@", _PAIRS)
    + "".join(
        f"CREATE TRIGGER roles_apart AFTER INSERT OR UPDATE ON public.{table}"
        " FOR EACH ROW EXECUTE FUNCTION public.letters_roles_apart();\n"
        for table in _GIVEN_IN
    )
)
NOT_APART = "".join(f"DROP TRIGGER roles_apart ON {table};" for table in _GIVEN_IN)
NOT_APART += "DROP FUNCTION letters_roles_apart();"


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial"), ("findings", "0002_search")]
    operations = [
        migrations.RunSQL(COLUMN, "ALTER TABLE letters_letter DROP COLUMN search"),
        migrations.RunSQL(ROLES_APART, NOT_APART),
        migrations.RunSQL(COPIES, UNDO),
    ]
