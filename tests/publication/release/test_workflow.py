"""The verbs of a release: what each needs, does and refuses."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from findings.accuracy.inspectorate import closing
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed, Stale
from hmic_core.models import AuditEntry, Notice, User
from inspections.models import Release, ReleaseChange, ReleaseItem
from letters.models import Copy, Letter, NationalReport, Rendition
from letters.signing import signatures
from publication.release import additions, calendar, triggers, withdrawal, workflow
from publication.release.adoption import adopt
from publication.states import TRANSITIONS, When, is_missed, standing
from tests.cast import Cast
from tests.items import freeze, release_of
from tests.publication import ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]
State = Release.State
DAY = dt.timedelta(days=1)


def actions(release: Release) -> list[str]:
    return list(AuditEntry.objects.filter(subject_id=str(release.pk)).order_by("id").values_list("action", flat=True))


def test_a_new_release_has_no_instant(cast: Cast) -> None:
    release = workflow.create_release(inspection=cast.inspection, title="Test subject", by=cast.admin)
    assert release.state == State.DRAFT
    assert release.embargo_until is None


@pytest.mark.parametrize("person", ["inspector", "lead_inspector", "hmi", "liaison_officer", "system_admin", "auditor"])
def test_only_publication_admins_make_releases(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed, match="publication admin"):
        workflow.create_release(inspection=cast.inspection, title="Test subject", by=getattr(cast, person))


class TestSchedule:
    @pytest.fixture
    def draft(self, cast: Cast) -> Release:
        return workflow.create_release(inspection=cast.inspection, title="Test subject", by=cast.admin)

    def test_keeps_utc_wall_time_and_zone(self, cast: Cast, draft: Release) -> None:
        workflow.schedule(draft, wall=dt.datetime(2031, 9, 4, 0, 1), by=cast.admin)  # noqa: DTZ001
        assert draft.embargo_until == dt.datetime(2031, 9, 3, 23, 1, tzinfo=dt.UTC)
        assert (draft.embargo_wall_time, draft.embargo_zone) == ("2031-09-04T00:01:00", "Europe/London")

    @pytest.mark.parametrize(
        ("wall", "why"),
        [
            (dt.datetime(2031, 3, 30, 1, 30), "does not exist"),  # noqa: DTZ001
            (dt.datetime(2031, 10, 26, 1, 30), "happens twice"),  # noqa: DTZ001
            (dt.datetime(2014, 9, 4, 0, 1), "has passed"),  # noqa: DTZ001
            (dt.datetime(2031, 9, 4, 0, 1, 0, 1), "whole second"),  # noqa: DTZ001
        ],
    )
    def test_refuses_a_time_that_is_none(self, cast: Cast, draft: Release, wall: dt.datetime, why: str) -> None:
        with pytest.raises(NotAllowed, match=why):
            workflow.schedule(draft, wall=wall, by=cast.admin)
        assert Release.objects.get(pk=draft.pk).state == State.DRAFT

    def test_refuses_less_than_the_shortest_lead(self, cast: Cast, draft: Release, settings: Any) -> None:
        settings.MIN_LEAD_SECONDS = 900
        with pytest.raises(NotAllowed, match="less than 15 minutes ahead"):
            workflow.schedule(draft, wall=ground.wall(890), by=cast.admin)
        workflow.schedule(draft, wall=ground.wall(902), by=cast.admin)

    def test_the_database_keeps_whole_seconds(self, draft: Release) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Release.objects.filter(pk=draft.pk).update(embargo_until=clock.now().replace(microsecond=1) + DAY)


class TestSeal:
    def test_freezes_page_report_and_letters(self, cast: Cast) -> None:
        release = ground.sealed(cast, forces=[cast.northamptonshire, cast.kent])
        items = list(release.items.order_by("position", "title"))
        assert [item.kind for item in items] == ["inspection", "report", "letter", "letter"]
        letter = Letter.objects.get(release=release, force=cast.kent)
        frozen = next(item for item in items if item.force == cast.kent)
        assert frozen.content["signed_hash"] == letter.signed_hash
        assert frozen.source_id == letter.pk
        assert ground.CANARY in frozen.content["html"]
        assert len({item.file_key for item in items if item.file_key}) == 3
        assert not ReleaseItem.objects.public().exists()

    def test_records_every_hash(self, cast: Cast) -> None:
        release = ground.sealed(cast)
        entry = AuditEntry.objects.get(action=Action.RELEASE_SEALED)
        assert set(entry.facts["hashes"].values()) == set(release.items.values_list("content_hash", flat=True))
        assert ground.CANARY not in str(entry.facts)

    def test_asks_the_other_admins(self, cast: Cast) -> None:
        ground.sealed(cast)
        asked = Notice.objects.filter(event__startswith="release_sealed")
        assert [notice.recipient for notice in asked] == [cast.second_admin]

    @pytest.mark.parametrize(
        ("spoil", "why"),
        [
            (lambda r: Letter.objects.filter(release=r).update(state="superseded"), "No letter"),
            (lambda r: Letter.objects.filter(release=r).update(state="assembled", signed_hash=""), "Not signed"),
            (lambda r: Letter.objects.filter(release=r).update(confirmed_instant=None), "not confirmed the new time"),
            (lambda r: Rendition.objects.filter(variant="final").update(key="0" * 64), "Not rendered"),
            (lambda r: Rendition.objects.filter(variant="embargoed").update(problems=["7.1-1"]), "validator"),
            (lambda r: Letter.objects.filter(release=r).update(letter_date="2100-01-01"), "Proof-reading: .*Date"),
            (lambda r: NationalReport.objects.all().delete(), "National report"),
            (lambda r: r.inspection.rounds.update(state="decided"), "check is not closed"),
            (lambda r: r.inspection.findings.update(text="Words that the force never saw."), "has not seen"),
            (lambda r: r.inspection.forces.get(slug="northamptonshire").contacts.update(verified_at=None), "Nobody"),
        ],
    )
    def test_refuses_what_is_not_ready(self, cast: Cast, spoil: Callable[[Release], Any], why: str) -> None:
        release = ground.scheduled(cast)
        spoil(release)
        with pytest.raises(NotAllowed, match=why):
            workflow.seal(release, version=release.version, by=cast.admin)
        assert Release.objects.get(pk=release.pk).state == State.SCHEDULED
        assert not release.items.exists()

    def test_unseen_words_may_be_waived(self, cast: Cast) -> None:
        release = ground.scheduled(cast)
        release.inspection.findings.update(text="Words that the force never saw.")
        for round in release.inspection.rounds.all():
            closing.waive_unseen(round, reason="Settled by telephone", by=cast.lead_inspector)
        assert workflow.seal(release, version=release.version, by=cast.admin).state == State.SEALED

    def test_refuses_a_damaged_file(self, cast: Cast) -> None:
        release = ground.scheduled(cast)
        NationalReport.objects.get().file.__class__.objects.filter(name="report.pdf").update(sha256="0" * 64)
        with pytest.raises(NotAllowed, match="missing or was damaged"):
            workflow.seal(release, version=release.version, by=cast.admin)

    def test_refuses_a_version_that_was_not_shown(self, cast: Cast) -> None:
        release = ground.scheduled(cast)
        with pytest.raises(Stale):
            workflow.seal(release, version=release.version - 1, by=cast.admin)

    def test_unseal_drops_what_was_frozen(self, cast: Cast) -> None:
        release = workflow.unseal(ground.sealed(cast), by=cast.admin)
        assert (release.state, release.sealed_by, release.items.count()) == (State.SCHEDULED, None, 0)
        assert Letter.objects.get(release=release).state == Letter.State.SIGNED


class TestApprove:
    def test_issues_copies_and_names_the_installation(self, cast: Cast, settings: Any) -> None:
        release = ground.approved(cast)
        assert release.approved_installation == settings.INSTALLATION
        named = set(Copy.objects.filter(letter__release=release).values_list("contact__user", flat=True))
        assert named == {cast.liaison_officer.pk, cast.chief_officer.pk}
        assert not ReleaseItem.objects.public().exists()

    def test_refuses_who_sealed(self, cast: Cast) -> None:
        release = ground.scheduled(cast)
        workflow.seal(release, version=release.version, by=cast.second_admin)
        with pytest.raises(NotAllowed, match="You locked"):
            workflow.approve(release, expected_version=release.version, by=cast.second_admin)

    def test_refuses_who_scheduled(self, cast: Cast) -> None:
        release = ground.scheduled(cast)
        workflow.seal(release, version=release.version, by=cast.second_admin)
        with pytest.raises(NotAllowed, match="You scheduled"):
            workflow.approve(release, expected_version=release.version, by=cast.admin)

    @pytest.mark.parametrize("field", ["sealed_by", "scheduled_by"])
    def test_the_database_refuses_one_person_twice(self, cast: Cast, field: str) -> None:
        release = ground.approved(cast)
        with pytest.raises(IntegrityError), transaction.atomic():
            Release.objects.filter(pk=release.pk).update(**{field: cast.second_admin})

    def test_refuses_inside_the_freeze_window(self, cast: Cast, settings: Any) -> None:
        release = ground.sealed(cast)
        settings.FREEZE_SECONDS = 3600
        with pytest.raises(NotAllowed, match="only Withdraw is left"):
            workflow.approve(release, expected_version=release.version, by=cast.second_admin)


class TestReschedule:
    def test_goes_back_with_its_history(self, cast: Cast) -> None:
        release = ground.approved(cast)
        old = release.embargo_until
        workflow.reschedule(release, wall=ground.wall(7200), reason="The report is late", by=cast.admin)
        change = ReleaseChange.objects.get(release=release)
        assert (change.old_instant, change.new_instant, change.reason) == (
            old,
            release.embargo_until,
            "The report is late",
        )
        assert release.state == State.SCHEDULED
        assert (release.sealed_by, release.approved_by, release.approved_installation) == (None, None, "")
        assert not release.items.exists()

    def test_letters_are_rendered_and_confirmed_again(self, cast: Cast) -> None:
        release = ground.approved(cast)
        workflow.reschedule(release, wall=ground.wall(7200), reason="The report is late", by=cast.admin)
        ground.stand_in_renditions(release)
        with pytest.raises(NotAllowed, match="not confirmed the new time"):
            workflow.seal(release, version=release.version, by=cast.admin)
        signatures.confirm_wording(release, by=cast.hmi)
        workflow.seal(release, version=release.version, by=cast.admin)
        workflow.approve(release, expected_version=release.version, by=cast.second_admin)
        sentence = release.items.get(kind="letter").content["html"]
        assert "will now be published" in sentence

    def test_tells_recipients_once(self, cast: Cast) -> None:
        release = ground.approved(cast)
        workflow.reschedule(release, wall=ground.wall(7200), reason="The report is late", by=cast.admin)
        told = Notice.objects.filter(event__startswith="release_moved").values_list("recipient", flat=True)
        assert sorted(told) == sorted([cast.liaison_officer.pk, cast.chief_officer.pk, cast.second_admin.pk])

    def test_a_missed_release_can_be_moved(self, cast: Cast) -> None:
        release = ground.move(ground.sealed(cast), -60)
        assert is_missed(release, clock.now())
        with pytest.raises(NotAllowed, match="has passed"):
            workflow.approve(release, expected_version=release.version, by=cast.second_admin)
        workflow.reschedule(release, wall=ground.wall(7200), reason="Nobody approved", by=cast.admin)
        assert release.state == State.SCHEDULED

    def test_needs_a_reason(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed, match="reason"):
            workflow.reschedule(ground.scheduled(cast), wall=ground.wall(7200), reason="  ", by=cast.admin)


class TestHold:
    def test_hold_and_resume(self, cast: Cast) -> None:
        release = ground.held(cast)
        assert release.state_reason == "A question came up"
        workflow.resume(release, by=cast.admin)
        assert (release.state, release.approved_by) == (State.APPROVED, cast.second_admin)

    def test_a_held_release_stays_hidden_at_its_instant(self, cast: Cast) -> None:
        release = ground.move(ground.held(cast), -60)
        assert not ReleaseItem.objects.public().exists()
        assert triggers.release_due() == []
        with pytest.raises(NotAllowed, match="has passed"):
            workflow.resume(release, by=cast.admin)


class TestDropItem:
    def test_one_letter_leaves_and_the_others_stay_approved(self, cast: Cast) -> None:
        release = ground.approved(cast, forces=[cast.northamptonshire, cast.kent])
        withdrawal.drop_item(release.items.get(force=cast.kent), reason="A fact is disputed", by=cast.admin)
        ground.move(release, -600)
        assert set(ReleaseItem.objects.public().values_list("kind", "force__slug")) == {
            ("inspection", None),
            ("report", None),
            ("letter", "northamptonshire"),
        }

    def test_its_recipients_are_told_and_read_it_no_more(self, cast: Cast) -> None:
        """Otherwise they hear at the instant that the embargo has ended, and pass on what was never published."""
        release = ground.approved(cast, forces=[cast.northamptonshire, cast.kent])
        contact = ground.recipient(cast.kent)
        assert Copy.objects.visible_to(contact.user).exists()
        withdrawal.drop_item(release.items.get(force=cast.kent), reason="A fact is disputed", by=cast.admin)
        assert not Copy.objects.visible_to(contact.user).exists()
        ground.move(release, -600)
        triggers.release_due()
        told = Notice.objects.filter(recipient=contact.user).values_list("event", flat=True)
        assert [event for event in told if "release_letter_dropped" in event]
        assert not [event for event in told if "release_published" in event]
        others = Notice.objects.filter(recipient=cast.liaison_officer, event__startswith="release_published")
        assert others.exists()

    @pytest.mark.parametrize("verb", ["drop", "withdraw"])
    def test_it_does_not_come_back_when_the_release_is_locked_again(self, cast: Cast, verb: str) -> None:
        release = ground.approved(cast, forces=[cast.northamptonshire, cast.kent])
        item = release.items.get(force=cast.kent)
        act = withdrawal.drop_item if verb == "drop" else withdrawal.withdraw
        act(item, reason="A source is named in it", by=cast.admin)
        release = workflow.reschedule(release, wall=ground.wall(600), reason="The report is late", by=cast.admin)
        signatures.confirm_wording(release, by=cast.hmi)
        ground.stand_in_renditions(release)
        release = workflow.seal(release, version=release.version, by=cast.admin)
        release = workflow.approve(release, expected_version=release.version, by=cast.second_admin)
        assert Copy.objects.visible_to(cast.liaison_officer).exists()
        assert not Copy.objects.visible_to(ground.recipient(cast.kent).user).exists()
        ground.move(release, -600)
        assert not ReleaseItem.objects.public().filter(force=cast.kent).exists()
        assert ReleaseItem.objects.public().filter(force=cast.northamptonshire).exists()

    def test_only_letters(self, cast: Cast) -> None:
        release = ground.sealed(cast)
        with pytest.raises(NotAllowed, match="Only a letter"):
            withdrawal.drop_item(release.items.get(kind="report"), reason="No", by=cast.admin)


class TestWithdraw:
    def test_before_the_instant_it_is_plainly_missing(self, cast: Cast) -> None:
        release = withdrawal.withdraw(ground.approved(cast), reason="Wrong report", by=cast.admin)
        ground.move(release, -60)
        assert release.state == State.WITHDRAWN
        assert not ReleaseItem.objects.public().exists()
        assert not ReleaseItem.objects.filter(kind="notice").exists()

    def test_what_was_public_leaves_a_notice(self, cast: Cast) -> None:
        release = ground.move(ground.approved(cast), -60)
        withdrawal.withdraw(release, reason="Wrong report", kind="replaced", by=cast.admin)
        public = list(ReleaseItem.objects.public())
        assert {item.kind for item in public} == {"notice"}
        assert {item.content["about"] for item in public} == {"inspection", "report", "letter"}
        assert ground.CANARY not in str([item.content for item in public])
        assert actions(release)[-2:] == [Action.RELEASE_PUBLISHED, Action.RELEASE_WITHDRAWN]
        assert release.released_at is not None

    def test_one_item(self, cast: Cast) -> None:
        release = ground.move(ground.approved(cast), -60)
        withdrawal.withdraw(release.items.get(kind="letter"), reason="Wrong force", by=cast.admin)
        public = {item.kind: item for item in ReleaseItem.objects.public()}
        assert set(public) == {"inspection", "report", "notice"}
        assert public["notice"].force == cast.northamptonshire

    def test_a_letter_takes_its_original_along(self, cast: Cast) -> None:
        release = release_of(cast, "released", in_seconds=-60)
        freeze(cast, release, "words")
        withdrawal.withdraw(release.items.get(kind="letter"), reason="Wrong force", by=cast.admin)
        assert {item.kind for item in ReleaseItem.objects.public()} == {"inspection", "report", "notice"}

    def test_a_notice_outlives_the_rest_of_its_release(self, cast: Cast) -> None:
        release = ground.move(ground.approved(cast), -60)
        withdrawal.withdraw(release.items.get(kind="letter"), reason="Wrong force", by=cast.admin)
        withdrawal.withdraw(Release.objects.get(pk=release.pk), reason="All wrong", by=cast.admin)
        public = list(ReleaseItem.objects.public())
        assert {item.content["about"]: item.content["reason"] for item in public} == {
            "inspection": "All wrong",
            "report": "All wrong",
            "letter": "Wrong force",
        }
        withdrawal.withdraw(public[0].release, reason="The notice said too much", by=cast.admin)
        assert not ReleaseItem.objects.public().exists()

    def test_inside_the_freeze_window(self, cast: Cast, settings: Any) -> None:
        release = ground.approved(cast)
        settings.FREEZE_SECONDS = 3600
        with pytest.raises(NotAllowed, match="only Withdraw is left"):
            workflow.hold(release, reason="Too late", by=cast.admin)
        assert withdrawal.withdraw(release, reason="Wrong report", by=cast.admin).state == State.WITHDRAWN


def test_cancel_keeps_the_reason(cast: Cast) -> None:
    release = workflow.cancel(ground.approved(cast), reason="Merged into another", by=cast.admin)
    assert (release.state, release.state_reason) == (State.CANCELLED, "Merged into another")
    ground.move(release, -60)
    assert not ReleaseItem.objects.public().exists()


MAKE: dict[str, Callable[[Cast], Release]] = {
    State.DRAFT: lambda cast: workflow.create_release(inspection=cast.inspection, title="Draft", by=cast.admin),
    State.SCHEDULED: ground.scheduled,
    State.SEALED: ground.sealed,
    State.APPROVED: ground.approved,
    State.HELD: ground.held,
    State.RELEASED: lambda cast: ground.move(ground.approved(cast), -60),
    State.WITHDRAWN: lambda cast: withdrawal.withdraw(ground.scheduled(cast), reason="Wrong", by=cast.admin),
    State.CANCELLED: lambda cast: workflow.cancel(ground.scheduled(cast), reason="Wrong", by=cast.admin),
}


def call(verb: str, release: Release, cast: Cast, by: User | None = None) -> Release:
    by, reason = by or cast.second_admin, "For the table"
    item = release.items.filter(kind="letter", state="active").first() or ReleaseItem(release=release, kind="letter")
    proposed = release.items.filter(state="proposed").first() or item
    words = {"kind": "update", "title": "Update", "markdown": "Done.", "author": "The force"}
    calls: dict[str, Callable[[], Any]] = {
        "schedule": lambda: workflow.schedule(release, wall=ground.wall(600), by=by),
        "seal": lambda: workflow.seal(release, version=release.version, by=by),
        "unseal": lambda: workflow.unseal(release, by=by),
        "approve": lambda: workflow.approve(release, expected_version=release.version, by=by),
        "hold": lambda: workflow.hold(release, reason=reason, by=by),
        "resume": lambda: workflow.resume(release, by=by),
        "reschedule": lambda: workflow.reschedule(release, wall=ground.wall(600), reason=reason, by=by),
        "drop_item": lambda: withdrawal.drop_item(item, reason=reason, follow_on=True, by=by),
        "announce": lambda: calendar.announce(release, title="Announced", by=by),
        "reopen_item": lambda: additions.reopen_item(item, reason=reason, by=by),
        "replace_item": lambda: additions.replace_item(item, by=by),
        "correct": lambda: additions.correct(item, note=reason, by=by),
        "add_item": lambda: additions.add_item(release, force=cast.northamptonshire, by=by, **words),
        "confirm_item": lambda: additions.confirm_item(proposed, by=by),
        "refuse_item": lambda: additions.refuse_item(proposed, reason=reason, by=by),
        "adopt": lambda: adopt("development", reason=reason, by=by),
        "withdraw": lambda: withdrawal.withdraw(release, reason=reason, by=by),
        "withdraw_item": lambda: withdrawal.withdraw(item, reason=reason, by=by),
        "cancel": lambda: workflow.cancel(release, reason=reason, by=by),
    }
    calls[verb]()
    return Release.objects.get(pk=release.pk)


def prepare(verb: str, release: Release, cast: Cast) -> None:
    """What has to be there before a verb about one item, or about another installation, can be called."""
    if verb == "adopt":
        Release.objects.filter(pk=release.pk).update(approved_installation="before")
    if verb in ("replace_item", "correct", "confirm_item", "refuse_item") and release.state != State.HELD:
        ground.resigned(cast, release.items.get(kind="letter"))
    if verb in ("confirm_item", "refuse_item"):
        _propose(release, cast)
    release.refresh_from_db()


def _propose(release: Release, cast: Cast) -> None:
    """In a held release a proposal of before it was held."""
    if release.state == State.HELD:
        workflow.resume(release, by=cast.admin)
        ground.resigned(cast, release.items.get(kind="letter"))
        additions.replace_item(release.items.get(kind="letter"), by=cast.admin)
        workflow.hold(Release.objects.get(pk=release.pk), reason="A question came up", by=cast.admin)
        return
    item = release.items.get(kind="letter")
    if standing(release, clock.now()) == State.RELEASED:
        additions.correct(item, note="Another salutation", by=cast.admin)
    else:
        additions.replace_item(item, by=cast.admin)


VERBS = [verb for verb in TRANSITIONS if verb not in ("release_due", "confirm_archive")]


@pytest.mark.parametrize("state", list(MAKE))
def test_every_state_verb_and_person(cast: Cast, state: str) -> None:
    """The whole table: a verb does what the table says in its states, and refuses with a sentence in all others; and
    everybody but the publication admins in all of them. By the database role of the workspace, so through its triggers.
    """
    release = MAKE[state](cast)
    assert standing(release, clock.now()) == state
    for verb in VERBS:
        with transaction.atomic():
            _as_the_table_says(cast, Release.objects.get(pk=release.pk), state, verb)
            transaction.set_rollback(True)


def _as_the_table_says(cast: Cast, release: Release, state: str, verb: str) -> None:
    move = TRANSITIONS[verb]
    if state in move.sources:
        prepare(verb, release, cast)
    before = Release.objects.values().get(pk=release.pk)
    for name, person in cast.everybody().items():
        if name not in ("admin", "second_admin"):
            with pytest.raises(NotAllowed, match="publication admin"):
                call(verb, release, cast, by=person)
    assert Release.objects.values().get(pk=release.pk) == before, verb
    if state in move.sources:
        with ground.as_application():
            assert call(verb, release, cast).state in (move.target or before["state"], _recorded(verb, state)), verb
        return
    with pytest.raises(NotAllowed) as refused:
        call(verb, release, cast)
    assert refused.value.sentence.endswith("."), verb
    assert Release.objects.values().get(pk=release.pk) == before, verb


def _recorded(verb: str, state: str) -> str:
    """A release that is public and not recorded yet is recorded first."""
    return State.RELEASED if state == State.RELEASED and verb != "withdraw" else ""


@pytest.mark.parametrize("verb", [verb for verb in VERBS if TRANSITIONS[verb].when not in (When.ANY, When.AT)])
def test_the_freeze_window_stops_every_verb_but_withdraw(cast: Cast, settings: Any, verb: str) -> None:
    source = next(state for state in TRANSITIONS[verb].sources if state != State.DRAFT)
    release = MAKE[source](cast)
    settings.FREEZE_SECONDS = 3600
    with pytest.raises(NotAllowed, match="only Withdraw is left"):
        call(verb, release, cast)
