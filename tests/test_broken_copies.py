"""Deliberately broken copies of the gate, the scope and the audit chain: the tests that guard them must fail with each.

A guard that nobody ever saw fail may be looking at nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from findings.models import Evidence, Finding, Round
from hmic_core.models import User
from inspections.models import Assignment
from letters.models import Letter
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.hmic_core import test_audit as chain
from tests.inspections import test_embargo as gate
from tests.probes.test_leaks import CANARY, addresses, one_reader, said, sees_too_much
from tests.world import make_world

CAUGHT = pytest.raises((AssertionError, pytest.fail.Exception))


@contextmanager
def broken(function: str, words: str, instead: str) -> Iterator[None]:
    """The database with a copy of one of its functions that says something else, put right again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [function])
        whole: str = cursor.fetchone()[0]
        assert words in whole, f"{function} does not say {words} any more: break what it says now"
        cursor.execute(whole.replace(words, instead))
        try:
            yield
        finally:
            cursor.execute(whole)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("files_in_a_temporary_folder")
@pytest.mark.parametrize(
    ("words", "instead", "guard"),
    [
        ("r.state = 'approved'", "r.state <> 'draft'", lambda: gate.test_no_other_state_is_ever_public("held")),
        ("r.state = 'released'", "r.state <> 'draft'", lambda: gate.test_no_other_state_is_ever_public("sealed")),
        ("r.approved_installation =", "'' <>", gate.test_another_installation_never_opens_it),
        ("r.embargo_until <=", "'-infinity' <", gate.test_an_approved_release_opens_at_its_instant_as_a_whole),
        ("now()", "clock_timestamp()", gate.test_the_gate_reads_the_transactions_time),
    ],
    ids=["held is enough", "sealed is enough", "any installation", "any instant", "another clock"],
)
def test_a_broken_gate_is_caught(words: str, instead: str, guard: Callable[[], None]) -> None:
    with broken("inspections_public_releases", words, instead), CAUGHT:
        guard()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("files_in_a_temporary_folder")
def test_a_gate_that_forgets_the_items_state_is_caught() -> None:
    """The row-level security policy of the website's role says it a second time."""
    policy = "ALTER POLICY public_only ON inspections_releaseitem USING ({}release_id IN (SELECT {}()))"
    with connection.cursor() as cursor:
        cursor.execute(policy.format("", "inspections_public_releases"))
        try:
            with CAUGHT:
                gate.test_an_item_that_is_not_active_is_not_public("dropped")
        finally:
            cursor.execute(policy.format("state = 'active' AND ", "inspections_public_releases"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("words", "instead"),
    [("coalesce(head.hash, '') || body", "body"), ("coalesce(head.seq, 0) + 1", "coalesce(head.seq, 0) + 2")],
    ids=["an entry alone is hashed", "numbers are left out"],
)
def test_a_broken_chain_is_caught(words: str, instead: str) -> None:
    with broken("hmic_audit_chain", words, instead), CAUGHT:
        chain.test_entries_are_chained_at_commit()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("column", ["action", "subject_type", "subject_id", "force_slug", "facts", "actor_id"])
def test_a_chain_that_leaves_out_what_an_entry_says_is_caught(column: str) -> None:
    with broken("hmic_audit_payload", f"e.{column}", "'left out'"), CAUGHT:
        chain.test_tampering_by_the_servers_owner_is_found(column)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", chain.CHANGES)
def test_an_audit_trail_that_lets_itself_be_changed_is_caught(statement: str) -> None:
    with broken("hmic_append_only", "BEGIN", "BEGIN RETURN coalesce(NEW, OLD);"), CAUGHT:
        chain.test_nobody_can_change_it(statement)


@pytest.fixture
def stranger(cast: Cast) -> User:
    """An inspector of the same inspection, for another force: only the scope stands between them and the words."""
    user = User.objects.create_user("stranger@cast.example", "Stranger")
    Assignment.objects.create(
        inspection=cast.inspection, user=user, role=Assignment.Role.INSPECTOR, force=cast.kent, starts_on=LONG_AGO
    )
    return user


@pytest.mark.usefixtures("files_in_a_temporary_folder")
def test_a_broken_scope_is_caught(cast: Cast, stranger: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """One rule after the other says “everything”; the leak walk then meets the word where it did not before."""
    world = make_world(cast, CANARY, "approved")
    inspector, officer = signed_in(stranger), signed_in(cast.outsider)
    # What belongs to the whole inspection is an inspector's of another force too: its questions, its agreed wording.
    theirs = {inspector: {*sees_too_much(inspector, world)}, officer: set()}
    assert {address.split("/")[3] for address in theirs[inspector]} == {"criteria", "criteria.csv", "wording"}
    escaped = []
    for model, rule, client in (
        (Finding, "visible_to", inspector),
        (Evidence, "visible_to", inspector),
        (Letter, "visible_to", inspector),
        (Round, "for_force", officer),
    ):
        with monkeypatch.context() as patch, one_reader():
            patch.setattr(type(model.objects.all()), rule, lambda everything, user: everything.all())
            others = (address for address, _ in addresses(world, read=True) if address not in theirs[client])
            if not any(CANARY in said(client, address) for address in others):
                escaped.append(f"{model.__name__}.{rule}")
    assert escaped == []
