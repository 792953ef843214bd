"""The rule of what is public, as each role asks it, before and after an instant that passes in real time."""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from hmic_core import clock
from hmic_core.errors import NotAllowed
from inspections.embargo import instant_of, spoken_instant
from inspections.models import ReleaseItem
from tests.cast import make_cast
from tests.items import freeze, release_of
from tests.servers import database_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("files_in_a_temporary_folder")]


@contextmanager
def as_website(installation: str = "development") -> Iterator[Any]:
    """A connection of the website's role, as its process opens it."""
    session = psycopg2.connect(database_for("website"), options=f"-c hmic.installation={installation}")
    session.autocommit = True
    try:
        with session.cursor() as cursor:
            yield cursor
    finally:
        session.close()


def seen_by_website(**options: str) -> int:
    with as_website(**options) as cursor:
        cursor.execute("SELECT count(*) FROM inspections_releaseitem")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("state", ["draft", "scheduled", "sealed", "held", "withdrawn", "cancelled"])
def test_no_other_state_is_ever_public(state: str) -> None:
    cast = make_cast()
    freeze(cast, release_of(cast, state, in_seconds=-60), "x")
    assert ReleaseItem.objects.public().count() == seen_by_website() == 0


def test_an_approved_release_opens_at_its_instant_as_a_whole() -> None:
    cast = make_cast()
    release = release_of(cast, in_seconds=3)
    freeze(cast, release, "x")
    assert release.embargo_until is not None
    with as_website() as cursor:
        counts = set()
        while clock.now() < release.embargo_until + dt.timedelta(milliseconds=200):
            before = clock.now()
            cursor.execute("SELECT count(*), clock_timestamp() FROM inspections_releaseitem")
            count, after = cursor.fetchone()
            counts.add(count)
            if after < release.embargo_until:
                assert count == 0
            if before >= release.embargo_until:
                assert count == 4
            time.sleep(0.005)
    assert counts == {0, 4}
    assert ReleaseItem.objects.public().count() == 4


def test_another_installation_never_opens_it() -> None:
    cast = make_cast()
    freeze(cast, release_of(cast, in_seconds=-60), "x")
    assert seen_by_website() == 4
    assert seen_by_website(installation="restored-copy") == 0


def test_what_was_released_stays_public_anywhere() -> None:
    cast = make_cast()
    freeze(cast, release_of(cast, "released", in_seconds=60), "x")
    assert seen_by_website(installation="restored-copy") == 4


@pytest.mark.parametrize("state", ["dropped", "superseded", "withdrawn"])
def test_an_item_that_is_not_active_is_not_public(state: str) -> None:
    cast = make_cast()
    items = freeze(cast, release_of(cast, "released", in_seconds=-60), "x")
    ReleaseItem.objects.filter(pk=items[0].pk).update(state=state)
    assert ReleaseItem.objects.public().count() == seen_by_website() == 3


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM inspections_release",
        "SELECT * FROM findings_finding",
        "SELECT * FROM letters_letter",
        "SELECT * FROM hmic_core_storedfile",
        "SELECT * FROM hmic_core_user",
        "UPDATE inspections_releaseitem SET title = 'x'",
        "INSERT INTO forces_region (id, name, slug) VALUES (gen_random_uuid(), 'x', 'x')",
    ],
)
def test_the_websites_role_can_do_nothing_else(statement: str) -> None:
    with as_website() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(statement)


def test_a_frozen_item_cannot_be_rewritten() -> None:
    cast = make_cast()
    item = freeze(cast, release_of(cast), "x")[0]
    item.content = {"other": "words"}
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        item.save()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inspections_releaseitem SET title = 'Another title'",
        "UPDATE inspections_releaseitem SET inspection_slug = 'another-place'",
        "UPDATE inspections_releaseitem SET file_name = 'another.pdf'",
        "UPDATE inspections_releaseitem SET published_at = now()",
        "UPDATE inspections_releaseitem SET state = 'dropped'; UPDATE inspections_releaseitem SET state = 'active'",
        "UPDATE inspections_release SET state = 'released', released_at = now(); DELETE FROM inspections_releaseitem",
    ],
)
def test_nothing_of_a_frozen_item_changes_but_that_it_leaves(statement: str) -> None:
    cast = make_cast()
    freeze(cast, release_of(cast), "x")
    refused = pytest.raises(DatabaseError, match=r"frozen|come back|is kept")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_instant_is_on_whole_seconds() -> None:
    cast = make_cast()
    with pytest.raises(DatabaseError, match="whole_seconds"), transaction.atomic():
        release_of(cast, embargo_until=clock.now().replace(microsecond=5))


def test_the_approver_is_another_person_also_for_the_database() -> None:
    cast = make_cast()
    with pytest.raises(DatabaseError, match="approved_by_another"), transaction.atomic():
        release_of(cast, approved_by=cast.admin)


def test_the_application_cannot_change_the_audit_trail_or_make_links() -> None:
    with closing(psycopg2.connect(database_for("application"))) as session, session.cursor() as cursor:
        for statement in (
            "DELETE FROM hmic_core_auditentry",
            "INSERT INTO hmic_core_auditlink (seq) VALUES (1)",
            "UPDATE findings_revision SET text = ''",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(statement)
            session.rollback()


def wall(*parts: int) -> dt.datetime:
    """A time as somebody enters it, without a zone."""
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def test_wall_times_around_the_clock_changes() -> None:
    zone = "Europe/London"
    assert instant_of(wall(2014, 9, 4, 0, 1), zone) == dt.datetime(2014, 9, 3, 23, 1, tzinfo=dt.UTC)
    with pytest.raises(NotAllowed, match="does not exist"):
        instant_of(wall(2015, 3, 29, 1, 30), zone)
    with pytest.raises(NotAllowed, match="happens twice"):
        instant_of(wall(2014, 10, 26, 1, 30), zone)
    assert spoken_instant(dt.datetime(2014, 9, 3, 23, 1, tzinfo=dt.UTC)) == "Thursday 4 September 2014 at 00:01"


def test_the_gate_reads_the_transactions_time() -> None:
    """A reader whose transaction began before the instant sees nothing of it, however long it reads on."""
    cast = make_cast()
    freeze(cast, release_of(cast, in_seconds=2), "x")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        time.sleep(2.2)
        assert ReleaseItem.objects.public().count() == 0
    assert ReleaseItem.objects.public().count() == 4


def test_a_query_asks_the_gate_once_however_many_items_it_looks_at() -> None:
    """Asked once a row, sixty hidden items took longer than none, and a reader could tell."""
    cast = make_cast()
    for _ in range(5):
        freeze(cast, release_of(cast), "x")
    with transaction.atomic(), connection.cursor() as cursor:
        plans = [ReleaseItem.objects.public().filter(inspection_slug=cast.inspection.slug).explain(analyze=True)]
        cursor.execute("SET LOCAL ROLE hmic_website")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN ANALYZE SELECT id FROM inspections_releaseitem WHERE inspection_slug = 'test-subject'")
        plans.append("\n".join(line for (line,) in cursor.fetchall()))
        cursor.execute("RESET ROLE")
    for plan in plans:
        assert "ProjectSet" in plan or "Function Scan on inspections_public_releases" in plan, plan
        assert "loops=20" not in plan, plan
