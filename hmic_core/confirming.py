"""What a person was shown is what happens, or nothing happens (docs/confirming.md).

A form that confirms, sends, decides, signs or takes back carries the facts that its page showed, signed. The verb, once
it holds the lock, compares them with the facts as they are then:

    @confirming.shows("submit_response")
    def what_is_sent(round): return {"Point 1": "…", …}     # label in words -> value, or a short hash of longer words

    {% shown "submit_response" round %}                      # in the form
    confirming.compare("submit_response", round)             # in the verb, under the lock

Where they differ the verb raises `Changed`, which says in words what is new, gone or changed, and the page is shown
again. Commands and tasks show nobody anything: with no form there is nothing to compare.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hmic_core.errors import Stale

Facts = Mapping[str, str]
Read = TypeVar("Read", bound=Callable[..., Facts])

#: The field that carries the facts, and the one that says that the page which asks was answered.
FIELD, ANSWERED = "shown", "go_on"
_SALT = "hmic_core.confirming"
#: So many differences are named one by one; the rest is counted.
_MOST_NAMED = 8
_NOT_CARRIED = {"csrfmiddlewaretoken", ANSWERED}

_facts: dict[str, Callable[..., Facts]] = {}
_shown: ContextVar[list[str] | None] = ContextVar("shown", default=None)


class Changed(Stale):
    """What the person was shown is no longer so. `differences` are sentences; nothing was done."""

    def __init__(self, differences: list[str]) -> None:
        named = differences[:_MOST_NAMED]
        rest = len(differences) - len(named)
        more = [f"{rest} more." if rest else ""]
        super().__init__(
            " ".join(["Nothing was done, because this changed while the page was open:", *named, *more]).strip()
            + " Look at it again, then decide."
        )
        self.differences = differences


def shows(*verbs: str) -> Callable[[Read], Read]:
    """Register the function that reads, for these verbs, what their page shows of a thing."""

    def register(read: Read) -> Read:
        for verb in verbs:
            _facts[verb] = read
        return read

    return register


def registered() -> frozenset[str]:
    """The verbs whose forms carry what they showed."""
    return frozenset(_facts)


def digest(*words: object) -> str:
    """Longer words as a short value: equal only where the words are."""
    return hashlib.sha256("\x1f".join(map(str, words)).encode()).hexdigest()[:12]


def mark(verb: str, thing: Any, facts: Facts | None = None) -> str:
    """The facts of `thing` for the form of `verb`, signed: its value belongs into the field `shown`.

    `facts` are those that a page of many things has read in one go; without them they are read now.
    """
    read = _facts[verb](thing) if facts is None else facts
    return signing.dumps([verb, _key(thing), dict(read)], salt=_SALT, compress=True)


def compare(verb: str, thing: Any) -> None:
    """For a verb that holds the lock: raise Changed where a form of this verb and thing showed something else.

    A verb without registered facts has no form that confirms, and compares nothing.
    """
    for sent in _shown.get() or ():
        try:
            for_verb, key, before = signing.loads(sent, salt=_SALT)
        except signing.BadSignature:
            raise Changed(["The form was incomplete."]) from None
        if (for_verb, key) == (verb, _key(thing)) and (found := differences(before, _facts[verb](thing))):
            raise Changed(found)


def differences(before: Facts, now: Facts) -> list[str]:
    """What is new, gone or changed between two readings, as sentences. Short values are quoted, hashes are not."""
    made = []
    for label in dict.fromkeys([*before, *now]):
        if label not in now:
            made.append(f"{label} is no longer there.")
        elif label not in before:
            made.append(f"{label} is new.")
        elif before[label] != now[label]:
            shown = _is_words(before[label]) and _is_words(now[label])
            made.append(f"{label} was “{before[label]}” and is now “{now[label]}”." if shown else f"{label} changed.")
    return made


def _is_words(value: str) -> bool:
    return bool(value) and not (len(value) == 12 and set(value) <= set("0123456789abcdef"))


def _key(thing: Any) -> str:
    return str(getattr(thing, "pk", thing))


@contextmanager
def asked_by(request: HttpRequest) -> Iterator[None]:
    """For the time of a request: what its form showed."""
    token = _shown.set(request.POST.getlist(FIELD) if request.method == "POST" else None)
    try:
        yield
    finally:
        _shown.reset(token)


def ask(
    request: HttpRequest,
    *,
    marks: list[str],
    heading: str,
    sentences: list[str],
    receives: list[tuple[str, str]],
    button: str,
    back: str,
    warning: bool = False,
) -> HttpResponse | None:
    """The page that asks once before something leaves the house; None once it has been answered.

    `marks`: what each thing's verb compares (`mark`). `receives`: who receives what, each by name. Every field of
    the form that led here is carried on.
    """
    if request.POST.get(ANSWERED) == "yes":
        return None
    page = {
        "heading": heading,
        "sentences": sentences,
        "receives": receives,
        "button": button,
        "back": back,
        "warning": warning,
        "carried": carried(request),
        "marks": marks,
    }
    return render(request, "components/ask_once.html", page)


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """Every field that was sent, each value of it, for the second step of a form: none may get lost."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in _NOT_CARRIED and name != FIELD
        for value in values
    ]
