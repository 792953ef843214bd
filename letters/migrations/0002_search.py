"""What the models cannot say: the words of letters, findable (`letters.search`); copies that never change."""

from django.db import migrations

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


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial"), ("findings", "0002_search")]
    operations = [
        migrations.RunSQL(COLUMN, "ALTER TABLE letters_letter DROP COLUMN search"),
        migrations.RunSQL(COPIES, UNDO),
    ]
