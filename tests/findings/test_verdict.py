"""What blocks a finding stops it at every door, until it is settled or kept with a reason for exactly these words."""

import contextlib
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from findings import verdict, workflow
from findings.accuracy.force import answers
from findings.accuracy.inspectorate import issuing, unconfirmed
from findings.accuracy.inspectorate.closing import close_round
from findings.cross_force.consistency import verbs, warnings
from findings.cross_force.consistency.warnings import Check
from findings.drafting import comments
from findings.models import Finding, Round
from findings.overview import bulk
from forces.models import ForceName
from hmic_core.errors import NotAllowed
from inspections.models import Inspection
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import accept, again, issued, moderated, point
from tests.findings.cross_force.search.test_query import on
from tests.findings.drafting.test_finding import post, url
from tests.sending import issue_round, ticks

BAD = {
    "another force": "Staff in Kent know.",
    "an abbreviation": "The Shire has no plan, and GMP has one.",
    "hidden from sight": "Staff in K\u00adent Pol\u200bice know.",
    "a note": "TO CHECK WITH the lead: XX per cent know.",
    "a gap": "It reaches [insert figure] of staff.",
}
State = Finding.State


def bad(cast: Cast, words: str, state: str = State.DRAFT) -> Finding:
    """A finding as it could stand before there was a check: put into its state without a verb."""
    ForceName.objects.get_or_create(force=cast.kent, name="GMP", is_alias=True, defaults={"starts_on": LONG_AGO})
    finding = on(cast, cast.northamptonshire, words)
    Finding.objects.filter(pk=finding.pk).update(state=state)
    finding.refresh_from_db()
    return finding


def keep(finding: Finding, by: Any) -> None:
    for remark in warnings.remarks_on(finding, by).standing:
        if remark.blocks:
            about = {"kind": remark.kind, "detail": remark.detail, "seen": remark.seen}
            verbs.dismiss(finding, **about, reason="It is so", by=by)


def _editor(cast: Cast, finding: Finding) -> None:
    words = {"text": finding.text, "basis": "", "kind": "finding", "version": finding.version}
    assert post(cast.inspector, url("finding-ready", finding.pk), words).status_code in (302, 422)


def _bulk(cast: Cast, finding: Finding) -> None:
    address = url("bulk-move", cast.inspection.slug, "mark-ready")
    assert "to settle first" in signed_in(cast.inspector).get(address, {"force": "northamptonshire"}).text
    post(cast.inspector, address, {"force": "northamptonshire", "theme": ""})


def _list(cast: Cast, finding: Finding) -> None:
    post(cast.inspector, url("finding-ready", finding.pk))


READY: dict[str, Callable[[Cast, Finding], Any]] = {
    "verb": lambda cast, finding: workflow.mark_ready(finding, by=cast.inspector),
    "editor": _editor,
    "list": _list,
    "bulk": _bulk,
    "bulk verb": lambda cast, finding: bulk.move(
        "mark-ready", cast.inspection, [cast.northamptonshire], None, by=cast.inspector
    ),
}


@pytest.mark.parametrize("door", READY)
@pytest.mark.parametrize("words", BAD.values(), ids=BAD)
def test_it_is_not_marked_ready_by_any_door(cast: Cast, door: str, words: str) -> None:
    finding = bad(cast, words)
    with contextlib.suppress(NotAllowed):
        READY[door](cast, finding)
    finding.refresh_from_db()
    assert finding.state == State.DRAFT
    keep(finding, cast.inspector)
    workflow.mark_ready(finding, by=cast.inspector)


def test_the_editor_promises_only_what_its_button_does(cast: Cast) -> None:
    finding = bad(cast, "Staff in Kent know.")
    page = signed_in(cast.inspector).get(url("finding-show", finding.pk)).text
    assert "1 check to settle first" in page
    assert "You can still mark it ready" not in page
    keep(finding, cast.inspector)
    assert "You can still mark it ready" in signed_in(cast.inspector).get(url("finding-show", finding.pk)).text


