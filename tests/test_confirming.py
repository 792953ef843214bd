"""What a person was shown is what happens, or nothing happens: docs/confirming.md."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver, reverse

from findings import workflow as drafting
from findings.accuracy.force import answers
from findings.accuracy.inspectorate import corrections, decisions
from findings.models import Finding, Point, Round
from forces.models import Contact
from hmic_core import confirming
from hmic_core.models import Notice
from inspections.models import Release
from publication.release import calendar
from publication.states import TRANSITIONS
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import WORDS, issued, moderated, point, second_decider
from tests.forms import form_on, press
from tests.publication.ground import scheduled, wall
from tests.sending import ticks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]


def _another_release_of_its_own(release: Release) -> None:
    Release.objects.filter(pk=release.pk).update(title="Another title")


def test_no_inaccuracies_is_not_sent_when_a_point_was_raised_meanwhile(cast: Cast) -> None:
    round = issued(cast, WORDS)
    client, at = signed_in(cast.liaison_officer), reverse("findings:check-submit", args=[round.pk])
    page = client.get(at)
    point(cast, round)
    answer = press(client, page, at, authorised_by="The Chief Constable")
    assert answer.status_code == 200
    assert "Point 1 is new." in answer.content.decode()
    assert "The Chief Constable" in answer.content.decode(), "what was typed is kept"
    assert Round.objects.get(pk=round.pk).state == Round.State.ISSUED
    assert press(client, answer, at, authorised_by="The Chief Constable").status_code == 302
    assert Round.objects.get(pk=round.pk).state == Round.State.RESPONDED


def test_an_announced_release_moves_in_the_browser(cast: Cast) -> None:
    release = scheduled(cast)
    calendar.announce(release, title="Core business", by=cast.admin)
    client, at = signed_in(cast.admin), reverse("publication:release-reschedule", args=[release.pk])
    later = wall(3 * 24 * 3600)
    typed = {
        "wall_day": later.day,
        "wall_month": later.month,
        "wall_year": later.year,
        "wall_time": "09:30",
        "reason": "A strike.",
        "public_reason": "Later than announced.",
    }
    version = {"version": Release.objects.get(pk=release.pk).version}
    echo = client.post(at, {**typed, **version})
    assert "Later than announced." in echo.content.decode()
    _, fields = form_on(echo, at)
    assert typed.keys() <= fields.keys(), "the second step carries every field of the first"
    assert press(client, echo, at, go_on="yes").status_code == 302
    assert Release.objects.get(pk=release.pk).embargo_wall_time.startswith(later.date().isoformat())


def test_the_second_step_of_a_release_refuses_what_changed_since(cast: Cast) -> None:
    release = scheduled(cast)
    client = signed_in(cast.admin)
    for verb in ("cancel", "withdraw"):
        at = reverse(f"publication:release-{verb}", args=[release.pk])
        page = client.get(at)
        _another_release_of_its_own(release)
        answer = press(client, page, at, reason="A reason.")
        assert "The title was" in answer.content.decode() or answer.status_code == 302, verb
        assert Release.objects.get(pk=release.pk).state == Release.State.SCHEDULED, verb
        Release.objects.filter(pk=release.pk).update(title=release.title)


def test_sending_drafts_asks_once_and_names_who_receives_what(cast: Cast) -> None:
    finding = moderated(cast)
    client, at = signed_in(cast.lead_inspector), reverse("findings:rounds-issue", args=[cast.inspection.slug])
    asked = client.post(
        at, {"force": cast.northamptonshire.slug, "confirmed": ticks(cast.inspection, cast.northamptonshire)}
    )
    shown = asked.content.decode()
    assert str(cast.liaison_officer) in shown
    assert finding.reference in shown
    assert not Round.objects.exists()
    drafting.send_back(finding, reason="Not yet.", by=cast.moderator)
    client.post(at, {**form_on(asked, at)[1], "go_on": "yes"})
    assert not Round.objects.exists(), "changed since it was shown"
    again = drafting.mark_ready(finding, by=cast.inspector)
    drafting.moderate(again, version=again.version, by=cast.moderator)
    asked = client.post(
        at, {"force": cast.northamptonshire.slug, "confirmed": ticks(cast.inspection, cast.northamptonshire)}
    )
    assert press(client, asked, at, go_on="yes").status_code == 302
    assert Round.objects.get().state == Round.State.ISSUED


def test_one_draft_is_asked_about_too(cast: Cast) -> None:
    moderated(cast)
    where = [cast.inspection.slug, cast.northamptonshire.slug]
    client, at = signed_in(cast.lead_inspector), reverse("findings:round-issue", args=where)
    asked = client.post(at, {"confirmed": ticks(cast.inspection, cast.northamptonshire)})
    Contact.objects.filter(user=cast.liaison_officer).update(capacity=Contact.Capacity.REVIEWER)
    press(client, asked, at, go_on="yes")
    assert not Round.objects.exists()


def test_telling_forces_of_fieldwork_asks_once(cast: Cast) -> None:
    client, at = signed_in(cast.lead_inspector), reverse("inspections:setup-notify", args=[cast.inspection.slug])
    cast.inspection.fieldwork_words = "in the spring"
    cast.inspection.save()
    asked = client.post(at)
    assert str(cast.liaison_officer) in asked.content.decode()
    assert not Notice.objects.filter(event__startswith="fieldwork_planned").exists()
    type(cast.inspection).objects.filter(pk=cast.inspection.pk).update(fieldwork_words="in the autumn")
    press(client, asked, at, go_on="yes")
    assert not Notice.objects.filter(event__startswith="fieldwork_planned").exists()
    press(client, client.post(at), at, go_on="yes")
    assert Notice.objects.filter(event__startswith="fieldwork_planned").exists()


def test_a_recall_is_refused_when_the_force_answered_meanwhile(cast: Cast) -> None:
    round = issued(cast, WORDS)
    where = [cast.inspection.slug, cast.northamptonshire.slug]
    client, at = signed_in(cast.lead_inspector), reverse("findings:round-recall", args=where)
    page = client.get(at)
    assert str(cast.liaison_officer) in page.content.decode()
    answers.submit_response(round, authorised_by="The Chief", by=cast.liaison_officer)
    answer = press(client, page, at, reason="A wrong name.")
    assert "The check was" in answer.content.decode()
    assert "A wrong name." in answer.content.decode()
    assert Round.objects.get(pk=round.pk).state == Round.State.NO_INACCURACIES


def test_a_point_that_changed_is_not_decided(cast: Cast) -> None:
    round = issued(cast, WORDS)
    raised = point(cast, round)
    answers.submit_response(round, authorised_by="The Chief", by=cast.liaison_officer)
    client, at = signed_in(cast.lead_inspector), reverse("findings:point-decide", args=[raised.pk])
    page = client.get(at)
    Point.objects.filter(pk=raised.pk).update(explanation="Otherwise.")
    answer = press(client, page, at, outcome="not_accepted", reason="It says so.")
    assert "Point 1 changed." in answer.content.decode()
    assert "It says so." in answer.content.decode()
    assert Point.objects.get().state == Point.State.SUBMITTED


def test_a_decision_that_changed_is_not_corrected(cast: Cast) -> None:
    """Two people correct one decision: the second is shown the first one's, and nothing that they typed is lost."""
    round = issued(cast, WORDS)
    raised = point(cast, round)
    answers.submit_response(round, authorised_by="The Chief", by=cast.liaison_officer)
    decisions.decide_point(raised, outcome="not_accepted", reason="It says so.", by=cast.lead_inspector)
    client, at = signed_in(cast.lead_inspector), reverse("findings:decision-correct", args=[raised.pk])
    page = client.get(at)
    corrections.correct_decision(
        raised, outcome="taken_as_update", reason="True now.", why="A slip.", by=second_decider(cast)
    )
    typed = {"outcome": "not_accepted", "reason": "The minutes say otherwise.", "why": "The wrong paragraph."}
    answer = press(client, page, at, **typed)
    shown = answer.content.decode()
    assert "The decision changed." in shown
    assert "The minutes say otherwise." in shown
    assert Point.objects.get().state == Point.State.TAKEN_AS_UPDATE
    assert press(client, answer, at, **typed).status_code == 302
    assert Point.objects.get().state == Point.State.NOT_ACCEPTED


