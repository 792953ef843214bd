"""The screens: who reaches them, what they show in each state, that each button calls its verb."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hmic_core import clock
from hmic_core.models import AuditEntry
from inspections.models import Release
from publication.release import workflow
from tests.cast import Cast
from tests.conftest import signed_in
from tests.publication import ground
from tests.publication.release.test_workflow import MAKE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]
PAGES = ["release-show", "release-letters", "release-live", "live-band", "live-now", "release-rehearsal"]
NO_ADMINS = [
    "inspector",
    "lead_inspector",
    "hmi",
    "liaison_officer",
    "outsider",
    "system_admin",
    "pcc_office",
    "auditor",
]


def url(name: str, *arguments: Any) -> str:
    return reverse(f"publication:{name}", args=arguments)


def without_token(page: bytes) -> bytes:
    """A page but for the token of its sign-out form, which is masked anew each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page)


@pytest.fixture
def admin(cast: Cast) -> Client:
    return signed_in(cast.admin)


@pytest.fixture
def second(cast: Cast) -> Client:
    return signed_in(cast.second_admin)


@pytest.mark.parametrize("state", list(MAKE))
def test_every_page_in_every_state(cast: Cast, admin: Client, state: str) -> None:
    release = MAKE[state](cast)
    for name in PAGES:
        answer = admin.get(url(name, release.pk))
        assert answer.status_code == 200, name
        assert answer["Cache-Control"] == "private, no-store"
    assert admin.get(url("release-audit", release.pk)).status_code == 200
    assert admin.get(url("release-list")).status_code == 200


@pytest.mark.parametrize("person", NO_ADMINS)
def test_nobody_else_finds_a_release(cast: Cast, person: str) -> None:
    release = ground.sealed(cast)
    client = signed_in(getattr(cast, person))
    item = release.items.get(kind="letter").pk
    paths = [url(name, release.pk) for name in PAGES]
    paths += [url(name, release.pk, item) for name in ("item-show", "item-file", "item-drop", "item-withdraw")]
    paths += [url("release-list"), url("release-new"), reverse("archive:archive-list")]
    missing = without_token(client.get("/releases/00000000-0000-4000-8000-000000000000/").content)
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert without_token(answer.content) == missing


@pytest.mark.parametrize("verb", ["seal", "approve", "resume", "hold", "withdraw", "cancel", "unseal", "reschedule"])
@pytest.mark.parametrize("person", ["liaison_officer", "hmi", "auditor"])
def test_nobody_else_calls_a_verb(cast: Cast, person: str, verb: str) -> None:
    release = ground.sealed(cast)
    answer = signed_in(getattr(cast, person)).post(url(f"release-{verb}", release.pk), {"reason": "No", "version": 3})
    assert answer.status_code == 404
    assert Release.objects.get(pk=release.pk).state == "sealed"


class TestNewRelease:
    def test_from_name_to_instant(self, cast: Cast, admin: Client) -> None:
        answer = admin.post(url("release-new"), {"inspection": cast.inspection.pk, "title": "Autumn"})
        release = Release.objects.get()
        assert answer["Location"] == url("release-schedule", release.pk)
        typed = {"wall_day": "4", "wall_month": "9", "wall_year": "2031", "wall_time": "00:01", "version": "1"}
        echo = admin.post(url("release-schedule", release.pk), typed).content.decode()
        assert "Thursday 4 September 2031 at 00:01 BST" in echo
        assert "Wednesday 3 September 2031, 23:01 UTC" in echo
        assert Release.objects.get().state == "draft"
        admin.post(url("release-schedule", release.pk), {**typed, "go_on": "yes"})
        assert Release.objects.get().state == "scheduled"

    def test_a_gap_is_refused_beside_the_field(self, cast: Cast, admin: Client) -> None:
        release = workflow.create_release(inspection=cast.inspection, title="Spring", by=cast.admin)
        typed = {"wall_day": "30", "wall_month": "3", "wall_year": "2031", "wall_time": "01:30", "version": "1"}
        page = admin.post(url("release-schedule", release.pk), {**typed, "go_on": "yes"}).content.decode()
        assert "does not exist" in page
        assert 'value="2031"' in page
        assert "Error: " in page


