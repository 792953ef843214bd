"""The walls between the database roles: hostile SQL of every kind, and what the catalogue says of each of ours.

Each statement is sent on a connection of the role's own login, beside one released and one unreleased letter.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from typing import Any

import psycopg2
import pytest
from django.db import connection, transaction

from hmic_core import audit
from hmic_core.database import APPEND_ONLY_TABLES, FUNCTIONS, GROUPS, SESSION, WEBSITE_TABLES, derived_login
from inspections import published
from inspections.models import Release, ReleaseItem
from tests.cast import make_cast
from tests.items import freeze, release_of
from tests.servers import database_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("files_in_a_temporary_folder")]

PUBLIC_WORD, CANARY = "openword", "zzcanaryzz"

#: Refused to both roles, whatever they were given by PostgreSQL's own defaults.
REFUSED_TO_ALL = [
    # Shadows: a table, view, function, operator, cast, type or schema that could stand before ours.
    "CREATE TEMP TABLE hmic_core_auditentry (LIKE public.hmic_core_auditentry)",
    "CREATE TEMP TABLE inspections_release AS SELECT 1",
    "SELECT 1 INTO TEMP inspections_releaseitem",
    "CREATE TEMP VIEW inspections_publishedpassage AS SELECT 1 AS id",
    "CREATE TEMP SEQUENCE shadow",
    "CREATE FUNCTION pg_temp.inspections_public_releases() RETURNS SETOF uuid LANGUAGE sql"
    " AS 'SELECT id FROM inspections_release'",
    "CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql AS $$SELECT 'infinity'::timestamptz$$",
    "CREATE OR REPLACE FUNCTION public.inspections_refuse(why text) RETURNS void LANGUAGE sql AS 'SELECT'",
    "CREATE OPERATOR public.= (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = pg_catalog.texteq)",
    "CREATE CAST (text AS uuid) WITH INOUT AS IMPLICIT",
    "CREATE TYPE public.varchar AS (a int)",
    "CREATE DOMAIN public.text AS pg_catalog.text",
    "CREATE SCHEMA before_ours",
    "CREATE TABLE public.shadow (a int)",
    "CREATE VIEW public.shadow AS SELECT 1",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION file_fdw",
    "CREATE LANGUAGE plpython3u",
    "DO $$ BEGIN EXECUTE 'CREATE TEMP TABLE shadow (a int)'; END $$",
    # Becoming somebody else.
    "SET ROLE {owner}",
    "SET LOCAL ROLE {owner}",
    "SET SESSION AUTHORIZATION {owner}",
    "SET ROLE postgres",
    "SET ROLE {other}",
    "GRANT {owner} TO CURRENT_USER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "ALTER ROLE {owner} PASSWORD 'guessed'",
    "CREATE ROLE another LOGIN",
    "ALTER FUNCTION public.inspections_public_releases() OWNER TO CURRENT_USER",
    "ALTER FUNCTION public.inspections_public_releases() RESET search_path",
    # Switching the rules off.
    "SET session_replication_role = replica",
    "ALTER TABLE public.inspections_release DISABLE TRIGGER ALL",
    "ALTER TABLE public.inspections_releaseitem DISABLE ROW LEVEL SECURITY",
    "DROP POLICY public_only ON public.inspections_releaseitem",
    "DROP TRIGGER chain ON public.hmic_core_auditentry",
    "TRUNCATE public.hmic_core_auditentry",
    "UPDATE public.hmic_core_auditentry SET action = 'x'",
    "DELETE FROM public.hmic_core_auditlink",
    "INSERT INTO public.hmic_core_auditlink (seq, entry_id, payload, previous, hash) VALUES (1, 1, '', '', 'x')",
    "SELECT public.hmic_audit_chain()",
    "ALTER SYSTEM SET shared_preload_libraries = 'x'",
    # Files and programs of the server.
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY public.forces_force FROM PROGRAM 'id'",
    "COPY (SELECT 1) TO '/tmp/walls'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_put(1, 0, 'x')",
    # The sizes of tables, whose rows may be hidden.
    "SELECT reltuples FROM pg_class",
    "SELECT * FROM pg_class",
    "SELECT relpages FROM pg_class WHERE relname = 'inspections_releaseitem'",
    "SELECT * FROM pg_stat_user_tables",
    "SELECT * FROM pg_stat_all_indexes",
    "SELECT * FROM pg_statio_user_tables",
    "SELECT pg_stat_get_live_tuples('public.inspections_releaseitem'::regclass)",
    "SELECT pg_stat_get_tuples_inserted('public.inspections_releaseitem'::regclass)",
    "SELECT pg_relation_size('public.inspections_releaseitem')",
    "SELECT pg_total_relation_size('public.inspections_publicfile')",
    "SELECT pg_database_size(current_database())",
    "SELECT * FROM pg_stat_database",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_authid",
]
REFUSED_TO_THE_WEBSITE = [
    "SELECT pg_advisory_lock(7230512)",
    "SELECT pg_try_advisory_lock(1)",
    "SELECT pg_advisory_xact_lock_shared(1)",
    "SELECT * FROM pg_locks",
    "LOCK TABLE public.inspections_releaseitem IN SHARE MODE",
    "SELECT * FROM public.inspections_release",
    "SELECT * FROM public.inspections_publishedpassage",
    "SELECT * FROM public.hmic_core_storedfile",
    "SELECT * FROM public.hmic_core_auditentry",
    "SELECT * FROM public.findings_finding",
    "SELECT last_value FROM public.inspections_publishedpassage_id_seq",
    "SELECT public.hmic_audit_payload(NULL)",
    "SELECT public.findings_fingerprint('x')",
    "SET row_security = off; SELECT * FROM public.inspections_releaseitem",
    "UPDATE public.inspections_releaseitem SET state = 'active'",
    "INSERT INTO public.inspections_publicfile (item_id, sha256, data)"
    " SELECT id, '', '' FROM public.inspections_releaseitem",
    "DELETE FROM public.inspections_publicfile",
    "SELECT * FROM public.inspections_releaseitem FOR UPDATE",
]
#: Allowed, and they must show nothing: the canary, or a row of what is not public.
HARMLESS_AS_THE_WEBSITE = [
    "SELECT i::text FROM public.inspections_releaseitem i",
    "SELECT convert_from(data, 'UTF8') FROM public.inspections_publicfile",
    "COPY public.inspections_releaseitem TO STDOUT",
    "SET search_path = pg_temp, public; SELECT i::text FROM inspections_releaseitem i",
    "SET hmic.installation = 'restored-copy'; SELECT i::text FROM public.inspections_releaseitem i",
    "SET TimeZone = 'Pacific/Kiritimati'; SELECT i::text FROM public.inspections_releaseitem i",
    "SELECT f::text FROM public.inspections_find_published('zzcanaryzz', NULL, 100, 0, 100) f",
    "SELECT f::text FROM public.inspections_find_published('zzcanaryzz or openword', NULL, 100, 0, 100) f",
    "SELECT s::text FROM pg_stats s WHERE schemaname = 'public'",
    "SELECT query_to_xml('SELECT * FROM public.inspections_releaseitem', true, true, '')",
    "SELECT a.query FROM pg_prepared_statements, pg_cursors, LATERAL (SELECT '' AS query) a",
    "SELECT count(*)::text FROM public.inspections_releaseitem"
    " WHERE 1 / (CASE WHEN title LIKE '%zzcanaryzz%' THEN 0 ELSE 1 END) > 0",
]


@contextmanager
def as_role(role: str) -> Iterator[Any]:
    """A cursor of the role's own login, as its process opens one."""
    options = "-c hmic.installation=development"
    with closing(psycopg2.connect(database_for(role), options=options)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            yield cursor


def refusal(cursor: Any, statement: str) -> str:
    """Why a statement was refused; empty where it was not."""
    try:
        cursor.execute(statement)
    except psycopg2.Error as error:
        return f"{type(error).__name__}: {error}"
    return ""


@pytest.fixture
def letters() -> dict[str, Release]:
    """One letter that is released, and one that waits for its instant, with a canary in every word and byte."""
    cast = make_cast()
    public, hidden = release_of(cast, "released", in_seconds=-3600), release_of(cast, in_seconds=3600)
    freeze(cast, public, PUBLIC_WORD, welsh=f"{PUBLIC_WORD}cy")
    freeze(cast, hidden, CANARY, welsh=f"{CANARY}cy")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inspections_releaseitem, inspections_publicfile")
    return {"public": public, "hidden": hidden}


def state_of(release: Release) -> dict[str, Any]:
    return Release.objects.filter(pk=release.pk).values().get()


@pytest.mark.parametrize("role", ["application", "website"])
def test_hostile_statements_are_refused(role: str, letters: dict[str, Release]) -> None:
    before = {name: state_of(release) for name, release in letters.items()}
    owner, other = (
        connection.settings_dict["USER"],
        derived_login("website" if role == "application" else "application"),
    )
    statements = REFUSED_TO_ALL + (REFUSED_TO_THE_WEBSITE if role == "website" else [])
    went_through = []
    with as_role(role) as cursor:
        for statement in statements:
            if not refusal(cursor, statement.replace("{owner}", owner).replace("{other}", other.user)):
                went_through.append(statement)
            cursor.execute("RESET ALL")
    assert went_through == []
    assert {name: state_of(release) for name, release in letters.items()} == before
    assert audit.unchained_or_changed() == []


def test_what_the_website_may_ask_shows_nothing_of_the_unreleased_letter(letters: dict[str, Release]) -> None:
    with as_role("website") as cursor:
        for statement in HARMLESS_AS_THE_WEBSITE:
            said = _answer(cursor, statement)
            assert CANARY not in said, statement
            cursor.execute("RESET ALL")
        assert PUBLIC_WORD in _answer(cursor, HARMLESS_AS_THE_WEBSITE[0])
        assert PUBLIC_WORD in _answer(cursor, HARMLESS_AS_THE_WEBSITE[1])


def _answer(cursor: Any, statement: str) -> str:
    if statement.startswith("COPY"):
        copied = StringIO()
        cursor.copy_expert(statement, copied)
        return copied.getvalue()
    return refusal(cursor, statement) or str(cursor.fetchall())


def test_the_website_reads_no_byte_of_what_is_not_public(letters: dict[str, Release]) -> None:
    keys = ReleaseItem.objects.filter(release=letters["hidden"]).exclude(file_hash="").values_list("pk", "file_hash")
    assert keys
    with as_role("website") as cursor:
        for item, sha256 in keys:
            cursor.execute("SELECT 1 FROM inspections_publicfile WHERE item_id = %s OR sha256 = %s", [item, sha256])
            assert cursor.fetchall() == []
        cursor.execute("SELECT count(*), count(DISTINCT item_id) FROM inspections_publicfile")
        assert cursor.fetchone() == (5, 4)  # four documents, one of them with its Welsh version


#: As the application: a shadow of the audit trail that holds the entry which a release would need, and of what refuses.
SHADOWS = [
    "CREATE TEMP TABLE hmic_core_auditentry AS SELECT 'inspections.release'::text AS subject_type,"
    " id::text AS subject_id, 'release:published'::text AS action, 'infinity'::timestamptz AS at,"
    " NULL::uuid AS actor_id FROM public.inspections_release",
    "CREATE FUNCTION pg_temp.inspections_refuse(why text) RETURNS void LANGUAGE sql AS 'SELECT'",
    "SET search_path = pg_temp, pg_catalog, public",
]
#: As the website: shadows of what its one search function reads and calls.
SHADOWS_OF_PUBLIC = [
    "CREATE TEMP TABLE inspections_releaseitem (id uuid, state text, release_id uuid, force_id uuid)",
    "CREATE FUNCTION pg_temp.inspections_public_releases() RETURNS SETOF uuid LANGUAGE plpgsql AS"
    " 'BEGIN RAISE EXCEPTION ''called''; END'",
    "SET search_path = pg_temp, pg_catalog, public",
]


@pytest.fixture
def temporary_tables() -> Iterator[None]:
    """As if somebody had given back the right to make them."""
    database = f'"{connection.settings_dict["NAME"]}"'
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT TEMP ON DATABASE {database} TO hmic_application, hmic_website")
        try:
            yield
        finally:
            cursor.execute(f"REVOKE TEMP ON DATABASE {database} FROM hmic_application, hmic_website")


@pytest.mark.usefixtures("temporary_tables")
def test_our_functions_look_past_a_shadow() -> None:
    """The second wall: where a shadow can be made after all, nothing of ours looks there."""
    due = release_of(make_cast(), in_seconds=-60)
    with as_role("application") as cursor:
        for statement in SHADOWS:
            cursor.execute(statement)
        said = refusal(
            cursor,
            "UPDATE public.inspections_release SET state = 'released', released_at = embargo_until,"
            f" version = version + 1 WHERE id = '{due.pk}'",
        )
    assert "written in the audit trail" in said
    due.refresh_from_db()
    assert due.state == Release.State.APPROVED


@pytest.mark.usefixtures("temporary_tables")
def test_what_the_website_calls_looks_past_a_shadow(letters: dict[str, Release]) -> None:
    published.take_published()
    with as_role("website") as cursor:
        for statement in SHADOWS_OF_PUBLIC:
            cursor.execute(statement)
        cursor.execute("SELECT words FROM public.inspections_find_published('openword', NULL, 10, 0, 10)")
        assert cursor.fetchall() != []
        cursor.execute("SELECT count(*) FROM public.inspections_releaseitem")
        assert cursor.fetchone() == (4,)


# What the catalogue says

#: Tables that the website's role reads whole: nothing in them is ever hidden.
WHOLE = {"forces_force", "forces_forcename", "forces_place", "inspections_announcement"}
OURS = (
    "p.pronamespace = 'public'::regnamespace"
    " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)


def rows(sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return list(cursor.fetchall())


def wrong_functions() -> list[str]:
    """Functions of ours without the fixed path, or that somebody may call who is not named in `FUNCTIONS`."""
    wrong = []
    for name, config, everybody, application, website in rows(
        "SELECT p.oid::regprocedure::text, coalesce(p.proconfig, '{}'),"
        " (SELECT bool_or(grantee = 0) FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner)))),"
        " has_function_privilege('hmic_application', p.oid, 'EXECUTE'),"
        f" has_function_privilege('hmic_website', p.oid, 'EXECUTE') FROM pg_proc p WHERE {OURS}"
    ):
        called = name.replace(" ", "").replace(",", ", ")
        given = {role: called in {each.replace(",  ", ", ") for each in FUNCTIONS[role]} for role in GROUPS}
        if "search_path=pg_catalog, pg_temp" not in config:
            wrong.append(f"{name} has no fixed path")
        if everybody or given != {"application": application, "website": website}:
            wrong.append(f"{name} may be called by others than FUNCTIONS says")
    return wrong


def wrong_relations() -> list[str]:
    """Tables, views and sequences whose rights are not those of `hmic_core.database`."""
    wrong = []
    for name, kind, secured, website, application, more in rows(
        "SELECT c.relname, c.relkind, c.relrowsecurity,"
        " ARRAY(SELECT r FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) r"
        "       WHERE c.relkind <> 'S' AND has_table_privilege('hmic_website', c.oid, r)),"
        " ARRAY(SELECT r FROM unnest(ARRAY['UPDATE', 'DELETE']) r"
        "       WHERE c.relkind <> 'S' AND has_table_privilege('hmic_application', c.oid, r)),"
        " (c.relkind = 'S' AND has_sequence_privilege('hmic_website', c.oid, 'SELECT, USAGE'))"
        " OR (c.relkind <> 'S' AND has_table_privilege('hmic_application', c.oid, 'TRUNCATE, REFERENCES, TRIGGER'))"
        " FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"
    ):
        if kind in "vmf":
            wrong.append(f"{name} is a view: it would show its rows with its owner's rights")
        if website != (["SELECT"] if name in WEBSITE_TABLES else []) or more:
            wrong.append(f"{name} gives more than hmic_core.database says")
        if name in WEBSITE_TABLES and name not in WHOLE and not secured:
            wrong.append(f"{name} is read by the website without row-level security")
        if name in APPEND_ONLY_TABLES and application:
            wrong.append(f"{name} is not append-only")
    return wrong


def test_every_function_and_relation_follows_the_rule() -> None:
    assert len(rows(f"SELECT 1 FROM pg_proc p WHERE {OURS}")) > 10
    assert wrong_functions() == []
    assert wrong_relations() == []


@pytest.mark.parametrize(
    "made",
    [
        "CREATE FUNCTION public.unruly() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION public.unruly() RETURNS int LANGUAGE sql SET search_path = public AS 'SELECT 1'",
        "CREATE FUNCTION public.unruly() RETURNS int LANGUAGE sql SET search_path = pg_catalog, pg_temp AS 'SELECT 1';"
        " GRANT EXECUTE ON FUNCTION public.unruly() TO hmic_website",
        "CREATE VIEW public.unruly AS SELECT * FROM inspections_release",
        "CREATE TABLE public.unruly (a int); GRANT SELECT ON public.unruly TO hmic_website",
        "CREATE SEQUENCE public.unruly; GRANT USAGE ON SEQUENCE public.unruly TO hmic_website",
        "ALTER TABLE inspections_publicfile DISABLE ROW LEVEL SECURITY",
        "GRANT UPDATE ON hmic_core_auditentry TO hmic_application",
    ],
)
def test_whatever_is_new_and_unruly_is_found(made: str) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(made)
        assert wrong_functions() + wrong_relations() != []
        transaction.set_rollback(True)


def test_roles_have_no_rights_of_their_own_and_limits() -> None:
    for role, group in GROUPS.items():
        login = derived_login(role).user
        ((flags, most, config),) = rows(
            "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication, rolconnlimit, rolconfig"
            " FROM pg_roles WHERE rolname = %s",
            login,
        )
        assert flags is False
        assert most > 0
        assert {each.partition("=")[0] for each in config} >= SESSION.keys()
        groups = rows(
            "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid"
            " JOIN pg_roles u ON u.oid = m.member WHERE u.rolname IN (%s, %s)",
            login,
            group,
        )
        assert {name for (name,) in groups} == {group}
        for right in ("TEMP", "CREATE"):
            assert rows("SELECT has_database_privilege(%s, current_database(), %s)", login, right) == [(False,)]
        assert rows("SELECT has_schema_privilege(%s, 'public', 'CREATE')", login) == [(False,)]


def test_a_session_begins_with_time_limits_whatever_program_opens_it() -> None:
    for role in GROUPS:
        with as_role(role) as cursor:
            for name, value in SESSION.items():
                cursor.execute(f"SHOW {name}")
                assert cursor.fetchone() == (value,)
