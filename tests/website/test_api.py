"""The read-only API: its pages, its changes, its description, and that it never says more than the gate."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cast import make_cast
from tests.items import freeze, release_of
from tests.items_data import freeze_data
from tests.servers import Server, website

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.stack,
    pytest.mark.usefixtures("files_in_a_temporary_folder"),
]


@pytest.fixture
def site() -> Iterator[Server]:
    with website() as server:
        yield server


def asked(site: Server, place: str) -> Any:
    answer = site.get(f"/api/v1/{place}")
    assert answer.status == 200, answer.text
    return json.loads(answer.text)


def test_items_changes_and_findings_agree(site: Server) -> None:
    cast = make_cast()
    release = release_of(cast, "released", in_seconds=-60)
    made = [*freeze(cast, release, "open"), *freeze_data(cast, release, "x")]
    freeze(cast, release_of(cast, in_seconds=3600), "hidden")
    items = asked(site, "items")
    assert items["total"] == len(made)
    assert {each["id"] for each in items["results"]} == {str(item.pk) for item in made}
    one = asked(site, f"items/{made[0].pk}")
    assert (one["sha256"], one["content"]) == (made[0].content_hash, made[0].content)
    changes = asked(site, "changes?since=2014-09-04T00:01:00%2B01:00")
    assert len(changes["results"]) == len(made)
    last = changes["results"][-1]["changed_at"].replace("+", "%2B")
    assert asked(site, f"changes?since={last}")["results"] == []
    assert [each["reference"] for each in asked(site, "findings")["results"]] == ["PC-1"]
    figures = asked(site, "inspections/test-subject/indicators")["results"]
    assert {each["force_id"]: each["value"] for each in figures}["nottinghamshire"] == ""


def test_pages_follow_one_another_to_the_end(site: Server) -> None:
    cast = make_cast()
    release = release_of(cast, "released", in_seconds=-60)
    for number in range(26):
        freeze_data(cast, release, f"x{number}")
    seen: list[str] = []
    place: str | None = "items?kind=data"
    while place:
        page = asked(site, place)
        seen += [each["id"] for each in page["results"]]
        place = page["next"].split("/api/v1/")[1] if page["next"] else None
    assert len(seen) == len(set(seen)) == page["total"] == 104


@pytest.mark.parametrize("place", ["items?page=0", "items?page=x", "changes?since=soon", "items/not-a-uuid"])
def test_bad_questions_are_refused_and_kept_by_no_cache(site: Server, place: str) -> None:
    answer = site.get(f"/api/v1/{place}")
    assert answer.status == 422
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_path_of_the_description_answers_as_described(site: Server) -> None:
    cast = make_cast()
    release = release_of(cast, "released", in_seconds=-60)
    made = freeze(cast, release, "open")
    freeze_data(cast, release, "x")
    described = asked(site, "openapi.json")
    assert described["openapi"].startswith("3.")
    for path, verbs in described["paths"].items():
        assert set(verbs) == {"get"}, "it is read-only"
        place = path.replace("{item}", str(made[0].pk)).replace("{inspection}", "test-subject")
        answer = json.loads(site.get(place).text)
        shape = verbs["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
        wanted = described["components"]["schemas"][shape]
        assert set(wanted["required"]) <= set(answer), path
        assert site.get(place, method="POST").status == 405


def test_an_unchanged_answer_costs_no_bytes(site: Server) -> None:
    make_cast()
    first = site.get("/api/v1/forces")
    again = site.get("/api/v1/forces", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