@pytest.mark.parametrize("words", BAD.values(), ids=BAD)
def test_nor_moderated_nor_sent(cast: Cast, words: str) -> None:
    finding = bad(cast, words, State.READY)
    with pytest.raises(NotAllowed, match="Settle each"):
        workflow.moderate(finding, version=1, by=cast.moderator)
    form = {"text": finding.text, "basis": "", "kind": "finding", "version": 1}
    assert post(cast.moderator, url("finding-moderate", finding.pk), form).status_code == 422
    Finding.objects.filter(pk=finding.pk).update(state=State.MODERATED)
    with pytest.raises(NotAllowed, match="PC-1: “"):
        issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    everything = {"all": "yes", "force": "northamptonshire", "confirmed": ticks(cast.inspection, cast.northamptonshire)}
    post(cast.lead_inspector, url("rounds-issue", cast.inspection.slug), everything)
    post(cast.lead_inspector, url("round-issue", cast.inspection.slug, "northamptonshire"), everything)
    assert not Round.objects.exists()
    page = signed_in(cast.lead_inspector).get(url("rounds-issue", cast.inspection.slug)).text
    assert "0 of 3 forces" in page
    assert "PC-1: “" in page
    assert "to settle" in signed_in(cast.inspector).get(url("matrix-show", cast.inspection.slug)).text
    keep(finding, cast.inspector)
    assert issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)


def test_nor_shown_to_the_force_again(cast: Cast) -> None:
    round = issued(cast)
    point(cast, round)
    answers.submit_response(round, authorised_by="A", by=cast.liaison_officer)
    accept(cast, again(round).points.get(), amended_text="Kent has a strategy.", outcome="accepted_in_part")
    finding = Finding.objects.get()
    with pytest.raises(NotAllowed, match="Kent"):
        workflow.moderate(finding, version=finding.version, by=cast.moderator)
    Finding.objects.update(state=State.MODERATED)
    with pytest.raises(NotAllowed, match="Kent"):
        close_round(again(round), by=cast.lead_inspector, show_again=True)


def test_the_reason_holds_for_these_words_and_this_basis_only(cast: Cast) -> None:
    finding = bad(cast, "Staff in Kent know.")
    keep(finding, cast.inspector)
    assert verdict.blocking([finding]) == {}
    given = {"kind": "finding", "by": cast.inspector}
    finding = workflow.save_finding(finding, text=finding.text, basis="Interviews in Kent.", version=1, **given)
    assert list(verdict.blocking([finding])) == [finding.pk]
    finding = workflow.save_finding(finding, text="Staff know.", basis="TBC", version=2, **given)
    [problem] = verdict.blocking([finding])[finding.pk]
    assert (problem.check.kind, problem.detail) == (Check.LEFTOVER, "TBC")


def test_a_reason_taken_back_stays_on_record(cast: Cast) -> None:
    finding = bad(cast, "Staff in Kent know.")
    keep(finding, cast.inspector)
    verbs.warn_again(list(finding.dismissals.all()), by=cast.moderator)
    row = finding.dismissals.get()
    assert (row.reason, row.by, row.withdrawn_by) == ("It is so", cast.inspector, cast.moderator)
    assert list(verdict.blocking([finding])) == [finding.pk]
    keep(finding, cast.moderator)
    assert finding.dismissals.count() == 2


def test_a_question_to_the_author_waits_for_the_answer(cast: Cast) -> None:
    finding = on(cast, cast.northamptonshire, "Staff know.")
    others = {"quoted": "", "by": cast.moderator}
    asked = comments.comment_on(finding, text="Which months?", mentioned=[], **others)
    comments.comment_on(finding, text="Look at this.", mentioned=[cast.lead_inspector], **others)
    comments.comment_on(finding, quoted="", text="To myself", mentioned=[], by=cast.inspector)
    with pytest.raises(NotAllowed, match="comment 1"):
        workflow.mark_ready(finding, by=cast.inspector)
    comments.reply_to(asked, text="I wonder too.", by=cast.lead_inspector)
    assert verdict.blocking([finding])
    comments.reply_to(asked, text="May and June.", by=cast.inspector)
    assert verdict.blocking([finding]) == {}
    second = comments.comment_on(finding, text="All staff?", mentioned=[cast.inspector], **others)
    assert verdict.blocking([finding])
    comments.resolve_comment(second, resolved=True, by=cast.moderator)
    assert workflow.mark_ready(finding, by=cast.inspector).state == State.READY


