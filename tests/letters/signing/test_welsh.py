"""The Welsh version beside the English: entered, signed by its own hash, and frozen in the letter's own item."""

import pytest
from django.urls import reverse

from hmic_core import clock
from hmic_core.errors import NotAllowed
from letters import renditions
from letters.document import languages
from letters.document.parts import Variant
from letters.models import Letter, WelshForce
from letters.signing import exclusions, signatures, welsh
from letters.signing.readiness import welsh_versions
from letters.versions import document_of
from publication.release.freezing import freeze_letter
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.letters.ground import assembled

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")


def texts(letter: Letter) -> dict[str, str]:
    """Every text as if translated: what is English with a mark before it."""
    return {slot.key: f"Cymraeg {slot.english}" for slot in welsh.slots(document_of(letter))}


def test_from_entry_to_the_frozen_item(cast: Cast) -> None:
    welsh.need_welsh(cast.northamptonshire, starts_on=LONG_AGO, by=cast.admin)
    letter = assembled(cast)
    assert "no Welsh version" in welsh_versions(letter.release).found
    welsh.enter_welsh(letter, texts=texts(letter), by=cast.lead_inspector)
    letter = signatures.sign_letter(letter, expected_hash=letter.shown_hash, by=cast.hmi)
    assert "not signed" in welsh_versions(letter.release).found
    kept = welsh.current(letter)
    assert kept is not None
    welsh.sign_welsh(letter, expected_hash=kept.content_hash, by=cast.hmi)
    assert renditions.rendition(letter, Variant.FINAL, languages.LANGUAGE).problems == []
    assert welsh_versions(letter.release).state == "in_order"
    frozen = freeze_letter(letter, pages=1)
    assert frozen["welsh"]["signed_hash"] == kept.content_hash != frozen["signed_hash"]
    assert "Cymraeg The force has an all crime" in frozen["welsh"]["html"]
    assert 'lang="cy"' in frozen["welsh"]["html"]


def test_other_english_words_need_another_translation(cast: Cast) -> None:
    letter = assembled(cast)
    welsh.enter_welsh(letter, texts=texts(letter), by=cast.admin)
    letter.content_hash = "0" * 64
    assert welsh.current(letter) is None


def test_a_missing_text_or_placeholder_stands_beside_its_field(cast: Cast) -> None:
    letter = assembled(cast)
    url = reverse("letters:welsh-show", args=[letter.pk])
    given = {**texts(letter), "subject": "", "publication": "Heb ddyddiad"}
    wrong = signed_in(cast.lead_inspector).post(url, given).content.decode()
    assert 'id="id_subject-error"' in wrong
    assert "Keep {{publication_sentence}}" in wrong
    assert signed_in(cast.lead_inspector).post(url, texts(letter)).status_code == 302


def test_who_and_when(cast: Cast) -> None:
    letter = assembled(cast)
    with pytest.raises(NotAllowed, match="lead inspector"):
        welsh.enter_welsh(letter, texts=texts(letter), by=cast.inspector)
    kept = welsh.enter_welsh(letter, texts=texts(letter), by=cast.admin)
    with pytest.raises(NotAllowed, match="English letter first"):
        welsh.sign_welsh(letter, expected_hash=kept.content_hash, by=cast.hmi)
    need = welsh.need_welsh(cast.northamptonshire, starts_on=clock.today(), by=cast.admin)
    welsh.end_welsh(need, by=cast.admin)
    assert not welsh.needed(cast.northamptonshire, clock.today())
    assert WelshForce.objects.count() == 1


def test_what_is_kept_from_the_public_does_not_come_out_in_welsh(cast: Cast) -> None:
    """Marked after the Welsh was entered and signed: its words would say in Welsh what the English leaves out."""
    letter = assembled(cast)
    kept = welsh.enter_welsh(letter, texts=texts(letter), by=cast.lead_inspector)
    letter = signatures.sign_letter(letter, expected_hash=letter.shown_hash, by=cast.hmi)
    welsh.sign_welsh(letter, expected_hash=kept.content_hash, by=cast.hmi)
    renditions.rendition(letter, Variant.FINAL, languages.LANGUAGE)
    assert "welsh" in freeze_letter(letter, pages=1)
    exclusions.exclude_passage(
        letter, reference="PC-1", words="all crime", ground="safety", reason="Names a person", by=cast.hmi
    )
    letter = Letter.objects.get(pk=letter.pk)
    letter = signatures.sign_letter(letter, expected_hash=letter.shown_hash, by=cast.hmi)
    assert "welsh" not in freeze_letter(letter, pages=1)
    page = signed_in(cast.lead_inspector).get(reverse("letters:welsh-show", args=[letter.pk])).content.decode()
    assert "It goes out in English only" in page
    welsh.need_welsh(cast.northamptonshire, starts_on=LONG_AGO, by=cast.admin)
    assert "cannot go out in Welsh" in welsh_versions(letter.release).found
