"""The words of letters, for the workspace's search."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from findings.cross_force.search.query import Line, Source, plain, register
from hmic_core.models import User
from letters.models import Letter


def _letters(user: User) -> QuerySet[Any]:
    return Letter.objects.visible_to(user).exclude(state=Letter.State.SUPERSEDED)


def _line(letter: Letter) -> Line:
    return Line(
        heading=f"Letter to {letter.force.name}",
        url=reverse("letters:letter-show", args=[letter.pk]),
        about=(letter.inspection.short_title,),
        state=(letter.get_state_display(), letter.state),
        at=letter.assembled_at,
    )


def _strings(value: Any) -> Iterator[str]:
    """Every text in the letter's data, in its order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


LETTERS = Source(
    key="letters",
    label="Letters",
    order=30,
    visible=_letters,
    # The signatory sees a letter without being assigned to its inspection.
    inspection="",
    newest="assembled_at",
    paths={"inspection": "inspection__slug", "force": "force__slug"},
    text=lambda letter: plain(*_strings(letter.content)),
    line=_line,
    related=("force", "inspection"),
)


def register_sources() -> None:
    register(LETTERS)
