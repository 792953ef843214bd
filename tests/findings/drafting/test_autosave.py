"""Nothing lost, nothing overwritten: working copies, two tabs, ended sessions, random interleavings of two editors."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse

from findings import workflow
from findings.drafting import working_copies
from findings.models import Finding, RefusedSave, Revision, WorkingCopy
from hmic_core.models import AuditEntry, User
from inspections.models import Assignment
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.drafting.test_finding import post, url, words
from tests.findings.test_workflow import drafted, save

RUNS = 500


def typed(
    text: str, *, copy: uuid.UUID | None = None, seen: int = 0, tab: str = "a", stroke: int = 1
) -> working_copies.Typed:
    return working_copies.Typed(
        copy=copy or uuid.uuid4(),
        seen=seen,
        tab=tab,
        stroke=stroke,
        text=text,
        basis="",
        kind="finding",
        base_version=1,
    )


def keep(finding: Finding, what: working_copies.Typed, by: User) -> working_copies.Kept:
    return working_copies.keep(
        what, inspection=finding.inspection_id, force=finding.force_id, finding=finding.pk, by=by
    )


def sent(finding: Finding, text: str, **more: Any) -> dict[str, Any]:
    fresh = {"copy": uuid.uuid4(), "seen": 0, "tab": "a", "stroke": 1}
    return {**words(finding, text), **fresh, **more}


def test_typing_is_kept_without_a_revision_and_without_an_audit_entry(cast: Cast) -> None:
    finding = drafted(cast, "Saved.")
    before = AuditEntry.objects.count()
    answer = post(cast.inspector, url("finding-keep", finding.pk), sent(finding, "Saved. And mo")).json()
    assert answer["person"] == str(cast.inspector.pk)
    assert (answer["counter"], answer["newer"], answer["forked"]) == (1, "", False)
    assert (Revision.objects.count(), AuditEntry.objects.count()) == (1, before)
    page = signed_in(cast.inspector).get(url("finding-show", finding.pk)).text
    assert "Saved. And mo</textarea>" in page
    assert "not saved yet" in page
    present = signed_in(cast.inspector).get(url("finding-show", finding.pk) + "?copy=none").text
    assert "Saved.</textarea>" in present
    assert "Show them" in present
    assert "And mo" not in signed_in(cast.second_inspector).get(url("finding-show", finding.pk)).text


def test_a_save_closes_the_copy_and_a_late_message_does_not_open_it_again(cast: Cast) -> None:
    finding = drafted(cast, "Saved.")
    data = sent(finding, "Typed.")
    post(cast.inspector, url("finding-keep", finding.pk), data)
    post(cast.inspector, url("finding-save", finding.pk), data)
    late = post(cast.inspector, url("finding-keep", finding.pk), {**data, "text": "Typ", "stroke": 9}).json()
    assert late["closed"]
    copy = WorkingCopy.objects.get()
    assert (copy.text, bool(copy.closed_at)) == ("", True)
    assert "not saved yet" not in signed_in(cast.inspector).get(url("finding-show", finding.pk)).text


def test_an_autosave_that_is_stale_is_kept_and_says_who_saved(cast: Cast) -> None:
    finding = drafted(cast, "Base.")
    save(finding, cast, "Theirs.", by=cast.second_inspector)
    answer = post(cast.inspector, url("finding-keep", finding.pk), sent(finding, "Mine.", version=1)).json()
    assert "Second inspector saved revision 2 at" in answer["newer"]
    page = signed_in(cast.inspector).get(url("finding-show", finding.pk)).text
    assert "pressing Save shows both texts" in page
    response = post(
        cast.inspector, url("finding-save", finding.pk), sent(finding, "Mine.", version=1, copy=answer["copy"])
    )
    kept = RefusedSave.objects.get()
    assert (response.url, kept.text) == (url("conflict-show", kept.pk), "Mine.")
    assert not WorkingCopy.objects.filter(closed_at=None).exists()


def test_two_tabs_of_one_person_never_write_over_one_another(cast: Cast) -> None:
    finding = drafted(cast)
    first = keep(finding, typed("One tab."), cast.inspector)
    both = {"copy": first.copy, "seen": first.counter}
    keep(finding, typed("One tab, more.", **both, stroke=2), cast.inspector)
    other = keep(finding, typed("Other tab.", **both, tab="b"), cast.inspector)
    assert other.forked
    assert set(WorkingCopy.objects.values_list("text", flat=True)) == {"One tab, more.", "Other tab."}
    page = signed_in(cast.inspector).get(url("finding-show", finding.pk)).text
    assert "Other tab.</textarea>" in page
    assert "One tab, more." in page


def test_a_message_that_arrives_late_or_twice_changes_nothing(cast: Cast) -> None:
    finding, copy = drafted(cast), uuid.uuid4()
    keep(finding, typed("Newer.", copy=copy, stroke=5), cast.inspector)
    for stroke in (4, 5):
        assert not keep(finding, typed("Older.", copy=copy, stroke=stroke), cast.inspector).forked
    assert WorkingCopy.objects.get().text == "Newer."


def test_nobody_writes_into_the_copy_of_somebody_else(cast: Cast) -> None:
    finding = drafted(cast)
    mine = keep(finding, typed("Mine."), cast.inspector)
    theirs = keep(finding, typed("Theirs.", copy=mine.copy, seen=1, tab="b"), cast.second_inspector)
    assert theirs.copy != mine.copy
    assert WorkingCopy.objects.get(pk=mine.copy).text == "Mine."
    assert post(cast.second_inspector, url("copy-discard", mine.copy)).status_code == 404
    assert post(cast.inspector, url("copy-discard", mine.copy)).status_code == 302
    assert not WorkingCopy.objects.filter(by=cast.inspector, closed_at=None).exists()


def test_a_new_finding_is_kept_before_it_has_a_row(cast: Cast) -> None:
    place = cast.inspection, cast.northamptonshire
    begun = {"copy": uuid.uuid4(), "seen": 0, "tab": "a", "stroke": 1, "text": "Begun", "kind": "strength"}
    more = {
        "theme": cast.themes[1].pk,
        "basis": "",
        "evidence_kind": "data",
        "evidence_note": "Seen",
        "evidence_source": "Log",
    }
    assert post(cast.inspector, url("draft-keep", *place), {**begun, **more}).status_code == 200
    page = signed_in(cast.inspector).get(url("finding-draft", *place)).text
    assert "Begun</textarea>" in page
    assert "Seen</textarea>" in page
    assert not Finding.objects.exists()
    post(cast.inspector, url("finding-draft", *place), {**begun, **more})
    assert Finding.objects.get().kind == "strength"
    assert "Begun" not in signed_in(cast.inspector).get(url("finding-draft", *place)).text


def test_who_may_not_write_keeps_nothing(cast: Cast) -> None:
    finding = drafted(cast)
    for user in (cast.hmi, cast.outsider, cast.liaison_officer, cast.admin):
        assert post(user, url("finding-keep", finding.pk), sent(finding, "x")).status_code == 404
    Assignment.objects.filter(user=cast.second_inspector).update(force=cast.kent)
    for name in ("finding-keep", "finding-here"):
        assert post(cast.second_inspector, url(name, finding.pk), sent(finding, "x")).status_code == 404
    assert not WorkingCopy.objects.exists()


def test_a_signed_out_page_is_told_so_and_finds_its_way_back(cast: Cast) -> None:
    finding = drafted(cast)
    assert Client().post(url("finding-keep", finding.pk), sent(finding, "Two words")).status_code == 403
    assert "/accounts/login/" in Client().get(url("writing-token"))["Location"]
    answer = signed_in(cast.inspector).get(url("writing-token")).json()
    assert answer["person"] == str(cast.inspector.pk)


def test_who_else_has_it_open_is_shown_and_goes_out(cast: Cast) -> None:
    finding = drafted(cast)
    page = url("finding-show", finding.pk)
    post(cast.moderator, url("finding-here", finding.pk), {"version": 1})
    assert "Moderator has this open" in signed_in(cast.inspector).get(page).text
    assert "Moderator has this open" not in signed_in(cast.moderator).get(page).text
    save(finding, cast, "Newer.")
    answer = post(cast.moderator, url("finding-here", finding.pk), {"version": 1}).json()
    assert "Inspector saved revision 2" in answer["newer"]
    post(cast.moderator, url("finding-here", finding.pk), {"leaving": "1"})
    assert "has this open" not in signed_in(cast.inspector).get(page).text


def test_shortcuts_are_switched_off_for_good(cast: Cast) -> None:
    finding = drafted(cast)
    page = url("finding-show", finding.pk)
    assert 'data-shortcuts="on"' in signed_in(cast.inspector).get(page).text
    post(cast.inspector, url("writing-shortcuts"), {"shortcuts": "off", "next": page})
    assert 'data-shortcuts="off"' in signed_in(cast.inspector).get(page).text
    assert 'data-shortcuts="on"' in signed_in(cast.moderator).get(page).text


def test_the_preview_alone_is_what_the_letter_prints(cast: Cast) -> None:
    finding = drafted(cast)
    client = signed_in(cast.inspector)
    data = {"text": "**2014.** The force\n\n1) x_y <b>\n\n- one", "kind": "afi", "basis": ""}
    shown = client.post(url("finding-preview", finding.pk), data, headers={"X-Requested-With": "fetch"}).text
    assert "<strong>2014.</strong> The force</p>" in shown
    assert "1) x_y &lt;b&gt;" in shown
    assert "Area for improvement" in shown
    long = client.post(
        url("finding-preview", finding.pk), {"text": "- a\n" * 1_200}, headers={"X-Requested-With": "fetch"}
    ).text
    assert "Not shown as it would print. The text has 1,201 lines" in long
    assert "<li>a" not in long


# Five hundred random interleavings of two editors


@dataclass
class Editor:
    """One person with the finding open: the version they saw, what they typed, their tab's copy."""

    user: User
    version: int = 0
    text: str = ""
    copy: uuid.UUID = field(default_factory=uuid.uuid4)
    seen: int = 0
    stroke: int = 0


