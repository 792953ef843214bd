"""Warnings about findings: what is warned of, to whom, how a warning is set aside, and wording that is agreed."""

from typing import Any

import pytest
from django.urls import reverse

from findings import workflow
from findings.cross_force.consistency import verbs, warnings
from findings.cross_force.consistency.warnings import Check
from findings.drafting.evidence import add_evidence
from findings.models import CommonWording, Dismissal, Finding
from findings.quotes.sequences import abbreviations, explains, read, sentences
from forces import naming
from forces.models import Force, ForceName, Place
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry
from inspections.models import Assignment
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.findings.cross_force.search.test_query import on
from tests.findings.drafting.test_finding import post

COPIED = (
    "Call-handlers in the control room do not always identify vulnerable and repeat victims, and supervisors do not"
    " check a sample of calls each week."
)
OTHER = "The force records every crime within one day and tells each victim by letter what it will do and by when."


def kinds(report: warnings.Report) -> list[str]:
    return [str(remark.kind) for remark in report.standing]


def beside(cast: Cast, finding: Finding, user: Any = None) -> warnings.Report:
    return warnings.remarks_on(finding, user or cast.inspector)


def whole(cast: Cast, user: Any = None) -> warnings.Report:
    return warnings.report(cast.inspection, user or cast.inspector)


def aside(
    finding: Finding, remark: warnings.Remark, by: Any, reason: str = "Checked with the force", **changed: Any
) -> Any:
    typed = {
        "kind": remark.kind,
        "detail": remark.detail,
        "others": [each.pk for each in remark.others],
        "seen": remark.seen,
        "reason": reason,
        "by": by,
    }
    return verbs.dismiss(finding, **{**typed, **changed})


def support(cast: Cast, finding: Finding) -> None:
    add_evidence(
        inspection=cast.inspection,
        force=finding.force,
        kind="document",
        source="Log",
        note="",
        happened_on=None,
        findings=[finding],
        by=cast.inspector,
    )


# Another force


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Staff in Nottinghamshire have received training.", ["Nottinghamshire"]),
        ("Nottinghamshire Police’s staff are trained.", ["Nottinghamshire Police"]),
        ("Officers at Maidstone, and in maidstone, are trained.", ["Maidstone"]),
        ("Mr Jones said so. So did Sam Jones.", ["Mr Jones", "Sam Jones"]),
        ("The Shire Force trains.", ["Shire Force"]),
        ("Northamptonshire Police and Northamptonshire staff, in Kettering, are trained by Adrian Lee.", []),
        ("This is a great deal, said the reading group.", []),
    ],
)
def test_what_belongs_to_another_force(cast: Cast, text: str, found: list[str]) -> None:
    ForceName.objects.create(force=cast.nottinghamshire, name="Shire Force", is_alias=True, starts_on=LONG_AGO)
    Place.objects.create(force=cast.kent, name="Maidstone")
    Place.objects.create(force=cast.kent, name="Deal")
    Place.objects.create(force=cast.northamptonshire, name="Kettering")
    chief = cast.kent.posts.get().person
    chief.title, chief.name = "Mr", "Sam Jones"
    chief.save()
    finding = on(cast, cast.northamptonshire, text)
    assert [remark.detail for remark in beside(cast, finding).standing] == found
    assert [remark.detail for remark in whole(cast).standing] == found


def test_a_name_inside_a_longer_one_of_its_own_is_its_own(cast: Cast) -> None:
    yorkshire = Force.objects.create(name="Yorkshire Police", slug="yorkshire", chief_officer_title="Chief Constable")
    south = Force.objects.create(name="South Yorkshire Police", slug="south", chief_officer_title="Chief Constable")
    register = naming.register()
    assert register.found("South Yorkshire Police has a plan.", south.pk) == []
    assert [each.force for each in register.found("South Yorkshire has a plan.", yorkshire.pk)] == [
        "South Yorkshire Police"
    ]


# Near-duplicates


def test_shared_wording_between_and_within_forces(cast: Cast) -> None:
    first = on(cast, cast.northamptonshire, COPIED)
    second = on(cast, cast.kent, COPIED.replace("each week", "every month"))
    within = on(cast, cast.northamptonshire, f"{OTHER} {COPIED}", theme=1)
    on(cast, cast.nottinghamshire, OTHER.replace("one day", "a week").replace("letter", "telephone"))
    [remark] = beside(cast, first).standing
    assert {each.pk for each in remark.others} == {second.pk, within.pk}
    assert {each.pk for each in whole(cast).standing[0].all} >= {first.pk, second.pk, within.pk}
    assert kinds(beside(cast, second)) == [Check.SIMILAR]


