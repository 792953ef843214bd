"""Signing in: by invitation only, in plain words that say what to do next."""

import pytest
from django.test import Client

from hmic_core.models import User
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
