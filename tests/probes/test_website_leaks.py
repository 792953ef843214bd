"""Every route of the public website, before the instant: no word of what is embargoed, and hidden equals missing.

The routes come from the URL configuration, so that a new one is walked without being named here.
"""

import io
import re
import uuid
import zipfile
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver

from tests.cast import Cast, make_cast
from tests.items import freeze, release_of
from tests.items_data import freeze_data
from tests.publication import ground
from tests.servers import Answer, Server, website
from tests.website.test_pages import comparable
from website.linked import LICENCE
from website.urls import urlpatterns

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.stack,
    pytest.mark.usefixtures("files_in_a_temporary_folder"),
]
CANARY = "quixotic-zebra-7141"
#: What a reader may put behind a question mark, for the thing that is hidden and for one that never existed.
ASKED = (
    ("/search/?q=quixotic", "/search/?q=quixotic"),
    ("/compare/?of=test-subject.in-1", "/compare/?of=never-existed.in-1"),
    ("/compare.csv?of=test-subject.in-1", "/compare.csv?of=never-existed.in-1"),
    ("/compare.json?of=test-subject.pc-q1", "/compare.json?of=never-existed.pc-q1"),
    ("/forces/?q=northampton", "/forces/?q=northampton"),
    ("/api/v1/items?inspection=test-subject", "/api/v1/items?inspection=never-existed"),
    ("/api/v1/items?kind=letter&force=northamptonshire", "/api/v1/items?kind=letter&force=northamptonshire"),
    ("/api/v1/findings?inspection=test-subject", "/api/v1/findings?inspection=never-existed"),
    ("/api/v1/changes?since=2014-01-01T00:00:00Z", "/api/v1/changes?since=2014-01-01T00:00:00Z"),
    ("/Inspections/TEST-subject", "/Inspections/NEVER-existed"),
    ("/inspections/test-subject", "/inspections/never-existed"),
)
#: Answer with what is said of the service itself.
OF_THE_SERVICE = ("health/live", "health/ready")


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, before + str(each.pattern))
        else:
            yield before + str(each.pattern)


def pairs(items: dict[str, str]) -> list[tuple[str, str]]:
    """Each route for what is hidden, and for what never existed. A force is known to everybody: it stays."""
    found = list(ASKED)
    for route in routes(urlpatterns):
        if route in OF_THE_SERVICE:
            continue
        hidden = missing = "/" + route
        for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", route):
            there, never = {
                "inspection": ("test-subject", "never-existed"),
                "force": ("northamptonshire", "northamptonshire"),
                "number": ("1", "1"),
            }.get(name, (items.get(name, ""), str(uuid.uuid4())))
            assert there, f"give the walk an identifier for {name} of {route}"
            hidden = re.sub(rf"<(?:{kind}:)?{name}>", there, hidden)
            missing = re.sub(rf"<(?:{kind}:)?{name}>", never, missing)
        found.append((hidden, missing))
    return found


def alike(answer: Answer) -> object:
    """What hidden and missing have in common. A redirect repeats the address that was asked for, and nothing else."""
    status, headers, body = comparable(answer)
    return status, [(name, "" if name == "Location" else value) for name, value in headers], body


def said(answer: Answer) -> str:
    words = f"{answer.status} {answer.raw_headers} {answer.text}"
    if answer.body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
            words += " ".join(f"{name} {packed.read(name).decode('utf-8', 'replace')}" for name in packed.namelist())
    return words


@pytest.fixture
def site() -> Iterator[Server]:
    with website() as server:
        yield server


def plant(cast: Cast, in_seconds: float) -> tuple[object, dict[str, str]]:
    release = release_of(cast, in_seconds=in_seconds)
    made = [*freeze(cast, release, CANARY, welsh=f"{CANARY}-cy"), *freeze_data(cast, release, CANARY)]
    return release, {"item": str(made[-1].pk), "source": str(made[-1].source_id)}


def test_no_route_tells_of_what_is_embargoed(site: Server) -> None:
    cast = make_cast()
    _, known = plant(cast, 3600)
    for hidden, missing in pairs(known):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            there, never = site.get(hidden, method=method), site.get(missing, method=method)
            assert CANARY not in said(there), f"{method} {hidden}"
            assert alike(there) == alike(never), f"{method} {hidden}"
            if there.status != 200:
                assert there.headers["Cache-Control"] == "no-store", hidden


def test_every_route_opens_at_the_instant(site: Server) -> None:
    """Without this the test above could pass by looking at nothing."""
    cast = make_cast()
    release, known = plant(cast, 3600)
    ground.wait_for(ground.move(release, 2))  # type: ignore[arg-type]
    told = [hidden for hidden, _ in pairs(known) if CANARY in said(site.get(hidden))]
    closed = [hidden for hidden, _ in pairs(known) if site.get(hidden).status not in (200, 301, 404)]
    assert closed == []
    assert len(told) >= 25, told


def test_no_answer_sets_a_cookie_or_asks_a_third_party(site: Server) -> None:
    cast = make_cast()
    freeze(cast, release_of(cast, "released", in_seconds=-60), "x")
    freeze_data(cast, release_of(cast, "released", in_seconds=-60), "x")
    for there, _ in pairs({"item": str(uuid.uuid4()), "source": str(uuid.uuid4())}):
        answer = site.get(there)
        assert "Set-Cookie" not in answer.headers, there
        loads = re.findall(r"""<(?:script|link|img|iframe)[^>]+(?:src|href)=["'](https?:[^"']+)""", answer.text)
        loads = [each for each in loads if each != LICENCE]
        assert [each for each in loads if not each.startswith("http://127.0.0.1")] == [], there
