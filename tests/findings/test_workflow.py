"""The verbs of findings: every state against every verb, second readers, stale saves, numbers, the audit trail."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.dispatch import Signal

from findings import states, workflow
from findings.drafting.evidence import add_evidence, link_evidence
from findings.models import Evidence, Finding, Paragraph, Point, RefusedSave, Revision, Round
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, Notice
from inspections.models import Assignment, Inspection
from tests.cast import LONG_AGO, Cast

State = Finding.State


def drafted(
    cast: Cast, text: str = "The force has no policy.", *, theme: int = 0, force: Any = None, by: Any = None
) -> Finding:
    return workflow.draft_finding(
        inspection=cast.inspection,
        force=force or cast.northamptonshire,
        theme=cast.themes[theme],
        text=text,
        kind="finding",
        basis="",
        by=by or cast.inspector,
    )


def in_state(cast: Cast, state: str) -> Finding:
    """A finding that its verbs, and nothing else, brought into a state."""
    finding = drafted(cast)
    if state == State.REMOVED:
        return workflow.remove_finding(finding, reason="Twice", by=cast.inspector)
    if state != State.DRAFT:
        finding = workflow.mark_ready(finding, by=cast.inspector)
    if state in (State.MODERATED, State.FINAL):
        finding = workflow.moderate(finding, version=1, by=cast.moderator)
    if state == State.FINAL:
        [finding] = workflow.make_final([finding], by=cast.lead_inspector)
    return finding


def point_on(finding: Finding, cast: Cast) -> Point:
    round = Round.objects.create(inspection=finding.inspection, force=finding.force, state=Round.State.RESPONDED)
    paragraph = Paragraph.objects.create(
        round=round,
        position=1,
        reference=finding.reference,
        theme_title="",
        theme_question="",
        kind=finding.kind,
        text=finding.text,
        finding=finding,
        revision=finding.revisions.get(),
    )
    return Point.objects.create(
        round=round, paragraph=paragraph, number=1, kind="typing", author=cast.reviewer, changed_at=clock.now()
    )


def save(finding: Finding, cast: Cast, text: str = "Other words.", by: Any = None, **options: Any) -> Finding:
    given = {"kind": finding.kind, "basis": "", "version": finding.version, **options}
    return workflow.save_finding(finding, text=text, by=by or cast.inspector, **given)


def kept_words(stale: workflow.Stale, cast: Cast) -> RefusedSave:
    return workflow.keep_refused_save(stale, text="Mine.", kind="finding", basis="", version=1, by=cast.inspector)


VERBS: dict[str, Callable[[Finding, Cast], Any]] = {
    "save": lambda f, c: save(f, c),
    "amend": lambda f, c: save(f, c, by=c.lead_inspector, point=point_on(f, c)),
    "mark_ready": lambda f, c: workflow.mark_ready(f, by=c.inspector),
    "send_back": lambda f, c: workflow.send_back(f, reason="Say how many", by=c.moderator),
    "moderate": lambda f, c: workflow.moderate(f, version=f.version, by=c.moderator),
    "make_final": lambda f, c: workflow.make_final([f], by=c.lead_inspector),
    "remove": lambda f, c: workflow.remove_finding(f, reason="Twice", by=c.lead_inspector),
    "move": lambda f, c: workflow.move_finding(f, up=True, by=c.inspector),
}


def test_the_table_names_every_verb() -> None:
    assert set(VERBS) == set(states.TRANSITIONS) == set(states.VERB_WORDS)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", State.values)
def test_every_state_against_every_verb(cast: Cast, state: str, verb: str) -> None:
    finding = in_state(cast, state)
    expected = states.TRANSITIONS[verb].get(state)
    if expected:
        VERBS[verb](finding, cast)
    else:
        with pytest.raises(NotAllowed, match=finding.reference):
            VERBS[verb](finding, cast)
    finding.refresh_from_db()
    assert finding.state == (expected or state)


@pytest.mark.parametrize(
    ("verb", "allowed"),
    [
        ("save", {"inspector", "second_inspector", "lead_inspector", "moderator"}),
        ("mark_ready", {"inspector", "second_inspector", "lead_inspector", "moderator"}),
        ("remove", {"inspector", "lead_inspector"}),
        ("moderate", {"lead_inspector", "moderator"}),
        ("send_back", {"lead_inspector", "moderator"}),
        ("make_final", {"lead_inspector"}),
        ("move", {"inspector", "second_inspector", "lead_inspector", "moderator"}),
    ],
)
def test_each_verb_is_for_its_roles_and_for_nobody_else(cast: Cast, verb: str, allowed: set[str]) -> None:
    state = {"moderate": State.READY, "send_back": State.READY, "make_final": State.MODERATED}.get(verb, State.DRAFT)
    verbs: dict[str, Callable[[Finding, Any], Any]] = {
        "save": lambda f, u: save(f, cast, by=u),
        "mark_ready": lambda f, u: workflow.mark_ready(f, by=u),
        "remove": lambda f, u: workflow.remove_finding(f, reason="Twice", by=u),
        "moderate": lambda f, u: workflow.moderate(f, version=f.version, by=u),
        "send_back": lambda f, u: workflow.send_back(f, reason="Say how many", by=u),
        "make_final": lambda f, u: workflow.make_final([f], by=u),
        "move": lambda f, u: workflow.move_finding(f, up=True, by=u),
    }
    finding = in_state(cast, state)
    could = set()
    for name, user in cast.everybody().items():
        point = transaction.savepoint()
        try:
            verbs[verb](finding, user)
            could.add(name)
        except NotAllowed:
            pass
        transaction.savepoint_rollback(point)
    assert could == allowed


def test_only_those_who_write_on_the_force_draft(cast: Cast) -> None:
    for name in set(cast.everybody()) - {"inspector", "second_inspector", "lead_inspector", "moderator"}:
        with pytest.raises(NotAllowed):
            drafted(cast, by=cast.everybody()[name])
    assert not Finding.objects.exists()


def test_an_assignment_to_one_force_and_theme_reaches_no_other(cast: Cast) -> None:
    Assignment.objects.filter(user=cast.inspector).update(force=cast.kent, theme=cast.themes[0])
    drafted(cast, force=cast.kent)
    for options in ({"force": cast.northamptonshire}, {"force": cast.kent, "theme": 1}):
        with pytest.raises(NotAllowed):
            drafted(cast, **options)


def test_an_ended_assignment_gives_nothing(cast: Cast) -> None:
    Assignment.objects.filter(user=cast.inspector).update(ends_on=LONG_AGO)
    with pytest.raises(NotAllowed):
        drafted(cast)


# Second reading


def test_the_author_never_moderates_not_even_as_lead_inspector(cast: Cast) -> None:
    finding = drafted(cast, by=cast.lead_inspector)
    workflow.mark_ready(finding, by=cast.lead_inspector)
    with pytest.raises(NotAllowed, match="own words"):
        workflow.moderate(finding, version=1, by=cast.lead_inspector)


def test_whoever_changed_the_words_last_does_not_moderate_them(cast: Cast) -> None:
    finding = in_state(cast, State.READY)
    finding = save(finding, cast, by=cast.moderator)
    with pytest.raises(NotAllowed, match="own words"):
        workflow.moderate(finding, version=2, by=cast.moderator)
    moderated = workflow.moderate(finding, version=2, by=cast.lead_inspector)
    assert (moderated.state, moderated.moderated_by) == (State.MODERATED, cast.lead_inspector)


def test_the_database_refuses_an_author_as_second_reader_too(cast: Cast) -> None:
    finding = in_state(cast, State.MODERATED)
    with pytest.raises(IntegrityError, match="finding_moderated_by_another"):
        Finding.objects.filter(pk=finding.pk).update(moderated_by=cast.inspector)


def test_an_edit_after_moderation_voids_it(cast: Cast) -> None:
    finding = save(in_state(cast, State.MODERATED), cast)
    assert (finding.state, finding.moderated_by, finding.moderated_at) == (State.READY, None, None)


def test_moderating_words_that_changed_meanwhile_is_refused(cast: Cast) -> None:
    finding = in_state(cast, State.READY)
    save(finding, cast, by=cast.second_inspector)
    with pytest.raises(workflow.Stale):
        workflow.moderate(finding, version=1, by=cast.moderator)


def test_sending_back_needs_a_reason_tells_the_author_and_keeps_the_reason_while_they_write(cast: Cast) -> None:
    finding = in_state(cast, State.READY)
    with pytest.raises(NotAllowed, match="what has to be done"):
        workflow.send_back(finding, reason="  ", by=cast.moderator)
    finding = workflow.send_back(finding, reason="Give the sample", by=cast.moderator)
    notice = Notice.objects.get()
    assert (notice.recipient, finding.text in notice.body) == (cast.inspector, False)
    finding = save(finding, cast)
    assert (finding.state, finding.state_reason) == (State.DRAFT, "Give the sample")
    assert workflow.mark_ready(finding, by=cast.inspector).state_reason == ""


def test_a_finding_that_comes_back_twice_is_told_twice(cast: Cast) -> None:
    finding = in_state(cast, State.READY)
    for _ in range(2):
        workflow.send_back(finding, reason="Again", by=cast.moderator)
        workflow.mark_ready(finding, by=cast.inspector)
    assert Notice.objects.filter(recipient=cast.inspector).count() == 2


# Saving


def test_each_save_is_a_revision(cast: Cast) -> None:
    finding = save(drafted(cast, "One."), cast, "Two.\r\n\r\nMore.  ")
    revisions = list(finding.revisions.order_by("version").values_list("version", "text", "by"))
    assert revisions == [(1, "One.", cast.inspector.pk), (2, "Two.\n\nMore.", cast.inspector.pk)]


def test_the_same_words_again_change_nothing(cast: Cast) -> None:
    finding = in_state(cast, State.MODERATED)
    same = save(finding, cast, finding.text)
    assert (same.version, same.state, Revision.objects.count()) == (1, State.MODERATED, 1)


def test_a_stale_save_keeps_both_texts(cast: Cast) -> None:
    finding = drafted(cast, "Base.")
    save(finding, cast, "Theirs.", by=cast.second_inspector)
    with pytest.raises(workflow.Stale) as caught:
        save(finding, cast, "Mine.")
    assert (caught.value.base.text, caught.value.theirs.text) == ("Base.", "Theirs.")
    kept = kept_words(caught.value, cast)
    finding.refresh_from_db()
    assert (finding.text, kept.text) == ("Theirs.", "Mine.")
    again = kept_words(caught.value, cast)
    assert (again, RefusedSave.objects.count()) == (kept, 1)


def test_the_same_save_sent_twice_is_no_conflict(cast: Cast) -> None:
    finding = drafted(cast)
    save(finding, cast, "New.", version=1)
    assert save(finding, cast, "New.", version=1).version == 2


def test_only_its_writer_settles_a_refused_save(cast: Cast) -> None:
    finding = drafted(cast)
    save(finding, cast, "Theirs.", by=cast.second_inspector)
    with pytest.raises(workflow.Stale) as caught:
        save(finding, cast, "Mine.")
    kept = kept_words(caught.value, cast)
    with pytest.raises(NotAllowed):
        workflow.settle_refused_save(kept, by=cast.second_inspector)
    assert workflow.settle_refused_save(kept, by=cast.inspector).settled_at


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "empty"), (" \n ", "empty"), ("x" * 20_001, "too long"), ("a\x07b", "control"), ("[x](http://y)", "https")],
)
def test_words_that_cannot_be_kept_are_refused_with_a_sentence(cast: Cast, text: str, why: str) -> None:
    finding = drafted(cast)
    with pytest.raises(NotAllowed, match=why):
        save(finding, cast, text)
    finding.refresh_from_db()
    assert finding.version == 1


def test_the_basis_is_checked_like_the_text(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="In the basis"):
        save(drafted(cast), cast, basis="a\x07b")


def test_a_final_finding_changes_only_through_a_point_and_is_read_again(cast: Cast) -> None:
    finding = in_state(cast, State.FINAL)
    with pytest.raises(NotAllowed, match="accepted point"):
        save(finding, cast)
    point = point_on(finding, cast)
    amended = save(finding, cast, by=cast.lead_inspector, point=point)
    assert (amended.state, amended.revisions.get(version=2).point) == (State.READY, point)


def test_nothing_changes_in_a_closed_inspection(cast: Cast) -> None:
    finding, evidence = drafted(cast), add(cast)
    Inspection.objects.update(state=Inspection.State.CLOSED)
    for attempt in (
        lambda: save(finding, cast),
        lambda: drafted(cast),
        lambda: add(cast),
        lambda: link_evidence(finding, evidence=evidence, linked=True, by=cast.inspector),
    ):
        with pytest.raises(NotAllowed, match="closed"):
            attempt()


def test_others_hear_of_changed_words_in_the_same_transaction(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(workflow, "on_text_changed", Signal())
    workflow.on_text_changed.connect(lambda finding, **_: heard.append(finding.text), weak=False)
    finding = drafted(cast, "One.")
    assert heard == []
    save(finding, cast, "Two.")
    workflow.remove_finding(finding, reason="Twice", by=cast.inspector)
    assert heard == ["Two.", "Two."]


def test_what_refuses_in_a_higher_room_refuses_the_save(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(finding: Finding, **_: Any) -> None:
        raise NotAllowed("Locked for publication.")

    monkeypatch.setattr(workflow, "on_text_changed", Signal())
    workflow.on_text_changed.connect(refuse)
    finding = drafted(cast)
    with pytest.raises(NotAllowed, match="Locked"):
        save(finding, cast)
    finding.refresh_from_db()
    assert (finding.version, Revision.objects.count()) == (1, 1)


# Numbers and places


def test_numbers_are_never_used_again(cast: Cast) -> None:
    first = drafted(cast)
    workflow.remove_finding(first, reason="Twice", by=cast.inspector)
    assert (first.reference, drafted(cast).reference, drafted(cast, theme=1).reference) == ("PC-1", "PC-2", "FT-1")
    assert drafted(cast, force=cast.kent).reference == "PC-1"


def test_a_theme_of_another_inspection_is_refused(cast: Cast) -> None:
    other = Inspection.objects.create(title="Other", short_title="Other", slug="other")
    theme = other.themes.create(position=1, title="T", question="q", prefix="TT")
    with pytest.raises(NotAllowed, match="another inspection"):
        workflow.draft_finding(
            inspection=cast.inspection,
            force=cast.kent,
            theme=theme,
            text="x",
            kind="finding",
            basis="",
            by=cast.inspector,
        )


def test_moving_changes_places_and_keeps_references(cast: Cast) -> None:
    one, two, three = (drafted(cast, f"{n}.") for n in range(3))
    workflow.move_finding(three, up=True, by=cast.inspector)
    workflow.move_finding(one, up=True, by=cast.inspector)  # the first stays
    order = Finding.objects.in_order().select_related("theme")
    assert [each.reference for each in order] == ["PC-1", "PC-3", "PC-2"]
    workflow.move_finding(two, up=False, by=cast.inspector)  # the last stays
    workflow.move_finding(one, up=False, by=cast.inspector)
    assert [each.reference for each in order.all()] == ["PC-3", "PC-1", "PC-2"]


def test_a_draft_does_not_push_a_final_finding_aside(cast: Cast) -> None:
    in_state(cast, State.FINAL)
    late = drafted(cast)
    with pytest.raises(NotAllowed, match="PC-1"):
        workflow.move_finding(late, up=True, by=cast.inspector)


def test_making_final_is_all_or_none(cast: Cast) -> None:
    moderated, ready = in_state(cast, State.MODERATED), in_state(cast, State.READY)
    with pytest.raises(NotAllowed):
        workflow.make_final([moderated, ready], by=cast.lead_inspector)
    moderated.refresh_from_db()
    assert moderated.state == State.MODERATED


# Evidence


def add(cast: Cast, **changed: Any) -> Evidence:
    given: dict[str, Any] = {
        "inspection": cast.inspection,
        "force": cast.northamptonshire,
        "kind": "interview",
        "source": "Control room manager",
        "note": "",
        "happened_on": None,
        "findings": [],
        "by": cast.inspector,
    }
    return add_evidence(**{**given, **changed})


def test_evidence_is_numbered_in_its_force_and_linked(cast: Cast) -> None:
    finding = drafted(cast)
    first, second = add(cast, findings=[finding]), add(cast)
    assert (first.reference, second.reference, add(cast, force=cast.kent).reference) == ("EV-1", "EV-2", "EV-1")
    assert list(finding.evidence.all()) == [first]
    link_evidence(finding, evidence=second, linked=True, by=cast.inspector)
    link_evidence(finding, evidence=first, linked=False, by=cast.inspector)
    assert list(finding.evidence.all()) == [second]


def test_evidence_of_one_force_never_supports_another(cast: Cast) -> None:
    in_kent = drafted(cast, force=cast.kent)
    with pytest.raises(NotAllowed, match="own force"):
        add(cast, findings=[in_kent])
    with pytest.raises(NotAllowed, match="own force"):
        link_evidence(in_kent, evidence=add(cast), linked=True, by=cast.inspector)


@pytest.mark.parametrize("changed", [{"source": " "}, {"kind": "rumour"}])
def test_evidence_without_source_or_kind_is_refused(cast: Cast, changed: dict[str, str]) -> None:
    with pytest.raises(NotAllowed):
        add(cast, **changed)


def test_no_outsider_adds_evidence(cast: Cast) -> None:
    for user in (cast.liaison_officer, cast.outsider, cast.hmi, cast.admin):
        with pytest.raises(NotAllowed):
            add(cast, by=user)


# The audit trail


def test_every_verb_is_recorded_and_no_words_are(cast: Cast) -> None:
    secret = "An unreleased sentence nobody may find."
    finding = drafted(cast, secret)
    add(cast, findings=[finding], note=secret)
    workflow.mark_ready(finding, by=cast.inspector)
    workflow.moderate(finding, version=1, by=cast.moderator)
    workflow.make_final([finding], by=cast.lead_inspector)
    entries = AuditEntry.objects.order_by("id")
    assert [each.action for each in entries] == [
        Action.FINDING_DRAFTED,
        Action.EVIDENCE_ADDED,
        Action.FINDING_READY,
        Action.FINDING_MODERATED,
        Action.FINDING_FINAL,
    ]
    assert {each.force_slug for each in entries} == {"northamptonshire"}
    assert not any("unreleased" in str(each.facts) for each in entries)


def test_a_refused_verb_leaves_no_trace(cast: Cast) -> None:
    finding = drafted(cast)
    before = AuditEntry.objects.count()
    with pytest.raises(NotAllowed), transaction.atomic():
        workflow.moderate(finding, version=1, by=cast.moderator)
    assert AuditEntry.objects.count() == before
