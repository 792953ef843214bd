"""The triggers on releases and their items (docs/embargo.md, docs/adr/0004), in plain SQL.

They hold the application's role to what the verbs do, whatever statement it sends. The owner of the tables, who could
drop them, is not held: migrations, repairs by hand.
"""

from django.db import migrations

_OWNER = (
    "current_user = pg_catalog.pg_get_userbyid((SELECT c.relowner FROM pg_catalog.pg_class c WHERE c.oid = TG_RELID))"
)

RELEASE = """
CREATE FUNCTION public.inspections_refuse(why text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', why USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION public.inspections_release_guarded() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    here text := current_setting('hmic.installation', true);
    clock timestamptz := clock_timestamp();
    move text;
BEGIN
    IF @owner@ THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM public.inspections_refuse('a release is kept');
    END IF;

    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'draft' AND NEW.sealed_by_id IS NULL AND NEW.approved_by_id IS NULL AND NEW.released_at IS NULL
           AND NEW.notice_of_id IS NULL THEN
            RETURN NEW;
        END IF;
        IF NEW.is_archive AND NEW.state = 'sealed' AND NEW.sealed_by_id IS NOT NULL AND NEW.approved_by_id IS NULL
           AND NEW.released_at IS NULL AND NEW.embargo_until < clock THEN
            RETURN NEW;
        END IF;
        -- Notices of what was public and is withdrawn: public at once, and nothing else may stand in it.
        IF NEW.state = 'released' AND EXISTS (SELECT 1 FROM public.inspections_release r WHERE r.id = NEW.notice_of_id
                                              AND r.state = 'withdrawn' AND r.released_at IS NOT NULL) THEN
            RETURN NEW;
        END IF;
        PERFORM public.inspections_refuse('a release begins as a draft');
    END IF;

    IF (NEW.id, NEW.inspection_id, NEW.is_archive, NEW.follows_id, NEW.notice_of_id, NEW.created_at, NEW.created_by_id)
       IS DISTINCT FROM
       (OLD.id, OLD.inspection_id, OLD.is_archive, OLD.follows_id, OLD.notice_of_id, OLD.created_at, OLD.created_by_id)
    THEN
        PERFORM public.inspections_refuse('what a release is does not change');
    END IF;
    IF NEW.state = OLD.state AND OLD.state NOT IN ('draft', 'scheduled') THEN
        IF to_jsonb(NEW) - 'version' IS DISTINCT FROM to_jsonb(OLD) - 'version' THEN
            PERFORM public.inspections_refuse('a release that is locked changes by its verbs only');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.embargo_until IS DISTINCT FROM OLD.embargo_until
       AND (NEW.state <> 'scheduled' OR NEW.embargo_until IS NULL OR NEW.embargo_until <= clock) THEN
        PERFORM public.inspections_refuse('an instant is given while a release is scheduled, and lies ahead');
    END IF;
    IF NEW.state = OLD.state AND OLD.state = 'draft' THEN
        IF NEW.sealed_by_id IS NOT NULL OR NEW.approved_by_id IS NOT NULL OR NEW.released_at IS NOT NULL THEN
            PERFORM public.inspections_refuse('a draft has nobody who locked or approved it');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.version <= OLD.version THEN
        PERFORM public.inspections_refuse('a verb raises the version');
    END IF;
    IF OLD.state = 'approved' AND OLD.approved_installation = here AND OLD.embargo_until <= clock
       AND NEW.state NOT IN ('released', 'withdrawn') THEN
        PERFORM public.inspections_refuse('it is public: only withdrawal is left');
    END IF;

    move := OLD.state || ' to ' || NEW.state;
    IF NEW.state IN ('scheduled', 'cancelled', 'withdrawn') THEN
        IF OLD.state IN ('withdrawn', 'cancelled') OR (OLD.state = 'released' AND NEW.state <> 'withdrawn')
           OR (NEW.state = 'withdrawn' AND OLD.state = 'draft') OR (NEW.state = 'scheduled' AND OLD.is_archive) THEN
            PERFORM public.inspections_refuse('no release goes from ' || move);
        END IF;
        IF NEW.state = 'scheduled' AND (NEW.sealed_by_id IS NOT NULL OR NEW.approved_by_id IS NOT NULL
                                        OR NEW.approved_installation <> '' OR NEW.released_at IS NOT NULL) THEN
            PERFORM public.inspections_refuse('what goes back to scheduled is locked and approved anew');
        END IF;
        IF NEW.state <> 'scheduled' AND (NEW.released_at, NEW.approved_by_id) IS DISTINCT FROM
                                        (OLD.released_at, OLD.approved_by_id) THEN
            PERFORM public.inspections_refuse('who approved, and when it was released, is kept');
        END IF;
        RETURN NEW;
    END IF;
    IF move = 'scheduled to sealed' THEN
        IF NEW.sealed_by_id IS NULL OR NEW.sealed_at IS NULL OR NEW.approved_by_id IS NOT NULL
           OR NEW.released_at IS NOT NULL OR NEW.scheduled_by_id IS DISTINCT FROM OLD.scheduled_by_id
           OR NOT EXISTS (SELECT 1 FROM public.inspections_releaseitem i WHERE i.release_id = NEW.id AND i.state = 'active')
        THEN
            PERFORM public.inspections_refuse('a release is locked by somebody, with its items frozen');
        END IF;
        IF EXISTS (SELECT 1 FROM public.inspections_legalhold h WHERE h.inspection_id = NEW.inspection_id
                   AND h.force_id IS NULL AND h.lifted_at IS NULL) THEN
            PERFORM public.inspections_refuse('a legal hold stops locking');
        END IF;
        RETURN NEW;
    END IF;

    -- From here on: nobody but the second person comes in, and nothing of what they confirm changes with it.
    IF (NEW.sealed_by_id, NEW.sealed_at, NEW.scheduled_by_id) IS DISTINCT FROM
       (OLD.sealed_by_id, OLD.sealed_at, OLD.scheduled_by_id) THEN
        PERFORM public.inspections_refuse('who scheduled and who locked is kept');
    END IF;
    IF move = 'sealed to approved' AND NOT OLD.is_archive OR move = 'sealed to released' AND OLD.is_archive THEN
        IF OLD.sealed_by_id IS NULL OR NEW.approved_by_id IS NULL OR NEW.approved_at IS NULL
           OR NEW.approved_by_id = OLD.sealed_by_id
           OR NEW.approved_by_id IS NOT DISTINCT FROM OLD.scheduled_by_id
           OR NEW.approved_installation IS DISTINCT FROM here THEN
            PERFORM public.inspections_refuse('a second person approves, here');
        END IF;
        IF NEW.state = 'approved' AND (NEW.released_at IS NOT NULL OR NEW.embargo_until <= clock) THEN
            PERFORM public.inspections_refuse('a release is approved before its instant');
        END IF;
        IF NEW.state = 'released' AND NEW.embargo_until >= clock THEN
            PERFORM public.inspections_refuse('the archive is for publications of the past');
        END IF;
        RETURN NEW;
    END IF;
    IF move = 'approved to sealed' THEN
        IF OLD.approved_installation = here OR NEW.approved_by_id IS NOT NULL OR NEW.approved_installation <> ''
           OR NEW.released_at IS NOT NULL THEN
            PERFORM public.inspections_refuse('only what was approved in another installation goes back to locked');
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.approved_by_id, NEW.approved_at, NEW.approved_installation) IS DISTINCT FROM
       (OLD.approved_by_id, OLD.approved_at, OLD.approved_installation) THEN
        PERFORM public.inspections_refuse('who approved is kept');
    END IF;
    IF move = 'approved to held' AND NEW.released_at IS NULL THEN
        RETURN NEW;
    END IF;
    IF move = 'held to approved' AND NEW.released_at IS NULL AND OLD.approved_installation = here
       AND NEW.embargo_until > clock THEN
        RETURN NEW;
    END IF;
    IF move = 'approved to released' AND OLD.approved_installation = here AND OLD.embargo_until <= clock
       AND NEW.released_at >= OLD.embargo_until THEN
        RETURN NEW;
    END IF;
    PERFORM public.inspections_refuse('no release goes from ' || move || ', or not yet');
    RETURN NULL;
END $$;
CREATE TRIGGER guarded BEFORE INSERT OR UPDATE OR DELETE ON public.inspections_release
    FOR EACH ROW EXECUTE FUNCTION public.inspections_release_guarded();
""".replace("@owner@", _OWNER)

