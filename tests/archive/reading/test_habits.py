"""Copies as offices and programs leave them (`habits`): right, or asked about, with every word accounted for."""

import pytest

from tests.archive.reading.distortions import ORIGINALS, judge
from tests.archive.reading.habits import KINDS, make


@pytest.mark.parametrize("number", range(len(KINDS)), ids=[kind.__name__ for kind in KINDS])
def test_a_kind_is_read_right_or_asked_about(number: int) -> None:
    """One letter of each kind, another one for each."""
    outcome = judge(make(number * len(ORIGINALS) + (number + 2) % len(ORIGINALS)))
    assert outcome.verdict in ("right", "asks"), outcome.wrong
    assert outcome.fidelity is not None
    assert outcome.fidelity.is_whole


def test_an_accent_and_its_letter_are_one_character() -> None:
    """ "Zoë" with its dots as a character of their own, as some programs save it, is still the name that is known."""
    outcome = judge(make(172))
    assert outcome.copy.done == ("ligatures_and_loose_accents",)
    assert "e\u0308".encode() in outcome.copy.data
    assert outcome.verdict == "right", outcome.wrong


def test_the_dates_in_a_mails_heads_are_not_the_letters() -> None:
    outcome = judge(make(74))
    assert outcome.copy.done == ("mail_around_it",)
    assert outcome.letter is not None
    assert outcome.letter.as_json()["letter_date"] == "2016-02-02"
