"""The screens of the factual accuracy check: whose they are, what they never show, and the way through them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from findings import workflow
from findings.accuracy.force import answers
from findings.accuracy.inspectorate import closing, issuing
from findings.drafting.evidence import add_evidence
from findings.models import Finding, Point, Round
from forces.models import Contact
from hmic_core import clock
from hmic_core.models import AuditEntry
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import accept, again, closed, decided, issued, moderated, point, responded
from tests.sending import GO_ON, issue_round, ticks

CANARY = "Zzyzx the canary sings at midnight"


def url(name: str, *args: Any) -> str:
    return reverse(f"findings:{name}", args=args)


def force_pages(round: Round) -> Iterator[tuple[str, str]]:
    """Every address of the force's side, with the method that it answers to."""
    paragraph, mine = round.paragraphs.first(), round.points.first()
    assert paragraph is not None
    assert mine is not None
    for name in ("check-draft", "check-log", "check-submit", "check-receipt", "check-decisions", "point-raise-whole"):
        yield "get", url(name, round.pk)
    for name in ("check-submit", "point-raise-whole"):
        yield "post", url(name, round.pk)
    yield "post", url("paragraph-check", round.pk, paragraph.pk)
    for method in ("get", "post"):
        yield method, url("point-raise", round.pk, paragraph.pk)
        yield method, url("point-change", round.pk, mine.pk)
        yield method, url("point-withdraw", round.pk, mine.pk)


def inspector_pages(round: Round) -> Iterator[tuple[str, str]]:
    where = (round.inspection.slug, round.force.slug)
    mine = round.points.first()
    assert mine is not None
    for name in ("round-show", "round-recall", "ledger"):
        yield "get", url(name, *where)
    for name in ("round-issue", "round-recall", "round-no-response", "round-close"):
        yield "post", url(name, *where)
    yield "get", url("point-decide", mine.pk)
    yield "post", url("point-decide", mine.pk)


@pytest.fixture
def round(cast: Cast) -> Round:
    """With the force, one point raised."""
    made = issued(cast, CANARY)
    point(cast, made, quoted="canary", proposed="bird")
    return made


