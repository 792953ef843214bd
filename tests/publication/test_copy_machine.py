"""Embargoed copies by chance: issued, accepted, collected, recalled, issued again, superseded, their release moved.

After each step the tables are asked, not the objects at hand: a copy that was issued is what it was, whoever held one
holds one at most, and every list and count speaks of the copies that people hold.
"""

from contextlib import nullcontext
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry
from inspections.models import Release
from letters.copies import issuing, recipients
from letters.copies import recall as copies_recall
from letters.models import Acknowledgement, Copy, Download, Letter, Recipient
from letters.signing import progress, signatures
from publication import notices
from publication.evidence import proof
from publication.readiness import checks
from publication.release import status, withdrawal, workflow
from tests.cast import Cast
from tests.letters.ground import a_pdf
from tests.publication import ground

#: What a copy may never change: everything but how it ended.
FROZEN = ("pk", "letter_id", "contact_id", "number", "master_id", "not_before", "reason", "issued_at", "issued_by_id")
ENDED = ("recalled_at", "recall_reason", "superseded_at")
PEOPLE = ["liaison_officer", "chief_officer", "pcc_office"]
EVERY_VERB = set(
    """acknowledge stamped_letter recall_copy issue_again change_recipient remove_recipient add_recipient reschedule
    approve drop_item""".split()
)
WHO = st.sampled_from(PEOPLE)