def test_what_was_typed_stays_when_the_form_is_gone(cast: Cast) -> None:
    """Somebody else did it meanwhile: the page has no form any more, and gives back the words that were sent."""
    round = issued(cast, WORDS)
    raised = point(cast, round)
    answers.submit_response(round, authorised_by="The Chief", by=cast.liaison_officer)
    client, at = signed_in(cast.lead_inspector), reverse("findings:point-decide", args=[raised.pk])
    page = client.get(at)
    decisions.decide_point(raised, outcome="not_accepted", reason="It says so.", by=second_decider(cast))
    answer = press(client, page, at, outcome="not_accepted", reason="Words of the other window.")
    assert "Words of the other window." in answer.content.decode()
    assert "What you typed" not in client.get(at).content.decode()


def test_a_finding_that_changed_is_not_removed(cast: Cast) -> None:
    finding = moderated(cast)
    client, at = signed_in(cast.lead_inspector), reverse("findings:finding-remove", args=[finding.pk])
    page = client.get(at)
    drafting.send_back(finding, reason="Not yet.", by=cast.moderator)
    answer = press(client, page, at, reason="Twice.")
    assert "The state was" in answer.content.decode()
    assert Finding.objects.get().state == Finding.State.DRAFT


def test_a_role_is_not_given_to_an_account_that_changed(cast: Cast) -> None:
    client, at = signed_in(cast.system_admin), reverse("forces:account-close", args=[cast.inspector.pk])
    page = client.get(at)
    type(cast.inspector).objects.filter(pk=cast.inspector.pk).update(name="Somebody Else")
    answer = press(client, page, at, reason="Left.")
    assert "The name was" in answer.content.decode()
    cast.inspector.refresh_from_db()
    assert cast.inspector.is_active


