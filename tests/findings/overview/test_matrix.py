"""The matrix: what is new since the last look, its filters, and verbs on many forces with a result for each."""

import datetime as dt
import re
from typing import Any

import pytest

from findings import workflow
from findings.models import Finding, LastLook
from findings.overview import bulk, changes
from findings.overview.timetable import timetable
from hmic_core import clock
from hmic_core.errors import NotAllowed
from hmic_core.models import Notice, User
from inspections.models import Assignment, BulkRun, Inspection, StageDeadline
from inspections.setup import people
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.findings.drafting.test_finding import post, url
from tests.findings.test_workflow import drafted, in_state

State = Finding.State


def matrix_page(cast: Cast, user: User, query: str = "") -> str:
    text: str = signed_in(user).get(url("matrix-show", cast.inspection) + query).text
    return text


# What is new


def test_what_others_changed_is_new_until_it_is_marked_as_seen(cast: Cast) -> None:
    drafted(cast)
    assert "Changes in 1 force since" in matrix_page(cast, cast.lead_inspector)
    assert "Nothing new" in matrix_page(cast, cast.inspector)  # their own changes are no news to them
    until = clock.now()
    drafted(cast, force=cast.kent)
    seen = url("changes-seen", cast.inspection)
    post(cast.lead_inspector, seen, {"until": until.isoformat()})
    page = matrix_page(cast, cast.lead_inspector, "?changed=1")
    assert ("1 of 3 forces" in page, "Changes in 1 force since" in page) == (True, True)
    work = signed_in(cast.lead_inspector).get(url("work-show")).text
    assert ("1 change since you last looked" in work, "Finding drafted by Inspector" in work) == (True, True)


def test_looking_never_goes_back_nor_beyond_now_and_reading_changes_nothing(cast: Cast) -> None:
    later = clock.now() + dt.timedelta(days=9)
    changes.mark_seen(cast.inspection, until=later, by=cast.inspector)
    look = LastLook.objects.get()
    assert look.at <= clock.now()
    changes.mark_seen(cast.inspection, until=look.at - dt.timedelta(days=1), by=cast.inspector)
    matrix_page(cast, cast.inspector)
    assert LastLook.objects.get().at == look.at
    with pytest.raises(NotAllowed):
        changes.mark_seen(cast.inspection, until=later, by=cast.outsider)
    assert post(cast.inspector, url("changes-seen", cast.inspection), {"until": "nonsense"}).status_code == 302


def test_news_outside_my_part_is_no_news_of_mine(cast: Cast) -> None:
    Assignment.objects.filter(user=cast.moderator).update(force=cast.kent)
    drafted(cast)
    assert "No changes since" in signed_in(cast.moderator).get(url("work-show")).text


def test_deadlines_count_working_days_with_bank_holidays(cast: Cast) -> None:
    """Christmas Day and Boxing Day 2014 were a Thursday and a Friday."""
    StageDeadline.objects.create(
        inspection=cast.inspection, stage="ready", due_at=dt.datetime(2030, 1, 1, 17, tzinfo=dt.UTC)
    )
    stage = timetable(cast.inspector, cast.inspection).next_stage
    assert stage is not None
    assert (stage.label, stage.days_left > 0) == ("All findings ready for second reading", True)
    for page in ("work-show", "matrix-show", "inspection-show"):
        of = [] if page == "work-show" else [cast.inspection]
        assert "Tuesday 1 January 2030, 17:00 GMT" in signed_in(cast.inspector).get(url(page, *of)).text


def test_what_an_inspection_has_left_behind_is_due_no_more(cast: Cast) -> None:
    for stage, day in (("ready", 1), ("moderated", 2), ("decided", 3), ("signed", 4)):
        StageDeadline.objects.create(
            inspection=cast.inspection, stage=stage, due_at=dt.datetime(2030, 1, day, 17, tzinfo=dt.UTC)
        )

    def due_next(state: str) -> str:
        Inspection.objects.filter(pk=cast.inspection.pk).update(state=state)
        stage = timetable(cast.inspector, cast.inspection).next_stage
        assert stage is not None
        return stage.code

    states = ("drafting", "accuracy", "finalising")
    assert [due_next(state) for state in states] == ["ready", "decided", "signed"]