#: For everybody, the owner too: an item's words and bytes never change, what left does not come back, and what was
#: published is never deleted.
FROZEN = """
CREATE FUNCTION public.inspections_item_frozen() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    confirmed CONSTANT text[] := ARRAY['state', 'approved_by_id', 'approved_at', 'published_at'];
BEGIN
    IF OLD.state = 'proposed' AND NEW.state = 'active' THEN
        IF to_jsonb(NEW) - confirmed IS DISTINCT FROM to_jsonb(OLD) - confirmed THEN
            RAISE EXCEPTION 'a release item is frozen' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF NEW.approved_by_id IS NULL OR NEW.approved_at IS NULL OR NEW.approved_by_id = NEW.proposed_by_id THEN
            RAISE EXCEPTION 'a second person confirms a proposed item' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state' THEN
        RAISE EXCEPTION 'a release item is frozen' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state NOT IN ('active', 'proposed') OR NEW.state = 'proposed'
                                   OR (OLD.state = 'proposed' AND NEW.state <> 'dropped')) THEN
        RAISE EXCEPTION 'a release item that left its release does not come back' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE ON public.inspections_releaseitem
    FOR EACH ROW EXECUTE FUNCTION public.inspections_item_frozen();

CREATE FUNCTION public.inspections_item_kept() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.inspections_release r WHERE r.id = OLD.release_id AND r.state IN ('released', 'withdrawn')) THEN
        RAISE EXCEPTION 'what was published is kept' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER kept BEFORE DELETE ON public.inspections_releaseitem FOR EACH ROW EXECUTE FUNCTION public.inspections_item_kept();
"""

