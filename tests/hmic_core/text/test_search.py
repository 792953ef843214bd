"""A phrase that the index finds by its pairs of words is the phrase that was asked for, whatever the words."""

import random

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

WORDS = [
    "crime",
    "plan",
    "of",
    "the",
    "well-known",
    "o'clock",
    "officer's",
    "2014",
    "naïve",
    "a/b",
    "back\\slash",
    "x" * 150,
]


def matches(text: str, asked: str, *, by_pairs: bool) -> bool:
    query = (
        "hmic_by_pairs(websearch_to_tsquery('hmic_english', %s))"
        if by_pairs
        else "websearch_to_tsquery('hmic_english', %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT hmic_with_pairs(to_tsvector('hmic_english', %s)) @@ {query}", [text, asked])
        found: bool = cursor.fetchone()[0]
    return found


def asked_for(dice: random.Random) -> str:
    def phrase() -> str:
        return f'{dice.choice(["", "", "-"])}"{" ".join(dice.choices(WORDS, k=dice.randint(1, 4)))}"'

    return dice.choice([" ", " OR "]).join(phrase() for _ in range(dice.randint(1, 3)))


def test_the_same_texts_match_with_and_without_pairs() -> None:
    dice = random.Random(7)
    tried = [(" ".join(dice.choices(WORDS, k=12)), asked_for(dice)) for _ in range(600)]
    found = [(matches(*each, by_pairs=False), matches(*each, by_pairs=True)) for each in tried]
    assert [each for each, (plain, paired) in zip(tried, found, strict=True) if plain != paired] == []
    assert 100 < sum(plain for plain, _ in found) < 500


@pytest.mark.parametrize(
    ("asked", "rewritten"),
    [
        ('"crime plan"', "'crime' <-> 'plan' & 'crime plan'"),
        ('"crime plan" officer', "'crime' <-> 'plan' & 'crime plan' & 'offic'"),
        ('crime -"plan officer"', "'crime' & !( 'plan' <-> 'offic' & 'plan offic' )"),
        ('"crime of plan"', "'crime' <2> 'plan'"),
        ("crime plan", "'crime' & 'plan'"),
    ],
)
def test_a_phrase_asks_for_its_pairs(asked: str, rewritten: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hmic_by_pairs(websearch_to_tsquery('hmic_english', %s))::text", [asked])
        assert cursor.fetchone()[0] == rewritten