class TestRelease:
    def test_lock_asks_for_the_version_that_was_shown(self, cast: Cast, admin: Client) -> None:
        release = ground.scheduled(cast)
        admin.post(url("release-seal", release.pk), {"version": release.version - 1})
        assert Release.objects.get().state == "scheduled"
        admin.post(url("release-seal", release.pk), {"version": release.version})
        assert Release.objects.get().state == "sealed"

    def test_why_who_locked_it_may_not_approve(self, cast: Cast, admin: Client) -> None:
        release = ground.sealed(cast)
        assert "You locked this release" in admin.get(url("release-show", release.pk)).content.decode()
        both = {"version": release.version, "instant_is_right": "on", "warnings_read": "on"}
        admin.post(url("release-approve", release.pk), both)
        assert Release.objects.get().state == "sealed"

    def test_approving_asks_who_is_there(self, cast: Cast, second: Client) -> None:
        """With a password: it is asked for again, then the approval goes through."""
        release = ground.sealed(cast)
        cast.second_admin.set_password("a long enough pass phrase")
        cast.second_admin.save()
        client = signed_in(cast.second_admin)
        both = {"version": release.version, "instant_is_right": "on", "warnings_read": "on"}
        answer = client.post(url("release-approve", release.pk), both)
        assert "reauthenticate" in answer["Location"]
        assert Release.objects.get().state == "sealed"
        client.post(answer["Location"], {"password": "a long enough pass phrase"})
        assert Release.objects.get().state == "approved"

    def test_approval_needs_both_statements(self, cast: Cast, second: Client) -> None:
        release = ground.sealed(cast)
        page = second.post(url("release-approve", release.pk), {"version": release.version}).content.decode()
        assert "Say that the day, the date and the time are right" in page
        both = {"version": release.version, "instant_is_right": "on", "warnings_read": "on"}
        second.post(url("release-approve", release.pk), both)
        assert Release.objects.get().state == "approved"

    @pytest.mark.parametrize(
        ("make", "name", "typed", "state"),
        [
            (ground.sealed, "release-unseal", {}, "scheduled"),
            (ground.approved, "release-hold", {"reason": "A question"}, "held"),
            (ground.held, "release-resume", {}, "approved"),
            (ground.approved, "release-cancel", {"reason": "Merged"}, "cancelled"),
            (ground.approved, "release-withdraw", {"reason": "Wrong", "kind": "error"}, "withdrawn"),
        ],
    )
    def test_buttons(
        self, cast: Cast, second: Client, make: Callable[[Cast], Release], name: str, typed: dict[str, str], state: str
    ) -> None:
        release = make(cast)
        second.post(url(name, release.pk), {**typed, "version": release.version})
        assert Release.objects.get().state == state

    @pytest.mark.parametrize("name", ["release-hold", "release-withdraw", "release-cancel", "release-reschedule"])
    def test_asking_changes_nothing(self, cast: Cast, second: Client, name: str) -> None:
        release = ground.approved(cast)
        assert second.get(url(name, release.pk)).status_code == 200
        page = second.post(url(name, release.pk), {"version": release.version}).content.decode()
        assert "Error: " in page
        assert Release.objects.get().state == "approved"

    def test_a_stale_hold_keeps_the_reason(self, cast: Cast, second: Client) -> None:
        release = ground.approved(cast)
        answer = second.post(url("release-hold", release.pk), {"reason": "My long reason", "version": 1})
        assert "My long reason" in answer.content.decode()
        assert "Somebody changed this release" in answer.content.decode()

    def test_reschedule_lists_who_is_affected_first(self, cast: Cast, second: Client) -> None:
        release = ground.approved(cast)
        page = second.get(url("release-reschedule", release.pk)).content.decode()
        assert "Northamptonshire Police" in page
        assert cast.liaison_officer.name in page

    def test_drop_one_letter(self, cast: Cast, second: Client) -> None:
        release = ground.approved(cast, forces=[cast.northamptonshire, cast.kent])
        item = release.items.get(force=cast.kent)
        typed = {"reason": "Disputed", "version": release.version}
        second.post(url("item-drop", release.pk, item.pk), typed)
        item.refresh_from_db()
        assert (item.state, Release.objects.get().state) == ("dropped", "approved")

    def test_an_item_of_another_release_is_missing(self, cast: Cast, second: Client) -> None:
        release = ground.sealed(cast)
        other = workflow.create_release(inspection=cast.inspection, title="Other", by=cast.admin)
        item = release.items.first()
        assert item is not None
        assert second.get(url("item-show", other.pk, item.pk)).status_code == 404


