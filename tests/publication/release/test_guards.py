"""The triggers on releases and items: the application's role is held to what the verbs do, whatever it sends."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from inspections.models import LegalHold, Release, ReleaseItem
from publication.release import withdrawal, workflow
from tests.cast import Cast, make_cast
from tests.publication import ground
from tests.publication.release.test_workflow import MAKE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]
#: Every column of an item that has no default, from an item of the same release.
COLUMNS = [field.column for field in ReleaseItem._meta.concrete_fields]


def copied(**changes: str) -> str:
    """SQL that copies the release's letter as a new item, with some columns otherwise."""
    values = [changes.get(column, column) for column in COLUMNS]
    columns = ", ".join(COLUMNS)
    return f"INSERT INTO inspections_releaseitem ({columns}) SELECT {', '.join(values)} FROM item"


NEW = {"id": "gen_random_uuid()", "approved_by_id": "NULL", "approved_at": "NULL"}
RELEASE = "UPDATE inspections_release SET version = version + 1, "
APPROVE = f"{RELEASE}state = 'approved', approved_at = now(), approved_installation = 'development', approved_by_id = "
ITEM = "UPDATE inspections_releaseitem SET "
THIRD = "(SELECT id FROM hmic_core_user WHERE email = 'second.admin@cast.example')"
FIRST = "(SELECT id FROM hmic_core_user WHERE email = 'admin@cast.example')"


