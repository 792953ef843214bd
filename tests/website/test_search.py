"""The public search: a real process with its own role, before and after the instant, and after a withdrawal."""

import time

import pytest

from hmic_core import clock
from inspections import published
from inspections.frozen import content_hash
from inspections.models import PublishedPassage, ReleaseItem
from publication.release import withdrawal
from tests.cast import make_cast
from tests.items import freeze, letter_content, release_of
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


def test_every_public_word_is_found() -> None:
    """Opening and closing paragraphs, names, references, words with a hyphen; and what is not yet taken is said."""
    cast = make_cast()
    release = release_of(cast, "released", in_seconds=-60)
    content = letter_content(cast, "x")
    content["html"] = (
        "<article><p>Dear Adrian</p><p>This opening paragraph speaks of fieldwork.</p>"
        '<section class="letter__theme"><ul><li id="PC-1"><p>An all-crime strategy, anti-social.</p></li></ul>'
        "</section><p>Yours in closing, copied to Jan McMillan.</p></article>"
    )
    content["themes"][0]["findings"][0]["html"] = "<p>An all-crime reduction strategy, anti-social.</p>"
    ReleaseItem.objects.create(
        release=release,
        kind=ReleaseItem.Kind.LETTER,
        inspection_slug=cast.inspection.slug,
        force=cast.northamptonshire,
        title="Letter",
        published_at=release.embargo_until,
        content=content,
        content_hash=content_hash(content),
    )
    with website() as site:
        assert "not searched yet" in site.get("/search/").text
        while published.take_published():
            pass
        assert "not searched yet" not in site.get("/search/").text
        asked = "opening closing McMillan Adrian PC-1 all-crime all+crime anti-social anti+social".split()
        for words in asked:
            assert "/letters/northamptonshire/" in site.get(f"/search/?q={words}").text, words
