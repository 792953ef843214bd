"""A state machine on the real database: whatever a force's people try, in any order, no illegal state comes about.

Points, files, the log as a spreadsheet, paragraphs, more time, the answer, late points, and the clock moving on. Each
verb may refuse with its sentence; whatever it does, the rules at the end hold after every step.
"""

import datetime as dt
import io
from typing import Any

import pytest
from django.db import transaction
from django.test.utils import override_settings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from openpyxl import load_workbook

from findings.accuracy import reminders, rounds
from findings.accuracy.force import answers, extensions, invitations, late_points, point_files
from findings.accuracy.response_log import saving, sheet
from findings.accuracy.response_log.columns import KEYS, LOG
from findings.accuracy.rounds import due_at, lacks
from findings.models import EarlierPoint, Extension, LateOffer, LogUpload, Point, PointFile, Round
from hmic_core import clock
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, Notice
from tests.cast import make_cast
from tests.findings.accuracy.steps import WORDS, again, issued, sent_on

WHO = st.sampled_from(["liaison_officer", "reviewer", "chief_officer", "outsider", "lead_inspector", "inspector"])
KIND = st.sampled_from(list(Point.Kind))
QUOTED = st.sampled_from(["", "crime prevention strategy", "not in it", "supported"])
TEXT = st.sampled_from(["", "Other words", "=1+1"])
WHICH = st.integers(0, 3)


