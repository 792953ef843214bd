"""Every route declares whom it is for, and answers everybody else as if it were not there."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from hmic_core.accounts.policies import ANYONE, Policy
from hmic_core.request_cache import asking_once
from tests.cast import Cast
from tests.conftest import signed_in

#: Signing in and one's own account: allauth's, with its own protection.
LIBRARIES = ("accounts/",)
FILLERS = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "slug": "never-existed",
    "int": "7",
    "str": "never-existed",
}


def routes(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in patterns or get_resolver().url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


OURS = [(route, view) for route, view in routes() if not route.startswith(LIBRARIES)]


def filled(route: str) -> str:
    """The route with identifiers of things that do not exist."""
    return "/" + re.sub(r"<(\w+):\w+>", lambda found: FILLERS[found.group(1)], route)


@pytest.mark.parametrize(("route", "view"), OURS, ids=[route for route, _ in OURS])
def test_a_route_declares_its_policy(route: str, view: Any) -> None:
    assert isinstance(getattr(view, "policy", None), Policy), f"{route} has no @policy"


def test_nobody_signed_out_gets_further_than_the_sign_in_page(db: None) -> None:
    for route, view in OURS:
        if view.policy is ANYONE:
            continue
        for method in ("get", "post"):
            answer = getattr(Client(), method)(filled(route))
            refused = answer.status_code in (405, 404) or answer.headers.get("Location", "").startswith(
                "/accounts/login/"
            )
            assert refused, f"{method} {route}: {answer.status_code}"


def test_whom_a_policy_leaves_out_finds_nothing_there(cast: Cast) -> None:
    """Hidden equals missing: the same status, body and headers as for an address that never existed.

    Of those left out two try each route, taking turns: each of the cast tries many routes, each route many roles.
    """
    everybody = cast.everybody()
    clients = {who: signed_in(user) for who, user in everybody.items()}
    missing = {who: len(client.get("/never/existed/").content) for who, client in clients.items()}
    with asking_once():
        left_out = {
            route: [who for who, user in everybody.items() if not view.policy.allows(user)]
            for route, view in OURS
            if view.policy is not ANYONE
        }
    for number, (route, strangers) in enumerate(left_out.items()):
        for who in {strangers[(number + turn) % len(strangers)] for turn in (0, 5)} if strangers else ():
            answer = clients[who].get(filled(route))
            if answer.status_code == 405:
                continue
            assert answer.status_code == 404, f"{who} at {route}: {answer.status_code}"
            assert len(answer.content) == missing[who], f"{who} at {route}"
