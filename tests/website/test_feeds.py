"""What is new, for machines: feeds, calendar file, sitemap; one spelling of each address; compressed words."""

import gzip
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from hmic_core import clock
from inspections.models import Announcement
from tests.cast import make_cast
from tests.items import freeze, release_of
from tests.items_data import freeze_data
from tests.servers import Server, website

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.stack,
    pytest.mark.usefixtures("files_in_a_temporary_folder"),
]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def site() -> Iterator[Server]:
    with website() as server:
        yield server


@pytest.mark.parametrize("place", ["/feed.atom", "/inspections/test-subject.atom", "/forces/northamptonshire.atom"])
def test_a_feed_tells_of_what_is_public_and_of_nothing_else(site: Server, place: str) -> None:
    cast = make_cast()
    shown = freeze(cast, release_of(cast, "released", in_seconds=-60), "open")
    freeze(cast, release_of(cast, in_seconds=3600), "hidden")
    entries = ElementTree.fromstring(site.get(place).body).findall(f"{ATOM}entry")
    told = {entry.findtext(f"{ATOM}id") for entry in entries}
    assert told
    assert told <= {f"urn:uuid:{item.pk}" for item in shown}
    assert all("open" in (entry.findtext(f"{ATOM}title") or "") for entry in entries)


def test_the_calendar_file_says_what_was_announced(site: Server) -> None:
    cast = make_cast()
    release = release_of(cast, in_seconds=3600)
    freeze(cast, release, "hidden")
    Announcement.objects.create(
        release=release,
        number=1,
        title="A report; on time, and the long words that a line of the calendar file must be folded for, twice",
        planned_for=release.embargo_until,
        at=clock.now(),
    )
    text = site.get("/calendar.ics").body.decode()
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    whole = text.replace("\r\n ", "")
    assert "SUMMARY:A report\\; on time\\, and" in whole
    assert "STATUS:TENTATIVE" in whole
    assert "hidden" not in whole


def test_what_was_published_unannounced_stands_in_the_calendar(site: Server) -> None:
    cast = make_cast()
    freeze(cast, release_of(cast, "released", in_seconds=-60), "open")
    page = site.get("/calendar/").text
    assert "Inspection page open" in page
    assert "Published" in page


def test_the_sitemap_names_pages_that_answer(site: Server) -> None:
    cast = make_cast()
    release = release_of(cast, "released", in_seconds=-60)
    freeze(cast, release, "open")
    freeze_data(cast, release, "x")
    text = site.get("/sitemap.xml").text
    places = [each.split("/", 3)[3] for each in re.findall(r"<loc>([^<]+)</loc>", text)]
    assert {site.get(f"/{place}").status for place in places} == {200}
    assert "inspections/test-subject/letters/northamptonshire/" in places
    assert "inspections/test-subject/data/" in places
    assert "Sitemap: " in site.get("/robots.txt").text


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/forces", "/forces/"),
        ("/Forces/Kent", "/forces/kent/"),
        ("/FORCES/?q=Kent", "/forces/?q=Kent"),
        ("/inspections/never-existed", "/inspections/never-existed/"),
        ("/forces/KENT.json", "/forces/kent.json"),
    ],
)
def test_other_spellings_lead_to_the_one_address(site: Server, asked: str, led_to: str) -> None:
    answer = site.get(asked)
    assert (answer.status, answer.headers["Location"]) == (301, led_to)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("asked", ["//evil.example", "/nowhere", "/Static/x", "/%2f%2fevil.example/"])
def test_no_other_address_leads_anywhere(site: Server, asked: str) -> None:
    assert site.get(asked).status == 404


def test_words_travel_compressed_and_a_known_page_costs_nothing(site: Server) -> None:
    cast = make_cast()
    freeze(cast, release_of(cast, "released", in_seconds=-60), "open")
    first = site.get("/forces/", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert b"Northamptonshire" in gzip.decompress(first.body)
    again = {"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]}
    assert site.get("/forces/", headers=again).status == 304
    letter = "/inspections/test-subject/letters/northamptonshire.pdf"
    assert "Content-Encoding" not in site.get(letter, headers={"Accept-Encoding": "gzip"}).headers


def test_a_force_is_found_by_its_former_name_and_by_a_town(site: Server) -> None:
    cast = make_cast()
    cast.kent.names.create(name="Kent County Constabulary", is_alias=True, starts_on=clock.today())
    cast.kent.places.create(name="Maidstone")
    for asked in ("maid", "kent county", "KENT"):
        found = site.get(f"/forces/?q={asked.replace(' ', '+')}").text
        assert '<a class="govuk-link" href="/forces/kent/">Kent Police</a>' in found
    assert "No force is found by that" in site.get("/forces/?q=atlantis").text
