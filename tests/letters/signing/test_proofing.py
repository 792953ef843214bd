"""What a careful reader would notice: warnings that are dismissed for exactly these words, errors that stop signing."""

import datetime as dt

import pytest
from django.urls import reverse

from findings.models import Finding
from hmic_core import clock
from hmic_core.errors import NotAllowed
from letters import renditions
from letters.document.parts import Variant
from letters.models import Letter, Rendition
from letters.signing import integrity, preparation, proofing, readiness, signatures
from tests.cast import Cast
from tests.conftest import signed_in
from tests.letters.ground import WORDS, assembled

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")


def with_words(letter: Letter, words: str, **addressee: str) -> Letter:
    """A letter whose first finding says so: the checks read the row."""
    letter.content["themes"][0]["findings"][0]["markdown"] = words
    letter.content["addressee"].update(addressee)
    letter.save()
    return letter


def found(letter: Letter) -> dict[str, proofing.Row]:
    return {row.code: row for row in proofing.check_one(letter)}


def test_an_ordinary_letter_is_in_order(cast: Cast) -> None:
    assert [row for row in proofing.check_one(assembled(cast)) if row.state != "in_order"] == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("The force and Kent Police work together.", "other-forces", "names Kent Police"),
        ("As in Nottinghamshire, the force has a plan.", "other-forces", "names Nottinghamshire"),
        ("Chief Constable of Kent Police said so.", "other-people", "Chief Constable of Kent Police"),
        ("The figure is TBC.", "placeholders", "TBC"),
        ("The figure is [number].", "placeholders", "[number]"),
    ],
)
def test_a_slip_is_a_warning(cast: Cast, words: str, code: str, said: str) -> None:
    row = found(with_words(assembled(cast), words))[code]
    assert row.state == "warning"
    assert said in row.found


@pytest.mark.parametrize("words", ["Kentish pubs are no concern.", "Northamptonshire Police has a plan."])
def test_part_of_a_word_and_the_own_name_are_none(cast: Cast, words: str) -> None:
    assert found(with_words(assembled(cast), words))["other-forces"].state == "in_order"


def test_the_salutation_is_the_addressees(cast: Cast) -> None:
    letter = assembled(cast)
    assert found(with_words(letter, WORDS, salutation="Dear Mr Lee"))["salutation"].state == "in_order"
    assert found(with_words(letter, WORDS, salutation="Dear Jane"))["salutation"].state == "warning"


def test_another_regions_inspector_is_seen(cast: Cast) -> None:
    letter = assembled(cast)
    letter.content["signatory"]["name"] = "Another HM Inspector"
    assert found(letter)["region"].state == "warning"


def test_a_date_after_publication_is_an_error_and_stops_signing(cast: Cast) -> None:
    letter = assembled(cast)
    letter.letter_date = clock.today() + dt.timedelta(days=30)
    letter.save()
    assert found(letter)["date"].state == "error"
    with pytest.raises(NotAllowed, match="after its publication"):
        preparation.proof_letter(letter, by=cast.inspector)
    with pytest.raises(NotAllowed):
        signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)


def test_the_validators_word_is_an_error(cast: Cast) -> None:
    letter = assembled(cast)
    renditions.rendition(letter, Variant.DRAFT)
    assert found(letter)["valid"].state == "in_order"
    Rendition.objects.update(problems=["UA1: no"])
    assert found(letter)["valid"].state == "error"


@pytest.mark.parametrize(("pages", "state"), [(3, "in_order"), (5, "in_order"), (12, "warning")])
def test_a_length_unlike_the_others_is_a_warning(cast: Cast, pages: int, state: str) -> None:
    letter = assembled(cast)
    register = proofing.register_for([letter], {n: [Rendition(pages=3)] for n in range(8)})
    register.renditions = {letter.pk: [Rendition(pages=pages)]}
    assert {row.code: row.state for row in proofing.check(letter, register)}["length"] == state


