"""Many drafts at once, typing errors in bulk, questions, second looks, differences, documents, ledger and figures."""

import csv
import io
import uuid
import zipfile
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from findings import workflow
from findings.accuracy import schedule
from findings.accuracy.documents import rendering
from findings.accuracy.force import answers
from findings.accuracy.inspectorate import closing, decisions, figures, issuing
from findings.accuracy.inspectorate.ledger import ledger_of
from findings.accuracy.inspectorate.similar import similar
from findings.models import Finding, Point, Revision, Round, Waiver
from findings.unseen import new_words
from forces.models import Contact
from hmic_core import clock
from hmic_core.errors import NotAllowed
from hmic_core.models import Notice
from hmic_core.pdf import pictures
from hmic_core.pdf import rendering as pdf
from inspections.models import Assignment
from publication.release.freezing import freeze_letter
from tests import rows
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import WORDS, accept, again, issued, moderated, point, responded
from tests.letters.ground import assembled
from tests.sending import GO_ON, issue_round, ticks

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")
OWN = WORDS.replace("all crime prevention strategy", "strategy for reducing crime") + " This is paragraph 0."


def url(name: str, *args: Any) -> str:
    return reverse(f"findings:{name}", args=args)


def with_new_words(cast: Cast) -> Round:
    """A decided round whose only finding now says something in the decider's own words, read again."""
    round = responded(cast)
    accept(cast, round.points.get(), outcome="accepted_in_part", amended_text=OWN)
    finding = Finding.objects.get()
    workflow.moderate(finding, version=finding.version, by=cast.moderator)
    return again(round)


def test_a_force_with_one_contact_is_sent_nothing_and_the_next_step_is_named(cast: Cast) -> None:
    moderated(cast)
    Contact.objects.exclude(user=cast.liaison_officer).update(verified_at=None)
    with pytest.raises(NotAllowed, match="Add and verify a second one"):
        issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)


def test_several_forces_at_once_each_with_its_result(cast: Cast) -> None:
    moderated(cast)
    client = signed_in(cast.lead_inspector)
    address = url("rounds-issue", cast.inspection.slug)
    answer = client.post(address, {"force": ["northamptonshire"], **GO_ON}, follow=True)
    assert "PC-1 rests on no evidence" in answer.text
    assert not Round.objects.exists()
    ticked = ticks(cast.inspection, cast.northamptonshire)
    answer = client.post(address, {"force": ["northamptonshire", "kent"], "confirmed": ticked, **GO_ON}, follow=True)
    said = answer.content.decode()
    assert "The draft is on its way." in said
    assert "There are no findings about Kent Police yet." in said
    assert Round.objects.get().force == cast.northamptonshire
    assert signed_in(cast.inspector).post(address, {"all": "yes"}).status_code == 302
    assert Round.objects.count() == 1


def test_what_is_not_confirmed_is_named_before_the_page_asks_and_every_tick_stays(cast: Cast) -> None:
    moderated(cast)
    client, address = signed_in(cast.lead_inspector), url("rounds-issue", cast.inspection.slug)
    ticked = ticks(cast.inspection, cast.northamptonshire)
    said = client.post(address, {"force": "northamptonshire", "confirmed": ticked[1:]}).text
    assert "There is a problem" in said
    assert 'name="go_on"' not in said
    assert said.count('name="confirmed"') == len(ticked)
    assert said.count(" checked>") == len(ticked), "the force and all but one of what it asks"
    assert 'name="go_on"' in client.post(address, {"force": "northamptonshire", "confirmed": ticked}).text


def test_typing_errors_in_bulk_are_decisions_of_their_own(cast: Cast) -> None:
    round = responded(cast, points=3)
    Point.objects.filter(number=3).update(kind=Point.Kind.DISPUTED)
    client = signed_in(cast.lead_inspector)
    ticked = {"point": [each.pk for each in round.points.all()], "reason": "The cover says so.", "query": "kind=typing"}
    said = client.post(url("point-accept"), ticked, follow=True).content.decode()
    assert said.count("Accepted in the force’s words.") == 2
    assert "Point 3 is no typing or number error" in said
    assert list(round.points.values_list("state", flat=True)) == ["accepted", "accepted", "submitted"]
    assert not client.post(url("point-accept"), {**ticked, "reason": ""}).context["form"].is_valid()


def test_filters_stay_in_the_address_and_in_the_csv(cast: Cast) -> None:
    round = responded(cast, points=2)
    Point.objects.filter(number=2).update(kind=Point.Kind.DISPUTED, quoted="=1+1")
    client = signed_in(cast.lead_inspector)
    assert "kind=disputed" in client.get(url("point-list") + "?kind=disputed").content.decode()
    table = list(
        csv.reader(io.StringIO(client.get(url("point-export") + "?kind=disputed").content.decode("utf-8-sig")))
    )
    assert len(table) == 2
    assert table[1][6] == "'=1+1"
    assert client.get(url("point-export")).content.count(b"Northamptonshire Police") == round.points.count()


