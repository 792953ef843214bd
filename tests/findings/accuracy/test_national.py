"""Indicators and passages of the national report in a force's check: frozen, disputed, amended, kept from others."""

import io
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from findings.accuracy import national
from findings.accuracy.documents import rendering
from findings.accuracy.draft import outcomes
from findings.accuracy.force import answers
from findings.accuracy.inspectorate import closing, decisions, issuing
from findings.accuracy.inspectorate.ledger import ledger_of
from findings.accuracy.response_log import sheet
from findings.accuracy.rounds import frozen_copy
from findings.models import NationalAmendment, Point, Round
from hmic_core.errors import NotAllowed, Stale
from hmic_core.models import User
from inspections.frozen import content_hash
from inspections.models import Indicator, NationalEntry, ReportPassage
from inspections.setup import indicators, passages
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import again, issued, moderated
from tests.sending import issue_round

VALUE = "Crimes attended: 62.0 per cent, year to 31 March 2014. Source: HMIC."


def measured(cast: Cast, value: str = "62.0") -> Indicator:
    by = cast.lead_inspector
    about = {"title": "Crimes attended", "unit": "per cent", "period": "year to 31 March 2014", "source": "HMIC"}
    made = indicators.add_indicator(cast.inspection, **about, by=by)
    indicators.save_values(cast.inspection, {(cast.northamptonshire, made): value, (cast.kent, made): "99.9"}, by=by)
    return made


def named(cast: Cast, text: str = "Northamptonshire Police tests its plan twice a year.") -> ReportPassage:
    made = passages.add_passage(cast.inspection, words=text, by=cast.lead_inspector)
    passages.name_force(made, force=cast.northamptonshire, reason="Good practice", by=cast.lead_inspector)
    return made


def sent(cast: Cast) -> Round:
    measured(cast)
    named(cast)
    return issued(cast)


def disputed(cast: Cast, round: Round, reference: str, quoted: str, proposed: str) -> Point:
    paragraph = round.paragraphs.get(reference=reference)
    words = {"kind": "disputed", "quoted": quoted, "proposed": proposed, "explanation": "Our log says so."}
    return answers.raise_point(round, paragraph=paragraph, **words, by=cast.reviewer)


def decide(point: Point, by: User, **more: Any) -> Point:
    return decisions.decide_point(
        Point.objects.get(pk=point.pk), **{"outcome": "accepted", "reason": "The log shows it.", "by": by, **more}
    )


def submitted(cast: Cast, round: Round) -> None:
    answers.submit_response(round, authorised_by="Chief Constable", by=cast.liaison_officer)


def test_the_frozen_copy_holds_the_forces_own_and_its_hash_covers_them(cast: Cast) -> None:
    round = sent(cast)
    shown = [(each.reference, each.text) for each in round.paragraphs.order_by("position")]
    assert shown[1:] == [("IN-1", VALUE), ("NR-1", "Northamptonshire Police tests its plan twice a year.")]
    copy = frozen_copy(round)
    assert content_hash(copy) == round.copy_hash
    assert copy["paragraphs"][1]["text"] == VALUE
    copy["paragraphs"][1]["text"] = VALUE.replace("62.0", "62.1")
    assert content_hash(copy) != round.copy_hash


def test_the_force_reads_them_in_page_pdf_and_spreadsheet(cast: Cast) -> None:
    round = sent(cast)
    page = signed_in(cast.reviewer).get(reverse("findings:check-draft", args=[round.pk])).text
    assert "IN-1" in page
    assert "62.0 per cent" in page
    assert "NR-1" in page
    assert "99.9" not in page
    assert "62.0 per cent" in rendering.html(round, "draft")
    book = load_workbook(io.BytesIO(sheet.written(round, cast.reviewer, "")))
    assert {"IN-1", "NR-1"} <= {cell.value for cell in book.worksheets[0]["A"]}


def test_a_passage_that_names_others_goes_out_only_in_words_for_this_force(cast: Cast) -> None:
    passage = named(cast, "Northamptonshire Police and Kent Police test their plans.")
    moderated(cast)
    issue = {"inspection": cast.inspection, "force": cast.northamptonshire, "by": cast.lead_inspector}
    with pytest.raises(NotAllowed, match="“Kent Police”"):
        issue_round(**issue)
    passages.name_force(passage, force=cast.kent, reason="Good practice", by=cast.lead_inspector)
    with pytest.raises(NotAllowed, match="NR-1 names other forces too"):
        issue_round(**issue)
    entry = NationalEntry.objects.get(force=cast.northamptonshire)
    seen = {"seen": _mark(entry), "reason": entry.reason, "by": cast.lead_inspector}
    entry = passages.save_name(entry, words="Northamptonshire, like Kent, tests its plan.", **seen)
    with pytest.raises(NotAllowed, match="“Kent”"):
        issue_round(**issue)
    passages.save_name(entry, words="Northamptonshire Police tests its plan.", **{**seen, "seen": _mark(entry)})
    round = issue_round(**issue)
    assert round.paragraphs.get(reference="NR-1").text == "Northamptonshire Police tests its plan."