def test_rehearsal_lists_every_address_and_publishes_nothing(cast: Cast, admin: Client) -> None:
    release = ground.sealed(cast)
    page = admin.get(url("release-rehearsal", release.pk)).content.decode()
    for path in ("/inspections/test-subject/", "report.pdf", "letters/northamptonshire/", "northamptonshire.pdf"):
        assert path in page
    for item in release.items.all():
        assert admin.get(url("item-show", release.pk, item.pk)).status_code == 200
    letter = release.items.get(kind="letter")
    answer = admin.get(url("item-file", release.pk, letter.pk))
    assert answer.content == ground.PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert Release.objects.get().state == "sealed"


class TestAudit:
    def test_every_step_in_plain_words(self, cast: Cast) -> None:
        release = ground.approved(cast)
        page = signed_in(cast.auditor).get(url("release-audit", release.pk)).content.decode()
        for words in ("Release scheduled", "Letter signed", "Release locked for publication", "Release approved"):
            assert words in page
        assert ground.CANARY not in page

    def test_filters_and_verifies(self, cast: Cast) -> None:
        ground.scheduled(cast)
        client = signed_in(cast.auditor)
        page = client.get(url("audit-list"), {"action": "letter:signed", "force": "northamptonshire"}).content.decode()
        assert page.count("<tr>") == 2
        assert "No entry matches" in client.get(url("audit-list"), {"action": "round:recalled"}).content.decode()

    def test_only_auditors_and_admins(self, cast: Cast) -> None:
        for name, user in cast.everybody().items():
            wanted = 200 if name in ("admin", "second_admin", "auditor") else 404
            assert signed_in(user).get(url("audit-list")).status_code == wanted, name


class TestQueryCounts:
    """The same number of queries for one row and for many."""

    @pytest.fixture
    def count(self, django_assert_max_num_queries: Any) -> Callable[[Client, str], int]:
        def counted(client: Client, path: str) -> int:
            client.get(path)  # the first request of a session writes it down
            with django_assert_max_num_queries(60) as found:
                assert client.get(path).status_code == 200
            return len(found)

        return counted

    def test_releases(self, cast: Cast, admin: Client, count: Callable[[Client, str], int]) -> None:
        counts = []
        for more in (1, 2, 27):
            for number in range(more):
                workflow.create_release(inspection=cast.inspection, title=f"Release {number}", by=cast.admin)
            counts.append(count(admin, url("release-list")))
        assert len(set(counts)) == 1, counts

    def test_letters_of_a_release(self, cast: Cast, admin: Client, count: Callable[[Client, str], int]) -> None:
        one = ground.sealed(cast, forces=[cast.kent])
        few = [count(admin, url(name, one.pk)) for name in PAGES]
        workflow.cancel(one, reason="For the count", by=cast.admin)
        three = ground.sealed(cast, forces=[cast.northamptonshire, cast.nottinghamshire])
        assert [count(admin, url(name, three.pk)) for name in PAGES] == few

    def test_audit(self, cast: Cast, admin: Client, count: Callable[[Client, str], int]) -> None:
        release = workflow.create_release(inspection=cast.inspection, title="Release", by=cast.admin)
        counts = []
        for more in (0, 2, 27):
            for number in range(more):
                workflow.create_release(inspection=cast.inspection, title=f"Release {number}", by=cast.admin)
            counts.append(count(admin, url("audit-list")))
        assert AuditEntry.objects.filter(subject_id=str(release.pk)).exists()
        assert len(set(counts)) == 1, counts


class TestHealth:
    def test_live(self) -> None:
        assert Client().get("/health/live").json() == {"status": "live"}

    def test_not_ready_without_its_parts(self, settings: Any) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        answer = Client().get("/health/ready")
        report = answer.json()
        assert answer.status_code == 503
        assert report["database"] == "ok"
        assert report["broker"] == "no answer"
        assert report["triggers"]["trigger-loop"] == {"alive": False, "seconds_since_heartbeat": None}

    def test_overdue_is_for_admins_only(self, cast: Cast, admin: Client, settings: Any) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        ground.move(ground.approved(cast), -60)
        assert admin.get("/health/ready").json()["overdue"] == 1
        for client in (Client(), signed_in(cast.liaison_officer), signed_in(cast.auditor)):
            assert "overdue" not in client.get("/health/ready").json()


def test_the_countdown_uses_the_database_clock(cast: Cast, admin: Client) -> None:
    release = ground.approved(cast)
    page = admin.get(url("release-live", release.pk)).content.decode()
    assert f'data-until="{release.embargo_until:%Y-%m-%dT%H:%M:%S}' in page
    assert f'data-now="{clock.now():%Y-%m-%dT%H:%M}' in page