def test_more_evidence_is_asked_answered_and_blocks_nothing(cast: Cast) -> None:
    round = responded(cast, points=2)
    first, second = round.points.all()
    asked = decisions.ask_for_evidence(first, question="Which months?", by=cast.lead_inspector)
    notice = Notice.objects.get(event=f"evidence_asked:{asked.pk}")
    assert "months" not in notice.subject + notice.body + notice.link
    with pytest.raises(NotAllowed, match="reviewers can do this"):
        answers.answer_request(asked, answer="x", by=cast.outsider)
    client = signed_in(cast.reviewer)
    address = url("evidence-answer", round.pk, asked.pk)
    assert "Write an answer" in client.post(address, {"answer": ""}).content.decode()
    given = io.BytesIO(b"month,count\n")
    given.name = "count.csv"
    answer = {"answer": "January.", "file_1": given, "shows_1": "The count"}
    assert client.post(address, answer).status_code == 302
    first.refresh_from_db()
    assert first.state == Point.State.SUBMITTED
    page = signed_in(cast.lead_inspector).get(url("point-decide", first.pk)).content.decode()
    assert "January." in page
    assert "count.csv" in page
    decisions.ask_for_evidence(second, question="Which?", by=cast.lead_inspector)
    accept(cast, second)
    with pytest.raises(NotAllowed, match="decided already"):
        answers.answer_request(second.requests.get(), answer="Late.", by=cast.reviewer)
    assert signed_in(cast.outsider).get(address).status_code == 404


def test_new_words_are_marked_shown_again_and_become_final(cast: Cast) -> None:
    round = with_new_words(cast)
    [new] = new_words(cast.inspection, cast.northamptonshire)
    assert '<mark class="new-words">' in new.marked
    assert "reducing" in new.marked
    with pytest.raises(NotAllowed, match="show them again"):
        closing.close_round(round, by=cast.lead_inspector)
    second = closing.close_round(round, by=cast.lead_inspector, show_again=True)
    assert second is not None
    assert (second.is_second_look, second.number, Finding.objects.get().state) == (True, 2, "moderated")
    assert new_words(cast.inspection, cast.northamptonshire) == []
    page = signed_in(cast.reviewer).get(url("check-draft", second.pk)).content.decode()
    assert "new-words" in page
    answers.submit_response(second, authorised_by="Chief", by=cast.liaison_officer)
    closing.close_round(again(second), by=cast.lead_inspector)
    assert Finding.objects.get().state == Finding.State.FINAL


