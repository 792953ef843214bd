"""Data of inspections on the public website: before and after the instant, as page, CSV, JSON and the sealed text."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator

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
CANARY = "quixotic-zebra-7141"


@pytest.fixture
def site() -> Iterator[Server]:
    with website() as server:
        yield server


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_figure_that_is_not_there_is_said_and_never_nought(site: Server) -> None:
    cast = make_cast()
    freeze_data(cast, release_of(cast, "released", in_seconds=-60), "x")
    table = rows(site.get("/compare.csv?of=test-subject.in-1").text)
    suppressed = next(row for row in table if row["force_id"] == "nottinghamshire")
    assert (suppressed["value"], suppressed["status"], suppressed["note"]) == ("", "suppressed", "under 10 x")
    compared = site.get("/compare/?of=test-subject.in-1").text
    assert "Suppressed: under 10 x" in compared
    assert "provisional" in compared
    assert "There is no figure for Nottinghamshire" in site.get("/forces/nottinghamshire/").text
    here = site.get("/forces/northamptonshire/").text
    assert "<b>71.5%</b>" in here
    assert "<b>60.0%</b> across England and Wales" in here
    assert "No grades were given" in compared


def test_the_address_keeps_order_and_choice(site: Server) -> None:
    cast = make_cast()
    freeze_data(cast, release_of(cast, "released", in_seconds=-60), "x")
    forces = {
        order: [row["force_id"] for row in rows(site.get(f"/compare.csv?of=test-subject.in-1&order={order}").text)]
        for order in ("az", "highest", "lowest")
    }
    assert forces["az"] == ["kent", "northamptonshire", "nottinghamshire"]
    assert forces["highest"] == ["northamptonshire", "kent", "nottinghamshire"]
    assert forces["lowest"] == ["kent", "northamptonshire", "nottinghamshire"]
    asked = rows(site.get("/compare.csv?of=test-subject.pc-q1").text)
    assert [row["answer"] for row in asked] == ["no", "yes", "yes"]


def test_anybody_can_recompute_the_hash_that_was_sealed(site: Server) -> None:
    cast = make_cast()
    release = release_of(cast, "released", in_seconds=-60)
    for item in [*freeze(cast, release, "Ünïcode “quotes” \\ / 1.50"), *freeze_data(cast, release, "é")]:
        sealed = site.get(f"/sealed/{item.pk}.json")
        assert hashlib.sha256(sealed.body).hexdigest() == item.content_hash, item.kind
    sources = json.loads(site.get("/forces/northamptonshire.json").text)["sources"]
    for source in sources:
        text = site.get("/" + source["sealed_text"].split("/", 3)[3])
        assert hashlib.sha256(text.body).hexdigest() == source["sha256"]
    assert len(sources) == 3


def test_a_page_and_its_twins_say_the_same(site: Server) -> None:
    cast = make_cast()
    release = release_of(cast, "released", in_seconds=-60)
    freeze(cast, release, "words")
    freeze_data(cast, release, "x")
    whole = json.loads(site.get("/inspections/test-subject/data.json").text)
    values = {force["force"]: force["indicators"][0]["value"] for force in whole["forces"]}
    assert values == {
        row["force_id"]: row["value"] for row in rows(site.get("/inspections/test-subject/data/indicators.csv").text)
    }
    assert whole["licence"].startswith("https://www.nationalarchives.gov.uk/")
    findings = rows(site.get("/forces/northamptonshire.csv").text)
    assert [(each["reference"], each["text"]) for each in findings] == [("PC-1", "words")]
    assert findings[0]["address"].endswith("/inspections/test-subject/letters/northamptonshire/#PC-1")


def test_everything_comes_as_one_file_that_checks_itself(site: Server) -> None:
    cast = make_cast()
    release = release_of(cast, "released", in_seconds=-60)
    items = [*freeze(cast, release, "words"), *freeze_data(cast, release, "x")]
    place = "/inspections/test-subject/everything.zip"
    first = site.get(place)
    assert site.get(place, headers={"If-None-Match": first.headers["ETag"]}).status == 304
    with zipfile.ZipFile(io.BytesIO(first.body)) as packed:
        sums = dict(reversed(line.split("  ")) for line in packed.read("sha256sums.txt").decode().splitlines())
        assert set(sums) == set(packed.namelist()) - {"sha256sums.txt"}
        assert all(hashlib.sha256(packed.read(name)).hexdigest() == told for name, told in sums.items())
        assert {item.content_hash for item in items} <= set(sums.values())
        letter = next(item for item in items if item.kind == "letter")
        assert sums["letters/northamptonshire.pdf"] == letter.file_hash
        assert b"words" in packed.read("letters/northamptonshire.txt")
