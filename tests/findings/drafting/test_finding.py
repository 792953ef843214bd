"""The inspectors' screens: who sees them, that plain form posts do the work, and that no typed word is lost."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from findings import workflow
from findings.models import Evidence, Finding, RefusedSave
from inspections.models import Assignment
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.test_workflow import drafted, in_state, save

State = Finding.State
CANARY = "Zinnia-7731 is written nowhere else."
INSPECTORATE = {"inspector", "second_inspector", "lead_inspector", "moderator", "hmi"}


def words(finding: Finding, text: str, **changed: Any) -> dict[str, Any]:
    return {"text": text, "basis": finding.basis, "kind": finding.kind, "version": finding.version, **changed}


def url(name: str, *of: Any) -> str:
    return reverse(f"findings:{name}", args=[getattr(each, "slug", each) for each in of])


def post(user: Any, address: str, data: Any = None) -> Any:
    """A form post as a browser without JavaScript sends it, with its token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["csrftoken"] = token = "t" * 32
    return client.post(address, {**(data or {}), "csrfmiddlewaretoken": token})


def without_token(response: Any) -> str:
    """A page without the one thing that differs each time: the masked token of its sign-out form."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.text)


def pages(cast: Cast, finding: Finding) -> list[str]:
    """Every address of these screens that answers to GET."""
    place = cast.inspection, cast.northamptonshire
    save(finding, cast, CANARY + " Theirs.", by=cast.second_inspector)
    with pytest.raises(workflow.Stale) as stale:
        save(finding, cast, CANARY + " Mine.")
    kept = workflow.keep_refused_save(stale.value, text=CANARY, kind="finding", basis="", version=1, by=cast.inspector)
    return [
        url("work-show"),
        url("inspection-list"),
        url("inspection-show", cast.inspection),
        url("matrix-show", cast.inspection),
        url("matrix-export", cast.inspection),
        url("force-show", *place),
        url("finding-draft", *place),
        url("evidence-add", *place),
        url("finding-show", finding.pk),
        url("finding-history", finding.pk),
        url("finding-remove", finding.pk),
        url("conflict-show", kept.pk),
    ]


# Who sees them


def test_everybody_outside_the_inspectorate_gets_the_answer_of_a_missing_page(cast: Cast) -> None:
    addresses = pages(cast, drafted(cast, CANARY))
    for name in set(cast.everybody()) - INSPECTORATE:
        client = signed_in(cast.everybody()[name])
        missing = without_token(client.get("/inspections/no-such-page/"))
        for address in addresses:
            response = client.get(address)
            assert (response.status_code, CANARY in response.text) == (404, False), (name, address)
            assert without_token(response) == missing


def test_the_inspectorate_sees_them_all(cast: Cast) -> None:
    for address in pages(cast, drafted(cast, CANARY)):
        assert signed_in(cast.inspector).get(address).status_code == 200, address


def test_nobody_changes_anything_from_outside(cast: Cast) -> None:
    finding = in_state(cast, State.READY)
    for name in set(cast.everybody()) - INSPECTORATE:
        for verb in ("save", "ready", "moderate", "send-back", "remove", "move", "make-final", "preview"):
            response = post(cast.everybody()[name], url(f"finding-{verb}", finding.pk), words(finding, "Mine now."))
            assert response.status_code == 404, (name, verb)
    finding.refresh_from_db()
    assert (finding.state, finding.version) == (State.READY, 1)


def test_an_inspector_of_another_force_sees_neither_force_nor_finding(cast: Cast) -> None:
    finding = drafted(cast, CANARY)
    Assignment.objects.filter(user=cast.second_inspector).update(force=cast.kent)
    client = signed_in(cast.second_inspector)
    assert client.get(url("finding-show", finding.pk)).status_code == 404
    assert client.get(url("force-show", cast.inspection, cast.northamptonshire)).status_code == 404
    matrix = client.get(url("matrix-show", cast.inspection)).text
    assert ("Kent" in matrix, "Northamptonshire" in matrix, CANARY in matrix) == (True, False, False)


def test_an_inspector_of_one_theme_sees_no_count_of_another(cast: Cast) -> None:
    drafted(cast, CANARY, theme=1)
    Assignment.objects.filter(user=cast.second_inspector).update(theme=cast.themes[0])
    client = signed_in(cast.second_inspector)
    page = client.get(url("matrix-show", cast.inspection)).text
    assert "Not yours" in page
    assert "0 of 1 ready" not in page
    assert CANARY not in client.get(url("force-show", cast.inspection, cast.northamptonshire)).text


def test_a_refused_save_is_its_writers_only(cast: Cast) -> None:
    address = pages(cast, drafted(cast, CANARY))[-1]
    assert signed_in(cast.second_inspector).get(address).status_code == 404


# Drafting


def test_a_finding_with_its_first_evidence(cast: Cast) -> None:
    address = url("finding-draft", cast.inspection, cast.northamptonshire)
    typed = {
        "theme": cast.themes[1].pk,
        "kind": "strength",
        "text": "- **First** point",
        "basis": "Forty calls heard.",
        "evidence_kind": "document",
        "evidence_source": "Call log",
        "evidence_note": "Seen on site.",
    }
    response = post(cast.inspector, address, typed)
    finding = Finding.objects.get()
    assert response.url == url("finding-show", finding.pk)
    assert (finding.reference, finding.kind, finding.evidence.get().source) == ("FT-1", "strength", "Call log")
    shown = signed_in(cast.inspector).get(response.url).text
    assert "<strong>First</strong> point" in shown


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"text": ""}, "Write the finding"),
        ({"text": "x" * 20_001}, "too long"),
        ({"theme": ""}, "Choose the theme"),
        ({"evidence_note": "Seen."}, "Say where the evidence comes from"),
    ],
)
def test_an_error_stands_beside_its_field_and_every_word_stays(cast: Cast, changed: dict[str, str], why: str) -> None:
    address = url("finding-draft", cast.inspection, cast.northamptonshire)
    typed = {"theme": cast.themes[0].pk, "kind": "finding", "text": "Words.", "basis": CANARY, "evidence_kind": "data"}
    response = post(cast.inspector, address, {**typed, **changed})
    assert (response.status_code, Finding.objects.count()) == (200, 0)
    assert why in response.text
    assert CANARY in response.text
    assert "<title>Error: " in response.text.replace("\n", "")


def test_a_new_finding_sent_twice_is_drafted_once(cast: Cast) -> None:
    address = url("finding-draft", cast.inspection, cast.northamptonshire)
    typed = {
        "theme": cast.themes[1].pk,
        "text": "Sent twice.",
        "kind": "finding",
        "basis": "",
        "evidence_kind": "interview",
        "evidence_source": "An officer",
        "evidence_note": "Said once.",
    }
    first, again = post(cast.inspector, address, typed), post(cast.inspector, address, typed)
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    assert Finding.objects.filter(text="Sent twice.").count() == Evidence.objects.count() == 1


def test_the_whole_way_by_plain_forms(cast: Cast) -> None:
    finding = drafted(cast)
    post(cast.inspector, url("finding-save", finding.pk), words(finding, "Better words."))
    post(cast.inspector, url("finding-ready", finding.pk), words(finding, "Best words.", version=2))
    finding.refresh_from_db()
    assert (finding.state, finding.text, finding.version) == (State.READY, "Best words.", 3)
    refused = post(cast.inspector, url("finding-moderate", finding.pk), words(finding, "Best words."))
    assert "Only a moderator" in refused.text or "own words" in refused.text
    back = post(cast.moderator, url("finding-send-back", finding.pk), {"reason": "Give the sample"})
    assert back.url == url("finding-show", finding.pk)
    assert "Give the sample" in signed_in(cast.inspector).get(url("work-show")).text
    post(cast.inspector, url("finding-ready", finding.pk))
    post(cast.moderator, url("finding-moderate", finding.pk), words(finding, "Best words."))
    finding.refresh_from_db()
    assert (finding.state, finding.moderated_by) == (State.MODERATED, cast.moderator)


def test_preview_saves_nothing_and_shows_what_was_typed(cast: Cast) -> None:
    finding = drafted(cast)
    response = post(cast.inspector, url("finding-preview", finding.pk), words(finding, "*Typed* only"))
    finding.refresh_from_db()
    assert "<em>Typed</em> only" in response.text
    assert (finding.version, finding.text) == (1, "The force has no policy.")


@pytest.mark.parametrize("verb", ["finding-save", "finding-preview"])
def test_what_cannot_be_laid_out_is_not_laid_out_either(cast: Cast, verb: str) -> None:
    """50,000 lines took the server seconds to draw in the preview of what it refused."""
    finding = drafted(cast)
    typed = words(finding, "a\r\n" * 50_000)
    response = post(cast.inspector, url(verb, finding.pk), typed)
    assert (response.status_code, "a<br" in response.text) == (422, False)
    assert "Not shown as it would print. The text is too long" in response.text
    assert response.text.count("\na") > 40_000  # still in its box


def test_what_was_typed_stays_when_the_words_cannot_be_kept(cast: Cast) -> None:
    finding = drafted(cast)
    response = post(cast.inspector, url("finding-save", finding.pk), words(finding, "", basis=CANARY))
    assert (response.status_code, CANARY in response.text) == (422, True)


def test_what_was_typed_stays_when_the_state_refuses(cast: Cast) -> None:
    finding = in_state(cast, State.MODERATED)
    workflow.make_final([finding], by=cast.lead_inspector)
    response = post(cast.inspector, url("finding-save", finding.pk), words(finding, CANARY))
    assert response.status_code == 422
    assert "accepted point" in response.text


def test_sending_back_without_a_reason_says_so_beside_the_field(cast: Cast) -> None:
    finding = in_state(cast, State.READY)
    response = post(cast.moderator, url("finding-send-back", finding.pk), {"reason": ""})
    assert (response.status_code, "Give the reason" in response.text) == (422, True)


def test_words_typed_beside_the_moderate_button_are_not_lost(cast: Cast) -> None:
    finding = in_state(cast, State.READY)
    response = post(cast.moderator, url("finding-moderate", finding.pk), words(finding, CANARY))
    finding.refresh_from_db()
    assert (finding.state, CANARY in response.text) == (State.READY, True)


def test_the_author_has_no_moderate_button_and_reads_why(cast: Cast) -> None:
    finding = drafted(cast, by=cast.lead_inspector)
    workflow.mark_ready(finding, by=cast.lead_inspector)
    page = signed_in(cast.lead_inspector).get(url("finding-show", finding.pk)).text
    assert "You drafted this finding" in page
    assert url("finding-moderate", finding.pk) not in page


def test_moving_and_removing(cast: Cast) -> None:
    one, two = drafted(cast, "One."), drafted(cast, "Two.")
    response = post(cast.inspector, url("finding-move", two.pk), {"direction": "up"})
    assert response.url.endswith("#pc-2")
    assert [each.reference for each in Finding.objects.in_order().select_related("theme")] == ["PC-2", "PC-1"]
    post(cast.inspector, url("finding-remove", one.pk), {"reason": "Twice"})
    page = signed_in(cast.inspector).get(url("force-show", cast.inspection, cast.northamptonshire)).text
    assert "Removed findings (1)" in page


def test_earlier_words_come_back_unsaved(cast: Cast) -> None:
    finding = save(drafted(cast, "The first words."), cast, "Later words.")
    page = signed_in(cast.inspector).get(url("finding-show", finding.pk) + "?words_of=1").text
    assert "The first words.</textarea>" in page
    assert "not saved yet" in page


def test_any_two_revisions_compared(cast: Cast) -> None:
    finding = save(save(drafted(cast, "A small sample."), cast, "A sample."), cast, "A large sample.")
    page = signed_in(cast.inspector).get(url("finding-history", finding.pk) + "?before=1&after=3").text
    assert "<del>small</del> <ins>large</ins>" in page
    assert "The changes one by one, in words (1)" in page


# Two people at once


def conflict(cast: Cast) -> tuple[Finding, Any]:
    finding = drafted(cast, "First paragraph.\n\nSecond paragraph.")
    save(finding, cast, "First paragraph, theirs.\n\nSecond paragraph.", by=cast.second_inspector)
    mine = words(finding, "First paragraph.\n\nSecond paragraph, mine.", version=1)
    return finding, post(cast.inspector, url("finding-save", finding.pk), mine)


def test_a_stale_save_leads_to_both_texts_and_loses_none(cast: Cast) -> None:
    finding, response = conflict(cast)
    refused = RefusedSave.objects.get()
    assert response.url == url("conflict-show", refused.pk)
    page = signed_in(cast.inspector).get(response.url).text
    assert "Nothing is lost" in page
    assert "2 parts merged by themselves" in page
    assert "First paragraph, theirs.\n\nSecond paragraph, mine.</textarea>" in page
    finding.refresh_from_db()
    assert finding.text.startswith("First paragraph, theirs")


def test_the_merged_text_is_saved_on_top_of_theirs(cast: Cast) -> None:
    finding, _ = conflict(cast)
    refused = RefusedSave.objects.get()
    response = post(cast.inspector, url("conflict-save", refused.pk), words(finding, "Merged.", version=2))
    finding.refresh_from_db()
    refused.refresh_from_db()
    assert response.url == url("finding-show", finding.pk)
    assert (finding.text, finding.version, bool(refused.settled_at)) == ("Merged.", 3, True)


def test_choices_are_put_together_without_saving(cast: Cast) -> None:
    finding, _ = conflict(cast)
    address = url("conflict-combine", RefusedSave.objects.get().pk)
    shown = words(finding, "First paragraph, theirs.\n\nSecond paragraph, mine.", version=2)
    response = post(cast.inspector, address, {**shown, "part_1": "base", "part_2": "yours"})
    assert "First paragraph.\n\nSecond paragraph, mine.</textarea>" in response.text
    finding.refresh_from_db()
    assert finding.version == 2


def test_a_second_save_meanwhile_begins_the_merge_anew(cast: Cast) -> None:
    finding, _ = conflict(cast)
    refused = RefusedSave.objects.get()
    save(finding, cast, "Theirs again.", by=cast.second_inspector, version=2)
    response = post(cast.inspector, url("conflict-save", refused.pk), words(finding, "Merged.", version=2))
    newest = RefusedSave.objects.order_by("-at").first()
    assert response.url == url("conflict-show", newest.pk)
    assert (newest.text, newest.base_version) == ("Merged.", 2)
    refused.refresh_from_db()
    assert (bool(refused.settled_at), newest.settled_at) == (True, None), "one text waits, not both"


def test_leaving_theirs_keeps_ones_own_text_in_the_history(cast: Cast) -> None:
    finding, _ = conflict(cast)
    post(cast.inspector, url("conflict-leave", RefusedSave.objects.get().pk))
    assert "Second paragraph, mine." in signed_in(cast.inspector).get(url("finding-history", finding.pk)).text


# Evidence


@pytest.fixture
def evidence_url(cast: Cast) -> str:
    return url("evidence-add", cast.inspection, cast.northamptonshire)


def test_linking_and_unlinking(cast: Cast, evidence_url: str) -> None:
    finding = drafted(cast)
    post(cast.inspector, evidence_url, {"kind": "data", "source": "Crime figures"})
    evidence = Evidence.objects.get()
    for linked, expected in (("yes", [evidence]), ("no", [])):
        post(cast.inspector, url("evidence-link", finding.pk), {"evidence": evidence.pk, "linked": linked})
        assert list(finding.evidence.all()) == expected


# Lists


def test_the_matrix_says_the_least_advanced_state_and_how_far(cast: Cast) -> None:
    in_state(cast, State.MODERATED)
    drafted(cast)
    page = signed_in(cast.lead_inspector).get(url("matrix-show", cast.inspection)).text
    assert "1 of 2 ready" in page
    assert "Not started" in page


def test_filters_stay_in_the_address_and_go_into_the_csv(cast: Cast) -> None:
    drafted(cast)
    client = signed_in(cast.lead_inspector)
    page = client.get(url("matrix-show", cast.inspection) + "?state=draft&theme=PC&nonsense=1").text
    assert "1 of 3 forces" in page
    assert "state=draft" in page
    lines = client.get(url("matrix-export", cast.inspection) + "?state=draft&theme=PC").text.splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["Northamptonshire Police"]


def test_a_csv_cell_is_never_a_formula(cast: Cast) -> None:
    cast.kent.name = "=HYPERLINK(1)"
    cast.kent.save()
    text = signed_in(cast.lead_inspector).get(url("matrix-export", cast.inspection)).text
    assert "'=HYPERLINK" in text


def test_my_work_names_the_next_thing(cast: Cast) -> None:
    in_state(cast, State.READY)
    assert "Read PC-1 on Northamptonshire Police" in signed_in(cast.moderator).get(url("work-show")).text
    assert "Nothing waits for you" in signed_in(cast.second_inspector).get(url("work-show")).text
