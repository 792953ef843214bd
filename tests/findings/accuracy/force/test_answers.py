"""How a force goes about its answer: reviewers, paragraphs, evidence, time, reminders, late points, the receipt."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from findings.accuracy import quoted_words, reminders
from findings.accuracy.deadlines import after_working_days
from findings.accuracy.force import answers, extensions, invitations, late_points, point_files, receipts
from findings.accuracy.inspectorate import issuing
from findings.accuracy.notices import reminder_event
from findings.accuracy.rounds import due_at, response
from findings.models import Extension, Invitation, LateOffer, Point, PointFile, Round
from findings.tasks import make_receipts, remind_forces
from forces.models import Contact
from hmic_core import clock, files, notices
from hmic_core.clock import LONDON
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, Notice, User
from hmic_core.pdf import pictures, rendering
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import WORDS, accept, again, issued, point, responded, sent_on
from tests.findings.drafting.test_evidence import pdf as pdf_file

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")
PASSWORD = "of-these-tests-only"
A_DAY = dt.timedelta(days=1)


def url(name: str, *args: Any) -> str:
    return reverse(f"findings:{name}", args=args)


def refused(words: str) -> Any:
    return pytest.raises(NotAllowed, match=re.escape(words))


def overdue(cast: Cast) -> Round:
    """A check whose time passed yesterday, gone on without a response."""
    round = sent_on(issued(cast), clock.now() - 40 * A_DAY)
    answers.record_no_response(round)
    return again(round)


# Reviewers


def test_an_invitation_is_a_link_and_leads_to_one_first_password(cast: Cast) -> None:
    round = issued(cast)
    client = signed_in(cast.liaison_officer)
    client.post(url("check-invite", round.pk), {"name": "Fraud reviewer", "email": "Fraud@Force.example"})
    user = User.objects.get(email="fraud@force.example")
    contact = Contact.objects.get(user=user)
    assert (contact.force, contact.capacity, user.has_usable_password()) == (cast.northamptonshire, "reviewer", False)
    notices.deliver()
    letter = next(each for each in mail.outbox if each.to == ["fraud@force.example"])
    assert WORDS.split()[5] not in letter.body
    assert "Northamptonshire" not in letter.body + letter.subject
    link = re.search(r"http://\S+(/invitations/\S+)", letter.body).group(1)  # type: ignore[union-attr]

    before = AuditEntry.objects.count()
    for _ in range(3):  # a mail scanner, twice, and the person
        assert "Choose a password" in Client().get(link).content.decode()
    assert AuditEntry.objects.count() == before
    assert not User.objects.get(pk=user.pk).has_usable_password()

    browser = Client()
    page = browser.post(link, follow=True)
    assert "Choose a new password" in page.content.decode()
    form = page.redirect_chain[-1][0]
    browser.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)

    # Single use: neither the invitation nor the page it led to works again, and both say so alike.
    never = Client().get(url("invitation-open", "00000000-0000-4000-8000-000000000000"))
    for dead in (Client().get(link), Client().post(link)):
        assert (dead.status_code, len(dead.content)) == (404, len(never.content))
    again_ = Client().get(page.redirect_chain[0][0], follow=True)
    assert "This link no longer works" in again_.content.decode()
    user.refresh_from_db()
    assert signed_in(user).get(url("check-draft", round.pk)).status_code == 200


def test_inviting_again_replaces_the_link_and_an_old_one_is_dead(cast: Cast) -> None:
    round = issued(cast)
    words = {"name": "Fraud reviewer", "email": "fraud@force.example", "by": cast.liaison_officer}
    invitations.invite_reviewer(round, **words)
    first = Invitation.objects.get()
    invitations.invite_reviewer(round, **words)
    second = Invitation.objects.get()
    assert invitations.open_invitation(first.pk) is None
    assert invitations.open_invitation(second.pk) == second
    assert Contact.objects.filter(user__email="fraud@force.example").count() == 1
    Invitation.objects.update(expires_at=clock.now())
    assert invitations.open_invitation(second.pk) is None


def test_nobody_invites_to_another_force_or_without_being_liaison_officer(cast: Cast) -> None:
    round = issued(cast)
    for who in (cast.reviewer, cast.chief_officer, cast.outsider, cast.lead_inspector):
        with refused("Only your force’s liaison officer can invite reviewers."):
            invitations.invite_reviewer(round, name="X", email="x@force.example", by=who)
    answer = signed_in(cast.outsider).post(url("check-invite", round.pk), {"name": "X", "email": "x@force.example"})
    assert answer.status_code == 404
    signed_in(cast.liaison_officer).post(
        url("check-invite", round.pk), {"name": "X", "email": "x@force.example", "force": "kent"}
    )
    assert list(Contact.objects.filter(user__email="x@force.example").values_list("force__slug", flat=True)) == [
        "northamptonshire"
    ]


def test_the_inspectorate_and_closed_accounts_are_not_invited_and_nobody_learns_of_accounts(cast: Cast) -> None:
    round = issued(cast)
    for email in (cast.inspector.email, cast.admin.email):
        with refused("can’t be invited"):
            invitations.invite_reviewer(round, name="X", email=email, by=cast.liaison_officer)
    client = signed_in(cast.liaison_officer)
    said = []
    for email in ("new@force.example", cast.outsider.email):
        page = client.post(url("check-invite", round.pk), {"name": "Same", "email": email}, follow=True)
        said.append(re.sub(r"[0-9a-f-]{36}|\d\d:\d\d", "", " ".join(page.content.decode().split("banner")[1:3])))
        client.get(url("check-people", round.pk))
    assert said[0][:400] == said[1][:400]


def test_ending_access_works_at_once_and_only_on_ones_own_reviewers(cast: Cast) -> None:
    round = issued(cast)
    client = signed_in(cast.liaison_officer)
    mine = Contact.objects.get(user=cast.reviewer)
    invitations.give_paragraphs(round, list(round.paragraphs.all()), to=cast.reviewer, by=cast.liaison_officer)
    reviewer = signed_in(cast.reviewer)
    assert reviewer.get(url("check-draft", round.pk)).status_code == 200
    assert client.get(url("check-end", round.pk, mine.pk)).status_code == 200
    client.post(url("check-end", round.pk, mine.pk))
    assert reviewer.get(url("check-draft", round.pk)).status_code == 404
    assert not round.paragraphs.filter(given__isnull=False).exists()
    for other in (Contact.objects.get(user=cast.outsider), Contact.objects.get(user=cast.chief_officer)):
        assert client.post(url("check-end", round.pk, other.pk)).status_code == 404
        with refused("is not a reviewer of your force"):
            invitations.end_access(round, other, by=cast.liaison_officer)


def test_paragraphs_are_given_to_reviewers_of_the_force_only(cast: Cast) -> None:
    round = issued(cast, WORDS, f"{WORDS} Again.")
    client = signed_in(cast.liaison_officer)
    first, second = round.paragraphs.all()
    client.post(url("check-give", round.pk), {"paragraphs": [first.pk, second.pk], "to": str(cast.reviewer.pk)})
    page = signed_in(cast.reviewer).get(url("check-home")).content.decode()
    assert "Yours to check" in page
    client.post(url("check-give", round.pk), {"paragraphs": [first.pk], "to": "nobody"})
    assert round.paragraphs.get(given__to=cast.reviewer) == second
    with refused("is not a reviewer of your force"):
        invitations.give_paragraphs(round, [first], to=cast.outsider, by=cast.liaison_officer)
    with refused("Only your force’s liaison officer"):
        invitations.give_paragraphs(round, [first], to=cast.reviewer, by=cast.reviewer)
    assert Notice.objects.filter(recipient=cast.reviewer, event__startswith="paragraphs_given").count() == 1


# Points and their evidence


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("all crime prevension strategy", "all crime prevention strategy"),
        ("The force has a crime prevention strategy", "force has an “all crime prevention strategy”,"),
        ("nothing like it at all, xyzzy", ""),
    ],
)
def test_the_nearest_words_are_offered(typed: str, found: str) -> None:
    got = quoted_words.nearest(WORDS, typed)
    assert (found in got or got in found) if found else got == ""


def test_words_that_stand_twice_are_not_taken_for_either(cast: Cast) -> None:
    round = issued(cast, "The plan is good. The plan is old.")
    with refused("These words stand twice in PC-1."):
        point(cast, round, quoted="The plan is", proposed="Our plan is")
    assert point(cast, round, quoted="The plan is old", proposed="Our plan is old").number == 1


def test_a_quotation_that_is_not_there_keeps_everything_typed_and_offers_the_nearest(cast: Cast) -> None:
    round = issued(cast)
    paragraph = round.paragraphs.get()
    address = url("point-raise", round.pk, paragraph.pk)
    client = signed_in(cast.reviewer)
    typed = {"quoted": "crime prevension strategy", "kind": "typing", "proposed": "mine", "explanation": "My reason."}
    page = client.post(address, typed).content.decode()
    assert "The nearest there are" in page
    assert "My reason." in page
    assert Point.objects.count() == 0
    offered = re.search(r'name="quote_nearest" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    page = client.post(address, {**typed, "quote_nearest": offered}).content.decode()
    assert Point.objects.count() == 0
    assert "<ins>mine</ins>" in page
    assert "My reason." in page
    client.post(address, {**typed, "quoted": offered})
    assert Point.objects.get().quoted == offered


def test_show_the_difference_saves_nothing(cast: Cast) -> None:
    round = issued(cast)
    address = url("point-raise", round.pk, round.paragraphs.get().pk)
    typed = {"quoted": "prevention", "proposed": "reduction", "show": "difference"}
    page = signed_in(cast.reviewer).post(address, typed).content.decode()
    assert "<del>prevention</del>" in page
    assert "<ins>reduction</ins>" in page
    assert Point.objects.count() == 0


def test_long_words_are_kept_whole(cast: Cast) -> None:
    round = issued(cast)
    long = "word " * 40_000
    made = point(cast, round, explanation=long)
    assert Point.objects.get(pk=made.pk).explanation == long.strip()


def test_evidence_goes_with_the_point_and_is_for_the_inspectorate_once_sent(cast: Cast) -> None:
    round = issued(cast)
    paragraph = round.paragraphs.get()
    client = signed_in(cast.reviewer)
    words = {"quoted": "prevention", "kind": "typing", "proposed": "reduction", "explanation": "See the cover."}
    strategy = pdf_file()
    file = SimpleUploadedFile("strategy.pdf", strategy, content_type="application/pdf")
    client.post(url("point-raise", round.pk, paragraph.pk), {**words, "upload": file, "shows": "The cover, page 1"})
    mine = Point.objects.get()
    second = SimpleUploadedFile("minutes.txt", b"Minutes of the panel")
    address = url("point-change", round.pk, mine.pk)
    answer = client.post(address, {**words, "version": 1, "upload": second, "shows": "Item 4", "another": "file"})
    assert answer["Location"] == address
    given = list(PointFile.objects.select_related("file").order_by("file__created_at"))
    assert [(each.file.name, each.shows) for each in given] == [
        ("strategy.pdf", "The cover, page 1"),
        ("minutes.txt", "Item 4"),
    ]
    for name in ("check-log", "check-draft"):
        assert "strategy.pdf" in client.get(url(name, round.pk)).content.decode()
    assert client.get(url("check-file", round.pk, given[0].pk)).content == strategy
    assert signed_in(cast.outsider).get(url("check-file", round.pk, given[0].pk)).status_code == 404
    lead = signed_in(cast.lead_inspector)
    assert lead.get(url("point-file", given[0].pk)).status_code == 404  # a draft's file is the force's own
    client.post(address, {**words, "version": 2, "take_off": [given[1].pk]})
    assert PointFile.objects.given().count() == 1, "what was taken off is kept, and not given"
    answers.submit_response(round, authorised_by="Mr Adrian Lee QPM", by=cast.liaison_officer)
    assert lead.get(url("point-file", given[0].pk)).content == strategy
    with refused("sent"):
        point_files.take_off_file(given[0], by=cast.reviewer)


@pytest.mark.parametrize(
    ("name", "data", "say"),
    [
        ("tool.exe", b"MZ", "of a kind that can’t be kept"),
        ("strategy.pdf", b"MZ not a PDF", "is not what its name says"),
        ("empty.pdf", b"", "“empty.pdf” is empty"),
    ],
)
def test_a_wrong_file_is_refused_beside_its_box_and_the_words_stay(
    cast: Cast, name: str, data: bytes, say: str
) -> None:
    round = issued(cast)
    address = url("point-raise", round.pk, round.paragraphs.get().pk)
    words = {
        "quoted": "prevention",
        "kind": "typing",
        "proposed": "reduction",
        "upload": SimpleUploadedFile(name, data),
    }
    page = signed_in(cast.reviewer).post(address, words).content.decode()
    assert say in page
    assert "reduction" in page
    assert Point.objects.count() == 0


def test_changed_since_fieldwork_is_an_update_in_words_everywhere(cast: Cast) -> None:
    round = issued(cast)
    point(cast, round, kind=Point.Kind.CHANGED_SINCE, quoted="", proposed="")
    client = signed_in(cast.liaison_officer)
    assert "kept as an update" in client.get(url("check-log", round.pk)).content.decode()
    assert "not as an inaccuracy" in client.get(url("check-submit", round.pk)).content.decode()


# More time


def test_an_extension_moves_the_time_in_working_days_and_says_so(cast: Cast) -> None:
    round = issued(cast)
    client = signed_in(cast.liaison_officer)
    before = due_at(round)
    assert before is not None
    client.post(url("check-extension", round.pk), {"days": "3", "reason": "Two reviewers are ill."})
    asked = Extension.objects.get()
    assert "Waiting for the lead inspector" in client.get(url("check-home")).content.decode()
    lead = signed_in(cast.lead_inspector)
    assert "asks for more time" in lead.get(url("round-show", "test-subject", "northamptonshire")).content.decode()
    page = lead.get(url("extension-decide", asked.pk)).content.decode()
    assert "Two reviewers are ill." in page
    lead.post(url("extension-decide", asked.pk), {"decision": "grant", "days": "2", "answer": "Two will do."})
    after = due_at(again(round))
    assert after is not None
    assert after.astimezone(LONDON).date() == after_working_days(before.astimezone(LONDON).date(), 2)
    home = client.get(url("check-home")).content.decode()
    assert "Two will do." in home
    told = Notice.objects.filter(event=f"extension_answered:{asked.pk}")
    assert {each.recipient for each in told} == {cast.liaison_officer}
    assert "ill" not in "".join(each.body for each in Notice.objects.all())


def test_an_extension_is_asked_in_time_once_by_the_liaison_officer_and_answered_with_a_reason(cast: Cast) -> None:
    round = issued(cast)
    ask = {"days": 3, "reason": "Illness"}
    for who in (cast.reviewer, cast.outsider, cast.lead_inspector):
        with refused("Only your force’s liaison officer can do this."):
            extensions.ask_extension(round, **ask, by=who)
    for wrong, say in (({"days": 0}, "1 to 20"), ({"days": 21}, "1 to 20"), ({"reason": " "}, "Say why")):
        with refused(say):
            extensions.ask_extension(round, **{**ask, **wrong}, by=cast.liaison_officer)
    asked = extensions.ask_extension(round, **ask, by=cast.liaison_officer)
    with refused("has asked already"):
        extensions.ask_extension(round, **ask, by=cast.liaison_officer)
    with refused("Give the reason"):
        extensions.refuse_extension(asked, answer=" ", by=cast.lead_inspector)
    with refused("Only the lead inspector"):
        extensions.grant_extension(asked, days=1, answer="Yes", by=cast.inspector)
    extensions.refuse_extension(asked, answer="The report is printed on Monday.", by=cast.lead_inspector)
    with refused("answered already"):
        extensions.grant_extension(asked, days=1, answer="Yes", by=cast.lead_inspector)
    assert again(round).extra_days == 0
    sent_on(round, clock.now() - 40 * A_DAY)
    with refused("The time to respond has passed"):
        extensions.ask_extension(round, **ask, by=cast.liaison_officer)


def test_a_request_blocks_nothing_and_can_be_granted_after_the_time(cast: Cast) -> None:
    round = issued(cast)
    asked = extensions.ask_extension(round, days=3, reason="Illness", by=cast.liaison_officer)
    late = sent_on(round, clock.now() - 21 * A_DAY)
    answers.record_no_response(late)
    with refused("With so many days the time would be over already."):
        extensions.grant_extension(asked, days=1, answer="Yes", by=cast.lead_inspector)
    assert again(round).state == Round.State.NO_RESPONSE
    extensions.grant_extension(asked, days=20, answer="Yes", by=cast.lead_inspector)
    assert again(round).state == Round.State.ISSUED
    assert point(cast, again(round)).number == 1


# Reminders


def at(day: str, hour: int = 12) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), LONDON)


@pytest.mark.parametrize(
    ("now", "which"),
    [
        (at("2014-07-10"), None),
        (at("2014-07-11", 8), None),
        (at("2014-07-11", 9), "half"),  # five of ten working days
        (at("2014-07-14"), "half"),
        (at("2014-07-15"), "3"),
        (at("2014-07-17", 8), "3"),
        (at("2014-07-17"), "1"),
        (at("2014-07-18", 9), "0"),
        (at("2014-07-18", 17), None),  # the time has passed
        (at("2014-08-18"), None),
    ],
)
def test_which_reminder_is_owed_when(cast: Cast, now: dt.datetime, which: str | None) -> None:
    round = sent_on(issued(cast), at("2014-07-04", 10))
    assert reminders.owed(round, now) == which


def test_the_setting_says_when_and_may_say_never(cast: Cast, settings: Any) -> None:
    round = sent_on(issued(cast), at("2014-07-04", 10))
    settings.CHECK_REMINDERS = ["2"]
    assert reminders.owed(round, at("2014-07-15")) is None
    assert reminders.owed(round, at("2014-07-16")) == "2"
    settings.CHECK_REMINDERS = []
    assert reminders.owed(round, at("2014-07-18", 12)) is None


def test_a_reminder_is_sent_once_however_often_the_sweep_runs(cast: Cast) -> None:
    sent_on(issued(cast), clock.now() - 11 * A_DAY)
    for _ in range(3):
        remind_forces()
    made = Notice.objects.filter(event__startswith="check_reminder")
    assert [each.recipient for each in made] == [cast.liaison_officer]
    assert "crime" not in made[0].subject + made[0].body
    assert AuditEntry.objects.filter(action="round:reminded").count() == 1


def test_nobody_who_has_answered_is_reminded_not_even_by_one_that_waits(cast: Cast) -> None:
    round = sent_on(issued(cast), clock.now() - 11 * A_DAY)
    due = due_at(round)
    assert due is not None
    remind_forces()
    assert Notice.objects.filter(event=reminder_event(round, reminders.owed(round, clock.now()) or "", due)).exists()
    answers.submit_response(round, authorised_by="Mr Adrian Lee QPM", by=cast.liaison_officer)
    assert not Notice.objects.filter(event__startswith="check_reminder").exists()
    remind_forces()
    with refused("no inaccuracies"):
        reminders.remind(round, "0")
    assert not Notice.objects.filter(event__startswith="check_reminder").exists()


def test_nobody_is_reminded_of_a_draft_that_was_recalled(cast: Cast) -> None:
    round = sent_on(issued(cast), clock.now() - 10 * A_DAY)
    Notice.objects.create(
        recipient=cast.liaison_officer, event=f"check_reminder:{round.pk}:half", created_at=clock.now()
    )
    issuing.recall_round(round, reason="Wrong words.", by=cast.lead_inspector)
    assert not Notice.objects.filter(event__startswith="check_reminder").exists()


# Late points

LATE = {
    "kind": "disputed",
    "quoted": "supported by other plans",
    "proposed": "supported by three other plans",
    "explanation": "The list is on page 3.",
    "reason": "The list came on Friday.",
}


def test_a_late_point_is_offered_taken_and_decided_like_any_other(cast: Cast) -> None:
    round = overdue(cast)
    client = signed_in(cast.liaison_officer)
    assert "That is not taken as agreement" in client.get(url("check-home")).content.decode()
    client.post(url("check-late", round.pk), {**LATE, "about": str(round.paragraphs.get().pk)})
    offer = LateOffer.objects.get()
    lead = signed_in(cast.lead_inspector)
    assert "offers a late point" in lead.get(url("round-show", "test-subject", "northamptonshire")).content.decode()
    assert lead.get(url("point-decide", offer.point_id)).status_code == 404
    lead.post(url("late-point-decide", offer.pk), {"decision": "take", "answer": "It is a plain fact."})
    assert again(round).state == Round.State.RESPONDED
    accept(cast, Point.objects.get())
    assert again(round).state == Round.State.DECIDED
    assert "It is a plain fact." in client.get(url("check-log", round.pk)).content.decode()


def test_drafts_that_were_not_sent_can_be_offered_and_do_not_hold_up_the_others(cast: Cast) -> None:
    round = sent_on(issued(cast), clock.now() - 40 * A_DAY)
    first, second = point(cast, round), point(cast, round, quoted="supported by other plans")
    answers.record_no_response(round)
    signed_in(cast.liaison_officer).post(url("check-late-draft", round.pk, first.pk), {"reason": "We overlooked it."})
    late_points.take_late_point(LateOffer.objects.get(), answer="Taken.", by=cast.lead_inspector)
    accept(cast, Point.objects.get(pk=first.pk))
    assert again(round).state == Round.State.DECIDED
    assert Point.objects.get(pk=second.pk).state == Point.State.DRAFT


def test_a_late_point_that_is_not_taken_stays_the_forces_own(cast: Cast) -> None:
    round = overdue(cast)
    made = late_points.offer_point(round, paragraph=round.paragraphs.get(), by=cast.liaison_officer, **LATE)
    late_points.decline_late_point(made, answer="The letter is printed.", by=cast.lead_inspector)
    assert again(round).state == Round.State.NO_RESPONSE
    assert Point.objects.get().state == Point.State.DRAFT
    page = signed_in(cast.reviewer).get(url("check-log", round.pk)).content.decode()
    assert "The letter is printed." in page
    with refused("answered already"):
        late_points.take_late_point(made, answer="After all", by=cast.lead_inspector)


def test_who_may_offer_and_take_and_when(cast: Cast) -> None:
    round = issued(cast)
    about = {"paragraph": round.paragraphs.get(), **LATE}
    with refused("with the force"):
        late_points.offer_point(round, by=cast.liaison_officer, **about)
    Round.objects.update(state=Round.State.NO_RESPONSE)
    for who in (cast.reviewer, cast.outsider, cast.lead_inspector):
        with refused("Only your force’s liaison officer"):
            late_points.offer_point(round, by=who, **about)
    with refused("Say why the point comes late."):
        late_points.offer_point(round, by=cast.liaison_officer, **{**about, "reason": " "})
    made = late_points.offer_point(round, by=cast.liaison_officer, **about)
    for wrong, say in ((cast.inspector, "Only the lead inspector"), (cast.liaison_officer, "Only the lead inspector")):
        with refused(say):
            late_points.take_late_point(made, answer="Yes", by=wrong)
    with refused("Give the reason"):
        late_points.take_late_point(made, answer="", by=cast.lead_inspector)


def test_more_time_lets_late_offers_go_in_time_again(cast: Cast) -> None:
    round = issued(cast)
    asked = extensions.ask_extension(round, days=3, reason="Illness", by=cast.liaison_officer)
    sent_on(round, clock.now() - 21 * A_DAY)
    answers.record_no_response(again(round))
    late_points.offer_point(again(round), paragraph=round.paragraphs.get(), by=cast.liaison_officer, **LATE)
    extensions.grant_extension(asked, days=20, answer="Yes", by=cast.lead_inspector)
    assert not LateOffer.objects.exists()
    answers.submit_response(again(round), authorised_by="Mr Adrian Lee QPM", by=cast.liaison_officer)
    assert again(round).state == Round.State.RESPONDED


# The end: three clicks, the receipt


def test_no_inaccuracies_takes_three_clicks_and_is_closed_while_points_exist(cast: Cast) -> None:
    round = issued(cast)
    client = signed_in(cast.liaison_officer)
    home = client.get(url("check-home")).content.decode()
    assert f'href="{url("check-submit", round.pk)}">No inaccuracies</a>' in home  # the first click
    page = client.get(url("check-submit", round.pk)).content.decode()
    assert "Send: no inaccuracies" in page
    authorised = re.search(r'name="authorised_by" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    receipt = client.post(url("check-submit", round.pk), {"authorised_by": authorised}, follow=True)  # the second
    assert "No inaccuracies: received" in receipt.content.decode()
    assert again(round).state == Round.State.NO_INACCURACIES


def test_no_inaccuracies_is_closed_while_points_exist(cast: Cast) -> None:
    round = issued(cast)
    point(cast, round)
    client = signed_in(cast.liaison_officer)
    for name, args in (("check-home", ()), ("check-log", (round.pk,)), ("check-submit", (round.pk,))):
        assert ">No inaccuracies</a>" not in client.get(url(name, *args)).content.decode()
    client.post(url("check-submit", round.pk), {"authorised_by": "Mr Adrian Lee QPM"})
    assert again(round).state == Round.State.RESPONDED


def test_the_receipt_is_an_accessible_pdf_with_time_and_hash_the_same_bytes_each_time(cast: Cast) -> None:
    round = issued(cast)
    mine = point(cast, round, explanation="The cover says so. 中 is not in our typeface.")
    point_files.add_file(
        mine, data=b"%PDF-1", name="cover.pdf", content_type="application/pdf", shows="Page 1", by=cast.reviewer
    )
    answers.submit_response(round, authorised_by="Mr Adrian Lee QPM", by=cast.liaison_officer)
    client = signed_in(cast.liaison_officer)
    assert "is being made" in client.get(url("check-receipt", round.pk)).content.decode()
    assert client.get(url("check-receipt-pdf", round.pk)).status_code == 404
    make_receipts()
    make_receipts()
    data = client.get(url("check-receipt-pdf", round.pk)).content
    text = " ".join(pictures.words(data))
    for expected in ("Receipt: response received", "Mr Adrian Lee QPM", "Point 1", "cover.pdf", "020 7946 0142"):
        assert expected in text
    assert again(round).response_hash in text.replace("\n", "").replace(" ", "")
    assert list(rendering.validate(data)) == []
    assert receipts.rendered(again(round)) == data
    assert signed_in(cast.outsider).get(url("check-receipt-pdf", round.pk)).status_code == 404


def test_the_hash_of_a_response_covers_its_evidence(cast: Cast) -> None:
    made = responded(cast)
    points = list(made.points.all())
    before = response(made, points)
    kept = files.store(b"x", "x.txt", "text/plain", cast.reviewer)
    stored = PointFile.objects.create(point=points[0], shows="x", file=kept)
    assert response(made, points) != before
    assert stored.file.sha256 in str(response(made, points))


def test_every_screen_of_the_force_names_a_person_and_a_telephone(cast: Cast) -> None:
    assert "020 7946 0100" in signed_in(cast.reviewer).get(url("check-home")).content.decode()
    round = issued(cast)
    mine = point(cast, round)
    client = signed_in(cast.liaison_officer)
    reviewer = Contact.objects.get(user=cast.reviewer)
    pages = [
        (name, (round.pk,))
        for name in ("check-draft", "check-log", "check-submit", "check-people", "check-extension", "check-late")
    ]
    pages += [("check-home", ()), ("check-end", (round.pk, reviewer.pk)), ("point-change", (round.pk, mine.pk))]
    for name, args in pages:
        assert "020 7946 0142" in client.get(url(name, *args)).content.decode(), name
    cast.inspection.contact_telephone = ""
    cast.inspection.save()
    assert "020 7946 0100" in client.get(url("check-home")).content.decode()


def test_a_force_with_another_contact_is_found_by_capacity_only(cast: Cast) -> None:
    """The office of the police and crime commissioner speaks for the force, and reads no draft."""
    round = issued(cast)
    assert cast.pcc_office not in [each.user for each in invitations.people(cast.northamptonshire)]
    Contact.objects.create(
        force=cast.northamptonshire, capacity="staff_officer", user=cast.auditor, name="Staff", starts_on=LONG_AGO
    )
    assert cast.auditor not in [each.user for each in invitations.people(round.force)]  # nobody verified it
