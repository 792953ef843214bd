"""The letter that visitors watch: made by the verbs, shown before and after, and begun again when its worker died."""

from typing import Any

import pytest

from demo import scenario, watching
from demo.cast import make_cast, person
from demo.models import WatchRun
from forces.register import load_register
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("files_in_a_temporary_folder")]


@pytest.fixture(autouse=True)
def ground(settings: Any) -> None:
    # Nobody listens there: the page then says what the database says.
    settings.WEBSITE_URL = "http://127.0.0.1:9"
    load_register()
    make_cast()
    scenario.ensure_letterheads()


def test_a_run_ends_with_an_approved_release_and_an_open_copy() -> None:
    watching.begin()
    watching.prepare()
    watched = watching.present()
    assert watched.release is not None
    assert watched.release.state == "approved"
    assert (watched.is_public, watched.outside.status, watched.views) == (False, 404, 0)
    liaison_officer = signed_in(person("liaison-officer"))
    assert "Embargoed" in liaison_officer.get(watched.copy_address).text
    assert watching.present().views == 1
    shown = liaison_officer.get("/demo/watch/windows/").text
    assert watched.copy_address in shown
    assert "1 view in the audit trail" in shown
    assert "This window is the liaison officer" in signed_in(person("admin")).get("/demo/watch/windows/").text


def test_a_run_in_preparation_is_shared_unless_given_up() -> None:
    first = watching.begin()
    assert watching.begin() == first
    second = watching.begin(again=True)
    assert (first.number, second.number) == (1, 2)
    assert WatchRun.objects.get(number=1).failed


def test_a_fault_stops_the_run_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(scenario, "make_inspection", break_down)
    watching.begin()
    with pytest.raises(RuntimeError):
        watching.prepare()
    assert watching.present().failed


def test_the_guide_names_the_steps_of_this_page_and_is_absent_in_its_windows() -> None:
    client = signed_in(person("admin"))
    assert "Step 1 of 3" in client.get("/demo/watch/").text
    watching.begin()
    assert "Step 2 of 3" in client.get("/demo/watch/").text
    assert "Guide to this demonstration" not in client.get("/", headers={"Sec-Fetch-Dest": "iframe"}, follow=True).text
