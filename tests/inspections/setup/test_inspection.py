"""Setting up an inspection: who may, what is refused with a sentence, what is kept, and what no force sees."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from findings.accuracy.inspectorate import issuing
from forces.models import Contact, Force
from hmic_core import clock, notices
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, GlobalRole, Notice, User
from inspections.locking import Stale, shown, stamp
from inspections.models import Assignment, BulkRun, Criterion, FormerTitle, Inspection, StageDeadline
from inspections.setup import inspection as setup
from inspections.setup import people, questions
from inspections.states import TRANSITIONS
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.findings.drafting.test_finding import post
from tests.findings.test_workflow import drafted
from tests.world import make_world

Role = Assignment.Role


def url(name: str, *of: Any) -> str:
    return reverse(f"inspections:{name}", args=[getattr(each, "slug", each) for each in of])


def new(by: User, **changed: Any) -> Inspection:
    given: dict[str, Any] = {"title": "Core business", "short_title": "Core", "kind": "thematic"}
    return setup.create_inspection(**{**given, **changed}, by=by)


def details(inspection: Inspection, by: User, **changed: Any) -> Inspection:
    before = shown(inspection, setup.DETAILS)
    return setup.save_details(inspection, seen=stamp(before), by=by, **{**before, "was_known": True, **changed})


# Who sets up


def test_a_lead_inspector_sets_up_the_next_one_and_leads_it(cast: Cast) -> None:
    made = new(cast.lead_inspector)
    assert (made.slug, made.state) == ("core", "planned")
    assert [each.user for each in people.leads_of(made)] == [cast.lead_inspector]
    assert new(cast.lead_inspector).slug == "core-2"
    assert AuditEntry.objects.filter(action=Action.INSPECTION_CREATED).count() == 2


def test_a_publication_admin_sets_up_for_somebody_else_only(cast: Cast) -> None:
    for lead in (None, cast.admin):
        with pytest.raises(NotAllowed, match="Name the lead inspector"):
            new(cast.admin, lead=lead)
    made = new(cast.admin, lead=cast.lead_inspector)
    with pytest.raises(NotAllowed):
        details(made, cast.admin, title="Mine")


@pytest.mark.parametrize("who", ["inspector", "moderator", "hmi", "liaison_officer", "auditor", "system_admin"])
def test_nobody_else_sets_up(cast: Cast, who: str) -> None:
    user = cast.everybody()[who]
    with pytest.raises(NotAllowed):
        new(user)
    for verb in (
        lambda: details(cast.inspection, user, title="Other"),
        lambda: questions.remove_theme(cast.themes[0], by=user),
        lambda: people.add_forces(cast.inspection, [cast.kent], by=user),
        lambda: setup.move_state(cast.inspection, "cancel", reason="Why", by=user),
        lambda: setup.notify_forces(cast.inspection, by=user),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert signed_in(user).get(url("setup-show", cast.inspection)).status_code == 404


def test_who_leads_one_force_only_does_not_set_up_the_whole(cast: Cast) -> None:
    Assignment.objects.filter(user=cast.lead_inspector).update(force=cast.kent)
    with pytest.raises(NotAllowed):
        details(cast.inspection, cast.lead_inspector, title="Other")


# Details, deadlines, copying


def test_a_new_title_keeps_the_former_ones_newest_first(cast: Cast) -> None:
    first = cast.inspection.title
    details(cast.inspection, cast.lead_inspector, title="Second")
    details(Inspection.objects.get(), cast.lead_inspector, title="Third")
    assert [str(each) for each in FormerTitle.objects.all()] == ["Second", first]


def test_a_title_that_is_only_corrected_is_no_former_title(cast: Cast) -> None:
    details(cast.inspection, cast.lead_inspector, title="Corrected", was_known=False)
    assert not FormerTitle.objects.exists()
    with pytest.raises(NotAllowed, match="known by its present title"):
        details(Inspection.objects.get(), cast.lead_inspector, title="Third", was_known=None)
    details(Inspection.objects.get(), cast.lead_inspector, short_title="Short", was_known=None)


def test_the_form_asks_whether_it_was_known_by_the_old_title_and_keeps_what_was_typed(cast: Cast) -> None:
    address = url("setup-details", cast.inspection)
    form = signed_in(cast.lead_inspector).get(address).context["form"]
    typed = {name: form[name].value() for name in ("title", "short_title", "kind", "report_title", "seen")}
    page = post(cast.lead_inspector, address, {**typed, "title": "Typed by me"})
    assert page.status_code == 422
    assert "Typed by me" in page.text
    assert f"Say whether the inspection was known as “{cast.inspection.title}”" in page.text
    assert post(cast.lead_inspector, address, {**typed, "title": "Typed by me", "was_known": "no"}).status_code == 302
    assert (Inspection.objects.get().title, FormerTitle.objects.count()) == ("Typed by me", 0)


def test_a_stale_form_is_refused_with_everything_typed_kept(cast: Cast) -> None:
    """The form of the first reader, sent after the second one saved; the next sending replaces it knowingly."""
    address = url("setup-details", cast.inspection)
    form = signed_in(cast.lead_inspector).get(address).context["form"]
    typed = {name: form[name].value() for name in ("title", "short_title", "kind", "report_title", "seen")}
    details(cast.inspection, cast.lead_inspector, short_title="Theirs")
    page = post(
        cast.lead_inspector,
        address,
        {**typed, "title": "Typed by me", "was_known": "no", "opening": "A long paragraph."},
    )
    assert page.status_code == 422
    for words in ("Typed by me", "A long paragraph.", "What is saved now", "Theirs"):
        assert words in page.text
    assert Inspection.objects.get().short_title == "Theirs"
    again = page.context["form"].data
    assert post(cast.lead_inspector, address, again.dict()).status_code == 302
    assert Inspection.objects.get().title == "Typed by me"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"fieldwork_from": dt.date(2026, 5, 2), "fieldwork_until": dt.date(2026, 5, 1)}, "can’t end before"),
        ({"title": " "}, "Enter the title"),
    ],
)
def test_impossible_details_are_refused(cast: Cast, wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        details(cast.inspection, cast.lead_inspector, **wrong)


def test_deadlines_are_londons_in_order_and_never_in_a_missing_hour(cast: Cast) -> None:
    address = url("setup-deadlines", cast.inspection)
    client = signed_in(cast.lead_inspector)
    seen = client.get(address).context["form"]["seen"].value()
    wall = {"ready_day": "27", "ready_month": "6", "ready_year": "2014", "ready_time": "17:00"}
    assert post(cast.lead_inspector, address, {**wall, "seen": seen}).status_code == 302
    due = StageDeadline.objects.get().due_at
    assert due == dt.datetime(2014, 6, 27, 16, tzinfo=dt.UTC)
    missing = {"ready_day": "29", "ready_month": "3", "ready_year": "2026", "ready_time": "01:30"}
    assert "does not exist" in post(cast.lead_inspector, address, {**missing, "seen": seen}).text
    now = stamp(setup.deadlines(cast.inspection))
    wrong = {"ready": due, "sent": due - dt.timedelta(days=1)}
    with pytest.raises(NotAllowed, match="can’t be due before"):
        setup.save_deadlines(cast.inspection, seen=now, due=wrong, by=cast.lead_inspector)


def test_the_rules_of_the_check_have_fields_are_kept_and_copied(cast: Cast) -> None:
    address = url("setup-check", cast.inspection)
    seen = signed_in(cast.lead_inspector).get(address).context["form"]["seen"].value()
    typed = {"check_days": "8", "check_hour": "12", "second_look_days": "4", "more_evidence_days": "6", "seen": seen}
    for name, wrong in (("second_look_days", "0"), ("more_evidence_days", "21"), ("check_days", "61")):
        assert post(cast.lead_inspector, address, {**typed, name: wrong}).status_code == 422
    ticked = {"deciders_shown": "on", "differences_printed": "on"}
    assert post(cast.lead_inspector, address, {**typed, **ticked}).status_code == 302
    rules = {
        "check_days": 8,
        "check_hour": 12,
        "second_look_days": 4,
        "more_evidence_days": 6,
        "independent_decider": False,
        "deciders_shown": True,
        "differences_printed": True,
    }
    saved = Inspection.objects.get()
    assert shown(saved, setup.CHECK) == rules
    for wrong in ({"second_look_days": 0}, {"more_evidence_days": 21}):
        with pytest.raises(NotAllowed, match="working days"):
            setup.save_details(saved, seen=stamp(rules), by=cast.lead_inspector, **{**rules, **wrong})
    made = new(cast.lead_inspector, copy_from=saved, copy=["settings"])
    assert shown(made, setup.CHECK) == rules


def test_copying_takes_the_set_up_and_never_findings_nor_people_unasked(cast: Cast) -> None:
    drafted(cast)
    questions.add_criterion(cast.themes[0], question="A plan?", by=cast.lead_inspector)
    made = new(cast.lead_inspector, copy_from=cast.inspection, copy=["themes", "criteria", "scope", "settings"])
    assert [theme.prefix for theme in made.themes.all()] == ["PC", "FT"]
    assert Criterion.objects.filter(theme__inspection=made).get().question == "A plan?"
    assert (made.forces.count(), made.findings.count(), made.assignments.count()) == (3, 0, 1)
    everybody = new(cast.lead_inspector, copy_from=cast.inspection, copy=["people"])
    assert everybody.assignments.count() == cast.inspection.assignments.count()


def test_what_is_not_visible_is_not_copied(cast: Cast) -> None:
    hidden = Inspection.objects.create(title="Hidden", short_title="Hidden", slug="hidden")
    with pytest.raises(NotAllowed, match="can’t be copied"):
        new(cast.lead_inspector, copy_from=hidden)
    assert "Hidden" not in signed_in(cast.lead_inspector).get(url("setup-new")).text


# Themes, criteria, scope


def test_themes_and_criteria_keep_their_order_and_go_while_unused(cast: Cast) -> None:
    by = cast.lead_inspector
    third = questions.add_theme(cast.inspection, title="Third", question="how well", prefix="TH", by=by)
    questions.move_theme(third, up=True, by=by)
    assert [theme.prefix for theme in cast.inspection.themes.all()] == ["PC", "TH", "FT"]
    questions.remove_theme(third, by=by)
    drafted(cast)
    with pytest.raises(NotAllowed, match="1 finding"):
        questions.remove_theme(cast.themes[0], by=by)
    with pytest.raises(NotAllowed, match="prefix stays PC"):
        questions.save_theme(
            cast.themes[0],
            seen=stamp(shown(cast.themes[0], questions.THEME)),
            title="New",
            question="new",
            prefix="NEW",
            by=by,
        )
    with pytest.raises(NotAllowed, match="Another theme has the prefix FT"):
        questions.add_theme(cast.inspection, title="Third", question="how well", prefix="FT", by=by)


def test_a_number_of_a_removed_criterion_is_not_given_to_the_next_below_it(cast: Cast) -> None:
    first, second = (questions.add_criterion(cast.themes[0], question=q, by=cast.lead_inspector) for q in "ab")
    questions.remove_criterion(first, by=cast.lead_inspector)
    third = questions.add_criterion(cast.themes[0], question="c", by=cast.lead_inspector)
    assert (second.reference, third.reference) == ("PC-Q2", "PC-Q3")


def test_a_stale_question_is_refused(cast: Cast) -> None:
    criterion = questions.add_criterion(cast.themes[0], question="a", by=cast.lead_inspector)
    seen = stamp({"question": "a", "is_public": False})
    questions.save_criterion(criterion, seen=seen, question="b", by=cast.lead_inspector)
    with pytest.raises(Stale):
        questions.save_criterion(criterion, seen=seen, question="c", by=cast.lead_inspector)


def test_scope_by_all_region_and_single_and_a_force_with_findings_stays(cast: Cast) -> None:
    address = url("scope-show", cast.inspection)
    Force.objects.create(name="Essex Police", slug="essex", chief_officer_title="CC")
    Force.objects.create(name="Dorset Police", slug="dorset", chief_officer_title="CC")
    dorset = Force.objects.get(slug="dorset")
    assert "Choose at least one force" in post(cast.lead_inspector, address, {"which": "single"}).text
    post(cast.lead_inspector, address, {"which": "single", "forces": [dorset.pk]})
    assert cast.inspection.forces.count() == 4
    post(cast.lead_inspector, address, {"which": "eastern"})
    assert cast.inspection.forces.count() == 4
    post(cast.lead_inspector, address, {"which": "all"})
    assert cast.inspection.forces.count() == 5
    drafted(cast)
    slugs = ["northamptonshire", "dorset"]
    response = post(cast.lead_inspector, url("scope-remove", cast.inspection), {"forces": slugs})
    run = BulkRun.objects.get()
    assert response.url == url("run-show", run.pk)
    assert [(row["force"], row["done"]) for row in run.rows] == [
        ("Dorset Police", True),
        ("Northamptonshire Police", False),
    ]
    page = signed_in(cast.lead_inspector).get(response.url).text
    assert "It stays in scope: there is 1 finding on it." in page
    assert signed_in(cast.inspector).get(response.url).status_code == 404


# People


def assign(cast: Cast, *users: User, **changed: Any) -> BulkRun:
    given: dict[str, Any] = {
        "users": users,
        "role": Role.INSPECTOR,
        "forces": [],
        "themes": [],
        "starts_on": clock.today(),
        "ends_on": None,
        "by": cast.lead_inspector,
    }
    return people.assign(cast.inspection, **{**given, **changed})


def test_bulk_assignment_says_for_each_what_became_of_it(cast: Cast) -> None:
    somebody = User.objects.create_user("new@cast.example", "New inspector")
    run = assign(cast, somebody, cast.outsider, forces=[cast.kent, cast.northamptonshire])
    assert [(row["force"], row["done"]) for row in run.rows] == [
        ("Kent Police", True),
        ("Northamptonshire Police", True),
        ("Kent Police", False),
        ("Northamptonshire Police", False),
    ]
    assert "speaks for a force" in run.rows[2]["said"]
    assert not Assignment.objects.filter(user=cast.outsider).exists()
    assert not any(row["done"] for row in assign(cast, somebody, forces=[cast.kent]).rows)


def test_an_ended_assignment_is_gone_at_once_and_one_lead_always_stays(cast: Cast) -> None:
    held = Assignment.objects.get(user=cast.inspector)
    post(cast.lead_inspector, url("people-end", cast.inspection, held.pk))
    assert not Inspection.objects.visible_to(cast.inspector).exists()
    lead = Assignment.objects.get(user=cast.lead_inspector)
    with pytest.raises(NotAllowed, match="always has a lead inspector"):
        people.end_assignment(lead, by=cast.lead_inspector)
    assign(cast, cast.moderator, role=Role.LEAD_INSPECTOR)
    people.end_assignment(lead, by=cast.lead_inspector)
    assert signed_in(cast.lead_inspector).get(url("setup-show", cast.inspection)).status_code == 404


def test_the_form_of_assignment_offers_nobody_who_speaks_for_a_force(cast: Cast) -> None:
    page = signed_in(cast.lead_inspector).get(url("people-assign", cast.inspection) + "?force=kent&theme=PC")
    offered = set(page.context["form"].fields["users"].queryset)
    speakers = set(User.objects.filter(pk__in=Contact.objects.values("user")))
    assert offered.isdisjoint(speakers)
    assert cast.inspector in offered
    assert page.context["form"]["forces"].value() == [cast.kent.pk]


# Telling the forces, states


def test_no_force_sees_the_fieldwork_before_it_is_told(cast: Cast) -> None:
    details(cast.inspection, cast.lead_inspector, fieldwork_words="Zinnia to April")
    for who in ("liaison_officer", "outsider", "chief_officer"):
        client = signed_in(cast.everybody()[who])
        assert "Zinnia" not in client.get(url("fieldwork")).text
    setup.notify_forces(Inspection.objects.get(), by=cast.lead_inspector)
    assert "Zinnia" in signed_in(cast.outsider).get(url("fieldwork")).text
    assert signed_in(cast.pcc_office).get(url("fieldwork")).status_code == 404
    told = Notice.objects.filter(event__startswith="fieldwork_planned:")
    assert {each.recipient for each in told} == {cast.liaison_officer, cast.outsider}
    assert not any("Zinnia" in f"{each.subject} {each.body}" for each in told)


def test_the_same_dates_are_told_once_and_other_dates_again(cast: Cast) -> None:
    setup.notify_forces(cast.inspection, by=cast.lead_inspector)
    with pytest.raises(NotAllowed, match="told of these dates already"):
        setup.notify_forces(cast.inspection, by=cast.lead_inspector)
    details(Inspection.objects.get(), cast.lead_inspector, fieldwork_words="May 2014")
    _, without = setup.notify_forces(cast.inspection, by=cast.lead_inspector)
    assert without == [cast.kent]


def test_another_inspection_and_a_cancelled_one_stay_hidden(cast: Cast) -> None:
    setup.notify_forces(cast.inspection, by=cast.lead_inspector)
    setup.move_state(cast.inspection, "cancel", reason="Not needed", by=cast.lead_inspector)
    assert "Test subject" not in signed_in(cast.outsider).get(url("fieldwork")).text


@pytest.mark.parametrize("verb", TRANSITIONS)
@pytest.mark.parametrize("state", Inspection.State.values)
def test_the_state_table_holds(cast: Cast, verb: str, state: str) -> None:
    Inspection.objects.update(state=state)
    after = TRANSITIONS[verb].get(state)
    try:
        setup.move_state(cast.inspection, verb, reason="Why", by=cast.lead_inspector)
    except NotAllowed:
        assert after is None
    assert Inspection.objects.get().state == (after or state)


def test_cancelling_needs_a_reason_and_no_open_check(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="Say why"):
        setup.move_state(cast.inspection, "cancel", by=cast.lead_inspector)
    world = make_world(cast, "plain", "issued")
    with pytest.raises(NotAllowed, match="still open"):
        setup.move_state(cast.inspection, "cancel", reason="Why", by=cast.lead_inspector)
    assert world.round is not None
    issuing.recall_round(world.round, reason="Wrong", by=cast.lead_inspector)
    assert setup.move_state(cast.inspection, "cancel", reason="Why", by=cast.lead_inspector).state == "cancelled"


def test_every_change_is_audited_without_its_words(cast: Cast) -> None:
    details(cast.inspection, cast.lead_inspector, title="Zinnia")
    questions.add_theme(cast.inspection, title="Zinnia", question="Zinnia", prefix="ZI", by=cast.lead_inspector)
    entries = AuditEntry.objects.filter(actor=cast.lead_inspector)
    assert {each.action for each in entries} == {Action.INSPECTION_CHANGED, Action.THEME_ADDED}
    assert "Zinnia" not in str(list(entries.values("facts")))


def test_the_overview_says_what_is_missing(cast: Cast) -> None:
    made = new(cast.lead_inspector)
    page = signed_in(cast.lead_inspector).get(url("setup-show", made)).text
    for words in ("Add the themes", "Add the forces", "Nobody is assigned as inspector or moderator", "No force knows"):
        assert words in page


def test_a_role_that_ended_sets_nothing_up(cast: Cast) -> None:
    GlobalRole.objects.filter(user=cast.admin).update(ends_on=LONG_AGO)
    with pytest.raises(NotAllowed):
        new(cast.admin, lead=cast.lead_inspector)
    assert notices.mailing_of(cast.admin, "fieldwork_planned") == "each"
