"""What in a text belongs to which force: its names and aliases, its chief officers, its listed places.

Whole words only, in any white space, hyphens and marks, with or without a genitive. Capitals count: "GMP" but not
"gmp", "the Met" but not "they met". Only a name with its "Police" or "Constabulary" is found in small letters too.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Concat

from forces.models import Force, ForceName, Place, Post
from hmic_core.text.folding import comparable

NAME, ALIAS, OFFICER, PLACE = "name", "alias", "officer", "place"
_WHAT = {NAME: "another force’s name", OFFICER: "another force’s chief officer", PLACE: "a place of another force"}
#: What all names share at their end. A shorter name with one of them is the force's name too.
_ENDS = ("Police", "Constabulary")
_SHARED = frozenset({*_ENDS, "Service", "Force"})

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|&")
#: What may stand between two words of one name.
_GAP = re.compile(r"[\s*_/'-]*|\.|,?\s")
_AFTER_INITIAL = re.compile(r"\.?[\s*_-]*")

Words = tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """Something of another force in a text: the words as written, what they are, and whose."""

    words: str
    what: str
    force: str

    @property
    def sentence(self) -> str:
        return f"{_WHAT[self.what]}: {self.force}"


@dataclass(frozen=True)
class _Form:
    """One way to write a name: its words in small letters, and of each which capitals a text must have.

    `capitals`: "A" for all, "a" for the first, "" for none.
    """

    words: Words
    capitals: Words


@dataclass
class Register:
    """Every known name. `by_first`: first word -> its forms, the longest first. `names`: the names of each force."""

    forces: dict[UUID, str] = field(default_factory=dict)
    by_first: dict[str, list[_Form]] = field(default_factory=dict)
    owners: dict[Words, dict[UUID, str]] = field(default_factory=lambda: defaultdict(dict))
    names: dict[UUID, Words] = field(default_factory=dict)

    def found(self, text: str, force: UUID | None) -> list[Named]:
        """What in `text` (Markdown) belongs to another force than `force`, each once. A name of its own is passed over
        whole."""
        tokens = _tokens(text)
        found: dict[Words, Named] = {}
        after = 0
        for at, (word, _, _) in enumerate(tokens):
            form = self._at(tokens, at, word.lower()) if at >= after else None
            if form is None:
                continue
            after = at + len(form.words)
            if force not in self.owners[form.words] and form.words not in found:
                found[form.words] = self._named(form, " ".join(each for each, _, _ in tokens[at:after]))
        return list(found.values())

    def _at(self, tokens: Sequence["_Token"], at: int, first: str) -> _Form | None:
        return next((form for form in self.by_first.get(first, ()) if _is(form, tokens, at)), None)

    def _named(self, form: _Form, written: str) -> Named:
        owners = self.owners[form.words]
        forces = " or ".join(sorted(self.forces[force] for force in owners))
        return Named(written, next(iter(owners.values())), forces)


#: A word as written, without a genitive; whether what stands before it may stand inside a name; the same after an
#: initial.
_Token = tuple[str, bool, bool]


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[_Token, ...]:
    plain = comparable(text)
    if "*" in plain:
        plain = plain.replace("*", "")
    found: list[_Token] = []
    end = 0
    for match in _TOKEN.finditer(plain):
        gap = plain[end : match.start()]
        end = match.end()
        word = match.group()
        if word[-2:] in ("'s", "'S"):
            word = word[:-2]
        found.append((word, bool(_GAP.fullmatch(gap)), bool(_AFTER_INITIAL.fullmatch(gap))))
    return tuple(found)


def _is(form: _Form, tokens: Sequence[_Token], at: int) -> bool:
    if at + len(form.words) > len(tokens):
        return False
    initial = False
    for place, (wanted, capitals) in enumerate(zip(form.words, form.capitals, strict=True)):
        word, joined, joined_to_initial = tokens[at + place]
        if place and not (joined or (initial and joined_to_initial)):
            return False
        if word.lower() != wanted and not (wanted == "and" and word == "&"):
            return False
        if (capitals == "A" and not word.isupper() and word != "&") or (capitals == "a" and not word[0].isupper()):
            return False
        initial = len(word) == 1
    return True


def register() -> Register:
    """All names in one query."""
    return arranged(rows())


def rows(*others: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The owner of each name, what it is, the name, an officer's titles; `others` adds rows of the same four columns,
    so that whoever compares texts with more than names asks once."""
    none = text("")
    forces = Force.objects.order_by().values_list("pk", text(NAME), "name", none)
    what = Case(When(is_alias=True, then=text(ALIAS)), default=text(NAME))
    names = ForceName.objects.order_by().values_list("force", what, "name", none)
    places = Place.objects.order_by().values_list("force", text(PLACE), "name", none)
    held = Post.objects.order_by().filter(kind=Post.Kind.CHIEF_OFFICER)
    titles = Concat(F("person__title"), Value("|"), F("title"), output_field=CharField())
    officers = held.values_list("force", text(OFFICER), "person__name", titles)
    return forces.union(names, places, officers, *others)


def text(words: str) -> Value:
    """A column of `rows` that holds the same words in each row."""
    return Value(words, output_field=CharField())


def arranged(rows: Iterable[tuple[UUID, str, str, str]]) -> Register:
    """The register of `rows`."""
    made = Register()
    forms: set[_Form] = set()
    order = (NAME, ALIAS, OFFICER, PLACE)
    # Names come first, so that a place that is called like a force counts as the force.
    for force, what, name, titles in sorted(rows, key=lambda row: (order.index(row[1]), row[2])):
        if what == NAME:
            made.forces.setdefault(force, name)
        for each in _written(what, name, titles):
            form = _form(each)
            if form.words:
                made.owners[form.words].setdefault(force, NAME if what == ALIAS else what)
                forms.add(form)
                if what in (NAME, ALIAS):
                    made.names[force] = (*made.names.get(force, ()), each)
    for form in sorted(forms, key=lambda form: (-len(form.words), form.words)):
        made.by_first.setdefault(form.words[0], []).append(form)
    return made


def _form(name: str) -> _Form:
    words = [match.group() for match in _TOKEN.finditer(comparable(name))]
    whole = len(words) > 1 and words[-1].title() in _ENDS
    return _Form(tuple(word.lower() for word in words), tuple("" if whole else _capitals(word) for word in words))


def _capitals(word: str) -> str:
    return "A" if word.isupper() else "a" if word[0].isupper() else ""


def _written(what: str, name: str, titles: str) -> list[str]:
    """How a name is written: "Kent Police", "Kent", "Kent Constabulary"; "Adrian Lee", "Mr Lee"."""
    words = name.split()
    if what == OFFICER:
        return [name, *(f"{title} {words[-1]}" for title in titles.split("|") if title and len(words) > 1)]
    if what == PLACE:
        return [name]
    short = words[:-1] if len(words) > 1 and words[-1] in _SHARED else words
    bare = [word for word in short if word != "the"]
    longer = [] if bare[-1:] == ["Police"] or name.isupper() else [" ".join([*bare, end]) for end in _ENDS]
    return list(dict.fromkeys([name, " ".join(short), *longer]))