def test_a_place_is_advice(cast: Cast) -> None:
    from forces.models import Place

    Place.objects.create(force=cast.kent, name="Maidstone")
    finding = on(cast, cast.northamptonshire, "Staff in Maidstone know.")
    [remark] = warnings.remarks_on(finding, cast.inspector).standing
    assert (remark.kind, remark.tone) == (Check.OTHER_PLACE, "")
    assert workflow.mark_ready(finding, by=cast.inspector).state == State.READY


def test_what_the_editor_shows_in_red_is_what_blocks(cast: Cast) -> None:
    for words in (*BAD.values(), "Staff know.", "The NDM is taught."):
        finding = bad(cast, words)
        red = [each.detail for each in warnings.remarks_on(finding, cast.inspector).standing if each.tone == "stop"]
        assert red == [each.detail for each in verdict.blocking([finding]).get(finding.pk, [])]


# What is confirmed one by one


def test_each_fact_is_confirmed_by_itself_and_a_new_one_again(cast: Cast) -> None:
    moderated(cast)
    Inspection.objects.update(fieldwork_until=dt.date(2999, 1, 1), state=Inspection.State.DRAFTING)
    cast.inspection.refresh_from_db()
    send = {"inspection": cast.inspection, "force": cast.northamptonshire, "by": cast.lead_inspector}
    asked = unconfirmed.to_confirm(cast.inspection, [cast.northamptonshire])[cast.northamptonshire.pk]
    assert [each.kind for each in asked] == ["stage", "fieldwork", "without-evidence", "empty-theme"]
    keys = [each.key for each in asked]
    for left in asked:
        with pytest.raises(NotAllowed, match="Confirm each"):
            issuing.issue_round(**send, confirmed=[key for key in keys if key != left.key])
    moderated(cast, "A second finding.")
    with pytest.raises(NotAllowed, match="PC-2 rests on no evidence"):
        issuing.issue_round(**send, confirmed=keys)
    assert not Round.objects.exists()
    assert issue_round(**send)


def test_ticks_of_one_force_are_no_ticks_of_another(cast: Cast) -> None:
    asked = unconfirmed.to_confirm(cast.inspection, [cast.northamptonshire, cast.kent])
    ours, theirs = ({e.key for e in asked[f.pk] if e.about} for f in (cast.northamptonshire, cast.kent))
    assert ours
    assert not ours & theirs


# The list of short names


def test_short_names_are_kept_in_the_browser_and_count_at_once(cast: Cast) -> None:
    add = reverse("findings:alias-add")
    finding = on(cast, cast.northamptonshire, "Invicta staff know.")
    assert verdict.blocking([finding]) == {}
    assert "capital letter" in post(cast.lead_inspector, add, {"name": "invicta", "force": "kent"}).text
    assert post(cast.lead_inspector, add, {"name": "Invicta", "force": "kent"}).status_code == 302
    assert verdict.blocking([finding])
    alias = ForceName.objects.get(name="Invicta")
    assert "Invicta" in signed_in(cast.system_admin).get(reverse("findings:alias-list")).text
    change = reverse("findings:alias-change", args=[alias.pk])
    assert post(cast.system_admin, change, {"name": "Invicta", "force": "northamptonshire"}).status_code == 302
    assert verdict.blocking([finding]) == {}
    assert post(cast.system_admin, reverse("findings:alias-remove", args=[alias.pk])).status_code == 302
    assert signed_in(cast.inspector).get(reverse("findings:alias-list")).status_code == 404