def without_token(answer: Any) -> str:
    """The page without the masked token of its sign-out form, which differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())


# Who sees what


@pytest.mark.parametrize("who", ["outsider", "pcc_office", "auditor", "system_admin", "admin", "inspector"])
def test_the_force_side_does_not_exist_for_anybody_else(cast: Cast, round: Round, who: str) -> None:
    client = signed_in(getattr(cast, who))
    missing = client.get(url("check-draft", "00000000-0000-4000-8000-000000000000"))
    for method, address in force_pages(round):
        answer = getattr(client, method)(address)
        assert (answer.status_code, address) == (404, address)
        assert without_token(answer) == without_token(missing)
    assert not round.openings.exists()
    assert Point.objects.count() == 1


@pytest.mark.parametrize(
    "who",
    ["outsider", "pcc_office", "liaison_officer", "reviewer", "chief_officer", "system_admin", "auditor", "admin"],
)
def test_the_inspectors_side_does_not_exist_for_anybody_else(cast: Cast, who: str) -> None:
    made = responded(cast)
    client = signed_in(getattr(cast, who))
    for method, address in inspector_pages(made):
        assert getattr(client, method)(address).status_code == 404, address
    assert again(made).state == Round.State.RESPONDED


@pytest.mark.parametrize("who", ["outsider", "pcc_office", "auditor", "system_admin", "admin"])
def test_no_list_shows_the_wording_or_the_round_to_an_outsider(cast: Cast, round: Round, who: str) -> None:
    client = signed_in(getattr(cast, who))
    for name in ("check-home", "point-inbox"):
        page = client.get(url(name)).content.decode()
        assert "Zzyzx" not in page
        assert "Northamptonshire" not in page
        assert str(round.pk) not in page


def test_another_forces_round_gives_nothing_through_ones_own(cast: Cast, round: Round) -> None:
    """A paragraph or point is fetched through its own round: identifiers of two forces cannot be mixed."""
    Contact.objects.create(
        force=cast.kent,
        capacity="liaison_officer",
        user=cast.outsider,
        name="Outsider",
        starts_on=LONG_AGO,
        verified_at=again(round).issued_at,
    )
    finding = workflow.draft_finding(
        inspection=cast.inspection,
        force=cast.kent,
        theme=cast.themes[0],
        text="Kent’s own.",
        kind="finding",
        basis="",
        by=cast.inspector,
    )
    finding = workflow.mark_ready(finding, by=cast.inspector)
    workflow.moderate(finding, version=1, by=cast.moderator)
    kents = issue_round(inspection=cast.inspection, force=cast.kent, by=cast.lead_inspector)
    client = signed_in(cast.outsider)
    assert client.get(url("check-draft", kents.pk)).status_code == 200
    paragraph, mine = round.paragraphs.get(), round.points.get()
    assert client.get(url("point-raise", kents.pk, paragraph.pk)).status_code == 404
    assert client.post(url("paragraph-check", kents.pk, paragraph.pk)).status_code == 404
    assert client.get(url("point-change", kents.pk, mine.pk)).status_code == 404
    assert client.post(url("point-withdraw", kents.pk, mine.pk)).status_code == 404


@pytest.mark.parametrize("state", [Round.State.PREPARING, Round.State.RECALLED])
def test_a_round_that_is_not_with_the_force_does_not_exist_for_it(cast: Cast, round: Round, state: str) -> None:
    Round.objects.update(state=state)
    client = signed_in(cast.liaison_officer)
    # What the force wrote stays readable for it after a recall; the draft does not.
    kept = [url(name, round.pk) for name in ("check-log", "check-receipt")] if state == Round.State.RECALLED else []
    for method, address in force_pages(round):
        if address not in kept:
            assert getattr(client, method)(address).status_code == 404, address
    for address in [url("check-home"), *kept]:
        assert b"Zzyzx" not in client.get(address).content


def test_a_contact_who_is_not_verified_or_has_left_sees_nothing(cast: Cast, round: Round) -> None:
    Contact.objects.filter(user=cast.reviewer).update(verified_at=None)
    assert signed_in(cast.reviewer).get(url("check-draft", round.pk)).status_code == 404


def test_inspectors_do_not_see_points_that_were_not_sent(cast: Cast, round: Round) -> None:
    mine = round.points.get()
    client = signed_in(cast.lead_inspector)
    page = client.get(url("round-show", cast.inspection.slug, "northamptonshire")).content.decode()
    assert "bird" not in page
    assert client.get(url("point-decide", mine.pk)).status_code == 404
    assert b"bird" not in client.get(url("ledger", cast.inspection.slug, "northamptonshire")).content


def test_the_force_never_sees_evidence_the_working_copy_or_who_decides(cast: Cast) -> None:
    round = responded(cast, points=2)
    finding = Finding.objects.order_by("number").first()
    assert finding is not None
    add_evidence(
        inspection=cast.inspection,
        force=cast.northamptonshire,
        kind="interview",
        source="SECRET-SOURCE",
        note="SECRET-NOTE",
        happened_on=None,
        findings=[finding],
        by=cast.inspector,
    )
    first, second = round.points.order_by("number")
    accept(cast, first, reason="REASON-ONE", outcome=Point.State.ACCEPTED)
    liaison = signed_in(cast.liaison_officer)

    def everything() -> str:
        names = ("check-draft", "check-log", "check-submit", "check-receipt", "check-decisions")
        pages = [liaison.get(url("check-home")), *(liaison.get(url(name, round.pk)) for name in names)]
        return "".join(page.content.decode() for page in pages)

    before = everything()
    assert "REASON-ONE" not in before
    assert "Accepted" not in before
    assert "crime reduction strategy</ins>" not in before
    accept(cast, second, reason="REASON-TWO", outcome=Point.State.NOT_ACCEPTED)
    closing.close_round(round, by=cast.lead_inspector)
    after = everything()
    assert "REASON-ONE" in after
    assert "REASON-TWO" in after
    assert "SECRET" not in before + after
    # The inspection's contact is called "Lead inspector" too, so the person is renamed to be told apart.
    cast.lead_inspector.name = "Decider by name"
    cast.lead_inspector.save()
    assert "Decider by name" not in everything()


def test_words_changed_after_the_check_was_completed_are_not_shown(cast: Cast) -> None:
    round = closed(cast)
    finding = Finding.objects.get()
    finding.revisions.create(
        version=finding.version + 1, kind="finding", text="LATER-WORDS", by=cast.inspector, at=again(round).closed_at
    )
    finding.revisions.filter(text="LATER-WORDS").update(at="2099-01-01T00:00Z")
    Finding.objects.update(text="LATER-WORDS")
    page = signed_in(cast.liaison_officer).get(url("check-decisions", round.pk)).content.decode()
    assert "LATER-WORDS" not in page


# The way through


def test_opening_the_draft_is_noted_and_home_says_who_looked(cast: Cast, round: Round) -> None:
    reviewer, liaison = signed_in(cast.reviewer), signed_in(cast.liaison_officer)
    assert "Has not opened the draft" in liaison.get(url("check-home")).content.decode()
    assert not round.openings.exists()
    for _ in range(2):
        page = reviewer.get(url("check-draft", round.pk)).content.decode()
    assert CANARY.replace("canary", "").split()[0] in page
    assert "In confidence." in page
    assert AuditEntry.objects.filter(action="round:opened").count() == 1
    home = liaison.get(url("check-home")).content.decode()
    assert "Respond by" in home
    assert "020 7946 0142" in home
    assert "Reviewer" in home


def test_a_link_that_a_mail_scanner_fetches_changes_nothing(client: Any, round: Round) -> None:
    before = AuditEntry.objects.count()
    assert client.get(url("check-home")).status_code == 302
    assert client.get(url("check-draft", round.pk)).status_code == 302
    assert AuditEntry.objects.count() == before


def test_a_reviewer_raises_changes_and_withdraws_a_point(cast: Cast, round: Round) -> None:
    client = signed_in(cast.reviewer)
    raise_at = url("point-raise", round.pk, round.paragraphs.get().pk)
    assert "Point 2 on PC-1" in client.get(raise_at).content.decode()
    words = {"kind": "disputed", "quoted": "at midnight", "proposed": "at noon", "explanation": "We were there."}
    answer = client.post(raise_at, words)
    assert answer.status_code == 302
    assert answer["Location"].endswith("#point-2")
    mine = Point.objects.get(number=2)
    change_at = url("point-change", round.pk, mine.pk)
    page = client.get(change_at).content.decode()
    assert "<ins>noon</ins>" in page
    client.post(change_at, {**words, "proposed": "at dawn", "version": 1})
    assert Point.objects.get(number=2).proposed == "at dawn"
    withdraw_at = url("point-withdraw", round.pk, mine.pk)
    assert "at dawn" in client.get(withdraw_at).content.decode()
    assert Point.objects.count() == 2
    client.post(withdraw_at)
    assert Point.objects.present().count() == 1


def test_words_that_are_refused_stay_in_the_form(cast: Cast, round: Round) -> None:
    client = signed_in(cast.reviewer)
    typed = {"kind": "disputed", "quoted": "words of elsewhere", "proposed": "KEEP-ONE", "explanation": "KEEP-TWO"}
    page = client.post(url("point-raise", round.pk, round.paragraphs.get().pk), typed).content.decode()
    assert "do not stand in PC-1" in page
    assert "<title>Error: " in page
    for words in typed.values():
        assert words in page
    del typed["kind"]
    page = client.post(url("point-raise", round.pk, round.paragraphs.get().pk), typed).content.decode()
    assert "Choose what is wrong" in page
    assert "KEEP-TWO" in page


def test_words_typed_while_a_colleague_sent_the_response_stay_in_the_form(cast: Cast, round: Round) -> None:
    answers.submit_response(round, authorised_by="Mr Adrian Lee QPM", by=cast.liaison_officer)
    typed = {"kind": "disputed", "quoted": "canary", "proposed": "KEEP-ONE", "explanation": "KEEP-TWO"}
    page = signed_in(cast.reviewer).post(url("point-raise", round.pk, round.paragraphs.get().pk), typed)
    assert "The force has sent its response" in page.content.decode()
    assert "KEEP-TWO" in page.content.decode()


def test_a_stale_save_of_a_point_shows_both_texts(cast: Cast, round: Round) -> None:
    mine = round.points.get()
    words = {"kind": "typing", "quoted": "canary", "explanation": "y"}
    answers.change_point(mine, proposed="THEIRS", version=1, by=cast.liaison_officer, **words)
    client = signed_in(cast.reviewer)
    page = client.post(url("point-change", round.pk, mine.pk), {**words, "proposed": "YOURS", "version": 1})
    text = page.content.decode()
    assert "THEIRS" in text
    assert "YOURS" in text
    assert re.search(r'name="version" value="2"', text)
    client.post(url("point-change", round.pk, mine.pk), {**words, "proposed": "YOURS", "version": 2})
    assert Point.objects.get().proposed == "YOURS"


def test_checked_is_kept_apart_from_raising_a_point(cast: Cast, round: Round) -> None:
    client = signed_in(cast.reviewer)
    paragraph = round.paragraphs.get()
    answer = client.post(url("paragraph-check", round.pk, paragraph.pk))
    assert answer["Location"].endswith("#pc-1")
    assert "1 of 1" in client.get(url("check-home")).content.decode()


def test_a_chief_officer_reads_and_does_not_write(cast: Cast, round: Round) -> None:
    client = signed_in(cast.chief_officer)
    page = client.get(url("check-draft", round.pk)).content.decode()
    assert "Zzyzx" in page
    assert "Raise a point" not in page
    assert "Mark as checked" not in page
    assert client.get(url("point-raise", round.pk, round.paragraphs.get().pk)).status_code == 302


def test_a_reviewer_is_not_offered_and_not_allowed_to_send(cast: Cast, round: Round) -> None:
    client = signed_in(cast.reviewer)
    assert "Only your force’s liaison officer" in client.get(url("check-submit", round.pk)).content.decode()
    client.post(url("check-submit", round.pk), {"authorised_by": "Mr Adrian Lee QPM"})
    assert again(round).state == Round.State.ISSUED


def test_no_inaccuracies_takes_three_clicks_and_gives_a_receipt(cast: Cast) -> None:
    round = issued(cast)
    client = signed_in(cast.liaison_officer)
    home = client.get(url("check-home")).content.decode()
    submit_at = url("check-submit", round.pk)
    assert f'href="{submit_at}"' in home
    form = client.get(submit_at).content.decode()
    assert "Send: no inaccuracies" in form
    assert "Mr Adrian Lee QPM, Chief Constable" in form
    answer = client.post(submit_at, {"authorised_by": "Mr Adrian Lee QPM, Chief Constable"}, follow=True)
    assert again(round).response_hash in answer.content.decode()


def test_sending_twice_sends_once(cast: Cast, round: Round) -> None:
    client = signed_in(cast.liaison_officer)
    for _ in range(2):
        answer = client.post(url("check-submit", round.pk), {"authorised_by": "Mr Adrian Lee QPM"})
    assert answer.status_code == 200
    assert "It was sent" in answer.content.decode()
    assert AuditEntry.objects.filter(action="round:submitted").count() == 1


# The inspectors' screens


def test_the_lead_inspector_sends_the_draft_from_its_page(cast: Cast) -> None:
    moderated(cast)
    where = (cast.inspection.slug, "northamptonshire")
    client = signed_in(cast.lead_inspector)
    assert "Send the draft to the force" in client.get(url("round-show", *where)).content.decode()
    assert (
        "Send the draft to the force" not in signed_in(cast.inspector).get(url("round-show", *where)).content.decode()
    )
    refused = client.post(url("round-issue", *where))
    assert refused.status_code == 422
    assert "Confirm this, or settle it first: PC-1 rests on no evidence" in refused.text
    assert not Round.objects.exists()
    ticked = {"confirmed": ticks(cast.inspection, cast.northamptonshire)}
    client.post(url("round-issue", *where), {"confirmed": ticked["confirmed"][1:]})
    assert not Round.objects.exists()
    client.post(url("round-issue", *where), ticked | GO_ON)
    assert Round.objects.get().state == Round.State.ISSUED
    client.post(url("round-issue", *where), ticked | GO_ON)
    assert Round.objects.count() == 1


def test_deciding_leads_on_and_a_refusal_keeps_the_words(cast: Cast) -> None:
    round = responded(cast, points=2)
    first, second = round.points.order_by("number")
    client = signed_in(cast.lead_inspector)
    page = client.get(url("point-decide", first.pk)).content.decode()
    assert "crime reduction strategy" in page
    assert "revision 2" in page
    page = client.post(url("point-decide", first.pk), {"outcome": "accepted", "amended_text": "KEEP"}).content.decode()
    assert "Give the reason" in page
    assert "KEEP" in page
    Finding.objects.filter(number=1).update(version=7)
    typed = {"outcome": "accepted", "reason": "KEEP-REASON", "amended_text": "KEEP-WORDS", "version": 1}
    Finding.objects.filter(number=1).update(version=1)
    finding = Finding.objects.get(number=1)
    workflow.save_finding(finding, text="Meanwhile.", kind="finding", basis="", version=1, by=cast.inspector)
    page = client.post(url("point-decide", first.pk), typed).content.decode()
    assert "KEEP-REASON" in page
    assert "KEEP-WORDS" in page
    answer = client.post(url("point-decide", first.pk), {**typed, "version": 2})
    assert answer["Location"] == url("point-decide", second.pk)
    answer = client.post(url("point-decide", second.pk), {"outcome": "not_accepted", "reason": "No."})
    assert answer["Location"] == url("round-show", cast.inspection.slug, "northamptonshire")


def test_completing_asks_for_the_waiver_beside_its_field(cast: Cast) -> None:
    decided(cast)
    later = moderated(cast, "Added after the force looked.", theme=1)
    client = signed_in(cast.lead_inspector)
    where = (cast.inspection.slug, "northamptonshire")
    assert later.reference in client.get(url("round-show", *where)).content.decode()
    page = client.post(url("round-close", *where), {"waiver": ""}).content.decode()
    assert "The force has not seen these words: FT-1" in page
    client.post(url("round-close", *where), {"waiver": "A heading only."})
    assert Round.objects.get().state == Round.State.CLOSED


def test_the_ledger_leads_from_each_sentence_to_its_point_reason_and_both_texts(cast: Cast) -> None:
    closed(cast)
    page = signed_in(cast.inspector).get(url("ledger", cast.inspection.slug, "northamptonshire")).content.decode()
    for expected in ('id="pc-1"', "Point 1", "The cover page agrees.", "<del>prevention</del>", "<ins>reduction</ins>"):
        assert expected in page


# The number of queries


def test_pages_take_as_many_queries_however_many_points_the_verbs_made(cast: Cast) -> None:
    """Of points with all that verbs leave behind; thirty plain rows are counted in tests/test_query_counts.py."""
    counts: dict[str, set[int]] = {}
    for number in (1, 3, 9):
        Finding.objects.filter(paragraphs=None).delete()
        round = _with_points(cast, number)
        for who, address in _lists(cast, round):
            client = signed_in(who)
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert client.get(address).status_code == 200
            name = re.sub(r"[0-9a-f-]{36}", "*", address)
            counts.setdefault(name, set()).add(len(captured))
        Round.objects.filter(pk=round.pk).update(state=Round.State.RECALLED)
        # Nothing of it goes on in the next draft, which would have more points than are counted.
        Point.objects.filter(round=round).update(
            state=Point.State.WITHDRAWN, withdrawn_by=cast.reviewer, withdrawn_at=clock.now(), submitted_at=None
        )
        Finding.objects.exclude(state=Finding.State.REMOVED).update(state=Finding.State.REMOVED)
    assert {name: found for name, found in counts.items() if len(found) > 1} == {}


def test_lists_of_checks_take_as_many_queries_for_one_three_and_thirty(cast: Cast) -> None:
    counts: dict[str, set[int]] = {}
    made = 0
    for number in (1, 3, 30):
        while made < number:
            made += 1
            Round.objects.create(
                inspection=cast.inspection, force=cast.northamptonshire, number=made, state=Round.State.CLOSED
            )
        for who, address in (
            (cast.lead_inspector, url("point-inbox") + "?show=complete"),
            (cast.liaison_officer, url("check-home")),
        ):
            client = signed_in(who)
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                page = client.get(address)
            assert page.content.decode().count("<tr") >= min(number, 2) - 1
            counts.setdefault(address, set()).add(len(captured))
    assert len(counts[url("point-inbox") + "?show=complete"]) == 1
    assert len(counts[url("check-home")]) == 1


def _with_points(cast: Cast, number: int) -> Round:
    round = responded(cast, points=number)
    for each in round.points.all()[1:]:
        accept(cast, each, outcome=Point.State.NOT_ACCEPTED)
    return round


def _lists(cast: Cast, round: Round) -> Iterator[tuple[Any, str]]:
    where = (cast.inspection.slug, "northamptonshire")
    undecided = round.points.order_by("number").first()
    assert undecided is not None
    for name in ("check-draft", "check-log", "check-receipt", "check-decisions"):
        yield cast.liaison_officer, url(name, round.pk)
    yield cast.lead_inspector, url("round-show", *where)
    yield cast.lead_inspector, url("ledger", *where)
    yield cast.lead_inspector, url("point-decide", undecided.pk)


def test_words_typed_while_the_draft_is_recalled_are_not_lost(cast: Cast) -> None:
    """The page that says that the draft is gone gives them back, and the browser keeps them for the next draft."""
    round = issued(cast)
    paragraph = round.paragraphs.get()
    client = signed_in(cast.reviewer)
    address = reverse("findings:point-raise", args=[round.pk, paragraph.pk])
    kept = re.search(r'data-keep="point-[^"]+"', client.get(address).text)
    issuing.recall_round(round, reason="Too early", by=cast.lead_inspector)
    typed = {"kind": "disputed", "quoted": "", "explanation": "It was tested in May."}
    gone, never = client.post(address, typed), client.post(address.replace(str(round.pk), str(paragraph.pk)), typed)
    assert gone.status_code == 404
    assert without_token(gone) == without_token(never)
    assert "It was tested in May." in gone.text
    new = issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    again = client.get(reverse("findings:point-raise", args=[new.pk, new.paragraphs.get().pk])).text
    assert kept is not None
    assert kept[0] in again
