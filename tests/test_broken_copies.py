"""Deliberately broken copies of the gate, the scope and the audit chain: the tests that guard them must fail with each.

A guard that nobody ever saw fail may be looking at nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.cast import Cast
from tests.conftest import signed_in
from tests.hmic_core import test_audit as chain
from tests.inspections import test_embargo as gate
from tests.probes import test_scopes as scopes
from tests.probes.test_leaks import CANARY, one_reader
from tests.world import identifiers, make_world

CAUGHT = pytest.raises((AssertionError, pytest.fail.Exception))


@contextmanager
def broken(function: str, words: str, instead: str) -> Iterator[None]:
    """The database with a copy of one of its functions that says something else, corrected again afterwards."""
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


#: Where the walk meets what a rule no longer hides: who, at which address, which words (else the canary).
MET: dict[str, tuple[str, str, str]] = {
    "hmic_core.Notice.visible_to": ("outsider", "/notices/", "break-glass grant"),
    "inspections.Inspection.visible_to": ("elsewhere", "/letters/", "test subject"),
    "inspections.BulkRun.visible_to": ("other_force", "/results/{run}/", ""),
    "findings.Finding.visible_to": ("other_theme", "/inspections/findings/{finding}/", ""),
    "findings.CriterionAnswer.visible_to": ("other_force", "/search/?q=records&in=answers", ""),
    "findings.CommonWording.visible_to": ("other_theme", "/inspections/{inspection}/wording/", ""),
    "findings.Evidence.visible_to": ("other_force", "/inspections/evidence/{evidence}/", ""),
    "findings.EvidenceFile.visible_to": ("other_force", "/inspections/evidence/files/{evidence_file}/", ""),
    "findings.Round.for_force": ("outsider", "/check/{round}/", ""),
    "letters.Letter.visible_to": ("other_force", "/letters/{letter}/", ""),
    "letters.Copy.visible_to": ("outsider", "/our-letters/{copy}/", "northamptonshire police"),
}
#: Rules that another one stands before: a walk could not meet what they hide. `test_scopes` asks them directly.
BEHIND = {
    "inspections.Release.visible_to": "the policies of its routes leave out everybody whom it leaves out",
    "findings.Round.visible_to": "the force of its pages is fetched first, by `get_force`",
    "findings.ModeratorNote.visible_to": "force and theme of its page are covered first, by the assignment",
    "publication.BreakGlassGrant.visible_to": "the policy; system admins apart, see tests/publication",
}


@pytest.mark.usefixtures("files_in_a_temporary_folder")
def test_a_broken_scope_is_caught(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """One rule after the other says “everything”: asked directly it shows at once, and the walk meets the word."""
    world = make_world(cast, CANARY, "approved")
    people = scopes.everybody(cast)
    known = {**identifiers(world), "finding": world.findings[0].pk}
    clients = {who: signed_in(people[who]) for who in ("outsider", "other_force", "other_theme", "elsewhere")}
    escaped = []
    for name, model, rule in scopes.rules():
        who, address, words = MET.get(name, ("", "", ""))
        before = who and scopes.meets(clients[who], address.format(**known), world, who, words)
        with monkeypatch.context() as patch, one_reader():
            patch.setattr(type(model._default_manager.all()), rule, lambda everything, user: everything.all())
            seen = scopes.who_sees(
                {each: getattr(model._default_manager, rule)(people[each]) for each in people}, model, world
            )
            met = name in BEHIND or scopes.meets(clients[who], address.format(**known), world, who, words)
        if before or not met or seen == scopes.WHO_SEES[name]:
            escaped.append(name)
    assert escaped == []
    assert {*MET, *BEHIND} == {*scopes.WHO_SEES}