class Copies(RuleBasedStateMachine):
    """Two letters of an approved release, one of which can be dropped."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        self.release = ground.approved(self.cast, seconds=4000, forces=[self.cast.northamptonshire, self.cast.kent])
        self.seen: dict[Any, tuple[Any, ...]] = {}
        self.ended: dict[Any, tuple[Any, ...]] = {}
        self.receipts: dict[Any, tuple[Any, ...]] = {}
        self.done: set[str] = set()
        self.moves = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    def attempt(self, verb: Any, *args: Any, **kwargs: Any) -> Any:
        before = (Copy.objects.count(), AuditEntry.objects.count(), Recipient.objects.count())
        try:
            made = verb(*args, **kwargs)
        except NotAllowed:
            after = (Copy.objects.count(), AuditEntry.objects.count(), Recipient.objects.count())
            assert before == after, f"{verb.__name__} was refused and changed something"
            return None
        self.done.add(verb.__name__)
        return made

    def copies_of(self, who: str) -> list[Copy]:
        return list(Copy.objects.filter(contact__user=getattr(self.cast, who)).order_by("number"))

    def entry(self, who: str) -> Recipient | None:
        return Recipient.objects.listed().filter(contact__user=getattr(self.cast, who)).first()

    # Verbs

    @rule(who=WHO, newest=st.booleans())
    def accept(self, who: str, newest: bool) -> None:
        if held := self.copies_of(who):
            self.attempt(issuing.acknowledge, held[-1 if newest else 0], by=getattr(self.cast, who))

    @rule(who=WHO, newest=st.booleans())
    def collect(self, who: str, newest: bool) -> None:
        if held := self.copies_of(who):
            self.attempt(issuing.stamped_letter, held[-1 if newest else 0], by=getattr(self.cast, who))

    @rule(who=WHO, newest=st.booleans())
    def recall(self, who: str, newest: bool) -> None:
        if held := self.copies_of(who):
            self.attempt(copies_recall.recall_copy, held[-1 if newest else 0], reason="Lost laptop", by=self.cast.admin)

    @rule(who=WHO)
    def issue_again(self, who: str) -> None:
        if row := self.entry(who):
            self.attempt(recipients.issue_again, row, by=self.cast.admin)

    @rule(who=WHO)
    def list_person(self, who: str) -> None:
        contact = getattr(self.cast, who).contacts.get()
        self.attempt(
            recipients.add_recipient, self.release, contact=contact, not_before=None, reason="Asked", by=self.cast.admin
        )

    @rule(who=WHO)
    def take_off(self, who: str) -> None:
        if row := self.entry(who):
            self.attempt(recipients.remove_recipient, row, reason="Not needed", by=self.cast.admin)

    @rule(who=WHO, later=st.booleans())
    def change(self, who: str, later: bool) -> None:
        if row := self.entry(who):
            instant = Release.objects.get(pk=self.release.pk).embargo_until
            when = instant - ground.dt.timedelta(minutes=5) if later else None
            self.attempt(recipients.change_recipient, row, not_before=when, reason="Another time", by=self.cast.admin)

    @rule()
    def drop(self) -> None:
        item = self.release.items.filter(force=self.cast.northamptonshire, kind="letter", state="active").first()
        if item and self.moves:
            self.attempt(withdrawal.drop_item, item, reason="A fact is disputed", by=self.cast.admin)

    @rule()
    def move(self) -> None:
        if self.moves < 3:
            self.moves += 1
            wall = ground.wall(4000 + 600 * self.moves)
            self.attempt(workflow.reschedule, self.release, wall=wall, reason="The printer", by=self.cast.admin)

    @rule()
    def approve_again(self) -> None:
        release = Release.objects.get(pk=self.release.pk)
        if release.state == Release.State.SCHEDULED:
            self.attempt(signatures.confirm_wording, release, by=self.cast.hmi)
            ground.stand_in_renditions(release)
            release = workflow.seal(release, version=release.version, by=self.cast.admin)
            self.attempt(workflow.approve, release, expected_version=release.version, by=self.cast.second_admin)

    # What always holds

    @invariant()
    def a_copy_is_what_it_was(self) -> None:
        for row in Copy.objects.all():
            now = tuple(getattr(row, name) for name in FROZEN)
            assert self.seen.setdefault(row.pk, now) == now
            end = tuple(getattr(row, name) for name in ENDED)
            if any(end):
                assert self.ended.setdefault(row.pk, end) == end
            assert row.pk not in self.ended or any(end)
        assert set(self.seen) == set(Copy.objects.values_list("pk", flat=True))

    @invariant()
    def receipts_stay_with_their_copy(self) -> None:
        for model in (Acknowledgement, Download):
            for each in model.objects.select_related("copy"):  # type: ignore[attr-defined]
                assert self.receipts.setdefault(each.pk, (each.copy_id, each.at)) == (each.copy_id, each.at)
                ended = each.copy.recalled_at or each.copy.superseded_at
                assert each.copy.issued_at <= each.at
                assert ended is None or each.at <= ended

    @invariant()
    def each_person_holds_one_at_most(self) -> None:
        held = list(Copy.objects.current().values_list("letter", "contact"))
        assert len(held) == len(set(held))
        numbers = list(Copy.objects.values_list("letter", "number"))
        assert len(numbers) == len(set(numbers))
        for copy in Copy.objects.exclude(pk__in=Copy.objects.current()).select_related("contact__user"):
            with pytest.raises(NotAllowed):
                issuing.view_letter(copy, by=copy.contact.user)

    @invariant()
    def every_list_and_count_speaks_of_what_people_hold(self) -> None:
        release = Release.objects.select_related("inspection").get(pk=self.release.pk)
        part = Letter.objects.in_release(release)
        held = Copy.objects.current().filter(letter__in=part)
        by_letter = {letter.pk: held.filter(letter=letter).count() for letter in part}
        checked = checks.letters_of(release)
        assert {each.pk: each.issued for each in checked} == by_letter  # type: ignore[attr-defined]
        table = status.letter_rows(release, checked)
        assert {row.letter.pk: row.issued for row in table} == by_letter
        for row in progress.rows(release.inspection, self.cast.admin):
            if row.letter and row.letter.pk in by_letter:
                assert row.copies.issued == by_letter[row.letter.pk]
                assert row.copies.collected <= row.copies.issued
        rows = recipients.standings(release)
        assert len({row.contact.pk for row in rows}) == len(rows)
        for row in rows:
            mine = row.copy.downloads.count() if row.copy else 0
            assert row.downloads == mine
            assert row.key != "collected" or (mine and row.copy and issuing.is_acknowledged(row.copy))
            assert all(copy.recalled_at or copy.superseded_at for copy in row.earlier)
        assert {row.copy.pk for row in rows if row.copy and row.key != "recalled"} == {copy.pk for copy in held}
        assert {user.pk for user in notices.readers(release)} == {copy.contact.user_id for copy in held}
        assert len(proof.of(release)["access"]) == Copy.objects.count()


def of_everything(machine: Copies) -> None:
    """The order that chance seldom finds: to the end of every verb once."""
    for step, given in [
        ("list_person", {"who": "pcc_office"}),
        ("accept", {"who": "liaison_officer", "newest": True}),
        ("collect", {"who": "liaison_officer", "newest": True}),
        ("recall", {"who": "liaison_officer", "newest": True}),
        ("issue_again", {"who": "liaison_officer"}),
        ("change", {"who": "pcc_office", "later": True}),
        ("take_off", {"who": "pcc_office"}),
        ("list_person", {"who": "pcc_office"}),
        ("move", {}),
        ("approve_again", {}),
        ("accept", {"who": "liaison_officer", "newest": False}),
        ("drop", {}),
    ]:
        getattr(machine, step)(**given)
        for check in (
            machine.a_copy_is_what_it_was,
            machine.receipts_stay_with_their_copy,
            machine.each_person_holds_one_at_most,
            machine.every_list_and_count_speaks_of_what_people_hold,
        ):
            check()


@pytest.mark.django_db
@pytest.mark.usefixtures("files_in_a_temporary_folder")
@pytest.mark.timeout(900)
def test_no_order_of_verbs_changes_a_copy_or_miscounts_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "PDF", a_pdf())
    done: set[str] = set()

    class OfThisCast(Copies):
        def teardown(self) -> None:
            done.update(self.done)
            super().teardown()

    OfThisCast.cast = cast
    first = OfThisCast()
    of_everything(first)
    assert [copy.number for copy in first.copies_of("liaison_officer")] == sorted(
        {copy.number for copy in first.copies_of("liaison_officer")}
    )
    first.teardown()
    run_state_machine_as_test(
        OfThisCast,
        settings=settings(
            max_examples=3,
            stateful_step_count=10,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert done >= EVERY_VERB


STATEMENTS = """
UPDATE letters_copy SET number = 9
UPDATE letters_copy SET reason = 'Another'
UPDATE letters_copy SET contact_id = (SELECT c.id FROM forces_contact c WHERE c.id <> contact_id LIMIT 1)
UPDATE letters_copy SET master_id = (SELECT r.id FROM letters_rendition r WHERE r.id <> master_id LIMIT 1)
UPDATE letters_copy SET not_before = not_before - interval '1 hour'
UPDATE letters_copy SET recalled_at = NULL, recall_reason = '' WHERE recalled_at IS NOT NULL
UPDATE letters_copy SET recall_reason = 'Another' WHERE recalled_at IS NOT NULL
UPDATE letters_copy SET superseded_at = now(), recalled_at = NULL WHERE recalled_at IS NOT NULL
DELETE FROM letters_copy
UPDATE letters_acknowledgement SET embargo_until = now()
DELETE FROM letters_acknowledgement
UPDATE letters_download SET at = now()
DELETE FROM letters_download
UPDATE letters_recipient SET removed_at = NULL, removal_reason = '' WHERE removed_at IS NOT NULL
DELETE FROM letters_recipient
"""


@pytest.mark.django_db
@pytest.mark.usefixtures("files_in_a_temporary_folder")
@pytest.mark.parametrize("role", ["application", "owner"])
def test_the_database_holds_everybody_to_it(cast: Cast, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    monkeypatch.setattr(ground, "PDF", a_pdf())
    release = ground.approved(cast, seconds=4000)
    copy = Copy.objects.get(contact__user=cast.liaison_officer)
    issuing.acknowledge(copy, by=cast.liaison_officer)
    issuing.stamped_letter(copy, by=cast.liaison_officer)
    row = release.recipients.get(contact__user=cast.chief_officer)
    recipients.remove_recipient(row, reason="Not needed", by=cast.admin)
    for statement in STATEMENTS.strip().splitlines():
        whose = ground.as_application() if role == "application" else nullcontext()
        with whose, pytest.raises(DatabaseError) as refused, transaction.atomic():
            ground.run(statement)
        assert type(refused.value.__cause__).__name__ == "InsufficientPrivilege", (statement, refused.value)
