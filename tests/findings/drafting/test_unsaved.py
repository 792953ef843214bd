"""The buttons beside the editor bring along what was typed in it and not saved."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from findings.drafting import comments
from findings.drafting.evidence import add_evidence
from findings.models import Comment, Finding, WorkingCopy
from hmic_core.models import AuditEntry
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.drafting.test_finding import url, words
from tests.findings.test_workflow import drafted, save

TYPED = "Saved. And typed since."


def brought(finding: Finding, **more: Any) -> dict[str, Any]:
    return {**words(finding, TYPED), "copy": uuid.uuid4(), "seen": 0, **more}


def _evidence(cast: Cast) -> Any:
    return add_evidence(
        inspection=cast.inspection, force=cast.northamptonshire, kind="data", source="Log", note="", happened_on=None,
        findings=[], by=cast.inspector,
    )  # fmt: skip


@pytest.mark.parametrize("side", ["link", "resolve", "editor", "comment", "reply", "evidence", "send-back", "cause"])
def test_no_side_form_loses_the_words_of_the_editor(cast: Cast, side: str) -> None:
    finding = drafted(cast, "Saved.")
    comment = comments.comment_on(finding, quoted="Saved", text="Which?", mentioned=[], by=cast.moderator)
    aside = url("finding-aside", finding.pk)
    to = {
        "link": f"{url('evidence-link', finding.pk)}?evidence={_evidence(cast).pk}&linked=yes",
        "resolve": url("comment-resolve", comment.pk),
        "editor": f"{aside}?to=editor",
        "comment": f"{aside}?to=comment",
        "reply": f"{aside}?to=reply&number=1",
        "evidence": f"{aside}?to=evidence",
        "send-back": f"{aside}?to=send-back",
        "cause": f"{url('finding-cause', finding.pk)}?of={finding.pk}",
    }[side]
    client, entries = signed_in(cast.inspector), AuditEntry.objects.filter(action="finding:saved").count()
    assert client.post(to, brought(finding)).status_code == 302
    assert f"{TYPED}</textarea>" in client.get(url("finding-show", finding.pk)).text
    finding.refresh_from_db()
    assert (finding.text, finding.version) == ("Saved.", 1), "kept, not saved"
    assert AuditEntry.objects.filter(action="finding:saved").count() == entries


def test_each_leads_to_its_own_page_and_back(cast: Cast) -> None:
    finding, client = drafted(cast, "Saved."), signed_in(cast.inspector)
    page = client.post(f"{url('finding-aside', finding.pk)}?to=comment", brought(finding), follow=True)
    assert page.status_code == 200
    assert "Only the inspectorate reads this" in page.text
    lacking = client.post(url("comment-add", finding.pk), {"alone": "yes", "quoted": "Saved", "comment": ""})
    assert (lacking.status_code, "Write the comment" in lacking.text) == (422, True)
    assert "Saved</textarea>" in lacking.text
    client.post(url("comment-add", finding.pk), {"alone": "yes", "quoted": "Saved", "comment": "Since when?"})
    comment = Comment.objects.get()
    assert client.get(url("comment-reply", comment.pk)).status_code == 200
    client.post(url("comment-reply", comment.pk), {"alone": "yes", "comment": "Since May."})
    assert Comment.objects.get(parent=comment).text == "Since May."
    assert f"{TYPED}</textarea>" in client.get(url("finding-show", finding.pk)).text
    assert client.get(url("finding-send-back", finding.pk)).status_code == 404, "a draft is not sent back"


def test_another_tabs_words_are_not_overwritten(cast: Cast) -> None:
    finding, client = drafted(cast, "Saved."), signed_in(cast.inspector)
    shared = brought(finding)
    client.post(url("finding-keep", finding.pk), {**shared, "text": "First tab.", "tab": "a", "stroke": 1})
    client.post(url("finding-keep", finding.pk), {**shared, "text": "First tab, on.", "tab": "a", "stroke": 2})
    client.post(f"{url('finding-aside', finding.pk)}?to=evidence", {**shared, "seen": 1})
    assert {each.text for each in WorkingCopy.objects.filter(closed_at=None)} == {"First tab, on.", TYPED}


def test_words_on_an_older_version_are_kept_as_such(cast: Cast) -> None:
    finding, client = drafted(cast, "Saved."), signed_in(cast.inspector)
    save(finding, cast, "Theirs.", by=cast.second_inspector)
    client.post(f"{url('finding-aside', finding.pk)}?to=comment", brought(finding))
    page = client.get(url("finding-show", finding.pk)).text
    assert TYPED in page
    assert "pressing Save shows both texts" in page


def test_what_is_too_long_to_keep_stays_on_the_screen(cast: Cast) -> None:
    finding = drafted(cast, "Saved.")
    long = "word " * 50_000
    answer = signed_in(cast.inspector).post(
        f"{url('finding-aside', finding.pk)}?to=comment", brought(finding, text=long)
    )
    assert answer.status_code == 422
    assert long.strip() in answer.text


def test_nothing_is_kept_for_who_may_not_write_or_names_nothing(cast: Cast) -> None:
    finding = drafted(cast, "Saved.")
    aside = reverse("findings:finding-aside", args=[finding.pk])
    assert signed_in(cast.outsider).post(f"{aside}?to=comment", brought(finding)).status_code == 404
    assert signed_in(cast.inspector).post(f"{aside}?to=elsewhere", brought(finding)).status_code == 404
    assert signed_in(cast.inspector).post(f"{aside}?to=reply&number=9", brought(finding)).status_code == 404
    signed_in(cast.hmi).post(f"{aside}?to=comment", brought(finding))
    assert not WorkingCopy.objects.exists()
