"""The standard words and the letterhead: dated data that never leaves a hole in a letter."""

import datetime as dt

import pytest
from django.urls import reverse

from hmic_core import clock
from hmic_core.errors import NotAllowed
from letters.document.wording import BLOCKS, fill, problems
from letters.models import Wording
from letters.signing import standard_words
from letters.signing.assembly import blocks_on
from tests.cast import Cast
from tests.conftest import signed_in
from tests.letters.ground import assembled, letterhead
from tests.letters.real_letter import document

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")


def test_the_standard_words_are_blocks_that_can_be_saved() -> None:
    for kind, block in BLOCKS.items():
        assert problems(kind, block.standard) == [], kind


def test_the_standard_words_are_those_of_the_real_letter() -> None:
    real = document()
    assert (
        fill(
            "updates_considered",
            BLOCKS["updates_considered"].standard,
            {"follow_up": ("PEEL interim crime inspection, which is due to be published at the end of November")},
        )
        == real.context[-1]
    )
    values = {"report": "national thematic report", "publisher": "HMIC"}
    note = fill("report_note", BLOCKS["report_note"].standard, values)
    assert note == real.context[0]
    assert BLOCKS["accuracy_amended"].standard == real.accuracy
    assert BLOCKS["lead_in"].standard == real.lead_in
    assert BLOCKS["valediction"].standard == real.valediction


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("opening", "Between {{months}} we came.", "Nothing can fill {{months}}"),
        ("opening", "Between {{fieldwork we came.", "not closed"),
        ("opening", "Between {{ }} we came.", "Nothing can fill {{}}"),
        ("opening", " ", "Enter the words"),
        ("publication", "It is published some day.", "Add {{publication_sentence}}"),
        ("valediction", "Yours 🙂", "cannot print"),
    ],
)
def test_words_that_would_leave_a_hole_are_refused(kind: str, typed: str, said: str) -> None:
    assert any(said in problem for problem in problems(kind, typed))


def test_words_hold_from_a_letter_date_on(cast: Cast) -> None:
    today = clock.today()
    standard_words.record_wording("valediction", "Yours faithfully", today + dt.timedelta(days=3), by=cast.admin)
    assert blocks_on(today)["valediction"] == "Yours sincerely"
    assert blocks_on(today + dt.timedelta(days=3))["valediction"] == "Yours faithfully"
    standard_words.record_wording("valediction", "Yours truly", today + dt.timedelta(days=3), by=cast.admin)
    assert blocks_on(today + dt.timedelta(days=4))["valediction"] == "Yours truly"
    assert Wording.objects.count() == 2


def test_a_letter_says_them(cast: Cast) -> None:
    standard_words.record_wording("closing", "We thank {{force}}.\n\nAnd you.", clock.today(), by=cast.admin)
    standard_words.record_wording(
        "accuracy_unchanged", "Checked by {{force}}, unchanged.", clock.today(), by=cast.admin
    )
    letter = assembled(cast)
    assert letter.content["closing"] == ["We thank Northamptonshire Police.", "And you."]
    assert letter.content["accuracy"] == "Checked by Northamptonshire Police, unchanged."


def test_an_empty_placeholder_stops_the_assembly_by_name(cast: Cast) -> None:
    cast.inspection.fieldwork_words = ""
    cast.inspection.save()
    with pytest.raises(NotAllowed, match=r"needs the months of fieldwork.*\{\{fieldwork\}\}"):
        assembled(cast)


def test_an_unknown_placeholder_in_the_inspections_texts_stops_it_too(cast: Cast) -> None:
    cast.inspection.follow_up_text = "See {{later}}."
    cast.inspection.save()
    with pytest.raises(NotAllowed, match=r"\{\{later\}\}"):
        assembled(cast)


def test_only_an_admin_and_never_for_the_past(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="publication admin"):
        standard_words.record_wording("valediction", "Yours", clock.today(), by=cast.lead_inspector)
    with pytest.raises(NotAllowed, match="today or a later"):
        standard_words.record_wording("valediction", "Yours", clock.today() - dt.timedelta(days=1), by=cast.admin)


def test_a_preview_saves_nothing_and_an_error_stands_beside_the_field(cast: Cast) -> None:
    client, url = signed_in(cast.admin), reverse("letters:wording-edit", args=["closing"])
    today = clock.today()
    day = {"starts_on_day": today.day, "starts_on_month": today.month, "starts_on_year": today.year}
    shown = client.post(url, {"words": "A closing for {{force}}.", "preview": "1", **day}).content.decode()
    assert "A closing for Northamptonshire Police." in shown
    assert not Wording.objects.exists()
    wrong = client.post(url, {"words": "A closing for {{forse}}.", **day}).content.decode()
    assert 'id="id_words-error"' in wrong
    assert "A closing for {{forse}}." in wrong
    assert client.post(url, {"words": "A closing for {{force}}.", **day}).status_code == 302
    assert Wording.objects.get().recorded_by == cast.admin


def test_the_letterhead_is_dated_too(cast: Cast) -> None:
    letterhead()
    standard_words.record_letterhead(
        name="Another Inspectorate",
        short_name="AI",
        address="1 Street | London",
        starts_on=clock.today(),
        by=cast.admin,
    )
    assert assembled(cast).content["inspectorate"]["name"] == "Another Inspectorate"
