"""Decisions: named by what comes to stand, and corrected on the record without leaving words behind."""

import pytest

from findings import workflow
from findings.accuracy import letter_sentence, schedule
from findings.accuracy.draft import outcomes
from findings.accuracy.force import answers, differences
from findings.accuracy.force.views import check_page
from findings.accuracy.inspectorate import closing, corrections, decisions
from findings.accuracy.inspectorate.ledger import ledger_of
from findings.models import EarlierPoint, Finding, Point, Round
from findings.unseen import new_words
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, Notice
from letters.signing.assembly import accuracy_paragraph
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import WORDS, accept, again, closed, issued, point, second_decider

pytestmark = pytest.mark.django_db

PROPOSED = WORDS.replace("crime prevention strategy", "crime reduction strategy")


def first(round: Round) -> Point:
    found = round.points.select_related("round__inspection", "round__force", "paragraph__finding").get(number=1)
    assert isinstance(found, Point)
    return found


def one_point(cast: Cast) -> Round:
    round = issued(cast)
    point(cast, round)
    answers.submit_response(round, authorised_by="Chief", by=cast.liaison_officer)
    return again(round)


def finding() -> Finding:
    return Finding.objects.get()


# Accepted means that the force's words come to stand


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        (None, "accepted"),
        (PROPOSED, "accepted"),
        (f"  {PROPOSED}\r\n", "accepted"),
        (PROPOSED.replace("reduction strategy", "reduction  strategy"), "accepted_in_part"),
        (PROPOSED.replace("other plans", "several plans"), "accepted_in_part"),
        ("Words of our own.", "accepted_in_part"),
    ],
)
def test_accepted_is_what_the_words_say_not_what_was_ticked(cast: Cast, written: str | None, outcome: str) -> None:
    made = accept(cast, first(one_point(cast)), amended_text=written)
    assert (made.state, first(made.round).state) == (outcome, outcome)
    assert AuditEntry.objects.filter(action="point:decided").latest("pk").facts["outcome"] == outcome
    assert (finding().state == Finding.State.MODERATED) is (outcome == "accepted")


def test_words_that_are_added_whole_are_accepted(cast: Cast) -> None:
    round = issued(cast)
    point(cast, round, kind="left_out", quoted="", proposed="It tests them.")
    answers.submit_response(round, authorised_by="Chief", by=cast.liaison_officer)
    made = accept(cast, first(round), amended_text=f"{WORDS} It tests them.")
    assert made.state == "accepted"


def test_the_page_says_beforehand_what_it_will_be_recorded_as(cast: Cast) -> None:
    round = one_point(cast)
    client = signed_in(cast.lead_inspector)
    page = client.get(f"/accuracy/points/{first(round).pk}/").content.decode()
    assert "recorded as <b>accepted</b>" in page
    answer = client.post(
        f"/accuracy/points/{first(round).pk}/",
        {"outcome": "accepted", "reason": "", "amended_text": "Words of our own.", "version": 1},
    )
    assert "recorded as <b>accepted in part</b>" in answer.content.decode()


# Corrected, before the force has seen it


def test_a_decision_is_corrected_and_what_it_put_in_comes_out(cast: Cast) -> None:
    round = one_point(cast)
    accept(cast, first(round))
    assert finding().text == PROPOSED
    made = corrections.correct_decision(
        first(round), outcome="not_accepted", reason="The cover is wrong.", why="I misread it.", by=cast.lead_inspector
    )
    assert (made.state, made.decision_reason) == ("not_accepted", "The cover is wrong.")
    assert (finding().text, finding().state, finding().version) == (WORDS, Finding.State.MODERATED, 3)
    kept = EarlierPoint.objects.get()
    assert (kept.what, kept.said["state"], kept.seen, kept.why) == ("decision", "accepted", False, "I misread it.")
    assert kept.said["reason"] == "The cover page agrees."
    assert not Notice.objects.filter(event__startswith="decision_corrected").exists()
    [entry] = ledger_of(cast.inspection, cast.northamptonshire).entries
    assert not entry.changed
    assert all(sentence.as_sent for sentence in entry.sentences)
    assert [each.why for noted in entry.points for each in noted.corrections] == ["I misread it."]


def test_and_back_again(cast: Cast) -> None:
    round = one_point(cast)
    accept(cast, first(round), amended_text="Words of our own.")
    for outcome, text, state in [
        ("not_accepted", WORDS, Finding.State.READY),
        ("accepted", PROPOSED, Finding.State.READY),
        ("taken_as_update", WORDS, Finding.State.READY),
        ("accepted", PROPOSED, Finding.State.READY),
    ]:
        made = corrections.correct_decision(first(round), outcome=outcome, reason="r", why="w", by=cast.lead_inspector)
        assert (made.state, finding().text, finding().state) == (outcome, text, state)
    assert EarlierPoint.objects.count() == 4


