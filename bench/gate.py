"""Can a reader tell hidden from missing by the time it takes? Sixty hidden items against none, as the website's role.

Asked interleaved, at the database and through the website's pages in this process, with the rule as it is (once a
query) and, for comparison, as it was (once a row).
"""

import statistics
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client, override_settings

from bench.harness import Figure, interleaved, ratio
from forces.models import Force
from hmic_core import clock, settings_website
from hmic_core.models import User
from inspections.models import Inspection, Release, ReleaseItem

HIDDEN = 60
PER_ROW = """
CREATE FUNCTION pg_temp.per_row(item_release uuid, item_state text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT item_state = 'active' AND EXISTS (SELECT 1 FROM public.inspections_release r WHERE r.id = item_release
        AND (r.state = 'released' OR (r.state = 'approved' AND r.embargo_until <= now()
             AND r.approved_installation = current_setting('hmic.installation', true)))) $$
"""


def run(short: bool) -> list[Figure]:
    rounds = 200 if short else 1000
    with _rolled_back():
        _make()
        table = {name: _ask(name) for name in ("hidden-subject", "missing-subject")}
        once = interleaved(rounds, hidden=table["hidden-subject"], missing=table["missing-subject"])
        pages = interleaved(rounds, hidden=_page("hidden-subject"), missing=_page("missing-subject"))
        plan = _plan()
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute(PER_ROW)
            cursor.execute(
                "ALTER POLICY public_only ON inspections_releaseitem USING (pg_temp.per_row(release_id, state))"
            )
        rows = interleaved(rounds, hidden=table["hidden-subject"], missing=table["missing-subject"])
    return [
        Figure("query, once a query", _words(once), "within 0.3 ms", _apart(once) < 0.0003, plan),
        Figure(
            "page, once a query", _words(pages), "within 5 %", abs(ratio(pages["hidden"], pages["missing"]) - 1) < 0.05
        ),
        Figure("query, once a row (as it was)", _words(rows), "for comparison", None, "not the rule any more"),
    ]


@contextmanager
def _rolled_back() -> Any:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _make() -> None:
    now = clock.now().replace(microsecond=0)
    admin = User.objects.create_user("gate@bench.example", "Publication admin")
    second = User.objects.create_user("gate-second@bench.example", "Publication admin, second")
    inspection = Inspection.objects.create(title="Hidden subject", short_title="Hidden", slug="hidden-subject")
    force = Force.objects.create(name="Force", slug="bench-force", chief_officer_title="Chief Constable")
    release = Release.objects.create(
        inspection=inspection,
        title="Hidden",
        state="approved",
        embargo_until=now.replace(year=now.year + 1),
        created_at=now,
        sealed_by=admin,
        approved_by=second,
        approved_at=now,
        approved_installation=settings.INSTALLATION,
    )
    ReleaseItem.objects.bulk_create(
        ReleaseItem(
            release=release,
            kind="letter",
            inspection_slug="hidden-subject",
            force=force,
            title=f"Letter {number}",
            published_at=now,
            content={"html": "words " * 2000},
            content_hash="ab" * 32,
        )
        for number in range(HIDDEN)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inspections_releaseitem; ANALYZE inspections_release")


def _ask(slug: str) -> Callable[[], object]:
    def ask() -> object:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE hmic_website")
            cursor.execute("SELECT id, title FROM inspections_releaseitem WHERE inspection_slug = %s", [slug])
            found = cursor.fetchall()
            cursor.execute("RESET ROLE")
            return found

    return ask


def _page(slug: str) -> Callable[[], object]:
    client = Client(headers={"host": "localhost"})

    def ask() -> object:
        with (
            transaction.atomic(),
            override_settings(
                ROOT_URLCONF="website.urls",
                MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "website.middleware.PublicHeaders"],
                TEMPLATES=settings_website.TEMPLATES,
            ),
            connection.cursor() as cursor,
        ):
            cursor.execute("SET LOCAL ROLE hmic_website")
            answer = client.get(f"/inspections/{slug}/")
            cursor.execute("RESET ROLE")
        assert answer.status_code == 404
        return answer

    return ask


def _plan() -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE hmic_website")
        cursor.execute("EXPLAIN SELECT id FROM inspections_releaseitem WHERE inspection_slug = 'hidden-subject'")
        lines = [line for (line,) in cursor.fetchall()]
        cursor.execute("RESET ROLE")
    return " / ".join(line.strip() for line in lines)


def _apart(seconds: dict[str, list[float]]) -> float:
    return abs(statistics.median(a - b for a, b in zip(seconds["hidden"], seconds["missing"], strict=True)))


def _words(seconds: dict[str, list[float]]) -> str:
    hidden, missing = (statistics.median(seconds[name]) * 1000 for name in ("hidden", "missing"))
    return f"hidden {hidden:.2f} ms, missing {missing:.2f} ms, ratio {ratio(seconds['hidden'], seconds['missing']):.3f}"