def test_different_wording_is_no_duplicate(cast: Cast) -> None:
    on(cast, cast.northamptonshire, COPIED)
    finding = on(cast, cast.kent, OTHER)
    assert beside(cast, finding).standing == whole(cast).standing == []


def test_the_own_forces_name_makes_no_difference(cast: Cast) -> None:
    on(cast, cast.northamptonshire, f"Northamptonshire Police has no plan. {COPIED}")
    finding = on(cast, cast.kent, f"Kent Police has no plan. {COPIED}")
    [remark] = beside(cast, finding).standing
    assert remark.share_of(remark.others[0])[0] >= 20


def test_agreed_wording_is_no_duplicate_with_evidence_of_its_own(cast: Cast) -> None:
    first, second = on(cast, cast.northamptonshire, COPIED), on(cast, cast.kent, COPIED)
    verbs.agree_wording(inspection=cast.inspection, theme=cast.themes[0], text=COPIED, by=cast.moderator)
    assert kinds(beside(cast, first)) == [Check.COMMON_UNSUPPORTED]
    support(cast, first)
    assert kinds(beside(cast, first)) == []
    assert [(each.kind, each.finding.pk) for each in whole(cast).standing] == [(Check.COMMON_UNSUPPORTED, second.pk)]


def test_agreed_wording_excuses_its_own_sentences_and_theme_only(cast: Cast) -> None:
    both = f"{COPIED} {OTHER}"
    finding = on(cast, cast.kent, both)
    on(cast, cast.northamptonshire, both)
    verbs.agree_wording(inspection=cast.inspection, theme=cast.themes[0], text=COPIED, by=cast.moderator)
    support(cast, finding)
    assert kinds(beside(cast, finding)) == [Check.SIMILAR]  # the other sentence is shared, and nobody agreed it
    verbs.agree_wording(inspection=cast.inspection, theme=cast.themes[1], text=OTHER, by=cast.moderator)
    assert kinds(beside(cast, finding)) == [Check.SIMILAR]  # agreed for the other theme
    verbs.agree_wording(inspection=cast.inspection, theme=None, text=OTHER, by=cast.moderator)
    assert kinds(beside(cast, finding)) == []


def test_agreed_wording_fits_where_the_own_name_stands(cast: Cast) -> None:
    verbs.agree_wording(inspection=cast.inspection, theme=None, text=f"The force knows. {COPIED}", by=cast.moderator)
    first, second = (
        on(cast, cast.northamptonshire, f"Northamptonshire Police knows. {COPIED}"),
        on(cast, cast.kent, COPIED),
    )
    support(cast, first)
    support(cast, second)
    assert whole(cast).standing == []


def test_withdrawn_wording_excuses_nothing(cast: Cast) -> None:
    finding = on(cast, cast.northamptonshire, COPIED)
    on(cast, cast.kent, COPIED)
    wording = verbs.agree_wording(inspection=cast.inspection, theme=None, text=COPIED, by=cast.moderator)
    verbs.withdraw_wording(wording, reason="Too general", by=cast.lead_inspector)
    assert kinds(beside(cast, finding)) == [Check.SIMILAR]


def test_same_words_as_a_strength_and_as_criticism(cast: Cast) -> None:
    praised = on(cast, cast.northamptonshire, COPIED, kind="strength")
    on(cast, cast.kent, COPIED, kind="afi")
    on(cast, cast.nottinghamshire, COPIED, kind="recommendation")
    assert set(kinds(beside(cast, praised))) == {Check.OPPOSITE, Check.SIMILAR}
    verbs.agree_wording(inspection=cast.inspection, theme=None, text=COPIED, by=cast.moderator)
    support(cast, praised)
    assert kinds(beside(cast, praised)) == [Check.OPPOSITE]  # agreed or not, it can't be both


# Hard to read


