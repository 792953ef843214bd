"""What stands around every request: words survive a session that ended, odd addresses break nothing."""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hmic_core import clock
from hmic_core.models import AuditEntry
from tests.cast import Cast
from tests.conftest import signed_in

SAVE = "/inspections/findings/00000000-0000-4000-8000-000000000000/save/"
TYPED = {
    "text": "Two days of an inspector’s work.\n\nAnd <b>more</b> of it.",
    "password": "not this one",
    "version": "3",
}


class TestWordsOfAnEndedSession:
    def test_are_given_back(self, db: None) -> None:
        answer = Client().post(SAVE, TYPED)
        shown = answer.content.decode()
        assert answer.status_code == 403
        assert "Two days of an inspector’s work." in shown
        assert "&lt;b&gt;more" in shown
        assert "not this one" not in shown

    def test_without_any_signing_in_leads_to_a_page_that_can_be_read(self, db: None) -> None:
        answer = Client().post(SAVE, {"version": "3"}, headers={"referer": "http://testserver/my-work/"})
        assert answer.status_code == 302
        assert answer["Location"].endswith("/my-work/")
        assert Client().post(SAVE)["Location"] == "/accounts/login/?next=/"

    def test_are_given_back_where_the_token_is_old(self, cast: Cast) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.inspector, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert "Two days of an inspector" in client.post(SAVE, TYPED).content.decode()
        foreign = client.post(SAVE, TYPED, headers={"sec-fetch-site": "cross-site"})
        assert foreign.status_code == 403
        assert "Two days of an inspector" not in foreign.content.decode()


class TestASessionInWhichNothingIsDone:
    def idle(self, cast: Cast, minutes: float) -> Client:
        client = signed_in(cast.inspector)
        client.get("/my-work/")
        UserSession.objects.update(last_seen_at=clock.now() - dt.timedelta(minutes=minutes))
        return client

    def test_ends(self, cast: Cast) -> None:
        client = self.idle(cast, 31)
        answer = client.get("/my-work/")
        assert answer["Location"] == "/accounts/login/?next=/my-work/"
        assert "nothing was done here for 30 minutes" in client.get(answer["Location"]).text
        assert client.get("/my-work/").status_code == 302

    def test_gives_its_words_back(self, cast: Cast) -> None:
        answer = self.idle(cast, 31).post(SAVE, TYPED)
        assert answer.status_code == 403
        assert "Two days of an inspector’s work." in answer.text

    def test_goes_on_while_something_is_done(self, cast: Cast) -> None:
        client = self.idle(cast, 29)
        assert client.get("/my-work/").status_code == 200
        assert UserSession.objects.get().last_seen_at > clock.now() - dt.timedelta(minutes=1)

    def test_is_not_kept_by_what_a_page_asks_by_itself(self, cast: Cast) -> None:
        client = self.idle(cast, 29)
        assert client.get("/my-work/", headers={"x-background": "yes"}).status_code == 200
        assert UserSession.objects.get().last_seen_at < clock.now() - dt.timedelta(minutes=28)


def test_an_address_with_a_nul_is_missing_like_any_other(cast: Cast) -> None:
    assert signed_in(cast.outsider).get("/releases/%00/").status_code == 404
    assert AuditEntry.objects.get(action="access:refused").facts["path"] == "/releases/\ufffd/"


def test_the_page_that_answers_a_form_asks_once_who_its_reader_is(cast: Cast) -> None:
    client = signed_in(cast.inspector)
    with CaptureQueriesContext(connection) as asked:
        assert client.post("/never/existed/").status_code == 404
    assert sum("hmic_core_globalrole" in query["sql"] for query in asked) == 1


def test_messages_end_with_the_session() -> None:
    assert settings.MESSAGE_STORAGE.endswith("SessionStorage")