def test_words_changed_since_elsewhere_stay_when_the_amendment_comes_out(cast: Cast) -> None:
    round = issued(cast, f"{WORDS}\n\nOfficers know them.")
    point(cast, round)
    answers.submit_response(round, authorised_by="Chief", by=cast.liaison_officer)
    accept(cast, first(round))
    now = finding()
    workflow.save_finding(
        now, text=now.text.replace("know", "use"), kind=now.kind, basis="", version=now.version, by=cast.inspector
    )
    corrections.correct_decision(first(round), outcome="not_accepted", reason="r", why="w", by=cast.lead_inspector)
    assert finding().text == f"{WORDS}\n\nOfficers use them."


def test_words_of_a_decision_that_was_taken_back_never_stay_silently(cast: Cast) -> None:
    round = one_point(cast)
    accept(cast, first(round))
    with pytest.raises(NotAllowed, match="still say what the former decision put in"):
        corrections.correct_decision(
            first(round),
            outcome="not_accepted",
            reason="r",
            why="w",
            amended_text=PROPOSED,
            by=cast.lead_inspector,
        )
    assert (first(round).state, EarlierPoint.objects.count()) == ("accepted", 0)


@pytest.mark.parametrize(
    ("why", "outcome", "match"), [("", "not_accepted", "Say why"), ("w", "accepted", "stay as it")]
)
def test_a_correction_has_a_reason_and_corrects_something(cast: Cast, why: str, outcome: str, match: str) -> None:
    round = one_point(cast)
    accept(cast, first(round))
    with pytest.raises(NotAllowed, match=match):
        corrections.correct_decision(
            first(round), outcome=outcome, reason="The cover page agrees.", why=why, by=cast.lead_inspector
        )


# Corrected, after the force has seen it


def test_after_the_force_has_seen_it_a_second_person_corrects_and_the_force_is_told(cast: Cast) -> None:
    round = closed(cast)
    with pytest.raises(NotAllowed, match="a second person"):
        corrections.correct_decision(first(round), outcome="not_accepted", reason="r", why="w", by=cast.lead_inspector)
    made = corrections.correct_decision(
        first(round), outcome="not_accepted", reason="No.", why="The cover is of 2010.", by=second_decider(cast)
    )
    assert (finding().text, finding().state) == (f"{WORDS} This is paragraph 0.", Finding.State.FINAL)
    told = Notice.objects.get(event__startswith="decision_corrected")
    assert told.recipient == cast.liaison_officer
    assert not any(words in told.body for words in ("cover", "2010", "No."))
    page = signed_in(cast.reviewer).get(f"/check/{round.pk}/decisions/").content.decode()
    assert "This decision was corrected" in page
    assert "Decided before: Accepted" in page
    assert "The cover is of 2010." in page
    assert "The cover page agrees." in page
    assert "stays as drafted" in page
    [row] = schedule.rows_of(again(round))
    assert "The cover is of 2010." in row.cells[-1]
    assert accuracy_paragraph(cast.inspection, cast.northamptonshire) == letter_sentence.Accuracy.UNCHANGED
    assert made.decided_by != cast.lead_inspector


def test_other_words_go_to_a_second_reader_before_the_force_reads_them(cast: Cast) -> None:
    round = closed(cast)
    corrections.correct_decision(
        first(round),
        outcome="accepted",
        reason="r",
        why="w",
        amended_text="Secret new words.",
        by=second_decider(cast),
    )
    assert (first(round).state, finding().state) == ("accepted_in_part", Finding.State.READY)
    page = signed_in(cast.reviewer).get(f"/check/{round.pk}/decisions/").content.decode()
    assert "Secret new words" not in page
    assert "second reader has still to read" in page
    workflow.moderate(finding(), version=finding().version, by=cast.moderator)
    assert "Secret" in signed_in(cast.reviewer).get(f"/check/{round.pk}/decisions/").content.decode()
    [new] = new_words(cast.inspection, cast.northamptonshire)
    assert new.reference == "PC-1"
    closing.waive_unseen(again(round), reason="Only shorter.", by=cast.lead_inspector)
    assert finding().state == Finding.State.FINAL


def test_a_difference_is_not_printed_beside_a_decision_that_was_corrected_to_what_the_force_asked(cast: Cast) -> None:
    round = one_point(cast)
    decisions.decide_point(first(round), outcome="not_accepted", reason="No.", by=cast.lead_inspector)
    closing.close_round(again(round), by=cast.lead_inspector)
    differences.record_difference(first(round), words="It does.", by=cast.liaison_officer)
    differences.record_difference(first(round), words="It really does.", by=cast.liaison_officer)
    assert EarlierPoint.objects.get(what="difference").said == {"words": "It does."}
    cast.inspection.differences_printed = True
    cast.inspection.save()
    assert len(schedule.differences(cast.inspection, cast.northamptonshire)) == 1
    corrections.correct_decision(first(round), outcome="accepted", reason="Yes.", why="Shown.", by=second_decider(cast))
    assert schedule.differences(cast.inspection, cast.northamptonshire) == []
    assert (finding().text, finding().state) == (PROPOSED, Finding.State.FINAL)