class Force(RuleBasedStateMachine):
    """One force's round, from its issue on."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.cast = make_cast()
        self.round = issued(self.cast, WORDS, "Patrols are planned each week.")
        self.done = 0
        self.kept = (0, 0, 0)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def try_(self, verb: Any, *args: Any, **more: Any) -> None:
        """Do it; a refusal is an answer too, and leaves everything as it was."""
        before = (self.states(), AuditEntry.objects.count())
        try:
            with transaction.atomic():
                verb(*args, **more)
            self.done += 1
        except NotAllowed:
            assert (self.states(), AuditEntry.objects.count()) == before

    def states(self) -> list[Any]:
        return [again(self.round).state, *Point.objects.order_by("pk").values_list("state", "version")]

    def person(self, who: str) -> Any:
        return getattr(self.cast, who)

    def one(self, model: Any, which: int) -> Any:
        rows = list(model.objects.order_by("pk"))
        return rows[which % len(rows)] if rows else None

    # The force

    @rule(who=WHO)
    def open(self, who: str) -> None:
        self.try_(answers.open_round, self.round, by=self.person(who))

    @rule(who=WHO, which=WHICH)
    def check(self, who: str, which: int) -> None:
        self.try_(answers.check_paragraph, self.round.paragraphs.all()[which % 2], by=self.person(who))

    @rule(who=WHO, which=WHICH, kind=KIND, quoted=QUOTED, proposed=TEXT, explanation=TEXT)
    def raise_(self, who: str, which: int, **words: str) -> None:
        about = [*self.round.paragraphs.all(), None][which % 3]
        self.try_(answers.raise_point, self.round, paragraph=about, by=self.person(who), **words)

    @rule(who=WHO, which=WHICH, kind=KIND, quoted=QUOTED, proposed=TEXT, explanation=TEXT, version=st.integers(1, 3))
    def change(self, who: str, which: int, version: int, **words: str) -> None:
        if point := self.one(Point, which):
            self.try_(answers.change_point, point, version=version, by=self.person(who), **words)

    @rule(who=WHO, which=WHICH)
    def withdraw(self, who: str, which: int) -> None:
        if point := self.one(Point, which):
            self.try_(answers.withdraw_point, point, by=self.person(who))

    @rule(who=WHO, which=WHICH)
    def restore(self, who: str, which: int) -> None:
        if point := self.one(Point, which):
            self.try_(answers.restore_point, point, by=self.person(who))

    @rule(who=WHO, which=WHICH, off=st.booleans())
    def take_off(self, who: str, which: int, off: bool) -> None:
        if given := self.one(PointFile, which):
            self.try_(point_files.take_off_file if off else point_files.put_back_file, given, by=self.person(who))

    @rule(who=WHO, which=WHICH, data=st.sampled_from([b"a", b"b"]))
    def add_file(self, who: str, which: int, data: bytes) -> None:
        if point := self.one(Point, which):
            given = {"data": data, "name": "a.txt", "content_type": "text/plain", "shows": "x"}
            self.try_(point_files.add_file, point, by=self.person(who), **given)

    @rule(who=WHO, to=WHO)
    def give(self, who: str, to: str) -> None:
        paragraphs = list(self.round.paragraphs.all())
        self.try_(invitations.give_paragraphs, self.round, paragraphs, to=self.person(to), by=self.person(who))

    @rule(who=WHO, row=st.integers(2, 6), kind=KIND, explanation=TEXT)
    def upload_log(self, who: str, row: int, kind: Any, explanation: str) -> None:
        book = load_workbook(io.BytesIO(sheet.written(self.round, self.cast.reviewer, "")))
        book[LOG].cell(row, KEYS.index("kind") + 1).value = kind.label
        book[LOG].cell(row, KEYS.index("explanation") + 1).value = explanation
        saved = io.BytesIO()
        book.save(saved)
        self.try_(saving.upload_log, self.round, data=saved.getvalue(), name="x.xlsx", by=self.person(who))

    @rule(who=WHO, which=WHICH, replace=st.booleans())
    def apply(self, who: str, which: int, replace: bool) -> None:
        if upload := self.one(LogUpload, which):
            rows = range(2, 9) if replace else ()
            self.try_(saving.apply_upload, upload, replace=rows, by=self.person(who))

    @rule(who=WHO, days=st.integers(0, 22), reason=TEXT)
    def ask(self, who: str, days: int, reason: str) -> None:
        self.try_(extensions.ask_extension, self.round, days=days, reason=reason, by=self.person(who))

    @rule(who=WHO, authorised=TEXT)
    def submit(self, who: str, authorised: str) -> None:
        self.try_(answers.submit_response, self.round, authorised_by=authorised, by=self.person(who))

    @rule(who=WHO, kind=KIND, quoted=QUOTED, explanation=TEXT, reason=TEXT)
    def offer(self, who: str, reason: str, **words: str) -> None:
        about = {"paragraph": self.round.paragraphs.all()[0], "proposed": "", "reason": reason, **words}
        self.try_(late_points.offer_point, self.round, by=self.person(who), **about)

    @rule(who=WHO, which=WHICH, reason=TEXT)
    def offer_draft(self, who: str, which: int, reason: str) -> None:
        if point := self.one(Point, which):
            self.try_(late_points.offer_draft, point, reason=reason, by=self.person(who))

    # The lead inspector, the scheduler, the clock

    @rule(who=WHO, which=WHICH, days=st.integers(0, 22), answer=TEXT, grant=st.booleans())
    def answer(self, who: str, which: int, days: int, answer: str, grant: bool) -> None:
        if asked := self.one(Extension, which):
            if grant:
                self.try_(extensions.grant_extension, asked, days=days, answer=answer, by=self.person(who))
            else:
                self.try_(extensions.refuse_extension, asked, answer=answer, by=self.person(who))

    @rule(who=WHO, which=WHICH, answer=TEXT, take=st.booleans())
    def answer_late(self, who: str, which: int, answer: str, take: bool) -> None:
        if offer := self.one(LateOffer, which):
            verb = late_points.take_late_point if take else late_points.decline_late_point
            self.try_(verb, offer, answer=answer, by=self.person(who))

    @rule(days=st.integers(0, 40))
    def days_pass(self, days: int) -> None:
        sent_on(self.round, clock.now() - dt.timedelta(days=days))

    @rule()
    def sweep(self) -> None:
        for round, which in reminders.to_remind(clock.now()):
            self.try_(reminders.remind, round, which)
        for round in rounds.overdue(clock.now()):
            self.try_(answers.record_no_response, round)

    # What holds at every moment

    @invariant()
    def the_answer_is_what_the_state_says(self) -> None:
        round = again(self.round)
        sent = list(round.points.filter(submitted_at__isnull=False))
        if round.state in (Round.State.ISSUED, Round.State.NO_INACCURACIES, Round.State.NO_RESPONSE):
            assert sent == []
        if round.state in (Round.State.NO_INACCURACIES, Round.State.RESPONDED):
            assert sent or round.submitted_at
        if round.state in (Round.State.ISSUED, Round.State.NO_RESPONSE):
            assert round.submitted_at is None
            assert round.response_hash == ""
        if round.submitted_at:
            assert round.authorised_by
            assert len(round.response_hash) == 64

    @invariant()
    def points_are_whole(self) -> None:
        points = list(self.round.points.select_related("paragraph", "late_offer"))
        assert len({point.number for point in points}) == len(points)
        for point in points:
            assert (point.state in (Point.State.DRAFT, Point.State.WITHDRAWN)) == (point.submitted_at is None)
            assert (point.state == Point.State.WITHDRAWN) == (point.withdrawn_by_id is not None)
            assert point.author in (self.cast.liaison_officer, self.cast.reviewer)
            if point.submitted_at:
                assert lacks(point) == ""
            offer = getattr(point, "late_offer", None)
            if offer:
                assert offer.reason
                assert (offer.state == LateOffer.State.TAKEN) == (point.submitted_at is not None)
                assert again(self.round).state != Round.State.ISSUED

    @invariant()
    def nothing_that_was_written_is_gone(self) -> None:
        now = (Point.objects.count(), PointFile.objects.count(), EarlierPoint.objects.count())
        assert all(here >= before for here, before in zip(now, self.kept, strict=True))
        self.kept = now
        for point in Point.objects.filter(version__gt=1):
            assert point.written_by is not None

    @invariant()
    def time_is_what_was_granted(self) -> None:
        round = again(self.round)
        granted = [each.days_granted for each in Extension.objects.filter(state="granted")]
        assert round.extra_days == sum(days or 0 for days in granted)
        assert Extension.objects.filter(state="asked").count() <= 1
        assert due_at(round) is not None

    @invariant()
    def nobody_else_did_anything(self) -> None:
        by = {entry.actor for entry in AuditEntry.objects.filter(action__startswith="point:").select_related("actor")}
        assert by <= {self.cast.liaison_officer, self.cast.reviewer, self.cast.lead_inspector}
        assert not Notice.objects.filter(recipient=self.cast.outsider).exists()
        assert not self.round.openings.filter(by=self.cast.outsider).exists()
        assert not self.round.paragraphs.exclude(given=None).exclude(
            given__to__in=[self.cast.liaison_officer, self.cast.reviewer]
        )


@pytest.mark.django_db
@pytest.mark.usefixtures("files_in_a_temporary_folder")
def test_no_order_of_steps_leads_to_an_illegal_state() -> None:
    with override_settings(CHECK_REMINDERS=["half", "1", "0"]):
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            Force,
            settings=settings(
                max_examples=6,
                stateful_step_count=20,
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