def _mark(entry: NationalEntry) -> str:
    from inspections.locking import shown, stamp

    return stamp(shown(entry, passages.NAMED))


def test_an_accepted_point_on_a_value_amends_it_and_is_linked(cast: Cast) -> None:
    round = sent(cast)
    point = disputed(cast, round, "IN-1", "62.0 per cent", "64.1 per cent")
    submitted(cast, round)
    client = signed_in(cast.lead_inspector)
    page = client.get(reverse("findings:point-decide", args=[point.pk]))
    assert page.context["form"]["amended_text"].value() == "64.1"
    assert "The value as amended" in page.text
    form = {"outcome": "accepted", "reason": "The log shows it.", "amended_text": "64.1", "version": "1"}
    client.post(reverse("findings:point-decide", args=[point.pk]), form)
    entry = NationalEntry.objects.get(force=cast.northamptonshire, passage=None)
    assert (entry.value, entry.version) == ("64.1", 2)
    assert NationalAmendment.objects.get(point=point).revision.text == VALUE.replace("62.0", "64.1")
    assert "The amendment it caused" in client.get(reverse("findings:point-decide", args=[point.pk])).text
    point = Point.objects.select_related("paragraph__national__indicator", "paragraph__finding").get(pk=point.pk)
    closing.close_round(again(round), by=cast.lead_inspector)
    after = {each.reference: each for each in outcomes(again(round), [point])}["IN-1"]
    assert (after.changed, after.shown) == (True, True)
    ledger = {entry.reference: entry for entry in ledger_of(round.inspection, round.force).entries}["IN-1"]
    assert ledger.sentences[0].points == [point]
    assert ledger.points[0].found is not None
    assert ledger.points[0].found.standing == "changed"


def test_an_accepted_point_on_a_passage_amends_the_report(cast: Cast) -> None:
    round = sent(cast)
    point = disputed(cast, round, "NR-1", "twice a year", "four times a year")
    submitted(cast, round)
    decide(point, cast.lead_inspector)
    assert ReportPassage.objects.get().text == "Northamptonshire Police tests its plan four times a year."


def test_where_others_are_named_only_this_forces_words_change(cast: Cast) -> None:
    passage = named(cast, "Two forces test their plans.")
    passages.name_force(passage, force=cast.kent, reason="Good", words="Kent Police tests its.", by=cast.lead_inspector)
    entry = NationalEntry.objects.get(force=cast.northamptonshire)
    passages.save_name(
        entry, seen=_mark(entry), reason="Good", words="It tests its plan yearly.", by=cast.lead_inspector
    )
    round = issued(cast)
    point = disputed(cast, round, "NR-1", "yearly", "monthly")
    submitted(cast, round)
    decide(point, cast.lead_inspector)
    assert NationalEntry.objects.get(force=cast.northamptonshire).text == "It tests its plan monthly."
    assert ReportPassage.objects.get().text == "Two forces test their plans."
    assert NationalEntry.objects.get(force=cast.kent).version == 1


def test_a_stale_or_idle_decision_is_refused(cast: Cast) -> None:
    round = sent(cast)
    point = disputed(cast, round, "IN-1", "62.0", "64.1")
    submitted(cast, round)
    with pytest.raises(Stale):
        decide(point, cast.lead_inspector, version=7)
    with pytest.raises(NotAllowed, match="would stay as it is"):
        decide(point, cast.lead_inspector, amended_text="62.0")
    with pytest.raises(NotAllowed, match="is no number"):
        decide(point, cast.lead_inspector, amended_text="about 64")
    assert NationalEntry.objects.get(force=cast.northamptonshire, passage=None).version == 1


def test_an_independent_decider_did_not_enter_the_value(cast: Cast) -> None:
    round = sent(cast)
    point = disputed(cast, round, "IN-1", "62.0", "64.1")
    submitted(cast, round)
    cast.inspection.independent_decider = True
    cast.inspection.save()
    with pytest.raises(NotAllowed, match="you wrote IN-1"):
        decide(point, cast.lead_inspector)


def test_references_stay_the_same_after_a_recall(cast: Cast) -> None:
    round = sent(cast)
    issuing.recall_round(round, reason="Too early", by=cast.lead_inspector)
    new = issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    same = ["PC-1", "IN-1", "NR-1"]
    assert list(new.paragraphs.order_by("position").values_list("reference", flat=True)) == same


def test_a_force_without_values_or_passages_has_none(cast: Cast) -> None:
    moderated(cast)
    assert national.entries_of(cast.inspection, [cast.northamptonshire]) == {}
    assert issued(cast).paragraphs.filter(finding=None).count() == 0
