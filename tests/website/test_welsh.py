"""The Welsh version on the public website: two more addresses of one letter, public with it, gone with it."""

import pytest

from inspections.models import ReleaseItem
from publication.release import withdrawal
from tests.cast import Cast, make_cast
from tests.items import freeze, release_of
from tests.publication import ground
from tests.servers import Server, website
from tests.website.test_pages import comparable

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.stack,
    pytest.mark.usefixtures("files_in_a_temporary_folder"),
]
LETTER = "/inspections/test-subject/letters/northamptonshire/"
PLACES = [f"{LETTER}cymraeg/", f"{LETTER}cymraeg.pdf"]
WORDS = "quixotic-zebra-7141"
CYMRAEG = "sebra-gymreig-7141"


def letter_of(cast: Cast, state: str, *, in_seconds: float, welsh: bool = True) -> ReleaseItem:
    release = release_of(cast, state, in_seconds=in_seconds)
    freeze(cast, release, WORDS, welsh=CYMRAEG if welsh else "")
    return release.items.get(kind=ReleaseItem.Kind.LETTER)


def missing(site: Server, place: str, method: str = "GET") -> object:
    return comparable(site.get(place.replace("test-subject", "never-existed"), method=method))


def test_hidden_equals_missing_until_the_letters_instant() -> None:
    item = letter_of(make_cast(), "approved", in_seconds=3600)
    with website() as site:
        for place in PLACES:
            for method in ("GET", "HEAD", "POST", "OPTIONS"):
                assert comparable(site.get(place, method=method)) == missing(site, place, method)
            assert site.get(place).status == 404
        ground.wait_for(ground.move(item.release, 2))
        page, pdf = map(site.get, PLACES)
        assert (page.status, pdf.status) == (200, 200)
        assert f'<h1 class="govuk-heading-l" lang="cy">Llythyr {CYMRAEG}</h1>' in page.text
        assert f'href="{LETTER}" hreflang="en"' in page.text
        assert f'href="{LETTER}cymraeg.pdf"' in page.text
        assert pdf.body == f"%PDF-1.7 {CYMRAEG}".encode()
        assert pdf.headers["Content-Type"] == "application/pdf"
        assert f'href="{LETTER}cymraeg/" lang="cy" hreflang="cy"' in site.get(LETTER).text


def test_an_english_letter_has_no_welsh_address() -> None:
    letter_of(make_cast(), "released", in_seconds=-60, welsh=False)
    with website() as site:
        assert site.get(LETTER).status == 200
        assert "cymraeg" not in site.get(LETTER).text
        for place in PLACES:
            assert comparable(site.get(place)) == missing(site, place)


def test_a_withdrawn_letter_is_gone_in_both_languages() -> None:
    cast = make_cast()
    item = letter_of(cast, "released", in_seconds=-60)
    with website() as site:
        assert CYMRAEG in site.get(PLACES[0]).text
        withdrawal.withdraw(item, reason="Names a witness.", by=cast.admin)
        for place in PLACES:
            answer = site.get(place)
            assert answer.status == 410
            assert "Names a witness." in answer.text
            assert CYMRAEG not in answer.text