def send(release: Release, statement: str) -> int:
    """Run a statement as the application's role; `item` stands for the release's letter, a WHERE for what is meant."""
    where = f" WHERE id = '{release.pk}'" if "inspections_release " in statement else ""
    if statement.startswith((ITEM, "DELETE FROM inspections_releaseitem")):
        where = f" WHERE release_id = '{release.pk}' AND kind = 'letter'"
    source = (
        f"(SELECT * FROM inspections_releaseitem WHERE release_id = '{release.pk}' AND kind = 'letter' LIMIT 1) item"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE hmic_application")
        cursor.execute(statement.replace("FROM item", f"FROM {source}") + where)
        changed = int(cursor.rowcount)
        cursor.execute("RESET ROLE")
        return changed


@pytest.mark.parametrize(
    ("state", "statement"),
    [
        # An item joins a release
        ("approved", copied(**NEW)),
        ("approved", copied(**NEW, kind="'notice'", file_key="''")),
        ("held", copied(**NEW)),
        ("sealed", copied(**NEW)),
        ("released", copied(**NEW)),
        ("released", copied(**NEW, state="'proposed'")),
        ("released", copied(**{**NEW, "approved_by_id": THIRD, "approved_at": "now()"}, state="'active'")),
        ("released", copied(**NEW, kind="'notice'", supersedes_id="id", file_key="''")),
        # A frozen item changes
        ("approved", f"{ITEM}title = 'Other words'"),
        ("approved", f"{ITEM}content = '{{}}'"),
        ("released", f"{ITEM}published_at = now()"),
        ("approved", f"{ITEM}approved_by_id = {THIRD}"),
        ("approved", f"{ITEM}state = 'superseded'"),
        ("approved", f"{ITEM}state = 'proposed'"),
        ("released", f"{ITEM}state = 'dropped'"),
        ("approved", "DELETE FROM inspections_releaseitem"),
        ("sealed", "DELETE FROM inspections_releaseitem"),
        # A release moves
        ("draft", f"{APPROVE}{THIRD}"),
        ("scheduled", f"{APPROVE}{THIRD}"),
        ("sealed", f"{APPROVE}{FIRST}"),
        ("sealed", f"{APPROVE}NULL"),
        ("sealed", f"{APPROVE}{THIRD}, sealed_by_id = NULL"),
        ("sealed", f"{APPROVE}{FIRST}, sealed_by_id = {THIRD}, scheduled_by_id = {THIRD}"),
        ("sealed", f"{APPROVE}{THIRD}, embargo_until = embargo_until + interval '1 hour'"),
        ("sealed", f"{RELEASE}state = 'released', released_at = now()"),
        ("approved", f"{RELEASE}state = 'released', released_at = embargo_until"),
        ("approved", f"{RELEASE}state = 'released', released_at = now(), embargo_until = now() - interval '1 hour'"),
        ("approved", f"{RELEASE}embargo_until = date_trunc('second', now()) - interval '1 hour'"),
        ("approved", f"{RELEASE}state = 'sealed', approved_by_id = NULL, approved_installation = ''"),
        ("approved", f"{RELEASE}approved_installation = 'elsewhere'"),
        ("approved", "UPDATE inspections_release SET state = 'held'"),
        ("held", f"{RELEASE}state = 'released', released_at = now()"),
        ("held", f"{RELEASE}state = 'approved', embargo_until = embargo_until + interval '1 hour'"),
        ("released", f"{RELEASE}state = 'held'"),
        ("released", f"{RELEASE}state = 'cancelled'"),
        ("withdrawn", f"{RELEASE}state = 'scheduled'"),
        ("withdrawn", f"{RELEASE}state = 'released', released_at = now()"),
        ("cancelled", f"{RELEASE}state = 'scheduled'"),
        ("draft", f"{RELEASE}is_archive = true"),
        ("draft", "DELETE FROM inspections_release "),
        ("scheduled", f"{RELEASE}state = 'sealed', sealed_by_id = {FIRST}, sealed_at = now()"),
    ],
)
def test_the_applications_role_is_refused(cast: Cast, state: str, statement: str) -> None:
    release = MAKE[state](cast)
    with pytest.raises(DatabaseError) as refused:
        send(release, statement)
    assert refused.value.__cause__.pgcode in ("42501", "23514"), refused.value  # type: ignore[union-attr]


def test_a_notice_release_cannot_be_forged(cast: Cast) -> None:
    """Nor can any release begin its life as public."""
    release = MAKE["approved"](cast)
    columns = [field.column for field in Release._meta.concrete_fields]
    for changes in ({"notice_of_id": "id"}, {"notice_of_id": "NULL"}):
        values = {"id": "gen_random_uuid()", "state": "'released'", "released_at": "now()", **changes}
        selected = ", ".join(values.get(column, column) for column in columns)
        insert = f"INSERT INTO inspections_release ({', '.join(columns)}) SELECT {selected} FROM inspections_release "
        with pytest.raises(DatabaseError, match="begins as a draft"):
            send(release, insert)


def test_a_legal_hold_stops_locking_in_the_database_too(cast: Cast) -> None:
    release = ground.sealed(cast)
    workflow.unseal(release, by=cast.admin)
    LegalHold.objects.create(
        inspection=cast.inspection, reason="A claim", placed_by=cast.admin, placed_at=release.created_at
    )
    item = ReleaseItem(release=release, kind="letter", inspection_slug="x", title="x", content={}, content_hash="x")
    item.published_at = release.created_at
    item.save()
    with pytest.raises(DatabaseError, match="legal hold"):
        send(release, f"{RELEASE}state = 'sealed', sealed_by_id = {FIRST}, sealed_at = now()")


@pytest.mark.parametrize(
    "statement", [f"{APPROVE}{FIRST}", f"{RELEASE}state = 'released', released_at = now()", copied(**NEW)]
)
def test_the_triggers_are_what_refuses(cast: Cast, statement: str) -> None:
    """The negative control: without them the same statements go through."""
    release = ground.sealed(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for table in ("inspections_release", "inspections_releaseitem"):
            cursor.execute(
                f"ALTER TABLE {table} DISABLE TRIGGER guarded; ALTER TABLE {table} DISABLE TRIGGER witnessed"
            )
        # What the CHECKs say of one row is a second line, not the one under test.
        for constraint in ("release_approved_by_another", "release_approved_whole"):
            cursor.execute(f"ALTER TABLE inspections_release DROP CONSTRAINT {constraint}")
    assert send(release, statement) == 1


@pytest.mark.django_db(transaction=True)
class TestWitness:
    """At commit: what opens something to the public has its entry in the audit trail, or it does not happen."""

    @pytest.fixture
    def cast(self, transactional_db: None) -> Cast:
        return make_cast()

    def test_an_approval_without_its_entry_does_not_happen(self, cast: Cast) -> None:
        release = ground.sealed(cast)
        with pytest.raises(DatabaseError, match="audit trail"):
            send(release, f"{APPROVE}{THIRD}")
        assert Release.objects.get().state == "sealed"

    @pytest.mark.parametrize("verb", ["approve", "withdraw"])
    def test_the_verbs_go_through(self, cast: Cast, verb: str) -> None:
        release = ground.sealed(cast) if verb == "approve" else ground.move(ground.approved(cast), -60)
        acts: dict[str, Callable[[], Any]] = {
            "approve": lambda: workflow.approve(release, expected_version=release.version, by=cast.second_admin),
            "withdraw": lambda: withdrawal.withdraw(release, reason="Wrong", by=cast.admin),
        }
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL ROLE hmic_application")
            acts[verb]()
        assert Release.objects.get(pk=release.pk).state == {"approve": "approved", "withdraw": "withdrawn"}[verb]