# Filters


def test_filters_by_hm_inspector_and_person(cast: Cast) -> None:
    only = User.objects.create_user("only@cast.example", "Only Kent")
    Assignment.objects.create(
        inspection=cast.inspection, user=only, role="inspector", force=cast.kent, starts_on=LONG_AGO
    )
    assert "1 of 3 forces" in matrix_page(cast, cast.lead_inspector, f"?person={only.pk}")
    assert "3 of 3 forces" in matrix_page(cast, cast.lead_inspector, "?hmi=Zo%C3%AB+Billingham")
    assert "3 of 3 forces" in matrix_page(cast, cast.lead_inspector, "?person=nobody")
    text = signed_in(cast.lead_inspector).get(url("matrix-export", cast.inspection) + f"?person={only.pk}").text
    assert "Kent Police,Eastern Region,Zoë Billingham,Only Kent" in text


def test_a_force_without_an_inspector_is_named(cast: Cast) -> None:
    Assignment.objects.filter(role="inspector").update(force=cast.kent)
    page = matrix_page(cast, cast.lead_inspector)
    assert ("Nobody is assigned as inspector" in page, "Assign somebody" in page) == (True, True)


# Many at once


def test_mark_ready_first_says_what_it_would_do_then_does_it_row_by_row(cast: Cast) -> None:
    draft, ready = drafted(cast), in_state(cast, State.READY)
    address = url("bulk-move", cast.inspection, "mark-ready") + "?force=northamptonshire&force=kent"
    page = signed_in(cast.lead_inspector).get(address).text
    assert "PC-1; 1 ready for second reading: stay as they are" in page
    assert "Nothing: no findings yet" in page
    draft.refresh_from_db()
    assert draft.state == State.DRAFT
    response = post(cast.lead_inspector, address, {"force": ["northamptonshire", "kent"], "theme": ""})
    run = BulkRun.objects.get()
    assert [(row["force"], row["what"], row["done"]) for row in run.rows] == [
        ("Kent Police", "", False),
        ("Northamptonshire Police", "PC-1", True),
    ]
    assert "Not all of it was done" in signed_in(cast.lead_inspector).get(response.url).text
    assert {each.state for each in Finding.objects.filter(pk__in=[draft.pk, ready.pk])} == {State.READY}


def test_the_way_back_from_a_bulk_verb_keeps_the_filter(cast: Cast) -> None:
    drafted(cast)
    matrix = matrix_page(cast, cast.lead_inspector, "?state=draft&sort=-pc")
    assert '<input type="hidden" name="filter" value="state=draft&amp;sort=-pc">' in matrix
    back = f'href="{url("matrix-show", cast.inspection)}?state=draft&amp;sort=-pc#forces"'
    address = url("bulk-move", cast.inspection, "mark-ready") + "?filter=state%3Ddraft%26sort%3D-pc"
    assert back in signed_in(cast.lead_inspector).get(f"{address}&force=northamptonshire").text
    result = post(cast.lead_inspector, address, {"force": ["northamptonshire"], "theme": ""}).url
    assert back in signed_in(cast.lead_inspector).get(result).text


def test_one_refusal_is_named_and_leaves_the_others_done(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = drafted(cast), drafted(cast)
    real = workflow.mark_ready

    def refusing(finding: Finding, *, by: User) -> Finding:
        if finding.pk == first.pk:
            real(finding, by=by)
            raise NotAllowed("Not this one.")
        return real(finding, by=by)

    monkeypatch.setattr(workflow, "mark_ready", refusing)
    run = bulk.move("mark-ready", cast.inspection, [cast.northamptonshire], None, by=cast.inspector)
    assert [(row["what"], row["done"], row["said"]) for row in run.rows] == [
        ("PC-1", False, "Not this one."),
        ("PC-2", True, "Ready for second reading."),
    ]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.DRAFT, State.READY)  # the refused one was rolled back alone


