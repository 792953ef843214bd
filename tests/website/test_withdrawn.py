"""What was withdrawn says so at each of its addresses; what never was public stays plainly missing."""

import pytest

from inspections.models import ReleaseItem
from publication.release import withdrawal
from tests.cast import make_cast
from tests.items import freeze, release_of
from tests.servers import website

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.stack,
    pytest.mark.usefixtures("files_in_a_temporary_folder"),
]
PLACE = "/inspections/test-subject/"
LETTER = f"{PLACE}letters/northamptonshire"
WORDS = "quixotic-zebra-7141"


def test_every_address_of_a_withdrawn_release_says_so() -> None:
    cast = make_cast()
    release = release_of(cast, "released", in_seconds=-60)
    freeze(cast, release, WORDS)
    with website() as site:
        letter = release.items.get(kind=ReleaseItem.Kind.LETTER)
        withdrawal.withdraw(letter, reason="Names a witness.", by=cast.admin)
        for place in (f"{LETTER}/", f"{LETTER}.pdf", f"{LETTER}/original"):
            answer = site.get(place)
            assert answer.status == 410, place
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Names a witness." in answer.text
        assert site.get(PLACE).status == site.get(f"{PLACE}report.pdf").status == 200
        release.refresh_from_db()
        withdrawal.withdraw(release, reason="The wrong report.", by=cast.admin)
        for place in (PLACE, f"{PLACE}report.pdf"):
            answer = site.get(place)
            assert answer.status == 410, place
            assert "The wrong report." in answer.text
        assert "Names a witness." in site.get(f"{LETTER}/").text
        for place in ("/inspections/never-existed/", f"{PLACE}letters/kent/", f"{PLACE}letters/kent.pdf"):
            assert site.get(place).status == 404
