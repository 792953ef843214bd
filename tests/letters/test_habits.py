"""Copies as offices and programs leave them (`habits`): right, or asked about, with every word accounted for."""

import pytest

from tests.letters.distortions import ORIGINALS, judge
from tests.letters.habits import KINDS, make


@pytest.mark.parametrize("number", range(len(KINDS)), ids=[kind.__name__ for kind in KINDS])
def test_a_kind_is_read_right_or_asked_about(number: int) -> None:
    """One letter of each kind, another one for each."""
    outcome = judge(make(number * len(ORIGINALS) + (number + 2) % len(ORIGINALS)))
    assert outcome.verdict in ("right", "asks"), outcome.wrong
    assert outcome.fidelity is not None
    assert outcome.fidelity.is_whole