class TestDismissal:
    def test_holds_for_these_words_and_no_others(self, cast: Cast) -> None:
        letter = with_words(assembled(cast), "Like Kent Police.")
        row = found(letter)["other-forces"]
        proofing.dismiss(letter, code=row.code, subject=row.subject, reason="They share a unit.", by=cast.inspector)
        assert not found(letter)["other-forces"].open
        letter.content_hash = "0" * 64
        letter.save()
        assert found(letter)["other-forces"].open

    def test_stands_in_the_readiness_of_the_release(self, cast: Cast) -> None:
        letter = with_words(assembled(cast), "Like Kent Police.")
        shown = readiness.proof_read(letter.release)
        assert (shown.state, shown.count) == ("error", 1)
        assert shown.found == "Northamptonshire Police: Other forces"
        assert shown.url.endswith("/letters/sheet/?show=open")
        row = found(letter)["other-forces"]
        proofing.dismiss(letter, code=row.code, subject=row.subject, reason="They share a unit.", by=cast.inspector)
        shown = readiness.proof_read(letter.release)
        assert (shown.state, shown.found) == ("in_order", "1 warning dismissed with a reason")
        Letter.objects.update(letter_date=clock.today() + dt.timedelta(days=400))
        shown = readiness.proof_read(letter.release)
        assert (shown.state, shown.found) == (
            "error",
            "Northamptonshire Police: Date",
        )

    def test_not_by_strangers_nor_of_what_has_changed(self, cast: Cast) -> None:
        letter = with_words(assembled(cast), "Like Kent Police.")
        row = found(letter)["other-forces"]
        with pytest.raises(NotAllowed, match="proof-reads or signs"):
            proofing.dismiss(letter, code=row.code, subject=row.subject, reason="No", by=cast.liaison_officer)
        with pytest.raises(NotAllowed, match="changed since"):
            proofing.dismiss(letter, code=row.code, subject="0" * 64, reason="No", by=cast.inspector)
        with pytest.raises(NotAllowed, match="changed since"):
            proofing.dismiss(letter, code="in-post", subject=row.subject, reason="No", by=cast.inspector)

    def test_on_its_page(self, cast: Cast) -> None:
        letter = with_words(assembled(cast), "Like Kent Police.")
        client, url = signed_in(cast.inspector), reverse("letters:check-dismiss", args=[letter.pk, "other-forces"])
        subject = found(letter)["other-forces"].subject
        assert "Give the reason" in client.post(url, {"subject": subject, "reason": ""}).content.decode()
        assert client.post(url, {"subject": subject, "reason": "They share a unit."}).status_code == 302
        assert "They share a unit." in client.get(reverse("letters:letter-show", args=[letter.pk])).content.decode()


class TestContactSheet:
    def test_shows_first_pages_through_the_gate(self, cast: Cast) -> None:
        letter = with_words(assembled(cast), "Like Kent Police.")
        made = renditions.rendition(letter, Variant.DRAFT)
        assert made.picture is not None
        picture = reverse("letters:first-page", args=[letter.pk])
        sheet = signed_in(cast.lead_inspector).get(reverse("letters:contact-sheet", args=[cast.inspection.slug]))
        assert picture in sheet.content.decode()
        assert "names Kent Police" in sheet.content.decode()
        answer = signed_in(cast.lead_inspector).get(picture)
        assert answer.content.startswith(b"\x89PNG")
        assert "no-store" in answer.headers["Cache-Control"]
        for user in (cast.liaison_officer, cast.outsider, cast.system_admin, cast.auditor):
            assert signed_in(user).get(picture).status_code == 404


def test_every_check_reads_what_the_finding_says(cast: Cast) -> None:
    """The checks look at the letter's row: a finding that was changed since is the Text check's."""
    letter = assembled(cast)
    Finding.objects.update(text="Like Kent Police.")
    assert found(letter)["other-forces"].state == "in_order"
    assert integrity.differs_from_findings(letter)
