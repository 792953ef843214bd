"""Copies of kinds that the reader was not made on: right, or asked about; never a word lost, never wrong in silence."""

from collections import Counter

import pytest

from archive.reading.encodings import decode, decoded_once
from tests.archive.reading.distortions import ORIGINALS, judge
from tests.archive.reading.unseen import KINDS, make

#: Where no reader can be sure, it has to ask: of these none need be right.
ONLY_ASKED = {"two_columns"}


@pytest.mark.parametrize("number", range(len(KINDS)), ids=[kind.__name__ for kind in KINDS])
def test_a_kind_is_read_right_or_asked_about(number: int) -> None:
    """One letter of each kind, another one for each; `python -m tests.archive.reading.unseen` reads them all."""
    outcome = judge(make(number * len(ORIGINALS) + number % len(ORIGINALS)))
    assert outcome.verdict in ("right", "asks"), outcome.wrong
    assert outcome.fidelity is not None
    assert outcome.fidelity.is_whole
    if outcome.copy.done[0] in ONLY_ASKED:
        assert outcome.letter is not None
        assert any("two columns" in asked for asked in outcome.letter.uncertain)


def test_most_are_right() -> None:
    text_kinds = [n for n, kind in enumerate(KINDS) if not kind.__name__.startswith(("pdf", "word"))]
    verdicts = Counter(judge(make(n * len(ORIGINALS))).verdict for n in text_kinds)
    assert verdicts["wrong"] == verdicts["refused"] == 0
    assert verdicts["right"] >= 0.6 * len(text_kinds)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_needs_no_mark(encoding: str) -> None:
    assert decode("The force’s plan.\r\n".encode(encoding) * 3) == "The force’s plan.\r\n" * 3


def test_what_was_decoded_twice_is_put_right_and_nothing_else() -> None:
    assert decoded_once("• The force’s plan".encode().decode("cp1252")) == "• The force’s plan"
    for honest in ("Zoë’s café, 30 °C", "Â is a letter", "ROSÉ Ã¥"[:4]):
        assert decoded_once(honest) == honest
