"""Signing in: by invitation only, in plain words that say what to do next."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from hmic_core.accounts.second_factor import LastOneStays
from hmic_core.models import User
from tests.cast import Cast
from tests.conftest import signed_in

PASSWORD = "correct horse battery staple"


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("somebody@cast.example", "Somebody", PASSWORD)


def sign_in(password: str, email: str = "somebody@cast.example") -> str:
    answer = Client().post("/accounts/login/", {"login": email, "password": password}, follow=True)
    return answer.content.decode()


def test_signing_in_says_who_one_is(user: User) -> None:
    assert "You are signed in as Somebody." in sign_in(PASSWORD)


def test_a_wrong_password_and_an_unknown_address_are_the_same_sentence(user: User) -> None:
    sentence = "The email address or the password is wrong. Check both, or ask for a new password."
    assert sentence in sign_in("wrong")
    assert sentence in sign_in("wrong", "nobody@cast.example")


def test_nobody_signs_up(db: None) -> None:
    Client().post("/accounts/signup/", {"email": "x@cast.example", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(email="x@cast.example").exists()


def test_nobody_changes_the_address_of_their_account(user: User) -> None:
    """It is where resets go: a borrowed session must not become an account for good."""
    client = signed_in(user)
    assert client.get("/accounts/email/").status_code == 404
    client.post("/accounts/email/", {"action_add": "", "email": "thief@cast.example"})
    assert User.objects.get(pk=user.pk).email == "somebody@cast.example"


def test_who_may_no_longer_sign_in_gets_nowhere(user: User) -> None:
    client = signed_in(user)
    user.is_active = False
    user.save()
    assert client.get("/my-work/").headers["Location"].startswith("/accounts/login/")


# The second factor


def test_without_a_second_factor_a_session_reaches_nothing_but_setting_it_up(cast: Cast, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    client = signed_in(cast.admin)
    for address in ("/", "/releases/", "/audit/", "/account/"):
        assert client.get(address).headers["Location"] == "/accounts/2fa/totp/activate/", address
    assert client.get("/health/live").status_code == 200
    assert client.get("/accounts/sessions/").status_code == 200


def test_with_a_second_factor_everything_is_as_before_and_the_last_one_stays(cast: Cast, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    made = Authenticator.objects.create(user=cast.admin, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert signed_in(cast.admin).get("/releases/").status_code == 200
    assert not LastOneStays().can_delete_authenticator(made)
    settings.REQUIRE_SECOND_FACTOR = False
    assert LastOneStays().can_delete_authenticator(made)


def test_an_account_that_has_nothing_yet_is_told_so(user: User) -> None:
    assert "Nothing is yours here yet" in signed_in(user).get("/").content.decode()
