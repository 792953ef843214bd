"""The public website as a reader meets it: a real process, its own role, before and after the instant."""

from collections.abc import Iterator

import pytest

from tests.cast import make_cast
from tests.items import freeze, release_of
from tests.publication import ground
from tests.servers import Answer, Server, website

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.stack,
    pytest.mark.usefixtures("files_in_a_temporary_folder"),
]
CANARY = "quixotic-zebra-7141"
PLACES = [
    "/inspections/test-subject/",
    "/inspections/test-subject/report.pdf",
    "/inspections/test-subject/letters/northamptonshire/",
    "/inspections/test-subject/letters/northamptonshire.pdf",
    "/inspections/test-subject/letters/northamptonshire/original",
]
ALWAYS = ["/", "/inspections/", "/forces/", "/forces/northamptonshire/", "/search/?q=quixotic", "/accessibility/"]


@pytest.fixture
def site() -> Iterator[Server]:
    with website() as server:
        yield server


def comparable(answer: Answer) -> tuple[int, list[tuple[str, str]], bytes]:
    """All of an answer but the date: what hidden and missing must have in common."""
    return answer.status, [(name, value) for name, value in answer.raw_headers if name != "Date"], answer.body


def test_hidden_equals_missing_and_everything_opens_at_the_instant(site: Server) -> None:
    cast = make_cast()
    release = release_of(cast)
    freeze(cast, release, CANARY)
    for place in PLACES:
        missing = place.replace("test-subject", "never-existed")
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            hidden, never = site.get(place, method=method), site.get(missing, method=method)
            assert comparable(hidden) == comparable(never)
        assert site.get(place).status == 404
        assert site.get(place).headers["Cache-Control"] == "no-store"
    for place in ALWAYS:
        answer = site.get(place)
        assert answer.status == 200
        assert CANARY not in answer.text
        assert CANARY not in str(answer.headers)
    ground.wait_for(ground.move(release, 2))
    for place in PLACES:
        answer = site.get(place)
        assert answer.status == 200, place
        assert CANARY in answer.text
    assert CANARY in site.get("/forces/northamptonshire/").text


def test_every_answer_is_anonymous_and_hardly_cached(site: Server) -> None:
    cast = make_cast()
    freeze(cast, release_of(cast, "released", in_seconds=-60), "x")
    for place in [*PLACES, *ALWAYS, "/nowhere/"]:
        answer = site.get(place)
        assert "Set-Cookie" not in answer.headers
        assert "Vary" not in answer.headers or "cookie" not in answer.headers["Vary"].lower()
        expected = "public, max-age=0, s-maxage=1" if answer.status == 200 else "no-store"
        assert answer.headers["Cache-Control"] == expected
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example"])
def test_only_this_websites_own_name_is_answered(site: Server, host: str) -> None:
    for place in ("/", "/forces/", "/nowhere/", "/health/live"):
        answer = site.get(place, headers={"Host": host})
        assert (answer.status, answer.headers["Cache-Control"]) == (400, "no-store"), place
        assert "evil" not in answer.text
        assert "Content-Security-Policy" in answer.headers
    assert site.get("/", headers={"Host": "localhost"}).status == 200


def test_a_reader_who_has_the_page_is_told_so(site: Server) -> None:
    first = site.get("/forces/")
    again = site.get("/forces/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


def test_health_says_whether_readers_are_served(site: Server) -> None:
    assert site.get("/health/live").text == "live\n"
    assert site.get("/health/ready").text == "ready\n"


def test_the_workspace_is_not_here(site: Server) -> None:
    for place in ("/accounts/login/", "/demo/", "/admin/", "/static/../manage.py", "/media/x"):
        assert site.get(place).status == 404
