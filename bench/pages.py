"""Every page of the inspectors that lists something, small and large: queries, time, and how time grows.

Asked in this process through all middleware, by people who are assigned to the same five inspections at both sizes.
"""

import copy
import logging
import sys
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from bench import generate
from bench.generate import LARGE, SHORT_LARGE, SMALL, Readers
from bench.harness import Figure, Watch, percentile
from findings.models import Finding
from hmic_core.models import User

QUERIES, SECONDS, MATRIX_SECONDS, GROWTH = 12, 0.200, 0.400, 1.5
#: Not the page's own: the session with its user, and its upkeep.
_BOOKKEEPING = ("BEGIN", "COMMIT", "SAVEPOINT", "django_session", "usersessions_usersession")
_IN, _FORCE = "/inspections/inspection-0/", "northamptonshire"


@dataclass(frozen=True)
class Page:
    name: str
    who: str
    address: str


def run(short: bool) -> list[Figure]:
    logging.disable(logging.WARNING)
    rounds = 12 if short else 30
    with override_settings(TEMPLATES=_without_the_guide()):
        small = _measure(generate.generate(SMALL), rounds)
        few = Finding.objects.count()
        large = SHORT_LARGE if short else LARGE
        readers = generate.generate(large, lambda words: print(words, file=sys.stderr, flush=True))
        big = _measure(readers, rounds)
    many = f"{few:,} and {Finding.objects.count():,} findings"
    figures = [figure for page in big for figure in _figures(page, small[page], big[page])]
    return [Figure("pages", str(len(big)), "", None, many), *figures]


def _pages() -> list[Page]:
    finding = Finding.objects.filter(inspection__slug="inspection-0", force__slug=_FORCE).order_by("pk").first()
    assert finding is not None
    return [
        Page("my work", "inspector", "/my-work/"),
        Page("inspections", "inspector", "/inspections/"),
        Page("inspection", "lead", _IN),
        Page("matrix", "lead", f"{_IN}forces/"),
        Page("force", "inspector", f"{_IN}forces/{_FORCE}/"),
        Page("finding", "inspector", f"/inspections/findings/{finding.pk}/"),
        Page("history", "inspector", f"/inspections/findings/{finding.pk}/history/"),
        Page("across forces", "moderator", "/across/"),
        Page("one theme", "moderator", f"{_IN}themes/pc/"),
        Page("one theme, filtered", "moderator", f"{_IN}themes/pc/?kind=afi&text=burglary"),
        Page("consistency", "moderator", f"{_IN}consistency/"),
        Page("agreed wording", "moderator", f"{_IN}wording/"),
        Page("places", "lead", "/places/"),
        Page("accuracy inbox", "lead", "/accuracy/"),
        Page("accuracy check", "lead", f"/accuracy/inspection-0/{_FORCE}/"),
        Page("ledger", "lead", f"/accuracy/inspection-0/{_FORCE}/ledger/"),
        Page("letters", "lead", f"{_IN}letters/"),
        Page("search", "inspector", "/search/?q=burglary"),
    ]


def _measure(readers: Readers, rounds: int) -> dict[str, tuple[int, Watch]]:
    """For each page its queries, and the times of each round; pages take turns, one warm-up each."""
    pages = _pages()
    clients = {who: _signed_in(getattr(readers, who)) for who in {page.who for page in pages}}
    queries = {page.name: _queries(clients[page.who], page) for page in pages}
    watches = {page.name: Watch() for page in pages}
    for _ in range(rounds):
        for page in pages:
            watches[page.name].time(lambda page=page: clients[page.who].get(page.address))
    return {page.name: (queries[page.name], watches[page.name]) for page in pages}


def _queries(client: Client, page: Page) -> int:
    """How many the page asks itself, once it is warm."""
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(page.address)
        if answer.status_code != 200:
            raise RuntimeError(f"{page.name}: {answer.status_code}")
    asked = [each["sql"] for each in captured]
    user = next((sql for sql in asked if 'FROM "hmic_core_user" WHERE' in sql), None)
    return len([sql for sql in asked if sql != user and not any(word in sql for word in _BOOKKEEPING)])


def _figures(name: str, small: tuple[int, Watch], big: tuple[int, Watch]) -> list[Figure]:
    """Growth is of processor time, which neighbours on the machine between the two measurements do not change."""
    p95, goal = percentile(big[1].clock, 0.95), MATRIX_SECONDS if name == "matrix" else SECONDS
    grown = percentile(big[1].processor, 0.5) / percentile(small[1].processor, 0.5)
    return [
        Figure(f"{name}: queries", str(big[0]), f"<= {QUERIES}", big[0] <= QUERIES),
        Figure(f"{name}: p95", big[1].words(0.95), f"< {goal * 1000:.0f} ms", p95 < goal),
        Figure(f"{name}: growth", f"{grown:.2f}", f"<= {GROWTH}", grown <= GROWTH),
    ]


def _signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _without_the_guide() -> list[dict[str, object]]:
    """The demonstration's guide bar asks around on each page; there is none in service."""
    [engine] = copy.deepcopy(settings.TEMPLATES)
    processors = engine["OPTIONS"]["context_processors"]
    engine["OPTIONS"]["context_processors"] = [each for each in processors if not each.startswith("demo.")]
    return [engine]