Save = Callable[[Finding, Editor], Finding]


def checked(finding: Finding, editor: Editor) -> Finding:
    return workflow.save_finding(
        finding, text=editor.text, kind="finding", basis="", version=editor.version, by=editor.user
    )


def unchecked(finding: Finding, editor: Editor) -> Finding:
    """Without the version that the writer saw: what the check is there to stop."""
    now = Finding.objects.get(pk=finding.pk).version
    return workflow.save_finding(finding, text=editor.text, kind="finding", basis="", version=now, by=editor.user)


def overwritten(cast: Cast, finding: Finding, rng: random.Random, number: int, save_words: Save) -> list[str]:
    """Let two people open, type, keep and save in random order; returns what was overwritten or lost."""
    two = [Editor(cast.inspector), Editor(cast.second_inspector)]
    wrong: list[str] = []
    for step in range(rng.randint(4, 9)):
        editor = rng.choice(two)
        what = "open" if not editor.version else rng.choice(["type", "type", "keep", "save", "open"])
        if what == "open":
            finding.refresh_from_db()
            editor.version = finding.version
            editor.text = editor.text or finding.text
        elif what == "type":
            editor.text = f"Run {number}, step {step}, {editor.user.name}."
        elif what == "keep":
            editor.stroke += 1
            kept = keep(
                finding, typed(editor.text, copy=editor.copy, seen=editor.seen, stroke=editor.stroke), editor.user
            )
            editor.copy, editor.seen = kept.copy, kept.counter
            if WorkingCopy.objects.get(pk=kept.copy).text != editor.text:
                wrong.append(f"not kept: {editor.text}")
        else:
            wrong += _saved(finding, editor, save_words)
    return wrong


