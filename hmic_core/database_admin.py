"""What only the database server's administrator can do: let the owner work, and close what PostgreSQL leaves open.

    python -m hmic_core.database_admin open     # before tables and roles are prepared
    python -m hmic_core.database_admin close    # before anything is served

`DATABASE_URL_ADMIN` is the administrator's address and `DATABASE_URL` the owner's. `open` makes the owner and its
database where they are missing, and lets the owner log in. `close` takes the login away and ends the owner's sessions:
while the product serves, nobody can act as the owner of its tables, whatever password they found
(docs/adr/0009-owner-and-catalogues.md). Run without Django, since each start of the product runs it.
"""

import os
import sys
from contextlib import closing
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

#: Functions that PostgreSQL lets everybody call: they tell how many rows a table has, or how large it is, to a role that
#: may not see the rows; they write files of their own; they hold locks that the product waits for.
OPEN_FUNCTIONS = (
    "^(pg_stat_get_|pg_lock_status$|pg_(relation|table|indexes|total_relation|database|tablespace)_size$"
    "|pg_(try_)?advisory_|lo_|loread$|lowrite$)"
)
#: What `pg_class` says of the size of a table.
SIZES = ("reltuples", "relpages", "relallvisible", "relallfrozen")

_CLOSE_CATALOGUES = """
DO $do$
DECLARE
    known regprocedure;
    columns text;
BEGIN
    FOR known IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ {functions}
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', known);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO pg_monitor', known);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I WITH GRANT OPTION', known, {owner});
    END LOOP;
    SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
        WHERE attrelid = 'pg_catalog.pg_class'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL ({sizes});
    REVOKE SELECT ON pg_catalog.pg_class FROM PUBLIC;
    EXECUTE format('GRANT SELECT (%s) ON pg_catalog.pg_class TO PUBLIC', columns);
    EXECUTE format('GRANT SELECT ON pg_catalog.pg_class TO pg_monitor, %I', {owner});
END $do$
"""


def main(arguments: list[str]) -> int:
    """`open` or `close`; `open --throw-away` also prepares databases that tests make from `template1`."""
    admin, owner = os.environ["DATABASE_URL_ADMIN"], urlsplit(os.environ["DATABASE_URL"])
    user, password, database = owner.username or "", unquote(owner.password or ""), owner.path.lstrip("/")
    if arguments[:1] == ["close"]:
        with closing(_connect(admin)) as server:
            close(server, user)
        return 0
    throw_away = "--throw-away" in arguments
    with closing(_connect(admin)) as server:
        let_work(server, user, password, database)
        if throw_away:
            # Tests empty tables between them, append-only ones too: the triggers must sleep meanwhile.
            _run(server, "GRANT SET ON PARAMETER session_replication_role TO {}", sql.Identifier(user))
    for name in (database, "template1") if throw_away else (database,):
        with closing(_connect(urlunsplit(urlsplit(admin)._replace(path=f"/{name}")))) as inside:
            close_catalogues(inside, user)
    return 0


def let_work(server: Any, owner: str, password: str, database: str) -> None:
    """Let the owner log in. It is no superuser: it may make roles and databases, as on a managed server."""
    with server.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [owner])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        is_there = cursor.fetchone()
    rights = "LOGIN NOSUPERUSER CREATEDB CREATEROLE PASSWORD"
    _run(server, f"{verb} ROLE {{}} {rights} {{}}", sql.Identifier(owner), sql.Literal(password))
    statement = "ALTER DATABASE {} OWNER TO {}" if is_there else "CREATE DATABASE {} OWNER {}"
    _run(server, statement, sql.Identifier(database), sql.Identifier(owner))


def close(server: Any, owner: str) -> None:
    """No login for the owner, and no session of an earlier one."""
    _run(server, "ALTER ROLE {} NOLOGIN", sql.Identifier(owner))
    with server.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [owner])


def close_catalogues(inside: Any, owner: str) -> None:
    """Take back, in one database, what PostgreSQL lets everybody read and call. The owner may pass functions on."""
    words = {"functions": OPEN_FUNCTIONS, "owner": owner, "sizes": list(SIZES)}
    with inside.cursor() as cursor:
        statement = sql.SQL(_CLOSE_CATALOGUES).format(**{name: sql.Literal(value) for name, value in words.items()})
        cursor.execute(statement)


def _run(server: Any, statement: str, *parts: Any) -> None:
    with server.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*parts))


def _connect(url: str) -> Any:
    connection = psycopg2.connect(url, connect_timeout=5)
    connection.autocommit = True
    return connection


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (KeyError, psycopg2.Error) as error:
        sys.exit(f"the database server's administrator was refused: {error}")
