"""The SQL kept for autosave (`findings.drafting.autosave_query`) lets through whom the rule lets through, and nobody
else.

Random assignments, asked twice: by that SQL, and by the rule as every page asks it, `visible_to` for what is seen and
`coverage` for what may be written. The two share no line but the names of the roles.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.http import Http404

from findings.drafting import autosave_query
from findings.models import Finding, assigned
from findings.permissions import EVERY_ROLE, WRITERS, coverage
from hmic_core import clock
from hmic_core.models import User
from inspections.models import Assignment, Inspection, Theme
from tests.cast import Cast

ROUNDS = 25


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    """No test goes on with the SQL of another, nor leaves its own."""
    kept = autosave_query._asked
    kept.cache_clear()
    yield
    kept.cache_clear()


@pytest.fixture
def findings(cast: Cast) -> list[Finding]:
    """One in every force and theme of two inspections, in whatever state."""
    other = Inspection.objects.create(title="Another", short_title="Another", slug="another", state="drafting")
    theirs = Theme.objects.create(inspection=other, position=1, title="Custody", prefix="CU", question="how well")
    places = product([*cast.themes, theirs], [cast.northamptonshire, cast.kent])
    states = Finding.State.values
    return Finding.objects.bulk_create(
        Finding(
            inspection=theme.inspection,
            force=force,
            theme=theme,
            number=1,
            position=1,
            state=states[number % len(states)],
            text="Words.",
            author=cast.admin,
            changed_at=clock.now(),
            version=number + 1,
        )
        for number, (theme, force) in enumerate(places)
    )


def assign_at_random(cast: Cast, findings: list[Finding], people: list[User], chance: random.Random) -> None:
    """Up to four assignments each: any role, all or one of the forces and themes, held, over or still to come."""
    Assignment.objects.all().delete()
    today = clock.today()
    days = [today + dt.timedelta(days=days) for days in (-9, -2, 2, 9)]
    inspections = {each.inspection_id: each.inspection for each in findings}.values()
    made = []
    for person in people:
        for _ in range(chance.randint(0, 4)):
            inspection = chance.choice(list(inspections))
            made.append(
                Assignment(
                    user=person,
                    inspection=inspection,
                    role=chance.choice(Assignment.Role.values),
                    force=chance.choice([None, cast.northamptonshire, cast.kent]),
                    theme=chance.choice([None, *inspection.themes.all()]),
                    starts_on=chance.choice(days[:3]),
                    ends_on=chance.choice([None, None, None, *days[1:]]),
                )
            )
    Assignment.objects.bulk_create(made)


def by_sql(pk: UUID, user: User) -> bool:
    try:
        autosave_query.reach(pk, user)
    except Http404:
        return False
    return True


def by_the_rule(findings: list[Finding], user: User) -> set[UUID]:
    seen = set(Finding.objects.visible_to(user).values_list("pk", flat=True))
    held = {each.inspection_id: coverage(user, each.inspection_id) for each in findings}
    may = (each for each in findings if held[each.inspection_id].may(WRITERS, each.force_id, each.theme_id))
    return {each.pk for each in may if each.pk in seen}


def disagreements(cast: Cast, findings: list[Finding]) -> Iterator[str]:
    """Where the two answers differ, round by round."""
    people = [cast.inspector, cast.moderator]
    for seed in range(ROUNDS):
        assign_at_random(cast, findings, people, random.Random(seed))
        for user in people:
            allowed = by_the_rule(findings, user)
            for each in findings:
                if by_sql(each.pk, user) != (each.pk in allowed):
                    yield f"round {seed}: {user} and {each.theme.prefix} of {each.force}"


def test_it_lets_through_exactly_whom_the_rule_lets_through(cast: Cast, findings: list[Finding]) -> None:
    assert list(disagreements(cast, findings)) == []


def test_who_may_no_longer_sign_in_reaches_nothing(cast: Cast, findings: list[Finding]) -> None:
    autosave_query.reach(findings[0].pk, cast.inspector)
    cast.inspector.is_active = False
    assert not by_sql(findings[0].pk, cast.inspector)


def _without_themes(cast: Cast) -> dict[str, Any]:
    return {"assigned": lambda user, **options: assigned(user, **{**options, "theme": None})}


def _for_one_person(cast: Cast) -> dict[str, Any]:
    sql, values = autosave_query._asked()
    theirs = tuple(cast.inspector.pk if value == autosave_query._USER else value for value in values)
    return {"_asked": lambda: (sql, theirs)}


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda cast: {"WRITERS": EVERY_ROLE}, id="every-role-writes"),
        pytest.param(lambda cast: {"WRITERS": {Assignment.Role.MODERATOR}}, id="one-role-writes"),
        pytest.param(_without_themes, id="the-theme-is-not-asked"),
        pytest.param(_for_one_person, id="everybody-is-the-first-who-asked"),
    ],
)
def test_the_comparison_finds_a_broken_rule(
    cast: Cast, findings: list[Finding], monkeypatch: pytest.MonkeyPatch, broken: Callable[[Cast], dict[str, Any]]
) -> None:
    for name, value in broken(cast).items():
        monkeypatch.setattr(autosave_query, name, value)
    assert next(disagreements(cast, findings), None)
