"""Every public passage that holds the words is found, however common they are, and none that is not public."""

import pytest

from forces.models import Force
from hmic_core import clock
from inspections import published
from inspections.models import PublishedPassage, ReleaseItem
from tests import rows
from tests.cast import Cast

pytestmark = pytest.mark.django_db
#: With so many passages of it a word is common: see `inspections.migrations.0006_published_phrases`.
COMMON = 40


@pytest.fixture
def passages(cast: Cast) -> dict[str, ReleaseItem]:
    """Of two forces' public letters and of a withdrawn one, which was public once."""
    release = rows.release(cast, "released")
    for name, force in {
        "Northamptonshire": cast.northamptonshire,
        "Kent": cast.kent,
        "withdrawn": cast.northamptonshire,
    }.items():
        state = {"state": "withdrawn"} if name == "withdrawn" else {}
        rows.item(release, "letter" if name != "withdrawn" else "report", {}, of=force, title=name, **state)
    items = {each.title: each for each in ReleaseItem.objects.all()}
    for name, common in {"Northamptonshire": COMMON, "Kent": 5, "withdrawn": 7}.items():
        keep(items[name], [f"The crime plan of {name} number {number}." for number in range(common)] + ["A rare plan."])
    return items


def keep(item: ReleaseItem, words: list[str]) -> None:
    PublishedPassage.objects.bulk_create(
        PublishedPassage(item=item, position=place, heading="Theme", words=each, published_at=clock.now())
        for place, each in enumerate(words)
    )


def number(words: str, force: Force | None = None) -> int:
    found = published.find(words, force=force)
    assert len(found.passages) == min(found.total, 20)
    return found.total


@pytest.mark.usefixtures("passages")
def test_common_and_rare_words_and_phrases(cast: Cast) -> None:
    assert number("plan") == COMMON + 5 + 2
    assert number('"crime plan"') == COMMON + 5
    assert number('"plan crime"') == 0
    assert number("rare") == 2
    assert number("plan", cast.kent) == 6
    assert number('"crime plan"', cast.northamptonshire) == COMMON
    assert number("withdrawn") == 0


def test_enough_are_enough(passages: dict[str, ReleaseItem], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "MOST", 30)
    assert number("plan") == 31
    assert number("Kent") == 5