def test_long_sentences_and_unexplained_abbreviations(cast: Cast) -> None:
    long = "The force " + "and the force " * 14 + "is big."
    finding = on(cast, cast.kent, f"{long}\n\nStaff use the NDM and the IOM. HMIC saw CCTV and Part II.")
    assert [(r.kind, r.detail) for r in beside(cast, finding).standing if r.kind != Check.LONG_SENTENCE] == [
        (Check.ABBREVIATION, "NDM"),
        (Check.ABBREVIATION, "IOM"),
    ]
    assert Check.LONG_SENTENCE in kinds(beside(cast, finding))


def test_an_abbreviation_that_an_earlier_finding_of_the_force_explains(cast: Cast) -> None:
    on(cast, cast.kent, "It uses the national decision model (NDM).")
    later = on(cast, cast.kent, "The NDM is taught.", theme=1)
    elsewhere = on(cast, cast.northamptonshire, "The NDM is taught.", theme=1)
    assert kinds(beside(cast, later)) == []
    assert kinds(beside(cast, elsewhere)) == [Check.ABBREVIATION]
    assert [each.finding.pk for each in whole(cast).standing] == [elsewhere.pk]


def test_texts_are_taken_apart_as_they_read() -> None:
    assert sentences("One. Two “three”. - no\n- *Four* is 1.5 **bold**\n  - five") == [
        "One.",
        "Two “three”. - no",
        "Four is 1.5 bold",
        "five",
    ]
    assert read("Kent Police has a plan.", (("kent", "police"), ("kent",))).words == (
        "the",
        "force",
        "has",
        "a",
        "plan",
    )
    assert read("The Kent plan.", (("kent",),)).words == ("the", "force", "plan")
    assert abbreviations("The ANPR, NDM and NDM by 43 PCs of HMIC in Part IV") == ("ANPR", "NDM")
    assert explains("ANPR (automatic number plate recognition)", "ANPR")
    assert not explains("the ANPR (X) system", "ANPR")


# To whom


def test_nobody_is_warned_of_words_they_may_not_see(cast: Cast) -> None:
    mine = on(cast, cast.kent, COPIED)
    hidden = on(cast, cast.northamptonshire, COPIED)
    Assignment.objects.filter(user=cast.second_inspector).update(force=cast.kent)
    assert kinds(beside(cast, mine)) == [Check.SIMILAR]
    assert kinds(beside(cast, mine, cast.second_inspector)) == []
    report = whole(cast, cast.second_inspector)
    assert (report.standing, report.dismissed, report.read) == ([], [], 1)
    remark = beside(cast, mine).standing[0]
    aside(mine, remark, cast.inspector, reason="quixotry")
    client = signed_in(cast.second_inspector)
    for address in (reverse("findings:consistency-report", args=["test-subject"]), _page(mine)):
        page = client.get(address + "?aside=yes").text
        assert "quixotry" not in page
        assert hidden.force.name not in page


def test_the_same_for_a_theme(cast: Cast) -> None:
    on(cast, cast.kent, COPIED)
    on(cast, cast.northamptonshire, COPIED, theme=1)
    Assignment.objects.filter(user=cast.second_inspector).update(theme=cast.themes[0])
    assert whole(cast, cast.second_inspector).standing == []
    assert kinds(whole(cast)) == [Check.SIMILAR]


def test_a_warning_about_what_is_hidden_cannot_be_set_aside(cast: Cast) -> None:
    mine, hidden = on(cast, cast.kent, COPIED), on(cast, cast.northamptonshire, COPIED)
    remark = beside(cast, mine).standing[0]
    Assignment.objects.filter(user=cast.second_inspector).update(force=cast.kent)
    with pytest.raises(NotAllowed, match="The other finding"):
        aside(mine, remark, cast.second_inspector)
    with pytest.raises(NotAllowed, match="not assigned"):
        aside(hidden, remark, cast.second_inspector)
    assert not Dismissal.objects.exists()


# Setting aside


def test_a_warning_stays_aside_until_the_words_change(cast: Cast) -> None:
    first, second = on(cast, cast.northamptonshire, COPIED), on(cast, cast.kent, COPIED)
    aside(first, beside(cast, first).standing[0], cast.inspector)
    assert kinds(beside(cast, first)) == kinds(beside(cast, second)) == kinds(whole(cast)) == []
    assert [each.dismissals[0].reason for each in whole(cast).dismissed] == ["Checked with the force"]
    words = {"kind": second.kind, "basis": "", "version": 1, "by": cast.inspector}
    workflow.save_finding(second, text=f"{COPIED} Now.", **words)
    assert kinds(beside(cast, first)) == kinds(whole(cast)) == [Check.SIMILAR]
    workflow.save_finding(second, text=COPIED, **{**words, "version": 2})
    assert kinds(whole(cast)) == []  # these words were judged already
    entry = AuditEntry.objects.get(action=Action.WARNING_DISMISSED)
    assert COPIED not in str(entry.facts)