def test_sending_back_needs_a_reason_and_tells_the_authors(cast: Cast) -> None:
    in_state(cast, State.READY)
    address = url("bulk-move", cast.inspection, "send-back")
    empty = post(cast.moderator, address, {"force": ["northamptonshire"], "reason": ""})
    assert (empty.status_code, "Give the reason" in empty.text) == (422, True)
    post(cast.moderator, address, {"force": ["northamptonshire"], "reason": "Say which plan"})
    assert Finding.objects.get().state_reason == "Say which plan"
    assert "Say which plan" not in str(list(Notice.objects.values()))


def test_a_reminder_goes_once_a_day_to_whom_it_concerns(cast: Cast) -> None:
    drafted(cast)
    forces = [cast.kent, cast.northamptonshire]
    run = bulk.remind(cast.inspection, forces, cast.themes[0], by=cast.lead_inspector)
    assert [(row["force"], row["what"]) for row in run.rows] == [
        ("Kent Police", "Inspector, Second inspector"),
        ("Northamptonshire Police", "Inspector"),
    ]
    bulk.remind(cast.inspection, forces, None, by=cast.lead_inspector)
    sent = Notice.objects.filter(event__startswith="reminder:")
    assert sorted(each.recipient.name for each in sent) == ["Inspector", "Second inspector"]


def test_only_the_lead_inspector_reminds_and_a_force_out_of_reach_is_left_alone(cast: Cast) -> None:
    drafted(cast)
    run = bulk.remind(cast.inspection, [cast.northamptonshire], None, by=cast.moderator)
    assert [row["done"] for row in run.rows] == [False]
    Assignment.objects.filter(user=cast.inspector).update(force=cast.kent)
    page = signed_in(cast.inspector).get(url("bulk-move", cast.inspection, "mark-ready") + "?force=northamptonshire")
    assert "No force is ticked" in page.text


@pytest.mark.parametrize("who", ["liaison_officer", "outsider", "admin", "auditor"])
def test_nobody_else_acts_on_many(cast: Cast, who: str) -> None:
    for name, of in (("bulk-remind", ()), ("bulk-move", ("mark-ready",)), ("changes-seen", ())):
        assert post(cast.everybody()[who], url(name, cast.inspection, *of), {}).status_code == 404


def test_a_bulk_result_is_its_makers_own(cast: Cast) -> None:
    drafted(cast)
    run = bulk.move("mark-ready", cast.inspection, [cast.northamptonshire], None, by=cast.inspector)
    assert list(BulkRun.objects.visible_to(cast.inspector)) == [run]
    assert not BulkRun.objects.visible_to(cast.lead_inspector).exists()
    people.end_assignment(Assignment.objects.get(user=cast.inspector), by=cast.lead_inspector)
    assert not BulkRun.objects.visible_to(cast.inspector).exists()


def test_without_javascript_the_ticked_forces_go_into_the_address(cast: Cast) -> None:
    page: Any = matrix_page(cast, cast.lead_inspector)
    assert '<input type="checkbox" name="force" value="kent"' in page
    assert f'formaction="{url("bulk-remind", cast.inspection)}"' in page


# Its order


def test_every_column_orders_the_table_and_keeps_the_filters(cast: Cast) -> None:
    drafted(cast, force=cast.kent)
    in_state(cast, "moderated")

    def order(query: str) -> list[str]:
        page = matrix_page(cast, cast.lead_inspector, query)
        return re.findall(r'aria-label="Select ([^"]+)"', page)

    forward = order("?sort=force")
    assert forward == sorted(forward)
    assert order("?sort=-force") == forward[::-1]
    assert order("?sort=nonsense") == order("") == forward
    by_theme = order("?sort=-pc")
    assert by_theme[:2] == ["Northamptonshire Police", "Kent Police"], "the most advanced first"
    assert sorted(by_theme) == forward
    for column in ("region", "inspector", "check", "-ft"):
        assert sorted(order(f"?sort={column}")) == forward
    page = matrix_page(cast, cast.lead_inspector, "?sort=-pc&state=draft")
    assert page.count('aria-sort="descending"') == 1
    assert "state=draft&amp;sort=region#forces" in page
    assert '<option value="-pc" selected>' in page
    sheet = signed_in(cast.lead_inspector).get(url("matrix-export", cast.inspection) + "?sort=-force").text
    assert [line.split(",")[0] for line in sheet.splitlines()[1:]] == forward[::-1]
