"""The public search: a real process with its own role, before and after the instant, and after a withdrawal."""

import time

import pytest

from hmic_core import clock
from inspections import published
from inspections.models import PublishedPassage
from publication.release import withdrawal
from tests.cast import make_cast
from tests.items import freeze, release_of
from tests.servers import Answer, website
from tests.website.test_pages import comparable

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.stack,
    pytest.mark.usefixtures("files_in_a_temporary_folder"),
]
CANARY = "quixotic-zebra-7141"
NEVER = "quixotic-zebra-0000"


def test_nothing_is_found_before_the_instant_or_after_a_withdrawal() -> None:
    cast = make_cast()
    with website() as site:  # before the instant is chosen: a process takes seconds to start
        release = release_of(cast, in_seconds=6)
        freeze(cast, release, CANARY)
        published.take_published()
        assert not PublishedPassage.objects.exists()
        hidden, never = site.get(f"/search/?q={CANARY}"), site.get(f"/search/?q={NEVER}")
        assert comparable_words(hidden) == comparable_words(never)
        assert clock.now() < release.embargo_until, "the machine was too slow for this test to say anything"
        while clock.now() < release.embargo_until:
            time.sleep(0.05)
        assert published.take_published() > 0
        found = site.get(f"/search/?q={CANARY}").text
        assert "PC-1" in found
        assert "/inspections/test-subject/letters/northamptonshire/#PC-1" in found
        assert "<mark>" in found
        assert "Nothing published" in site.get(f"/search/?q={CANARY}&force=kent").text
        assert published.take_published() == 0

        release.refresh_from_db()
        withdrawal.withdraw(release, reason="Published in error.", by=cast.admin)
        assert PublishedPassage.objects.exists()
        gone, never = site.get(f"/search/?q={CANARY}"), site.get(f"/search/?q={NEVER}")
        assert comparable_words(gone) == comparable_words(never)


def comparable_words(answer: Answer) -> tuple[int, list[tuple[str, str]], bytes]:
    """All of an answer but its date and the words that were asked for, which it repeats."""
    status, headers, body = comparable(answer)
    kept = [(name, value) for name, value in headers if name != "ETag"]
    return status, kept, body.replace(CANARY.encode(), b"").replace(NEVER.encode(), b"")
