"""One theme over all forces side by side: what is shown to whom, filters, hints, notes."""

from typing import Any

import pytest
from django.urls import reverse

from findings import workflow
from findings.cross_force import moderation
from findings.models import Finding, ModeratorNote
from forces.models import Force
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed, Stale
from hmic_core.models import AuditEntry
from inspections.models import Assignment
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.cross_force.consistency.test_warnings import COPIED, OTHER, support
from tests.findings.cross_force.search.test_query import on
from tests.findings.drafting.test_finding import post

THEME = reverse("findings:theme-compare", args=["test-subject", "pc"])
NOTE = reverse("findings:theme-note", args=["test-subject", "pc", "kent"])


def note(cast: Cast, text: str, version: int = 0, by: Any = None, **place: Any) -> ModeratorNote | None:
    where = {"inspection": cast.inspection, "force": cast.kent, "theme": cast.themes[0], **place}
    return moderation.save_note(text=text, version=version, by=by or cast.moderator, **where)


def page(user: Any, **query: Any) -> str:
    answer = signed_in(user).get(THEME, query)
    assert answer.status_code == 200
    return str(answer.text)


def test_all_forces_stand_side_by_side_with_kind_state_and_gap(cast: Cast) -> None:
    on(cast, cast.kent, "A plan **for** Kent.", kind="afi")
    supported = on(cast, cast.northamptonshire, "No plan.", kind="strength")
    support(cast, supported)
    on(cast, cast.northamptonshire, "Of the other theme.", theme=1)
    shown = page(cast.moderator)
    assert shown.count("abreast__force") == 3
    assert "A plan <strong>for</strong> Kent." in shown
    assert "Of the other theme" not in shown
    assert shown.count("No evidence") == 1
    assert "Not started." in shown
    assert signed_in(cast.moderator).get(reverse("findings:theme-list")).status_code == 200


@pytest.mark.parametrize(
    ("query", "forces"),
    [
        ({"kind": "afi"}, ["kent"]),
        ({"state": "draft"}, ["kent", "northamptonshire"]),
        ({"state": "final"}, []),
        ({"text": "PLAN", "kind": "strength"}, ["northamptonshire"]),
        ({"text": "100%"}, []),
        ({"region": "eastern"}, ["kent", "northamptonshire", "nottinghamshire"]),
        ({"region": "northern"}, []),
        ({"kind": "nonsense"}, ["kent", "northamptonshire", "nottinghamshire"]),
    ],
)
def test_filters(cast: Cast, query: dict[str, str], forces: list[str]) -> None:
    on(cast, cast.kent, "A plan.", kind="afi")
    on(cast, cast.northamptonshire, "No plan.", kind="strength")
    shown = page(cast.moderator, **query)
    assert [force for force in ("kent", "northamptonshire", "nottinghamshire") if f'id="{force}"' in shown] == forces


def test_only_what_the_assignment_covers(cast: Cast) -> None:
    on(cast, cast.kent, COPIED)
    on(cast, cast.northamptonshire, f"{COPIED} quixotry")
    note(cast, "quixotry note", force=cast.northamptonshire)
    Assignment.objects.filter(user=cast.second_inspector).update(force=cast.kent, theme=cast.themes[0])
    shown = page(cast.second_inspector)
    assert shown.count("abreast__force") == 1
    assert "Shares words" not in shown
    assert "quixotry" not in shown
    client = signed_in(cast.second_inspector)
    for args in (["test-subject", "ft"], ["test-subject", "zz"], ["another", "pc"]):
        assert client.get(reverse("findings:theme-compare", args=args)).status_code == 404, args
    hidden = client.get(reverse("findings:theme-note", args=["test-subject", "pc", "northamptonshire"]))
    assert hidden.status_code == client.get(reverse("findings:theme-note", args=["x", "pc", "kent"])).status_code == 404
    for outside in (cast.outsider, cast.liaison_officer, cast.admin, cast.auditor, cast.system_admin):
        assert signed_in(outside).get(THEME).status_code == 404
        assert ModeratorNote.objects.visible_to(outside).count() == 0


def test_near_duplicates_are_hinted(cast: Cast) -> None:
    on(cast, cast.kent, COPIED)
    on(cast, cast.northamptonshire, COPIED.replace("a sample", "some"))
    on(cast, cast.nottinghamshire, OTHER)
    shown = page(cast.moderator)
    assert "Shares words with Northamptonshire Police PC-1" in shown
    assert "Shares words with Kent Police PC-1" in shown
    assert shown.count("Shares words") == 2
    assert "wording/agree/?from=" in shown
    assert "wording/agree/?from=" not in page(cast.inspector)


# Notes


def test_a_note_is_kept_with_what_it_said_before(cast: Cast) -> None:
    first = note(cast, "Ask about the sample.")
    note(cast, "Ask about the whole sample.", version=1, by=cast.lead_inspector)
    assert first is not None
    assert note(cast, "Ask about the whole sample.", version=1) is not None  # the same words again: no new row
    assert [each.text for each in ModeratorNote.objects.order_by("version")] == [
        "Ask about the sample.",
        "Ask about the whole sample.",
    ]
    assert "Ask about the whole sample." in page(cast.inspector)
    assert AuditEntry.objects.filter(action=Action.MODERATOR_NOTED).count() == 2
    assert "sample" not in str(list(AuditEntry.objects.filter(action=Action.MODERATOR_NOTED).values()))


@pytest.mark.parametrize("who", ["inspector", "hmi", "liaison_officer", "admin", "system_admin", "outsider"])
def test_only_second_readers_write_notes(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        note(cast, "Mine.", by=getattr(cast, who))


def test_a_stale_note_overwrites_nothing_and_keeps_what_was_typed(cast: Cast) -> None:
    note(cast, "Theirs.")
    with pytest.raises(Stale):
        note(cast, "Mine.")
    answer = post(cast.lead_inspector, NOTE, {"text": "Mine.", "version": 0})
    assert "Theirs." in answer.text
    assert "Mine." in answer.text
    assert 'name="version" value="1"' in answer.text
    assert post(cast.lead_inspector, NOTE, {"text": "Both.", "version": 1}).status_code == 302
    assert ModeratorNote.objects.count() == 2


def test_who_may_only_read_gets_the_notes_without_the_form(cast: Cast) -> None:
    note(cast, "Ask about the sample.")
    shown = signed_in(cast.inspector).get(NOTE).text
    assert "Ask about the sample." in shown
    assert "<textarea" not in shown
    assert post(cast.inspector, NOTE, {"text": "Mine.", "version": 1}).status_code == 200
    assert ModeratorNote.objects.count() == 1


def test_a_removed_finding_is_not_there(cast: Cast) -> None:
    finding = on(cast, cast.kent, "quixotry")
    workflow.remove_finding(Finding.objects.get(pk=finding.pk), reason="Twice", by=cast.inspector)
    assert "quixotry" not in page(cast.moderator)


def test_a_column_counts_its_kinds_in_words() -> None:
    found = [Finding(kind=kind) for kind in ("afi", "finding", "afi", "strength", "strength")]
    assert moderation.Column(Force(), None, found).kinds() == [
        (1, "finding"),
        (2, "strengths"),
        (2, "areas for improvement"),
    ]
