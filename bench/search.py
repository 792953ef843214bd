"""Search over a million findings: how long a page takes, and that nothing invisible is ever counted."""

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import override_settings

from bench import generate
from bench.generate import LARGE, SHORT_LARGE, Readers
from bench.harness import Figure, Watch, percentile
from bench.publish import publish
from findings.cross_force.search import query
from findings.cross_force.search.query import Wanted
from findings.models import Finding
from forces.models import Force
from hmic_core import settings_website
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.request_cache import asking_once
from hmic_core.text import search as limits
from inspections.models import Assignment, Inspection
from website import searching
from website.searching import Asked

GOAL = 0.100
#: Common, rare, several, phrases, either, left out; and what an unkind person would type.
QUERIES = (
    "burglary",
    "repeat victims of burglary",
    '"national decision model"',
    '"investigation plans" supervisors',
    "police drones OR bail",
    "attendance -detectives",
    "Arbel",
    "Operation Vankel",
    "weekly audit trail",
    "PC-3",
    "the force has",
    "force",
    "force OR officers OR staff OR victims OR crime OR files OR operation",
    '"force files staff crime"',
    "murder",
)


def run(short: bool) -> list[Figure]:
    inspections = SHORT_LARGE if short else LARGE
    readers = generate.generate(inspections, lambda words: print(words, file=sys.stderr, flush=True))
    number = f"{Finding.objects.count():,} findings"
    rounds = 4 if short else 10
    return [
        *_as_an_inspector(readers.inspector, number, rounds),
        *_as_the_public(readers.lead, rounds),
        _everywhere(readers.everywhere),
        _unkind(readers.everywhere),
        _nothing_invisible(readers, 40 if short else 200),
    ]


def _timed(who: str, client: Client, ask: Callable[[str], object], number: str, rounds: int) -> Iterator[Figure]:
    """The search itself and the whole page, every query in every round, in a shuffled order."""
    dice = random.Random(1)
    searches, pages, slowest = Watch(), Watch(), (0.0, "")
    for turn in range(rounds + 1):
        if turn == 1:  # the first round warms up
            searches, pages = Watch(), Watch()
        for words in dice.sample(QUERIES, len(QUERIES)):
            searches.time(lambda words=words: ask(words))
            slowest = max(slowest, (searches.clock[-1], words))
            pages.time(lambda words=words: _open(client, words))
    p95, whole = percentile(searches.clock, 0.95), percentile(pages.clock, 0.95)
    note = f"{number}; median {searches.words(0.5)}, slowest {_ms(slowest[0])} ({slowest[1]})"
    yield Figure(f"search as {who}, p95", searches.words(0.95), _ms(GOAL), p95 < GOAL, note)
    yield Figure(f"search page as {who}, p95", pages.words(0.95), "200 ms", whole < 0.2)


def _as_an_inspector(user: User, number: str, rounds: int) -> Iterator[Figure]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return _timed("inspector", client, lambda words: _ask(user, words), number, rounds)


def _as_the_public(by: User, rounds: int) -> list[Figure]:
    """As the website asks: its own role, its own addresses, one snapshot a page."""
    passages = publish(by)
    with override_settings(
        ROOT_URLCONF="website.urls", MIDDLEWARE=settings_website.MIDDLEWARE, TEMPLATES=settings_website.TEMPLATES
    ):
        connection.cursor().execute("GRANT hmic_website TO CURRENT_USER; SET ROLE hmic_website")
        try:
            number = f"{passages:,} public passages"
            client = Client(SERVER_NAME="localhost")
            return list(
                _timed("the public", client, lambda words: searching.answer(Asked(words), None), number, rounds)
            )
        finally:
            connection.cursor().execute("RESET ROLE")


def _everywhere(user: User) -> Figure:
    """Somebody who leads a thousand inspections at once, whom there is not: the worst that can be."""
    watch = Watch()
    for words in QUERIES:
        watch.time(lambda words=words: _ask(user, words))
    slowest, limit = max(watch.clock), 2 * limits.MILLISECONDS / 1000
    note = f"median {watch.words(0.5)}; a search that takes longer than the limit is stopped and says what to do"
    name = "slowest search as lead of every inspection"
    return Figure(name, _ms(slowest), f"under {_ms(limit)}", slowest < limit, note)


def _ask(user: User, words: str) -> None:
    """As the page does, which remembers who the reader is."""
    with asking_once(), suppress(NotAllowed):
        query.search(user, Wanted(words), "findings")


def _open(client: Client, words: str) -> None:
    answer = client.get("/search/", {"q": words})
    if answer.status_code != 200:
        raise RuntimeError(f"{words}: {answer.status_code}")


def _unkind(user: User) -> Figure:
    """A time limit holds for whatever is typed."""
    worst = 0.0
    for words in (
        " OR ".join(["force", "staff", "crime", "plan"] * 8)[: limits.MAX_LENGTH],
        '"crime force crime force staff"',
        "-".join(["a"] * 100),
        "force " * 33,
    ):
        started = time.perf_counter()
        try:
            query.search(user, Wanted(words), "findings")
        except NotAllowed as refusal:
            print(f"  refused: {words[:40]}…: {refusal}", file=sys.stderr)
        worst = max(worst, time.perf_counter() - started)
    limit = limits.MILLISECONDS / 1000 * 5
    return Figure("slowest of unkind queries", _ms(worst), f"under {_ms(limit)}", worst < limit)


def _nothing_invisible(readers: Readers, times: int) -> Figure:
    """Random readers with random assignments: each number must equal what a plain scan of their rows counts."""
    dice = random.Random(2)
    user, _ = User.objects.get_or_create(email="stranger@bench.example", defaults={"name": "Stranger"})
    inspections = list(Inspection.objects.prefetch_related("themes")[:30])
    forces = list(Force.objects.all())
    wrong = 0
    for _ in range(times):
        Assignment.objects.filter(user=user).delete()
        allowed = Q(pk=None)
        for inspection in dice.sample(inspections, dice.randint(0, 4)):
            force = dice.choice([None, *forces[:6]])
            theme = dice.choice([None, *inspection.themes.all()])
            Assignment.objects.create(
                user=user, inspection=inspection, force=force, theme=theme, role="inspector", starts_on="2000-01-01"
            )
            mine = Q(inspection=inspection)
            mine &= Q(force=force) if force else Q()
            mine &= Q(theme=theme) if theme else Q()
            allowed |= mine
        word = dice.choice(("burglary", "drones", "bail", "victims"))
        counted = query.search(user, Wanted(word), "findings").counts["findings"]
        expected = Finding.objects.filter(allowed, text__iregex=rf"\m{word[:6]}").present().count()
        wrong += counted != min(expected, limits.MOST + 1)
    return Figure("searches that counted a row too many or too few", f"{wrong} of {times}", "0", wrong == 0)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def plan(user: User, words: str) -> str:
    """How PostgreSQL would search: for whoever tunes it."""
    with connection.cursor() as cursor:
        asked = SearchQuery(words, config=limits.CONFIGURATION, search_type="websearch")
        rows = query._matching(query.sources()[0], user, Wanted(words), asked)
        sql, params = query._newest(query.sources()[0], rows).query.sql_with_params()
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
        return "\n".join(row[0] for row in cursor.fetchall())