#: For everybody too: the bytes of an item are those that it names, and never change.
FILES = """
CREATE FUNCTION public.inspections_file_guarded() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'the bytes of a release item are frozen' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM public.inspections_releaseitem i JOIN public.inspections_release r ON r.id = i.release_id
                   WHERE i.id = OLD.item_id AND r.state IN ('released', 'withdrawn')) THEN
            RAISE EXCEPTION 'what was published is kept' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN OLD;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM public.inspections_releaseitem i WHERE i.id = NEW.item_id
                   AND (NEW.sha256 IN (i.file_hash, i.content -> 'welsh' ->> 'file_hash')
                        OR EXISTS (SELECT 1 FROM jsonb_array_elements(i.content -> 'corrections') c
                                   WHERE c -> 'former' ->> 'file_hash' = NEW.sha256))) THEN
        RAISE EXCEPTION 'a release item has the bytes that it names' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guarded BEFORE INSERT OR UPDATE OR DELETE ON public.inspections_publicfile
    FOR EACH ROW EXECUTE FUNCTION public.inspections_file_guarded();
"""

ITEM = """
CREATE FUNCTION public.inspections_item_guarded() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    release public.inspections_release%ROWTYPE;
BEGIN
    IF @owner@ THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    -- With the row's lock: a statement that waited for a verb sees what the verb made of it.
    SELECT * INTO release FROM public.inspections_release
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.release_id ELSE NEW.release_id END FOR KEY SHARE;

    IF TG_OP = 'DELETE' THEN
        IF release.state <> 'scheduled' THEN
            PERFORM public.inspections_refuse('the items of a locked release are kept');
        END IF;
        RETURN OLD;
    END IF;

    IF TG_OP = 'INSERT' THEN
        IF NEW.approved_by_id IS NOT NULL OR NEW.approved_at IS NOT NULL THEN
            PERFORM public.inspections_refuse('an item is confirmed after it was proposed');
        END IF;
        IF NEW.state = 'active' AND NEW.proposed_by_id IS NULL AND NEW.kind IN ('inspection', 'report', 'letter', 'original', 'data')
           AND (release.state = 'scheduled' OR (release.state = 'sealed' AND release.is_archive)) THEN
            RETURN NEW;
        END IF;
        IF NEW.state = 'proposed' AND NEW.proposed_by_id IS NOT NULL AND NEW.proposed_at IS NOT NULL
           AND NEW.kind <> 'notice' AND release.notice_of_id IS NULL
           AND (release.state = 'released' OR (release.state IN ('sealed', 'approved') AND NOT release.is_archive)) THEN
            RETURN NEW;
        END IF;
        IF NEW.state = 'active' AND NEW.kind = 'notice' AND NEW.file_key = '' AND release.state = 'released'
           AND EXISTS (SELECT 1 FROM public.inspections_releaseitem i WHERE i.id = NEW.supersedes_id AND i.state = 'withdrawn'
                       AND i.release_id IN (release.id, release.notice_of_id)) THEN
            RETURN NEW;
        END IF;
        PERFORM public.inspections_refuse('an item joins a release when it is locked, or as a proposal for a second person');
    END IF;

    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF NEW.state = 'dropped' AND OLD.state = 'active'
       AND (release.state NOT IN ('scheduled', 'sealed', 'approved', 'held', 'draft')
            OR (release.state = 'approved' AND release.embargo_until <= clock_timestamp()
                AND release.approved_installation = current_setting('hmic.installation', true)))
    THEN
        PERFORM public.inspections_refuse('what is public leaves by withdrawal');
    END IF;
    IF NEW.state = 'superseded' AND NOT EXISTS (SELECT 1 FROM public.inspections_releaseitem i
                                                WHERE i.supersedes_id = NEW.id AND i.state = 'proposed') THEN
        PERFORM public.inspections_refuse('an item is superseded by a proposed one');
    END IF;
    IF NEW.state = 'active' AND (release.state NOT IN ('sealed', 'approved', 'released')
        OR EXISTS (SELECT 1 FROM public.inspections_releaseitem i WHERE i.id = NEW.supersedes_id AND i.state <> 'superseded'))
    THEN
        PERFORM public.inspections_refuse('a confirmed item takes the place of the one that it supersedes');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guarded BEFORE INSERT OR UPDATE OR DELETE ON public.inspections_releaseitem
    FOR EACH ROW EXECUTE FUNCTION public.inspections_item_guarded();
""".replace("@owner@", _OWNER)