def test_only_the_words_that_were_read_are_set_aside(cast: Cast) -> None:
    finding = on(cast, cast.northamptonshire, "Staff in Kent know.")
    remark = beside(cast, finding).standing[0]
    workflow.save_finding(
        finding, text="Staff in Kent know nothing.", kind="finding", basis="", version=1, by=cast.inspector
    )
    with pytest.raises(NotAllowed, match="have changed since"):
        aside(finding, remark, cast.inspector)


@pytest.mark.parametrize("who", ["hmi", "liaison_officer", "outsider", "admin", "system_admin", "auditor"])
def test_who_does_not_write_sets_nothing_aside(cast: Cast, who: str) -> None:
    finding = on(cast, cast.northamptonshire, "Staff in Kent know.")
    remark = beside(cast, finding).standing[0]
    with pytest.raises(NotAllowed, match="not assigned"):
        aside(finding, remark, getattr(cast, who))


def test_a_group_is_set_aside_pair_by_pair(cast: Cast) -> None:
    for force in (cast.northamptonshire, cast.nottinghamshire, cast.kent):
        on(cast, force, COPIED)
    [group] = whole(cast).standing
    aside(group.finding, group, cast.inspector, each_pair=True)
    assert Dismissal.objects.count() == 3
    assert whole(cast).standing == []
    late = on(cast, cast.kent, COPIED)
    assert late.pk in {each.pk for each in whole(cast).standing[0].all}


def test_a_reason_is_needed_and_a_warning_can_come_back(cast: Cast) -> None:
    finding = on(cast, cast.northamptonshire, "Staff in Kent know.")
    remark = beside(cast, finding).standing[0]
    with pytest.raises(NotAllowed, match="Say why"):
        aside(finding, remark, cast.inspector, reason="  ")
    verbs.warn_again(aside(finding, remark, cast.inspector), by=cast.second_inspector)
    assert kinds(beside(cast, finding)) == [Check.OTHER_FORCE]
    assert AuditEntry.objects.filter(action=Action.WARNING_RESTORED).count() == 1


# Agreeing


