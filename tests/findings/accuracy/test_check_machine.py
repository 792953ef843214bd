"""A factual accuracy check by chance: every verb in any order, on the real database, and no illegal state.

Each step asks for a verb with people and texts that may or may not be allowed. A refusal must leave everything as it
was; after each step the invariants of docs/workflow.md are looked up in the tables, not in the objects at hand.
"""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from findings.accuracy import schedule
from findings.accuracy.force import answers, differences
from findings.accuracy.inspectorate import closing, corrections, decisions, issuing
from findings.models import EarlierPoint, EvidenceRequest, Finding, Paragraph, Point, Revision, Round, Waiver
from findings.unseen import new_words
from hmic_core import clock
from hmic_core.errors import NotAllowed, Stale
from hmic_core.models import AuditEntry, Notice
from publication.models import Incident
from tests.cast import Cast
from tests.findings.accuracy.steps import moderated, second_decider
from tests.sending import issue_round

State = Round.State


#: The verbs that chance seldom reaches, from the stage that allows them: name of the rule, its arguments.
ENDS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "sent": [
        ("withdraw", {"who": "liaison_officer", "at": 0}),
        ("restore", {"who": "liaison_officer", "at": 0}),
        ("submit", {"who": "liaison_officer"}),
        ("recall", {"who": "lead_inspector"}),
        ("issue", {"who": "lead_inspector", "second": False}),
    ],
    "corrected": [
        ("correct", {"who": "second_decider", "outcome": "not_accepted", "own": False, "at": 0}),
        ("correct", {"who": "lead_inspector", "outcome": "accepted", "own": True, "at": 0}),
    ],
    "overdue": [("open", {"who": "liaison_officer"}), ("no_response", {})],
    "asked": [("answer", {"who": "liaison_officer", "words": "These."})],
    "refused": [("disagree", {"who": "liaison_officer", "at": 0})],
    "again": [
        ("recall", {"who": "lead_inspector"}),
        ("issue", {"who": "lead_inspector", "second": True}),
        ("recall", {"who": "lead_inspector"}),
        ("waive", {"who": "lead_inspector"}),
    ],
}


def mostly(right: str) -> st.SearchStrategy[str]:
    """The person who may, five times of seven; otherwise somebody else."""
    return st.sampled_from([right] * 5 + ["outsider", "moderator"])


LEAD, OFFICER = mostly("lead_inspector"), mostly("liaison_officer")
WORDS = st.sampled_from(["", "plans", "several plans", "no plan"])
OUTCOMES = st.sampled_from(["accepted", "accepted_in_part", "not_accepted", "taken_as_update"])


#: What some run must really have done; a rule that is only ever refused proves nothing.
EVERY_VERB = set(
    """issue_round issue_second_look open_round raise_point submit_response record_no_response decide_point
    ask_for_evidence answer_request close_round recall_round record_difference waive_unseen correct_decision
    withdraw_point restore_point""".split()
)


STAGES = ("sent", "overdue", "answered", "asked", "refused", "amended", "corrected", "again")


