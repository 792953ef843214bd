"""Nobody is sent to another site: whatever asks where to go on takes addresses of this host alone."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from demo.cast import BY_KEY
from hmic_core.models import User
from tests.cast import Cast
from tests.conftest import signed_in

PASSWORD = "correct horse battery staple"
OURS = "/account/"
Way = Callable[[Cast, str], Any]


def sign_in(cast: Cast, target: str) -> Any:
    """With what the form itself keeps of the address that it was opened by."""
    client = Client()
    form = client.get("/accounts/login/", {"next": target})
    kept = {"next": target} if 'name="next"' in form.text else {}
    return client.post("/accounts/login/", {"login": cast.inspector.email, "password": PASSWORD, **kept})


def second_factor(cast: Cast, target: str) -> Any:
    Authenticator.objects.all().delete()
    secret = generate_totp_secret()
    TOTP.activate(cast.inspector, secret)
    client = Client()
    login = {"login": cast.inspector.email, "password": PASSWORD, "next": target}
    asked = client.post("/accounts/login/", login)
    assert asked["Location"].startswith("/accounts/2fa/authenticate/")
    code = format_hotp_value(hotp_value(secret, next(counters())))
    return client.post(asked["Location"], {"code": code, "next": target})


def confirm_again(cast: Cast, target: str) -> Any:
    return signed_in(cast.inspector).post("/accounts/reauthenticate/", {"password": PASSWORD, "next": target})


def sign_out(cast: Cast, target: str) -> Any:
    return signed_in(cast.inspector).post("/accounts/logout/", {"next": target})


def keep_a_setting(cast: Cast, target: str) -> Any:
    return signed_in(cast.inspector).post("/my-work/shortcuts/", {"shortcuts": "on", "next": target})


def mark_as_seen(cast: Cast, target: str) -> Any:
    typed = {"until": "2026-01-01T00:00:00Z", "next": target}
    return signed_in(cast.inspector).post(reverse("findings:changes-seen", args=[cast.inspection.slug]), typed)


def be_refused(cast: Cast, target: str) -> Any:
    """A verb that refuses goes back to the page before."""
    seen = reverse("findings:changes-seen", args=[cast.inspection.slug])
    return signed_in(cast.inspector).post(seen, {"next": target})


def be_refused_and_refer(cast: Cast, target: str) -> Any:
    seen = reverse("findings:changes-seen", args=[cast.inspection.slug])
    return signed_in(cast.inspector).post(seen, headers={"referer": target})


def become_somebody(cast: Cast, target: str) -> Any:
    return Client().post("/demo/as/inspector/", {"next": target})


def become_somebody_by_an_address(cast: Cast, target: str) -> Any:
    return Client().post("/demo/as/inspector/", query_params={"next": target})


WAYS: tuple[Way, ...] = (
    sign_in,
    second_factor,
    confirm_again,
    sign_out,
    keep_a_setting,
    mark_as_seen,
    be_refused,
    be_refused_and_refer,
    become_somebody,
    become_somebody_by_an_address,
)
FOREIGN = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "https:evil.example",
    "https:///evil.example",
    "http://testserver@evil.example/",
    "/\t/evil.example/",
    "javascript:alert(1)",
)


@pytest.fixture
def somebody(cast: Cast, settings: Any) -> Cast:
    """The inspector has a password, quick to check, and the demonstration's inspector an account."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    cast.inspector.set_password(PASSWORD)
    cast.inspector.save()
    User.objects.create_user(BY_KEY["inspector"].email, "Inspector of the demonstration")
    return cast


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_one_goes_on_at_this_site_only(somebody: Cast, way: Way) -> None:
    assert way(somebody, OURS)["Location"] == OURS
    for target in FOREIGN:
        cache.clear()
        answer = way(somebody, target)
        assert answer.status_code == 302, target
        assert answer["Location"].startswith("/"), target
        assert not answer["Location"].startswith(("//", "/\\")), target
        assert "evil" not in answer["Location"], target
