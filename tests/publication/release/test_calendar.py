"""The public calendar: frozen, with the reason for each change, and "published" only by the gate."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from hmic_core.errors import NotAllowed
from inspections.models import Announcement, Release
from publication.release import calendar, withdrawal, workflow
from tests.cast import Cast
from tests.conftest import signed_in
from tests.publication import ground
from tests.publication.release.test_additions import public_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]


def announced(cast: Cast) -> Release:
    release = ground.scheduled(cast)
    calendar.announce(release, title="Making best use of police time", by=cast.admin)
    release.refresh_from_db()
    return release


def through_approval(release: Release, cast: Cast) -> Release:
    workflow.seal(release, version=release.version, by=cast.admin)
    return workflow.approve(release, expected_version=release.version, by=cast.second_admin)


def test_nothing_stands_there_until_it_is_announced(cast: Cast) -> None:
    release = ground.scheduled(cast)
    assert "No date has been announced" in public_page("/calendar/")
    calendar.announce(release, title="  Making best use  of police time ", by=cast.admin)
    page = public_page("/calendar/")
    assert "Making best use of police time" in page
    assert "Provisional" in page
    assert ground.CANARY not in page
    with pytest.raises(NotAllowed, match="exactly that already"):
        calendar.announce(release, title="Making best use of police time", by=cast.admin)


def test_confirmed_held_and_confirmed_again(cast: Cast) -> None:
    release = through_approval(announced(cast), cast)
    assert "Confirmed" in public_page("/calendar/")
    workflow.hold(release, reason="A secret question", public_reason="A question is open.", by=cast.admin)
    page = public_page("/calendar/")
    assert "On hold since" in page
    assert "because: A question is open." in page
    assert "A secret question" not in page
    workflow.resume(release, by=cast.admin)
    assert "Confirmed" in public_page("/calendar/")


def test_a_changed_date_keeps_its_reason(cast: Cast) -> None:
    release = announced(cast)
    old = release.embargo_until
    move = {"wall": ground.wall(7200), "reason": "An internal reason", "by": cast.admin}
    with pytest.raises(NotAllowed, match="for the public calendar"):
        workflow.reschedule(release, **move)
    workflow.reschedule(release, **move, public_reason="More forces are to be heard.")
    page = public_page("/calendar/")
    assert "because: More forces are to be heard." in page
    assert "An internal reason" not in page
    assert Announcement.objects.get(number=2).changed_from == old


def test_published_is_asked_of_the_gate(cast: Cast) -> None:
    release = through_approval(announced(cast), cast)
    ground.move(release, -60)
    Announcement.objects.update(planned_for=release.embargo_until)
    page = public_page("/calendar/")
    assert "Published" in page
    assert "/inspections/test-subject/" in page
    withdrawal.withdraw(release, reason="Wrong", by=cast.admin)
    assert "Withdrawn" in public_page("/calendar/")


def test_a_missed_date_says_so(cast: Cast) -> None:
    release = announced(cast)
    Announcement.objects.update(planned_for=ground.move(release, -60).embargo_until)
    assert "Delayed: a new date will be given" in public_page("/calendar/")


def test_a_cancelled_release_stays_in_the_calendar(cast: Cast) -> None:
    release = announced(cast)
    with pytest.raises(NotAllowed, match="for the public calendar"):
        workflow.cancel(release, reason="An internal reason", by=cast.admin)
    workflow.cancel(release, reason="An internal reason", public_reason="It became part of another.", by=cast.admin)
    page = public_page("/calendar/")
    assert "Cancelled since" in page
    assert "because: It became part of another." in page
    assert "An internal reason" not in page


def test_holding_an_announced_release_asks_what_the_public_reads(cast: Cast) -> None:
    release, admin = through_approval(announced(cast), cast), signed_in(cast.admin)
    address = f"/releases/{release.pk}/hold/"
    assert "public_reason" in admin.get(address).content.decode()
    # A hold can't wait for a sentence: what the public reads may stay without a reason.
    admin.post(address, {"reason": "A secret question", "public_reason": "", "version": release.version})
    page = public_page("/calendar/")
    assert "On hold" in page
    assert "because" not in page


def test_cancelling_an_announced_release_asks_what_the_public_reads(cast: Cast) -> None:
    release, admin = announced(cast), signed_in(cast.admin)
    address = f"/releases/{release.pk}/cancel/"
    answer = admin.post(address, {"reason": "An internal reason", "version": release.version}).content.decode()
    assert "Say why. It is shown in the public calendar" in answer
    assert "An internal reason" in answer, "what was typed is kept"


@pytest.mark.parametrize(
    "statement", ["UPDATE inspections_announcement SET title = 'x'", "DELETE FROM inspections_announcement"]
)
def test_what_was_said_cannot_be_unsaid(cast: Cast, statement: str) -> None:
    announced(cast)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE hmic_application; {statement}")


def test_the_screens(cast: Cast) -> None:
    release, admin = ground.scheduled(cast), signed_in(cast.admin)
    address = reverse("publication:release-announce", args=[release.pk])
    overview = reverse("publication:calendar-list")
    assert address in admin.get(overview).content.decode()
    assert "Error: " in admin.post(address, {"title": " ", "version": release.version}).content.decode()
    assert not Announcement.objects.exists()
    admin.post(address, {"title": "Announced", "version": release.version})
    assert "Announced" in admin.get(overview).content.decode()
    assert "Announced" in admin.get(reverse("publication:release-show", args=[release.pk])).content.decode()
    page = admin.get(reverse("publication:release-reschedule", args=[release.pk])).content.decode()
    assert "What does the public calendar say about the change?" in page
