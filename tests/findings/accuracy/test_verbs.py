"""The verbs of the factual accuracy check: who, in which state, with what left behind."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from findings import workflow
from findings.accuracy import rounds, states
from findings.accuracy.force import answers, differences
from findings.accuracy.inspectorate import closing, corrections, decisions, issuing
from findings.models import Evidence, Finding, Point, Round
from forces.models import Contact
from hmic_core import clock
from hmic_core.errors import NotAllowed, Stale
from hmic_core.models import AuditEntry, Notice
from inspections.models import Assignment, LegalHold
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import (
    WORDS,
    accept,
    again,
    asked,
    closed,
    decided,
    issued,
    moderated,
    point,
    responded,
    second_decider,
    sent_on,
)
from tests.sending import issue_round

State = Round.State


def actions(round: Round) -> list[str]:
    found = AuditEntry.objects.filter(subject_id=str(round.pk)).order_by("id")
    return list(found.values_list("action", flat=True))


# Issuing


def test_issue_freezes_exact_revisions_and_sends_a_link_without_words(cast: Cast) -> None:
    finding = moderated(cast)
    round = issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    paragraph = round.paragraphs.get()
    assert (round.state, round.number, round.issued_by) == (State.ISSUED, 1, cast.lead_inspector)
    assert (paragraph.reference, paragraph.text, paragraph.revision.version) == ("PC-1", WORDS, finding.version)
    assert len(round.copy_hash) == 64
    notice = Notice.objects.get(event=f"round_issued:{round.pk}")
    assert (notice, notice.recipient) == (round.notice, cast.liaison_officer)
    said = notice.subject + notice.body + notice.link
    assert not any(word in said for word in ("strategy", "PC-1", "Test subject", "Northamptonshire"))
    assert actions(round) == ["round:issued"]


def test_later_edits_change_nothing_of_what_was_sent(cast: Cast) -> None:
    round = issued(cast)
    finding = Finding.objects.get()
    workflow.save_finding(
        finding, text="Quite other words.", kind=finding.kind, basis="", version=finding.version, by=cast.inspector
    )
    assert round.paragraphs.get().text == WORDS


def test_issue_names_everything_that_stands_in_the_way(cast: Cast) -> None:
    assert issuing.obstacles(cast.inspection, cast.kent) == [
        "There are no findings about Kent Police yet.",
        "Kent Police has no verified liaison officer to send it to.",
    ]
    moderated(cast)
    workflow.draft_finding(
        inspection=cast.inspection,
        force=cast.northamptonshire,
        theme=cast.themes[1],
        text="Unread.",
        kind="finding",
        basis="",
        by=cast.inspector,
    )
    with pytest.raises(NotAllowed, match="Not moderated yet: FT-1"):
        issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    "change", [{"verified_at": None}, {"ends_on": dt.date(2001, 1, 1)}, {"capacity": "reviewer"}, {"user": None}]
)
def test_issue_needs_a_verified_liaison_officer_of_today(cast: Cast, change: dict[str, Any]) -> None:
    moderated(cast)
    Contact.objects.filter(user=cast.liaison_officer).update(**change)
    with pytest.raises(NotAllowed, match="no verified liaison officer"):
        issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)


@pytest.mark.parametrize("who", ["inspector", "moderator", "admin", "system_admin", "liaison_officer", "outsider"])
def test_only_the_lead_inspector_issues_recalls_and_closes(cast: Cast, who: str) -> None:
    moderated(cast)
    person = getattr(cast, who)
    with pytest.raises(NotAllowed, match="lead inspector"):
        issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=person)
    round = issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    with pytest.raises(NotAllowed, match="lead inspector"):
        issuing.recall_round(round, reason="Wrong force.", by=person)
    Round.objects.update(state=State.NO_INACCURACIES)
    with pytest.raises(NotAllowed, match="lead inspector"):
        closing.close_round(round, by=person)


def test_a_lead_of_another_force_does_not_issue(cast: Cast) -> None:
    moderated(cast)
    Assignment.objects.filter(user=cast.lead_inspector).update(force=cast.kent)
    with pytest.raises(NotAllowed, match="lead inspector"):
        issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)


def test_a_force_has_one_open_round(cast: Cast) -> None:
    round = issued(cast)
    with pytest.raises(NotAllowed, match="sent already"):
        issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.create(inspection=cast.inspection, force=cast.northamptonshire, number=2)
    issuing.recall_round(round, reason="Sent too early.", by=cast.lead_inspector)
    second = issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    assert second.number == 2


def test_a_legal_hold_stops_sending_and_the_screen_says_so(cast: Cast) -> None:
    moderated(cast)
    hold = LegalHold.objects.create(
        inspection=cast.inspection, force=cast.kent, reason="A claim", placed_by=cast.admin, placed_at=clock.now()
    )
    assert not issuing.obstacles(cast.inspection, cast.northamptonshire)
    LegalHold.objects.update(force=cast.northamptonshire)
    with pytest.raises(NotAllowed, match="legal hold"):
        issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    page = reverse("findings:round-show", args=[cast.inspection.slug, "northamptonshire"])
    assert "A legal hold is in force" in signed_in(cast.lead_inspector).get(page).text
    assert not Round.objects.exists()
    hold.lifted_at, hold.lifted_by = clock.now(), cast.second_admin
    hold.save()
    assert issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)


# The clock


def test_the_clock_starts_when_the_mail_has_gone(cast: Cast) -> None:
    round = issued(cast, sent=False)
    assert (rounds.sent_at(round), rounds.due_at(round)) == (None, None)
    round = sent_on(round, dt.datetime(2014, 7, 4, 9, 12, tzinfo=dt.UTC))
    assert rounds.due_at(round) == dt.datetime(2014, 7, 18, 16, 0, tzinfo=dt.UTC)


def test_days_and_hour_are_settings_of_the_inspection(cast: Cast) -> None:
    cast.inspection.check_days, cast.inspection.check_hour = 5, 12
    cast.inspection.save()
    round = sent_on(issued(cast), dt.datetime(2014, 7, 4, 9, 12, tzinfo=dt.UTC))
    assert rounds.due_at(round) == dt.datetime(2014, 7, 11, 11, 0, tzinfo=dt.UTC)


def test_no_response_waits_for_the_hour_and_never_blocks(cast: Cast) -> None:
    round = issued(cast)
    with pytest.raises(NotAllowed, match="still has time"):
        answers.record_no_response(round)
    sent_on(round, clock.now() - dt.timedelta(days=40))
    point(cast, round)
    answers.record_no_response(round)
    closing.close_round(round, by=cast.lead_inspector)
    assert again(round).state == State.CLOSED
    assert Point.objects.get().state == Point.State.DRAFT
    assert AuditEntry.objects.get(action="round:no_response").actor is None


# The state table


def test_a_point_that_is_back_already_is_not_brought_back_again(cast: Cast) -> None:
    """Two windows press "Bring it back": the second is told what is so."""
    round = issued(cast)
    mine = point(cast, round)
    _back(cast, mine)
    with pytest.raises(NotAllowed, match="Point 1 is not withdrawn"):
        answers.restore_point(mine, by=cast.reviewer)


def _back(cast: Cast, mine: Point) -> None:
    answers.withdraw_point(mine, by=cast.reviewer)
    answers.restore_point(mine, by=cast.reviewer)


_PREPARE: dict[str, Callable[[Cast, Round], Any]] = {
    "check_paragraph": lambda cast, round: answers.check_paragraph(round.paragraphs.first(), by=cast.reviewer),
    "raise_point": lambda cast, round: point(cast, round),
    "change_point": lambda cast, round: answers.change_point(
        round.points.first(), kind="typing", quoted="", proposed="x", explanation="y", version=1, by=cast.reviewer
    ),
    "withdraw_point": lambda cast, round: answers.withdraw_point(round.points.first(), by=cast.reviewer),
    "restore_point": lambda cast, round: _back(cast, round.points.first()),
    "correct_decision": lambda cast, round: corrections.correct_decision(
        round.points.first(), outcome="taken_as_update", reason="r", why="w", by=second_decider(cast)
    ),
    "submit_response": lambda cast, round: answers.submit_response(round, authorised_by="A", by=cast.liaison_officer),
    "record_no_response": lambda cast, round: answers.record_no_response(round),
    "decide_point": lambda cast, round: accept(cast, round.points.first()),
    "close_round": lambda cast, round: closing.close_round(round, by=cast.lead_inspector),
    "recall_round": lambda cast, round: issuing.recall_round(round, reason="r", by=cast.lead_inspector),
    "open_round": lambda cast, round: answers.open_round(round, by=cast.reviewer),
    "ask_for_evidence": lambda cast, round: decisions.ask_for_evidence(
        round.points.first(), question="Which months?", by=cast.lead_inspector
    ),
    "answer_request": lambda cast, round: answers.answer_request(
        asked(cast, round.points.first()), answer="January to March.", by=cast.reviewer
    ),
    "record_difference": lambda cast, round: differences.record_difference(
        round.points.first(), words="The minutes say so.", by=cast.liaison_officer
    ),
    "waive_unseen": lambda cast, round: closing.waive_unseen(round, reason="Only shorter.", by=cast.lead_inspector),
}
#: The state of the point that each verb is about.
_POINT = {"correct_decision": "not_accepted", "answer_request": "more_evidence", "record_difference": "not_accepted"}


@pytest.mark.parametrize("verb", sorted(_PREPARE))
@pytest.mark.parametrize("state", State.values)
def test_every_verb_in_every_state(cast: Cast, verb: str, state: str) -> None:
    """What the table allows works and leads where it says; everything else is refused and changes nothing."""
    round = issued(cast)
    point(cast, round)
    sent_on(round, clock.now() - dt.timedelta(days=40))
    if state != State.ISSUED:
        now, of = clock.now(), _POINT.get(verb, Point.State.SUBMITTED)
        decision = {"decision_reason": "No.", "decided_by": cast.lead_inspector, "decided_at": now}
        Point.objects.update(state=of, submitted_at=now, **decision if of == "not_accepted" else {})
    Round.objects.update(state=state)
    if verb == "waive_unseen":
        Finding.objects.update(text="Words that came in later.")
    allowed, leads_to = states.STATES[verb]
    before = AuditEntry.objects.count()
    if state in allowed:
        _PREPARE[verb](cast, round)
        reached = again(round).state
        assert reached in (leads_to or (state,))
        assert reached == {"submit_response": State.RESPONDED, "decide_point": State.DECIDED}.get(verb, reached)
        assert AuditEntry.objects.count() > before
    else:
        with pytest.raises(NotAllowed):
            _PREPARE[verb](cast, round)
        assert again(round).state == state
        assert AuditEntry.objects.count() == before


# The force


@pytest.mark.parametrize("who", ["chief_officer", "pcc_office", "outsider", "inspector", "lead_inspector", "admin"])
def test_only_its_reviewers_and_liaison_officer_write_for_a_force(cast: Cast, who: str) -> None:
    round = issued(cast)
    mine = point(cast, round)
    person = getattr(cast, who)
    words = {"kind": "typing", "quoted": "", "proposed": "x", "explanation": "y"}
    for attempt in (
        lambda: answers.raise_point(round, paragraph=None, by=person, **words),
        lambda: answers.change_point(mine, version=1, by=person, **words),
        lambda: answers.withdraw_point(mine, by=person),
        lambda: answers.check_paragraph(round.paragraphs.get(), by=person),
        lambda: answers.submit_response(round, authorised_by="Somebody", by=person),
    ):
        with pytest.raises(NotAllowed, match="your force"):
            attempt()


def test_a_reviewer_cannot_submit(cast: Cast) -> None:
    round = issued(cast)
    with pytest.raises(NotAllowed, match="liaison officer"):
        answers.submit_response(round, authorised_by="Mr Adrian Lee QPM", by=cast.reviewer)
    assert again(round).state == State.ISSUED


def test_quoted_words_must_stand_in_the_paragraph(cast: Cast) -> None:
    round = issued(cast)
    with pytest.raises(NotAllowed, match="do not stand in PC-1"):
        point(cast, round, quoted="words of another paragraph")


def test_an_unfinished_point_is_kept_and_named_before_sending(cast: Cast) -> None:
    round = issued(cast)
    begun = point(cast, round, quoted="", proposed="", explanation="")
    assert rounds.lacks(begun) == "Needs the words that are wrong"
    with pytest.raises(NotAllowed, match="Point 1: needs the words that are wrong"):
        answers.submit_response(round, authorised_by="Mr Adrian Lee QPM", by=cast.liaison_officer)
    assert rounds.lacks(point(cast, round, kind="left_out", quoted="", proposed="", explanation="")) != ""
    assert rounds.lacks(point(cast, round, kind="left_out", quoted="", proposed="")) == ""


def test_a_stale_change_of_a_point_is_refused(cast: Cast) -> None:
    round = issued(cast)
    mine = point(cast, round)
    words = {"kind": "typing", "quoted": "", "explanation": "y"}
    answers.change_point(mine, proposed="first", version=1, by=cast.liaison_officer, **words)
    with pytest.raises(Stale):
        answers.change_point(mine, proposed="second", version=1, by=cast.reviewer, **words)
    assert Point.objects.get().proposed == "first"


def test_submitting_freezes_hashes_and_tells_both_sides(cast: Cast) -> None:
    round = responded(cast, points=2)
    assert (round.state, round.submitted_by, round.authorised_by) == (
        State.RESPONDED,
        cast.liaison_officer,
        "Mr Adrian Lee QPM",
    )
    assert len(round.response_hash) == 64
    assert set(round.points.values_list("state", flat=True)) == {Point.State.SUBMITTED}
    with pytest.raises(NotAllowed, match="has sent"):
        answers.change_point(
            round.points.first(), kind="typing", quoted="", proposed="x", explanation="", version=1, by=cast.reviewer
        )
    told = set(Notice.objects.values_list("event", "recipient__name"))
    assert {
        (f"response_received:{round.pk}", "Lead inspector"),
        (f"response_receipt:{round.pk}", "Liaison officer"),
    } <= told
    with pytest.raises(NotAllowed):
        answers.submit_response(round, authorised_by="Mr Adrian Lee QPM", by=cast.liaison_officer)
    assert actions(round).count("round:submitted") == 1


def test_no_points_is_no_inaccuracies_and_a_name_is_needed(cast: Cast) -> None:
    round = issued(cast)
    with pytest.raises(NotAllowed, match="chief officer"):
        answers.submit_response(round, authorised_by="  ", by=cast.liaison_officer)
    answers.submit_response(round, authorised_by="Mr Adrian Lee QPM", by=cast.liaison_officer)
    assert again(round).state == State.NO_INACCURACIES


def test_opening_is_noted_once_for_each_person_of_the_force_only(cast: Cast) -> None:
    round = issued(cast)
    for person in (cast.reviewer, cast.reviewer, cast.liaison_officer, cast.outsider, cast.inspector):
        answers.open_round(round, by=person)
    assert set(round.openings.values_list("by__name", flat=True)) == {"Reviewer", "Liaison officer"}
    assert actions(round).count("round:opened") == 2


def test_after_a_recall_the_force_has_no_access(cast: Cast) -> None:
    round = issued(cast)
    assert Round.objects.for_force(cast.reviewer).exists()
    with pytest.raises(NotAllowed, match="Say why"):
        issuing.recall_round(round, reason=" ", by=cast.lead_inspector)
    issuing.recall_round(round, reason="Another force’s words in it.", by=cast.lead_inspector)
    assert not Round.objects.for_force(cast.reviewer).exists()


# Decisions


def test_accepting_puts_the_forces_words_in_and_links_the_amendment(cast: Cast) -> None:
    round = responded(cast)
    mine = accept(cast, round.points.get())
    finding = Finding.objects.get()
    assert "crime reduction strategy" in finding.text
    assert (finding.state, finding.moderated_by) == (Finding.State.MODERATED, cast.lead_inspector)
    amendment = mine.amendments.get()
    assert (amendment.version, amendment.by, amendment.text) == (finding.version, cast.lead_inspector, finding.text)
    assert again(round).state == State.DECIDED
    assert rounds.unseen(cast.inspection, cast.northamptonshire) == []


def test_words_of_the_deciders_own_go_back_to_a_second_reader_and_are_new_to_the_force(cast: Cast) -> None:
    round = responded(cast)
    own = WORDS.replace("all crime prevention strategy", "strategy for reducing crime")
    accept(cast, round.points.get(), outcome=Point.State.ACCEPTED_IN_PART, amended_text=own)
    finding = Finding.objects.get()
    assert finding.state == Finding.State.READY
    with pytest.raises(NotAllowed, match="own words"):
        workflow.moderate(finding, version=finding.version, by=cast.lead_inspector)
    with pytest.raises(NotAllowed, match="second reader must read these first: PC-1"):
        closing.close_round(round, by=cast.lead_inspector)
    workflow.moderate(finding, version=finding.version, by=cast.moderator)
    with pytest.raises(NotAllowed, match="has not seen these words: PC-1"):
        closing.close_round(round, by=cast.lead_inspector)
    closing.close_round(round, by=cast.lead_inspector, waiver="Only shorter.")
    assert again(round).unseen_waiver == "Only shorter."
    assert Finding.objects.get().state == Finding.State.FINAL


def test_a_decider_who_drafted_the_finding_is_not_its_second_reader(cast: Cast) -> None:
    Finding.objects.all()
    round = responded(cast)
    Finding.objects.update(author=cast.lead_inspector)
    accept(cast, round.points.get())
    assert Finding.objects.get().state == Finding.State.READY


@pytest.mark.parametrize("outcome", [Point.State.NOT_ACCEPTED, Point.State.TAKEN_AS_UPDATE])
def test_other_outcomes_leave_the_finding_alone(cast: Cast, outcome: str) -> None:
    round = responded(cast)
    accept(cast, round.points.get(), outcome=outcome, amended_text="Ignored.")
    finding = Finding.objects.get()
    assert (finding.version, finding.state) == (1, Finding.State.MODERATED)
    closing.close_round(round, by=cast.lead_inspector)


def test_a_decision_needs_a_reason_an_outcome_and_a_change(cast: Cast) -> None:
    mine = responded(cast).points.get()
    with pytest.raises(NotAllowed, match="reason"):
        accept(cast, mine, reason=" ")
    with pytest.raises(NotAllowed, match="Choose a decision"):
        accept(cast, mine, outcome="draft")
    with pytest.raises(NotAllowed, match="would stay as it is"):
        accept(cast, mine, amended_text=Finding.objects.get().text)
    assert Point.objects.get().state == Point.State.SUBMITTED


def test_words_that_moved_on_need_the_deciders_own(cast: Cast) -> None:
    mine = responded(cast).points.get()
    finding = Finding.objects.get()
    workflow.save_finding(
        finding, text="Rewritten meanwhile.", kind=finding.kind, basis="", version=1, by=cast.inspector
    )
    assert rounds.proposal(mine) is None
    with pytest.raises(NotAllowed, match="Write the amended words yourself"):
        accept(cast, mine)
    with pytest.raises(Stale):
        accept(cast, mine, amended_text="Amended.", version=1)
    accept(cast, mine, amended_text="Amended.", version=2)
    assert Finding.objects.get().text == "Amended."


def test_a_point_is_decided_once(cast: Cast) -> None:
    round = responded(cast, points=2)
    first, second = round.points.all()
    accept(cast, first)
    with pytest.raises(NotAllowed, match="decided already"):
        accept(cast, first)
    assert again(round).state == State.RESPONDED
    accept(cast, second)
    assert again(round).state == State.DECIDED


@pytest.mark.parametrize("who", ["inspector", "moderator", "hmi", "admin", "liaison_officer", "outsider"])
def test_only_leads_and_deciders_decide(cast: Cast, who: str) -> None:
    mine = responded(cast).points.get()
    with pytest.raises(NotAllowed, match="lead inspector or a decider"):
        accept(cast, mine, by=getattr(cast, who))


def test_an_independent_decider_did_no_fieldwork(cast: Cast) -> None:
    mine = responded(cast).points.get()
    cast.inspection.independent_decider = True
    cast.inspection.save()
    Evidence.objects.create(
        inspection=cast.inspection,
        force=cast.northamptonshire,
        number=1,
        kind="interview",
        source="Visit",
        created_by=cast.lead_inspector,
        created_at=clock.now(),
    )
    with pytest.raises(NotAllowed, match="did fieldwork in Northamptonshire"):
        accept(cast, mine)
    for person, why in ((cast.second_inspector, "did fieldwork"), (cast.moderator, "moderated PC-1")):
        Assignment.objects.create(inspection=cast.inspection, user=person, role="decider", starts_on=LONG_AGO)
        with pytest.raises(NotAllowed, match=why):
            accept(cast, mine, by=person)
    Assignment.objects.create(inspection=cast.inspection, user=cast.hmi, role="decider", starts_on=LONG_AGO)
    accept(cast, mine, by=cast.hmi)
    assert Finding.objects.get().moderated_by == cast.hmi


# Completing


def test_closing_refuses_undecided_points_and_makes_findings_final(cast: Cast) -> None:
    round = responded(cast, points=2)
    with pytest.raises(NotAllowed, match="not all decided"):
        closing.close_round(round, by=cast.lead_inspector)
    for mine in round.points.all():
        accept(cast, mine)
    closing.close_round(round, by=cast.lead_inspector)
    assert set(Finding.objects.values_list("state", flat=True)) == {Finding.State.FINAL}
    assert Notice.objects.filter(event=f"round_closed:{round.pk}", recipient=cast.liaison_officer).exists()
    with pytest.raises(NotAllowed):
        closing.close_round(round, by=cast.lead_inspector)


def test_text_that_came_after_the_draft_is_unseen(cast: Cast) -> None:
    round = decided(cast)
    assert rounds.unseen(cast.inspection, cast.northamptonshire) == []
    later = moderated(cast, "Added after the force looked.", theme=1)
    assert rounds.unseen(cast.inspection, cast.northamptonshire) == [later]
    with pytest.raises(NotAllowed, match="FT-1"):
        closing.close_round(round, by=cast.lead_inspector)


def test_two_accepted_points_on_one_paragraph_are_both_the_forces_words(cast: Cast) -> None:
    round = issued(cast)
    first = point(cast, round)
    second = point(cast, round, quoted="supported by other plans", proposed="which other plans support")
    answers.submit_response(round, authorised_by="Mr Adrian Lee QPM", by=cast.liaison_officer)
    accept(cast, first)
    accept(cast, second)
    text = Finding.objects.get().text
    assert "reduction" in text
    assert "which other plans support" in text
    assert rounds.unseen(cast.inspection, cast.northamptonshire) == []


def test_a_complete_round_is_complete(cast: Cast) -> None:
    round = closed(cast)
    assert round.closed_by == cast.lead_inspector
    with pytest.raises(NotAllowed, match="complete"):
        issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