# Every confirming form

#: Words in the name of a route that confirms, sends, decides, signs, takes back or gives.
CONFIRMING = re.compile(
    r"issue|recall|response|close|second-look|waive|submit|withdraw|schedule|seal|approve|hold|resume|cancel|drop|"
    r"announce|replace|correct|confirm|refuse|decide|sign|proof|give|notify|moderate|final|send-back|accept|nudge|remind"
)
#: Routes whose verb compares what its form showed, by the verb's name.
COMPARED = {
    "findings:round-issue": "issue_round",
    "findings:rounds-issue": "issue_round",
    "findings:round-second-look": "issue_second_look",
    "findings:round-recall": "recall_round",
    "findings:round-no-response": "record_no_response",
    "findings:round-close": "close_round",
    "findings:round-waive": "waive_unseen",
    "findings:check-submit": "submit_response",
    "findings:point-decide": "decide_point",
    "findings:decision-correct": "correct_decision",
    "findings:point-withdraw": "withdraw_point",
    "findings:finding-send-back": "send_back",
    "findings:finding-remove": "remove",
    "findings:finding-make-final": "make_final",
    "forces:role-give": "change_account",
    "forces:account-close": "change_account",
    "inspections:setup-notify": "notify_forces",
    "letters:letter-proof": "proof",
    "letters:recipient-nudge": "nudge",
    "archive:archive-confirm": "confirm_archive",
    **{
        f"publication:release-{verb}": verb
        for verb in (
            "schedule",
            "reschedule",
            "seal",
            "unseal",
            "approve",
            "hold",
            "resume",
            "withdraw",
            "cancel",
            "announce",
        )
    },
    "publication:item-drop": "drop_item",
    "publication:item-withdraw": "withdraw_item",
    "publication:item-reopen": "reopen_item",
    "publication:item-replace": "replace_item",
    "publication:item-correct": "correct",
    "publication:item-confirm": "confirm_item",
    "publication:item-refuse": "refuse_item",
}
_VERSION = "the verb compares the version or hash that its form carries"
_NOT_YET = "nothing but the state is compared"
_READS = "asks nobody to confirm anything"
#: Routes with such a name whose verb compares otherwise, or not.
OTHERWISE = {
    "demo:sign-in-as": _READS,
    "findings:bulk-remind": "it names the recipients; the verb tells each of them once a day at most",
    "findings:check-give": _NOT_YET,
    "findings:extension-decide": _NOT_YET,
    "findings:finding-moderate": _VERSION,
    "findings:late-point-decide": _NOT_YET,
    "findings:point-accept": _NOT_YET,
    "findings:wording-withdraw": _NOT_YET,
    "inspections:people-assign": _NOT_YET,
    "letters:copy-recall": _NOT_YET,
    "archive:import-correct": _NOT_YET,
    "letters:letter-sign": _VERSION,
    "letters:recipient-issue": _NOT_YET,
    "letters:signatory-list": _NOT_YET,
    "letters:signature-image-picture": _READS,
    "letters:signature-image-retire": _NOT_YET,
    "letters:signature-image-show": _READS,
    "letters:signing-end": _READS,
    "letters:signing-queue": _READS,
    "letters:welsh-sign": _VERSION,
    "letters:wording-confirm": _NOT_YET,
    "archive:archive-correct": _NOT_YET,
    "publication:break-glass-give": _NOT_YET,
    "publication:legal-hold-lift": _NOT_YET,
    "publication:legal-hold-list": _READS,
    "publication:notice-confirm": _NOT_YET,
    "publication:proof-data": _READS,
    "publication:proof-paper": _READS,
    "publication:proof-paper-ask": _READS,
    "publication:release-proof": _READS,
}


def _names(patterns: Any, space: str = "") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from _names(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else space)
        elif entry.name:
            yield space + entry.name


def test_every_verb_of_a_release_compares_what_its_form_showed() -> None:
    assert {*TRANSITIONS} - confirming.registered() == {"release_due", "adopt"}


def test_every_route_that_confirms_is_known() -> None:
    """A new confirming form is compared, or stands among those with the reason why it is not."""
    assert set(COMPARED.values()) <= confirming.registered()
    names = set(_names(get_resolver().url_patterns))
    unknown = {name for name in names if ":" in name and CONFIRMING.search(name.split(":")[1])} - {
        *COMPARED,
        *OTHERWISE,
    }
    assert not unknown
    assert not {*COMPARED, *OTHERWISE} - names, "a route that is gone"