def test_a_recalled_second_look_needs_another_or_a_waiver_for_exactly_those_words(cast: Cast) -> None:
    round = with_new_words(cast)
    second = closing.close_round(round, by=cast.lead_inspector, show_again=True)
    assert second is not None
    issuing.recall_round(second, reason="Wrong words.", by=cast.lead_inspector)
    assert [each.reference for each in new_words(cast.inspection, cast.northamptonshire)] == ["PC-1"]
    assert (
        b"has not seen"
        in signed_in(cast.lead_inspector).get(url("round-show", cast.inspection.slug, "northamptonshire")).content
    )
    third = issuing.issue_second_look(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    issuing.recall_round(third, reason="Again.", by=cast.lead_inspector)
    closing.waive_unseen(again(round), reason="Settled by telephone.", by=cast.lead_inspector)
    assert Waiver.objects.get().revision.text == OWN
    assert new_words(cast.inspection, cast.northamptonshire) == []
    Finding.objects.update(text="Later words.", version=9)
    assert [each.reference for each in new_words(cast.inspection, cast.northamptonshire)] == ["PC-1"]


def test_the_outcome_holds_differences_and_no_name_of_a_decider(cast: Cast) -> None:
    round = responded(cast)
    mine = round.points.get()
    accept(cast, mine, outcome="not_accepted", by=cast.lead_inspector)
    closing.close_round(again(round), by=cast.lead_inspector)
    cast.lead_inspector.name = "Canary Decider"
    cast.lead_inspector.save()
    officer = signed_in(cast.liaison_officer)
    address = url("difference-record", round.pk, mine.pk)
    assert officer.post(address, {"words": "=The minutes say so."}).status_code == 302
    assert signed_in(cast.reviewer).get(address).status_code == 404
    rendering.make(again(round), "decisions")
    texts = [officer.get(url(f"check-decisions{suffix}", round.pk)).content for suffix in ("", "-csv")]
    xlsx = officer.get(url("check-decisions-xlsx", round.pk)).content
    texts += [zipfile.ZipFile(io.BytesIO(xlsx)).read("xl/worksheets/sheet1.xml")]
    assert all(b"The minutes say so." in each for each in texts[:2])
    assert not any(b"Canary Decider" in each for each in texts)
    sheet = load_workbook(io.BytesIO(xlsx)).active
    assert [cell.data_type for cell in sheet[2]].count("f") == 0
    cast.inspection.deciders_shown = True
    cast.inspection.save()
    assert b"Canary Decider" in officer.get(url("check-decisions", round.pk)).content
    assert schedule.differences(cast.inspection, cast.northamptonshire) == []
    cast.inspection.differences_printed = True
    assert [each["reference"] for each in schedule.differences(cast.inspection, cast.northamptonshire)] == ["PC-1"]


def test_both_documents_are_accessible_and_carry_their_reader(cast: Cast) -> None:
    round = responded(cast, points=2)
    for each in round.points.all():
        accept(cast, each, quote_basis=True)
    closing.close_round(again(round), by=cast.lead_inspector)
    officer = signed_in(cast.liaison_officer)
    assert officer.get(url("check-draft-pdf", round.pk)).status_code == 202
    for kind, name in (("draft", "check-draft-pdf"), ("decisions", "check-decisions-pdf")):
        made = rendering.make(again(round), kind)
        assert made.problems == []
        copy = officer.get(url(name, round.pk))
        assert copy["Content-Type"] == "application/pdf"
        assert pdf.validate(copy.content) == []
        assert "Liaison officer" in pictures.words(copy.content)[0]
    assert rendering.make(again(round), "draft").pk == rendering.find(round, "draft").pk  # type: ignore[union-attr]


def test_the_ledger_leads_each_sentence_to_its_point(cast: Cast) -> None:
    round = issued(cast, f"{WORDS} Officers know it. It has never been tested.")
    first = point(cast, round)
    second = point(cast, round, quoted="Officers know it", proposed="Most officers know it", kind="disputed")
    answers.submit_response(round, authorised_by="Chief", by=cast.liaison_officer)
    accept(cast, first)
    accept(cast, second, outcome="not_accepted")
    made = ledger_of(cast.inspection, cast.northamptonshire)
    assert made.tally == "2 points: 1 accepted, 1 not"
    changed, disputed, untouched = made.entries[0].sentences
    assert [each.pk for each in changed.points] == [first.pk]
    assert (disputed.as_sent, [each.pk for each in disputed.others]) == (True, [second.pk])
    assert (untouched.as_sent, untouched.others) == (True, [])
    lines = figures.figures(cast.inspection, cast.lead_inspector, "kind")
    assert {line.label: line.total for line in lines} == {"Typing or number error": 1, "Disputed fact": 1}
    assert figures.figures(cast.inspection, cast.outsider, "kind") == []


def test_the_ledger_of_a_public_letter_tells_its_words_and_not_the_working_copy(cast: Cast) -> None:
    round = issued(cast, f"{WORDS} Officers know it **well**.")
    mine = point(cast, round)
    answers.submit_response(round, authorised_by="Chief", by=cast.liaison_officer)
    accept(cast, mine)
    closing.close_round(again(round), by=cast.lead_inspector)
    out = freeze_letter(assembled(cast), pages=1)
    rows.item(rows.release(cast, "released"), "letter", dict(out), cast.northamptonshire)
    finding = Finding.objects.get()
    Revision.objects.create(
        finding=finding, version=9, kind="finding", text="Words of later.", by=cast.inspector, at=clock.now()
    )
    made = ledger_of(cast.inspection, cast.northamptonshire)
    assert made.letter is not None
    assert made.entries[0].published
    changed, untouched = made.entries[0].sentences
    assert ([each.pk for each in changed.points], changed.edited) == ([mine.pk], False)
    assert untouched.as_sent
    page = signed_in(cast.lead_inspector).get(url("ledger", cast.inspection.slug, "northamptonshire")).content.decode()
    assert "The letter is public since" in page
    assert "Words of later." not in page


def test_a_similar_point_of_another_force_is_shown_to_the_inspectorate_only(cast: Cast) -> None:
    round = responded(cast)
    mine = round.points.select_related("round", "paragraph").get()
    other = Round.objects.create(inspection=cast.inspection, force=cast.kent, state="responded")
    paragraph = round.paragraphs.get()
    paragraph.pk, paragraph.round, paragraph._state.adding = uuid.uuid4(), other, True
    paragraph.save()
    copy = Point.objects.create(
        round=other,
        paragraph=paragraph,
        number=1,
        kind="typing",
        state="submitted",
        quoted=mine.quoted,
        proposed=mine.proposed,
        author=cast.reviewer,
        changed_at=mine.changed_at,
        submitted_at=mine.submitted_at,
    )
    assert [each.point.pk for each in similar(mine, cast.lead_inspector)] == [copy.pk]
    assert similar(mine, cast.outsider) == []


def test_an_independent_decider_is_told_why(cast: Cast) -> None:
    cast.inspection.independent_decider = True
    cast.inspection.save()
    mine = responded(cast).points.get()
    page = signed_in(cast.lead_inspector).get(url("point-decide", mine.pk)).content.decode()
    assert "neither wrote nor moderated the words" in page
    Assignment.objects.create(inspection=cast.inspection, user=cast.moderator, role="decider", starts_on=LONG_AGO)
    page = signed_in(cast.moderator).get(url("point-decide", mine.pk)).content.decode()
    assert "you moderated PC-1" in page