def test_it_is_corrected_in_the_browser(cast: Cast) -> None:
    round = one_point(cast)
    accept(cast, first(round))
    client = signed_in(cast.lead_inspector)
    at = f"/accuracy/points/{first(round).pk}/correct/"
    page = client.get(at).content.decode()
    assert "The amendment it caused" in page
    assert "Why is the decision corrected?" in page
    form = {"outcome": "not_accepted", "reason": "No.", "amended_text": PROPOSED, "restored_text": WORDS, "version": 2}
    assert "Say why the decision is corrected" in client.post(at, form).content.decode()
    assert client.post(at, {**form, "why": "Misread."}).status_code == 302
    assert (first(round).state, finding().text) == ("not_accepted", WORDS)
    assert "Misread." in client.get(f"/accuracy/points/{first(round).pk}/").content.decode()


# Counts and promises


def test_a_point_counts_as_a_change_only_where_it_changed_words(cast: Cast) -> None:
    round = issued(cast)
    point(cast, round)
    answers.raise_point(
        round,
        paragraph=None,
        kind="left_out",
        quoted="",
        proposed="",
        explanation="A general remark.",
        by=cast.reviewer,
    )
    answers.submit_response(round, authorised_by="Chief", by=cast.liaison_officer)
    for each in round.points.all():
        accept(cast, each)
    points = list(round.points.select_related("paragraph"))
    said = check_page.summary(outcomes(again(round), points), points)
    assert said == "One point changed your findings. One point was accepted without a change of words."


@pytest.mark.parametrize("ending", ["silent", "none"])
def test_what_a_force_is_told_beforehand_is_what_the_letter_says(cast: Cast, ending: str) -> None:
    """The second look once promised "no response" or "unchanged" where the letter says "amended"."""
    round = one_point(cast)
    accept(cast, first(round), amended_text="The force has a crime reduction strategy.")
    workflow.moderate(finding(), version=finding().version, by=cast.moderator)
    second = closing.close_round(again(round), show_again=True, by=cast.lead_inspector)
    assert second is not None
    foretold = letter_sentence.Foretold(again(second))
    told = foretold.if_silent if ending == "silent" else foretold.if_nothing_is_accepted
    page = signed_in(cast.liaison_officer).get("/check/").content.decode()
    assert foretold.if_silent in page
    assert "no response was received" not in page
    _end(cast, second, ending)
    said = accuracy_paragraph(cast.inspection, cast.northamptonshire)
    assert letter_sentence.SAYS[said] == told
    page = signed_in(cast.liaison_officer).get("/check/").content.decode()
    assert "HMIC has decided your 1 point, each with a reason." in page
    assert f"/check/{round.pk}/decisions/" in page


@pytest.mark.parametrize("ending", ["silent", "none"])
def test_and_so_it_is_in_the_first_check(cast: Cast, ending: str) -> None:
    round = issued(cast)
    foretold = letter_sentence.Foretold(round)
    told = foretold.if_silent if ending == "silent" else foretold.if_nothing_is_accepted
    _end(cast, round, ending)
    assert letter_sentence.SAYS[accuracy_paragraph(cast.inspection, cast.northamptonshire)] == told


def _end(cast: Cast, round: Round, ending: str) -> None:
    Notice.objects.filter(pk=again(round).notice_id).update(sent_at="2020-01-01T00:00Z")
    if ending == "silent":
        answers.record_no_response(again(round))
    else:
        answers.submit_response(again(round), authorised_by="Chief", by=cast.liaison_officer)
    closing.close_round(again(round), by=cast.lead_inspector)


def test_no_page_promises_what_the_letter_says_in_words_of_its_own() -> None:
    """The kind: a sentence about the letter is filled in, never written out."""
    from hmic_core.settings import BASE_DIR

    folder = BASE_DIR / "templates" / "findings"
    pages = [page for kind in ("check", "decision", "round", "point") for page in folder.glob(f"{kind}_*.html")]
    assert len(pages) > 30
    for page in pages:
        text = page.read_text(encoding="utf-8").lower()
        for after in text.split("the letter says")[1:] + text.split("the letter will say")[1:]:
            assert after.strip(" <b>").startswith("{{ letter"), page.name
        assert "go forward as drafted" not in text, page.name
