"""Notices on screen, by e-mail, and gathered into one e-mail a day."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from hmic_core import notices
from hmic_core.clock import LONDON
from hmic_core.models import Notice, NoticeChoice, User
from tests.cast import Cast, make_cast
from tests.conftest import signed_in
from tests.findings.drafting.test_finding import post

MORNING = dt.datetime(2026, 6, 1, 8, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def _kept_mail(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def tell(user: User, number: int = 1, kind: str = "reminder") -> Notice:
    return notices.queue(user, f"{kind}:{number}", subject=f"Subject {kind}", body="A sentence.", link="/my-work/")


def test_the_choice_of_a_person_decides_what_is_mailed(cast: Cast) -> None:
    notices.choose(cast.inspector, {"reminder": "daily", "finding_sent_back": "none", "round_issued": "none"})
    for kind in ("reminder", "finding_sent_back", "round_issued"):
        tell(cast.inspector, kind=kind)
    assert NoticeChoice.objects.count() == 2  # what must be sent can't be chosen away
    assert notices.deliver() == 1
    assert [message.subject for message in mail.outbox] == ["Subject round_issued"]
    page = signed_in(cast.inspector).get("/notices/").text
    assert page.count("notices__one--new") == 3


def test_the_digest_goes_once_a_day_from_its_hour_with_no_more_than_subjects(cast: Cast) -> None:
    notices.choose(cast.inspector, {"reminder": "daily"})
    tell(cast.inspector, 1)
    tell(cast.inspector, 2)
    assert notices.send_digests(MORNING.replace(hour=6)) == 0
    assert notices.send_digests(MORNING) == 1
    assert notices.send_digests(MORNING) == 0
    tell(cast.inspector, 3)
    assert notices.send_digests(MORNING + dt.timedelta(hours=5)) == 0  # waits for tomorrow
    assert notices.deliver() == 1
    assert mail.outbox[0].subject == "Your day at HMIC: 2 notices"
    assert "A sentence." not in mail.outbox[0].body
    assert "/notices/" in mail.outbox[0].body
    assert notices.send_digests(MORNING + dt.timedelta(days=1)) == 1
    assert "digest" not in signed_in(cast.inspector).get("/notices/").text.lower()


def test_what_was_read_on_screen_is_not_gathered_and_a_copy_of_the_database_sends_nothing(
    cast: Cast, settings: Any
) -> None:
    notices.choose(cast.inspector, {"reminder": "daily"})
    notices.mark_read([tell(cast.inspector, 1)])
    assert notices.send_digests(MORNING) == 0
    tell(cast.inspector, 2)
    settings.INSTALLATION = "a restored copy"
    assert (notices.send_digests(MORNING), notices.deliver()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_digest() -> None:
    cast = make_cast()
    notices.choose(cast.inspector, {"reminder": "daily"})
    tell(cast.inspector)
    together, made = threading.Barrier(2), []

    def work() -> None:
        together.wait()
        made.append(notices.send_digests(MORNING))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 1]
    assert Notice.objects.filter(event__startswith="digest:").count() == 1


def test_opening_marks_as_read_by_post_only_and_only_ones_own(cast: Cast) -> None:
    notice = tell(cast.inspector)
    address = f"/notices/{notice.pk}/open/"
    assert "Notices <b>1 new</b>" in signed_in(cast.inspector).get("/my-work/").text
    assert signed_in(cast.inspector).get(address).status_code == 405
    assert post(cast.outsider, address).status_code == 404
    assert post(cast.inspector, address).url == "/my-work/"
    assert "1 new" not in signed_in(cast.inspector).get("/my-work/").text


def test_all_of_ones_own_are_marked_at_once(cast: Cast) -> None:
    tell(cast.inspector, 1), tell(cast.inspector, 2), tell(cast.outsider, 1)
    post(cast.inspector, "/notices/read/")
    assert [each.recipient for each in Notice.objects.unread()] == [cast.outsider]


def test_choices_are_kept_by_a_plain_form(cast: Cast) -> None:
    client: Client = signed_in(cast.inspector)
    names = list(client.get("/notices/settings/").context["form"].fields)
    assert {"reminder", "finding_sent_back"} <= set(names)
    assert post(cast.inspector, "/notices/settings/", {}).status_code == 422
    typed = dict.fromkeys(names, "daily")
    assert post(cast.inspector, "/notices/settings/", typed).status_code == 302
    assert NoticeChoice.objects.filter(user=cast.inspector, mailing="daily").count() == len(names)