@pytest.mark.parametrize("who", ["inspector", "hmi", "admin", "liaison_officer", "system_admin"])
def test_only_second_readers_of_all_forces_agree_wording(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only a moderator"):
        verbs.agree_wording(inspection=cast.inspection, theme=None, text=COPIED, by=getattr(cast, who))


def test_a_moderator_of_one_force_or_theme_agrees_nothing_for_the_others(cast: Cast) -> None:
    Assignment.objects.filter(user=cast.moderator).update(theme=cast.themes[0])
    with pytest.raises(NotAllowed):
        verbs.agree_wording(inspection=cast.inspection, theme=None, text=COPIED, by=cast.moderator)
    verbs.agree_wording(inspection=cast.inspection, theme=cast.themes[0], text=COPIED, by=cast.moderator)
    Assignment.objects.filter(user=cast.moderator).update(theme=None, force=cast.kent)
    with pytest.raises(NotAllowed):
        verbs.agree_wording(inspection=cast.inspection, theme=cast.themes[0], text=OTHER, by=cast.moderator)


@pytest.mark.parametrize(("text", "why"), [("Too short.", "at least"), (f"Kent is so. {COPIED}", "It names Kent")])
def test_agreed_wording_is_a_sentence_and_names_no_force(cast: Cast, text: str, why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        verbs.agree_wording(inspection=cast.inspection, theme=None, text=text, by=cast.moderator)


def test_agreed_wording_of_a_theme_is_for_its_people(cast: Cast) -> None:
    verbs.agree_wording(inspection=cast.inspection, theme=cast.themes[1], text=COPIED, by=cast.moderator)
    verbs.agree_wording(inspection=cast.inspection, theme=None, text=OTHER, by=cast.moderator)
    Assignment.objects.filter(user=cast.second_inspector).update(theme=cast.themes[0], force=cast.kent)
    seen = CommonWording.objects.visible_to(cast.second_inspector)
    assert [each.text for each in seen] == [OTHER]
    assert CommonWording.objects.visible_to(cast.outsider).count() == 0


# On screen


def _page(finding: Finding) -> str:
    return reverse("findings:finding-show", args=[finding.pk])


def test_the_warning_stands_beside_the_text_and_is_set_aside_there(cast: Cast) -> None:
    finding = on(cast, cast.northamptonshire, "Staff in Kent know.")
    client = signed_in(cast.inspector)
    page = client.get(_page(finding)).text
    assert "Another force’s name or officer: “Kent”" in page
    address = reverse("findings:warning-dismiss", args=[finding.pk]) + "?check=other_force&about=Kent"
    assert address.replace("&", "&amp;") in page
    seen = beside(cast, finding).standing[0].seen
    refused = post(cast.inspector, address, {"seen": seen, "reason": ""})
    assert "Say why these words may stand" in refused.text
    assert post(cast.inspector, address, {"seen": seen, "reason": "A comparison"}).url == _page(finding)
    page = client.get(_page(finding)).text
    assert "A comparison" in page
    assert client.get(address).status_code == 404  # there is nothing to set aside any more
    again = reverse("findings:warning-restore", args=[finding.pk])
    assert post(cast.inspector, again, {"check": "other_force", "about": "Kent"}).url == _page(finding)
    assert client.get(address).status_code == 200


def test_the_report_filters_and_its_groups_are_set_aside(cast: Cast) -> None:
    for force in (cast.northamptonshire, cast.nottinghamshire, cast.kent):
        on(cast, force, COPIED)
    on(cast, cast.kent, "Staff in Northamptonshire know.", theme=1)
    client = signed_in(cast.inspector)
    place = reverse("findings:consistency-report", args=["test-subject"])
    assert client.get(place).text.count('class="check') == 2
    assert client.get(place, {"check": "other_force"}).text.count('class="check') == 1
    assert client.get(place, {"theme": "PC"}).text.count('class="check') == 1
    assert client.get(place, {"force": "nottinghamshire"}).text.count('class="check') == 1
    assert client.get(place, {"force": "never-existed", "page": "x"}).status_code == 200
    [group] = [each for each in whole(cast).standing if each.kind == Check.SIMILAR]
    address = reverse("findings:warning-dismiss", args=[group.finding.pk]) + "?check=similar&about=&in=report"
    assert post(cast.inspector, address, {"seen": group.seen, "reason": "All seen"}).url == place
    assert client.get(place).text.count('class="check') == 1
    assert "All seen" in client.get(place, {"aside": "yes"}).text


def test_agreeing_on_screen_begins_with_the_findings_words(cast: Cast) -> None:
    finding = on(cast, cast.kent, COPIED)
    page = reverse("findings:wording-agree", args=["test-subject"])
    client = signed_in(cast.moderator)
    assert COPIED in client.get(page, {"from": str(finding.pk)}).text
    assert client.get(page, {"from": "nonsense"}).status_code == 200
    refused = post(cast.moderator, page, {"text": "In Kent it is so, for once.", "theme": ""})
    assert "It names Kent" in refused.text
    assert "In Kent it is so" in refused.text  # nothing typed is lost
    assert post(cast.moderator, page, {"text": COPIED, "theme": "PC"}).status_code == 302
    listed = reverse("findings:wording-list", args=["test-subject"])
    assert COPIED in client.get(listed).text
    assert signed_in(cast.inspector).get(page).status_code == 404
    wording = CommonWording.objects.get()
    withdraw = reverse("findings:wording-withdraw", args=[wording.pk])
    assert signed_in(cast.inspector).get(withdraw).status_code == 404
    assert post(cast.moderator, withdraw, {"reason": ""}).status_code == 200
    assert post(cast.moderator, withdraw, {"reason": "Too general"}).status_code == 302
    assert "Too general" in client.get(listed).text


def test_the_browser_checks_the_spelling(cast: Cast) -> None:
    page = signed_in(cast.inspector).get(_page(on(cast, cast.kent, COPIED))).text
    assert page.count('spellcheck="true"') >= 2
    assert 'lang="en-GB"' in page