def _saved(finding: Finding, editor: Editor, save_words: Save) -> list[str]:
    before = Finding.objects.get(pk=finding.pk)
    try:
        saved = save_words(finding, editor)
    except workflow.Stale as stale:
        workflow.keep_refused_save(
            stale, text=editor.text, kind="finding", basis="", version=editor.version, by=editor.user
        )
        lost = not RefusedSave.objects.filter(finding=finding, by=editor.user, text=editor.text).exists()
        editor.version = 0
        return [f"refused and lost: {editor.text}"] if lost else []
    silent = saved.version != before.version and editor.version != before.version
    wrong = [f"{before.text} was never seen by {editor.user}"] if silent else []
    if not Revision.objects.filter(finding=finding, version=saved.version, text=editor.text).exists():
        wrong.append(f"saved and lost: {editor.text}")
    editor.version = saved.version
    return wrong


def test_five_hundred_interleavings_of_two_editors_overwrite_nothing_silently(cast: Cast) -> None:
    rng = random.Random(20140904)
    finding = drafted(cast, "Base.")
    for number in range(RUNS):
        assert overwritten(cast, finding, rng, number, checked) == [], number


def test_the_interleavings_find_a_save_without_the_check(cast: Cast) -> None:
    rng = random.Random(20140904)
    finding = drafted(cast, "Base.")
    assert any(overwritten(cast, finding, rng, number, unchecked) for number in range(60))


def test_the_addresses_of_the_editor_are_posts(cast: Cast) -> None:
    finding = drafted(cast)
    for name in ("finding-keep", "finding-here", "finding-restore", "finding-cause", "finding-aside"):
        assert signed_in(cast.inspector).get(reverse(f"findings:{name}", args=[finding.pk])).status_code == 405