class Check(RuleBasedStateMachine):
    """One force's checks, from the first draft to the last second look."""

    cast: Cast
    #: Where the runs begin: the verbs of a check's end are to be tried as often as those of its start.
    stage: str

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        moderated(self.cast, "The force has plans. It tests them.")
        moderated(self.cast, "Officers know the plans.")
        self.seen: set[str] = set()
        self.most = 0
        self.decider = second_decider(self.cast)
        self.issue("lead_inspector", second=False)
        self.mail_goes(0)
        self.raise_point("liaison_officer", "disputed", "several plans", whole=False)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    def person(self, who: str) -> Any:
        return self.decider if who == "second_decider" else getattr(self.cast, who)

    def newest(self) -> Round | None:
        return Round.objects.select_related("inspection", "force", "notice").order_by("-number").first()

    def attempt(self, verb: Any, *args: Any, **kwargs: Any) -> None:
        before = (list(Round.objects.values_list("pk", "state")), AuditEntry.objects.count(), Finding.objects.count())
        try:
            verb(*args, **kwargs)
        except (NotAllowed, Stale):
            after = (
                list(Round.objects.values_list("pk", "state")),
                AuditEntry.objects.count(),
                Finding.objects.count(),
            )
            assert before == after, f"{verb.__name__} was refused and changed something"
        else:
            self.seen.add(verb.__name__)

    @initialize()
    def begin(self) -> None:
        self.reach(self.stage)

    def reach(self, stage: str) -> None:
        if stage == "overdue":
            Notice.objects.update(sent_at=clock.now() - dt.timedelta(days=60))
        if stage in ("sent", "overdue"):
            return
        self.submit("liaison_officer")
        if stage == "asked":
            self.ask("lead_inspector", at=0)
        if stage == "refused":
            self.decide("lead_inspector", "not_accepted", "Shown.", own=False, at=0)
            self.close("lead_inspector", waiver="", again=False)
        if stage in ("amended", "again"):
            self.decide("lead_inspector", "accepted_in_part", "Shown.", own=True, at=0)
            self.read_again()
        if stage == "corrected":
            self.decide("lead_inspector", "accepted", "Shown.", own=False, at=0)
            self.close("lead_inspector", waiver="", again=False)
        if stage == "again":
            self.close("lead_inspector", waiver="", again=True)
            self.mail_goes(0)

    @rule(who=LEAD, second=st.booleans())
    def issue(self, who: str, second: bool) -> None:
        verb = issuing.issue_second_look if second else issue_round
        where = {"inspection": self.cast.inspection, "force": self.cast.northamptonshire}
        self.attempt(verb, **where, by=self.person(who))

    @rule(days=st.sampled_from([0, 60]))
    def mail_goes(self, days: int) -> None:
        Notice.objects.filter(sent_at=None).update(sent_at=clock.now() - dt.timedelta(days=days))

    @rule(who=OFFICER)
    def open(self, who: str) -> None:
        if round := self.newest():
            self.attempt(answers.open_round, round, by=self.person(who))

    @rule(who=OFFICER, kind=st.sampled_from(Point.Kind.values), proposed=WORDS, whole=st.booleans())
    def raise_point(self, who: str, kind: str, proposed: str, whole: bool) -> None:
        if round := self.newest():
            words = {"quoted": "" if whole else "plans", "proposed": proposed, "explanation": "See the cover."}
            paragraph = None if whole else round.paragraphs.first()
            self.attempt(answers.raise_point, round, paragraph=paragraph, kind=kind, by=self.person(who), **words)

    @rule(who=OFFICER)
    def submit(self, who: str) -> None:
        if round := self.newest():
            self.attempt(answers.submit_response, round, authorised_by="Chief", by=self.person(who))

    @rule()
    def no_response(self) -> None:
        if round := self.newest():
            self.attempt(answers.record_no_response, round)

    @rule(
        who=LEAD,
        outcome=OUTCOMES,
        reason=st.sampled_from(["Shown.", "Shown.", ""]),
        own=st.booleans(),
        at=st.integers(0, 3),
    )
    def decide(self, who: str, outcome: str, reason: str, own: bool, at: int) -> None:
        if points := list(Point.objects.select_related("round__inspection", "paragraph__finding")):
            text = "Words of the decider’s own." if own else None
            point = points[at % len(points)]
            self.attempt(
                decisions.decide_point, point, outcome=outcome, reason=reason, amended_text=text, by=self.person(who)
            )

    @rule(
        who=st.sampled_from(["second_decider", "second_decider", "lead_inspector", "moderator", "outsider"]),
        outcome=OUTCOMES,
        own=st.booleans(),
        at=st.integers(0, 3),
    )
    def correct(self, who: str, outcome: str, own: bool, at: int) -> None:
        if points := list(Point.objects.select_related("round__inspection", "paragraph__finding")):
            text = "Words of the second decider’s own." if own else None
            words = {"reason": "Looked at again.", "why": "It was wrong.", "amended_text": text}
            point = points[at % len(points)]
            self.attempt(corrections.correct_decision, point, outcome=outcome, by=self.person(who), **words)

    @rule(who=OFFICER, at=st.integers(0, 3))
    def withdraw(self, who: str, at: int) -> None:
        if points := list(Point.objects.select_related("round__inspection")):
            self.attempt(answers.withdraw_point, points[at % len(points)], by=self.person(who))

    @rule(who=OFFICER, at=st.integers(0, 3))
    def restore(self, who: str, at: int) -> None:
        if points := list(Point.objects.filter(state="withdrawn").select_related("round__inspection")):
            self.attempt(answers.restore_point, points[at % len(points)], by=self.person(who))

    @rule(who=LEAD, at=st.integers(0, 3))
    def ask(self, who: str, at: int) -> None:
        if points := list(Point.objects.select_related("round__inspection")):
            self.attempt(decisions.ask_for_evidence, points[at % len(points)], question="Which?", by=self.person(who))

    @rule(who=OFFICER, words=st.sampled_from(["", "These."]))
    def answer(self, who: str, words: str) -> None:
        if asked := EvidenceRequest.objects.select_related("point__round").order_by("-asked_at").first():
            self.attempt(answers.answer_request, asked, answer=words, by=self.person(who))

    @rule()
    def read_again(self) -> None:
        """A second reader settles what waits, so that checks can be completed."""
        now = {"moderated_by": self.cast.moderator, "moderated_at": clock.now()}
        Finding.objects.filter(state=Finding.State.READY).update(state=Finding.State.MODERATED, **now)

    @rule(who=LEAD, waiver=st.sampled_from(["", "Only shorter."]), again=st.booleans())
    def close(self, who: str, waiver: str, again: bool) -> None:
        if round := self.newest():
            self.attempt(closing.close_round, round, waiver=waiver, show_again=again, by=self.person(who))

    @rule(who=st.sampled_from(["lead_inspector", "outsider", "moderator", "reviewer", "liaison_officer"]))
    def recall(self, who: str) -> None:
        if round := self.newest():
            self.attempt(issuing.recall_round, round, reason="Too early.", by=self.person(who))

    @rule(who=OFFICER, at=st.integers(0, 3))
    def disagree(self, who: str, at: int) -> None:
        if points := list(Point.objects.select_related("round__inspection")):
            self.attempt(differences.record_difference, points[at % len(points)], words="No.", by=self.person(who))

    @rule(who=LEAD)
    def waive(self, who: str) -> None:
        if closed := Round.objects.filter(state=State.CLOSED).order_by("-number").first():
            self.attempt(closing.waive_unseen, closed, reason="Only shorter.", by=self.person(who))

    @invariant()
    def at_most_one_round_is_open(self) -> None:
        assert Round.objects.exclude(state__in=[State.CLOSED, State.RECALLED]).count() <= 1

    @invariant()
    def points_fit_their_round(self) -> None:
        for point in Point.objects.select_related("round"):
            if point.state in (Point.State.DRAFT, Point.State.WITHDRAWN):
                assert point.submitted_at is None
                assert point.state == Point.State.WITHDRAWN or point.round.submitted_at is None
            else:
                assert point.submitted_at is not None
                assert point.round.submitted_at is not None
            if point.state in Point.DECIDED:
                assert point.decision_reason
                assert point.decided_by_id in (self.cast.lead_inspector.pk, self.decider.pk)
            if point.round.state in (State.DECIDED, State.CLOSED) and point.submitted_at:
                assert point.state in Point.DECIDED

    @invariant()
    def what_was_sent_is_frozen(self) -> None:
        for paragraph in Paragraph.objects.select_related("revision"):
            assert paragraph.text == paragraph.revision.text

    @invariant()
    def a_waiting_question_has_no_answer(self) -> None:
        for point in Point.objects.filter(state=Point.State.MORE_EVIDENCE):
            assert point.requests.filter(answered_at=None).count() == 1

    @invariant()
    def a_difference_stands_beside_a_decision_that_went_against_the_force(self) -> None:
        for point in Point.objects.filter(difference__isnull=False).select_related("round", "difference"):
            assert schedule.difference_of(point) == (point.difference.words if point.state != "accepted" else "")
            assert (point.round.state in (State.CLOSED, State.RECALLED), bool(point.difference.words)) == (True, True)

    @invariant()
    def no_response_is_not_an_answer(self) -> None:
        for round in Round.objects.filter(state=State.NO_RESPONSE):
            assert (round.submitted_at, round.response_hash, round.authorised_by) == (None, "", "")
            assert not round.points.exclude(state=Point.State.DRAFT).exists()

    @invariant()
    def a_second_look_shows_new_words_and_no_others(self) -> None:
        for paragraph in Paragraph.objects.filter(round__is_second_look=True).select_related("round"):
            assert paragraph.text != paragraph.known_text
            assert Round.objects.filter(number__lt=paragraph.round.number, state=State.CLOSED).exists()

    @invariant()
    def a_waiver_has_its_reason_and_its_revision(self) -> None:
        for waiver in Waiver.objects.select_related("revision", "round"):
            assert waiver.reason
            assert (waiver.revision.finding_id, waiver.by_id) == (waiver.finding_id, self.cast.lead_inspector.pk)
            assert waiver.round.unseen_waiver

    @invariant()
    def amendments_come_from_accepted_points(self) -> None:
        amending = Point.objects.filter(amendments__isnull=False)
        for point in amending.exclude(state__in=Point.TAKEN):
            assert point.earlier.filter(what="decision", said__state__in=Point.TAKEN).exists()

    @invariant()
    def a_correction_is_on_the_record(self) -> None:
        for former in EarlierPoint.objects.filter(what="decision").select_related("point__round"):
            assert former.why
            assert former.said["state"] in Point.DECIDED
            assert not former.seen or former.by_id != former.replaced_by_id
            told = Notice.objects.filter(event__startswith=f"decision_corrected:{former.point_id}").exists()
            assert told or not former.seen

    @invariant()
    def a_point_that_is_not_accepted_has_nothing_in_the_words(self) -> None:
        for point in Point.objects.filter(state__in=["not_accepted", "taken_as_update"]).exclude(paragraph=None):
            own = Revision.objects.filter(point=point).order_by("-version").first()
            if own and own.version == point.paragraph.finding.version:
                assert "own" not in own.text

    @invariant()
    def points_of_a_recalled_round_go_on(self) -> None:
        """Each once, with its words and evidence, in the round after it; no point is ever gone."""
        assert Point.objects.count() >= self.most
        self.most = Point.objects.count()
        for old in Point.objects.present().filter(round__state=State.RECALLED).select_related("round"):
            after = Round.objects.filter(number=old.round.number + 1).first()
            if after:
                new = after.points.get(carried_from=old)
                assert (new.number, new.author_id) == (old.number, old.author_id)
        for new in Point.objects.exclude(carried_from=None).select_related("carried_from__round"):
            assert new.carried_from.round.state == State.RECALLED

    @invariant()
    def a_recall_opens_an_incident_and_ends_access(self) -> None:
        recalled = Round.objects.filter(state=State.RECALLED)
        assert Incident.objects.filter(kind=Incident.Kind.RECALL).count() == recalled.count()
        assert not Round.objects.for_force(self.cast.liaison_officer).filter(pk__in=recalled).exists()
        assert not Round.objects.for_force(self.cast.outsider).exists()
        assert not Round.objects.answered_by(self.cast.outsider).exists()
        assert set(Round.objects.answered_by(self.cast.liaison_officer)) >= set(recalled)

    @invariant()
    def nothing_final_is_new_without_a_waiver_or_a_second_look(self) -> None:
        states = set(Round.objects.exclude(state=State.RECALLED).values_list("state", flat=True))
        if states == {State.CLOSED} and not Round.objects.filter(state=State.RECALLED).exists():
            new = new_words(self.cast.inspection, self.cast.northamptonshire)
            assert new == [], "a check was completed with words that the force has not seen"


@pytest.mark.django_db
def test_no_order_of_verbs_reaches_an_illegal_state(cast: Cast) -> None:
    reached: set[str] = set()

    class OfThisCast(Check):
        def teardown(self) -> None:
            reached.update(self.seen)
            super().teardown()

    OfThisCast.cast = cast
    for OfThisCast.stage in STAGES:
        made = OfThisCast()
        made.reach(OfThisCast.stage)
        for verb, given in ENDS.get(OfThisCast.stage, []):
            getattr(made, verb)(**given)
        made.teardown()
        run_state_machine_as_test(
            OfThisCast,
            settings=settings(
                max_examples=2,
                stateful_step_count=18,
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
    print(f"verbs that were done: {', '.join(sorted(reached))}")
    assert reached >= EVERY_VERB
