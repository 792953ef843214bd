"""The audit trail cannot be changed, and its chain shows what was tampered with."""

import pytest
from django.db import DatabaseError, connection, transaction

from hmic_core import audit
from hmic_core.models import AuditEntry, AuditLink
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)

#: What the database must refuse to everybody.
CHANGES = (
    "UPDATE hmic_core_auditentry SET action = 'x'",
    "DELETE FROM hmic_core_auditentry",
    "TRUNCATE hmic_core_auditentry CASCADE",
    "UPDATE hmic_core_auditlink SET hash = 'x'",
    "DELETE FROM hmic_core_auditlink",
    "TRUNCATE hmic_core_auditlink",
)
#: What an entry says, by column, and what somebody with the whole server in their hands could write instead.
FORGED = {
    "action": "'x'",
    "subject_type": "'x'",
    "subject_id": "'x'",
    "force_slug": "'x'",
    "facts": "'{}'",
    "actor_id": "NULL",
    "at": "at - interval '1 day'",
}


def write_two() -> None:
    cast = make_cast()
    with transaction.atomic():
        audit.record(audit.Action.ROUND_ISSUED, cast.lead_inspector, cast.inspection, copy_hash="ab")
        audit.record(audit.Action.ROUND_OPENED, None, cast.inspection, name="é")


def test_entries_are_chained_at_commit() -> None:
    write_two()
    count, head, problems = audit.verify(audit.chain())
    assert (count, problems, audit.unchained_or_changed()) == (2, [], [])
    assert head == AuditLink.objects.get(seq=2).hash


@pytest.mark.parametrize("statement", CHANGES)
def test_nobody_can_change_it(statement: str) -> None:
    write_two()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("column", FORGED)
def test_tampering_by_the_servers_owner_is_found(column: str) -> None:
    write_two()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"UPDATE hmic_core_auditentry SET {column} = {FORGED[column]}"
            " WHERE id = (SELECT min(id) FROM hmic_core_auditentry)"
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    first = AuditEntry.objects.order_by("id").first()
    assert first is not None
    assert audit.unchained_or_changed() == [f"entry {first.pk} does not agree with the chain"]


def test_a_removed_or_altered_link_is_found() -> None:
    write_two()
    links = list(audit.chain())
    assert audit.verify(links[1:])[2] == ["entry 1 is missing: the chain goes on with 2"]
    links[0]["payload"] = links[0]["payload"].replace("round", "crowd")
    assert audit.verify(links)[2] == ["entry 1 was changed after it was written"]


def test_a_rolled_back_verb_leaves_no_entry() -> None:
    cast = make_cast()

    @transaction.atomic
    def verb_that_fails() -> None:
        audit.record(audit.Action.ROUND_ISSUED, cast.admin, cast.inspection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        verb_that_fails()
    assert not AuditEntry.objects.exists()