#: At commit, like the audit chain: what opens something to the public left its entry in the same transaction.
WITNESSED = """
CREATE FUNCTION public.inspections_witnessed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    release text := CASE WHEN TG_TABLE_NAME = 'inspections_release' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'release_id' END;
    actor uuid := CASE WHEN NEW.state = 'approved' OR TG_TABLE_NAME = 'inspections_releaseitem' THEN NEW.approved_by_id END;
    wanted text[] := CASE WHEN TG_TABLE_NAME = 'inspections_releaseitem' THEN ARRAY['item:confirmed']
                          WHEN NEW.state = 'approved' THEN ARRAY['release:approved', 'release:resumed']
                          ELSE ARRAY['release:published', 'release:archived'] END;
BEGIN
    IF @owner@ THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM public.hmic_core_auditentry e WHERE e.subject_type = 'inspections.release'
                   AND e.subject_id = release AND e.action = ANY (wanted) AND e.at >= transaction_timestamp()
                   AND (actor IS NULL OR e.action = 'release:resumed' OR e.actor_id = actor)) THEN
        PERFORM public.inspections_refuse('what opens something to the public is written in the audit trail');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER witnessed AFTER UPDATE OF state ON public.inspections_release
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.state IN ('approved', 'released') AND NEW.state <> OLD.state) EXECUTE FUNCTION public.inspections_witnessed();
CREATE CONSTRAINT TRIGGER witnessed_at_once AFTER INSERT ON public.inspections_release
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.state = 'released') EXECUTE FUNCTION public.inspections_witnessed();
CREATE CONSTRAINT TRIGGER witnessed AFTER UPDATE OF state ON public.inspections_releaseitem
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.state = 'active' AND OLD.state = 'proposed') EXECUTE FUNCTION public.inspections_witnessed();
""".replace("@owner@", _OWNER)

UNDO = """
DROP TRIGGER guarded ON inspections_publicfile;
DROP FUNCTION inspections_file_guarded();
DROP TRIGGER witnessed ON inspections_releaseitem;
DROP TRIGGER witnessed_at_once ON inspections_release;
DROP TRIGGER witnessed ON inspections_release;
DROP TRIGGER guarded ON inspections_releaseitem;
DROP TRIGGER guarded ON inspections_release;
DROP FUNCTION inspections_witnessed();
DROP FUNCTION inspections_item_guarded();
DROP FUNCTION inspections_release_guarded();
DROP FUNCTION inspections_refuse(text);
DROP TRIGGER kept ON inspections_releaseitem;
DROP FUNCTION inspections_item_kept();
DROP TRIGGER frozen ON inspections_releaseitem;
DROP FUNCTION inspections_item_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0002_embargo")]
    operations = [migrations.RunSQL(FROZEN + FILES + RELEASE + ITEM + WITNESSED, UNDO)]
