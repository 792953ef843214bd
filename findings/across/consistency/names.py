"""What belongs to which force: its names and aliases, its chief officers, its listed places."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Concat

from findings.across.consistency.words import Words, capitals, lower, tokens
from forces.models import Force, ForceName, Place, Post

NAME, OFFICER, PLACE = "name", "officer", "place"
_WHAT = {NAME: "another force’s name", OFFICER: "another force’s chief officer", PLACE: "a place of another force"}


@dataclass(frozen=True)
class Named:
    """Something of another force in a text: the words as written, what they are, and whose."""

    words: str
    what: str
    force: str

    @property
    def sentence(self) -> str:
        return f"{_WHAT[self.what]}: {self.force}"


@dataclass
class Register:
    """Every known name. `by_first`: first word -> the longest name first."""

    forces: dict[UUID, str] = field(default_factory=dict)
    by_first: dict[str, list[Words]] = field(default_factory=dict)
    owners: dict[Words, dict[UUID, str]] = field(default_factory=lambda: defaultdict(dict))
    own: dict[UUID, tuple[Words, ...]] = field(default_factory=dict)

    def found(self, text: str, force: UUID | None) -> list[Named]:
        """What in `text` belongs to another force than `force`, each once. A name of its own is passed over whole."""
        written = tokens(text)
        found: dict[Words, Named] = {}
        after = 0
        for at, beginning in capitals(text):
            name = self._at(written, at, beginning) if at >= after else None
            if name is None:
                continue
            if force not in self.owners[name] and name not in found:
                found[name] = self._named(name, written[at : at + len(name)])
            after = at + len(name)
        return list(found.values())

    def _at(self, written: Words, at: int, beginning: str) -> Words | None:
        """The longest name that begins at a word."""
        for name in self.by_first.get(beginning, ()):
            if tuple(map(lower, written[at : at + len(name)])) == name:
                return name
        return None

    def _named(self, name: Words, written: Iterable[str]) -> Named:
        owners = self.owners[name]
        forces = " or ".join(sorted(self.forces[force] for force in owners))
        return Named(" ".join(written), next(iter(owners.values())), forces)


def register() -> Register:
    """All names in one query."""
    return arranged(rows())


def rows(*others: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The owner of each name, what it is, the name, an officer's titles; `others` adds rows of the same four columns,
    so that whoever compares texts with more than names asks once."""
    none = text("")
    forces = Force.objects.order_by().values_list("pk", text(NAME), "name", none)
    aliases = ForceName.objects.order_by().values_list("force", text(NAME), "name", none)
    places = Place.objects.order_by().values_list("force", text(PLACE), "name", none)
    held = Post.objects.order_by().filter(kind=Post.Kind.CHIEF_OFFICER)
    titles = Concat(F("person__title"), Value("|"), F("title"), output_field=CharField())
    officers = held.values_list("force", text(OFFICER), "person__name", titles)
    return forces.union(aliases, places, officers, *others)


def text(words: str) -> Value:
    return Value(words, output_field=CharField())


def arranged(rows: Iterable[tuple[UUID, str, str, str]]) -> Register:
    made = Register()
    # Names come first, so that a place that is called like a force counts as the force.
    for force, what, name, titles in sorted(rows, key=lambda row: (row[1] != NAME, row[1], row[2])):
        if what == NAME:
            made.forces.setdefault(force, name)
        for each in _forms(what, name, titles):
            words = tuple(lower(word) for word in tokens(each))
            if words:
                made.owners[words].setdefault(force, what)
    for words in sorted(made.owners, key=len, reverse=True):
        made.by_first.setdefault(words[0], []).append(words)
        for force, what in made.owners[words].items():
            if what == NAME:
                made.own[force] = (*made.own.get(force, ()), words)
    return made


def _forms(what: str, name: str, titles: str) -> list[str]:
    """The forms in which a name is written: "Kent Police", "Kent"; "Adrian Lee", "Mr Lee", "Chief Constable Lee"."""
    words = name.split()
    if what == NAME:
        shorter = {"Police": 1, "Constabulary": 1, "Service": 1}
        return [name, *([" ".join(words[:-1])] if len(words) > 1 and words[-1] in shorter else [])]
    if what == OFFICER:
        return [name, *(f"{title} {words[-1]}" for title in titles.split("|") if title and len(words) > 1)]
    return [name]
