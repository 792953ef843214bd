"""The annex: what a force still disagrees with, in its letter where the inspection prints it."""

from dataclasses import replace

import pytest
from django.urls import reverse

from findings.accuracy.force import differences
from findings.accuracy.inspectorate import closing
from findings.models import Point, Round
from hmic_core.errors import NotAllowed
from hmic_core.pdf import rendering
from inspections.models import Release
from letters.document import building, exclusions, printing
from letters.document.parts import LetterDocument, Variant
from letters.models import Letter
from letters.signing import signatures
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import accept, again, responded
from tests.letters import real_letter
from tests.letters.ground import approved, assembled, scheduled

DISPUTED = {
    "reference": "PC-1",
    "decision": "not_accepted",
    "reason": "The plan was dated after fieldwork.\n\nWe saw no earlier one.",
    "force_says": "The minutes of March name it.",
}


def with_annex(**more: str) -> LetterDocument:
    return building.build({**real_letter.data(), "differences": [{**DISPUTED, **more}]})


def not_accepted(cast: Cast) -> tuple[Round, Point]:
    """A closed check whose one point was not accepted, in an inspection that prints differences."""
    cast.inspection.differences_printed = True
    cast.inspection.save()
    round = responded(cast)
    accept(cast, round.points.get(), outcome="not_accepted", reason="Dated after fieldwork.")
    closing.close_round(again(round), by=cast.lead_inspector)
    return again(round), round.points.get()


def test_both_sides_stand_in_the_annex_of_page_and_pdf() -> None:
    made = with_annex()
    page = printing.html(made, real_letter.VALUES, Variant.FINAL)
    assert page.index("letter__annex") > page.index("letter__signature")
    for words in ("PC-1: Not accepted", "The minutes of March name it.", "We saw no earlier one."):
        assert words in page
    printed = printing.render_pdf(made, real_letter.VALUES, Variant.EMBARGOED)
    assert rendering.validate(printed) == []
    assert rendering.page_count(printed) == 4


def test_the_annex_is_signed_and_a_letter_without_one_keeps_its_hash() -> None:
    plain = real_letter.document()
    assert b"differences" not in building.canonical(plain)
    assert building.content_hash(with_annex()) != building.content_hash(plain)
    assert building.from_json(building.to_json(with_annex())) == with_annex()


def test_a_passage_kept_from_the_public_does_not_come_out_in_the_annex() -> None:
    first, second = list(real_letter.document().findings)[:2]
    secret = first.markdown.split(".")[0]
    quoting = with_annex(reference=second.reference, force_says=f"You say “{secret}”.")
    for made in (with_annex(reference=first.reference), quoting):
        public = exclusions.public_version(made, [(first.reference, secret)])
        [difference] = public.differences
        assert difference.force_says == difference.reason == (exclusions.WITHHELD["en"],)
    other = with_annex(reference=second.reference)
    assert exclusions.public_version(other, [(first.reference, secret)]).differences == other.differences


def test_in_welsh_every_text_of_the_annex_is_entered() -> None:
    from letters.signing.welsh import slots, translated

    made = with_annex()
    texts = {slot.key: slot.english for slot in slots(made)} | {"annex_force_0": "Mae’r cofnodion yn ei enwi."}
    welsh = translated(made, texts)
    assert welsh.differences[0].force_says == ("Mae’r cofnodion yn ei enwi.",)
    assert welsh.differences[0].reason == made.differences[0].reason
    assert "Ni dderbyniwyd" in printing.html(replace(welsh, publication=made.publication), real_letter.VALUES, "draft")


def test_a_recorded_difference_takes_the_signature_and_stands_in_the_next_letter(cast: Cast) -> None:
    _, point = not_accepted(cast)
    letter = assembled(cast, scheduled(cast))
    assert "differences" not in letter.content
    letter = signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)
    differences.record_difference(point, words="The minutes name it.", by=cast.liaison_officer)
    letter.refresh_from_db()
    assert (letter.state, letter.signed_hash) == (Letter.State.ASSEMBLED, "")
    letter = assembled(cast, letter.release)
    assert [each["force_says"] for each in letter.content["differences"]] == [["The minutes name it."]]
    assert b"The minutes name it." in signed_in(cast.hmi).get(reverse("letters:letter-show", args=[letter.pk])).content


@pytest.mark.parametrize("printed", [True, False])
def test_a_difference_that_comes_too_late_or_is_not_printed_changes_no_letter(cast: Cast, printed: bool) -> None:
    _, point = not_accepted(cast)
    letter = assembled(cast, scheduled(cast))
    signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)
    if printed:
        approved(letter.release, cast)
    else:
        type(cast.inspection).objects.update(differences_printed=False)
    differences.record_difference(point, words="The minutes name it.", by=cast.liaison_officer)
    letter.refresh_from_db()
    assert letter.state == Letter.State.SIGNED
    assert letter.release.state == (Release.State.APPROVED if printed else Release.State.SCHEDULED)


def test_words_that_no_letter_can_print_are_refused_where_they_are_typed(cast: Cast) -> None:
    _, point = not_accepted(cast)
    with pytest.raises(NotAllowed, match="Letters cannot print"):
        differences.record_difference(point, words="No \U0001f600", by=cast.liaison_officer)
