"""What the present request brings along: where it comes from, what it has asked the database about its reader, and the
words that somebody typed. Outside a request there is none of them.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest

Answer = TypeVar("Answer")

#: What a page filled in, and parts of names of what is never shown again.
_FILLED_IN = ("next", "login")
_SECRET = ("password", "token", "code")

_address: ContextVar[str] = ContextVar("address", default="")
_page: ContextVar[HttpRequest | None] = ContextVar("page", default=None)
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)
_told: ContextVar[tuple[HttpRequest, set[str]] | None] = ContextVar("told", default=None)


def current_address() -> str:
    """The network address of whoever asks, or an empty string for the scheduler and commands."""
    return _address.get()


@contextmanager
def from_address(address: str) -> Iterator[None]:
    """Set the address for the time of one request."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


@dataclass(frozen=True)
class CurrentForm:
    """Whose form it is, and the address of its page."""

    person: Any
    address: str


def current_form() -> CurrentForm | None:
    """The page that is asked for or sent, or None outside a request."""
    request = _page.get()
    return CurrentForm(request.user, request.path) if request is not None else None


@contextmanager
def asked(request: HttpRequest) -> Iterator[None]:
    """Set the page, and the address of whoever asks, for the time of one request."""
    token = _page.set(request)
    try:
        with from_address(request.META.get("REMOTE_ADDR", "")):
            yield
    finally:
        _page.reset(token)


@contextmanager
def telling(request: HttpRequest) -> Iterator[None]:
    """For the time of one request, `tell` reaches its reader."""
    token = _told.set((request, set()))
    try:
        yield
    finally:
        _told.reset(token)


def tell(sentence: str) -> None:
    """Say something to the reader on the page that comes next, once in a request. Not to a page's script, which shows
    no messages, and outside a request to nobody."""
    held = _told.get()
    if held is None or not sentence or sentence in held[1]:
        return
    request, said = held
    if request.headers.get("X-Requested-With") != "fetch" and hasattr(request, "_messages"):
        said.add(sentence)
        messages.info(request, sentence)


@contextmanager
def asking_once() -> Iterator[None]:
    """Keep what `once` is told, for the time of one page. Not for requests that change something: see `once`.

    What happens inside another such time belongs to that.
    """
    if _answers.get() is not None:
        yield
        return
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once(question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer to a question that a page asks many times: who its reader is today.

    Remembered while a page is read, and nowhere else. Verbs, tasks and commands ask the database each time, so that a
    role that ended a moment ago is gone for whatever changes something.
    """
    answers = _answers.get()
    if answers is None:
        return ask()
    if question not in answers:
        answers[question] = ask()
    answer: Answer = answers[question]
    return answer


def typed_words(request: HttpRequest) -> list[str]:
    """The texts of a form that could not be taken, to be given back: from the request alone, and no secrets."""
    return [
        value
        for name, values in request.POST.lists()
        for value in values
        if _is_typed(name) and len(str(value).split()) > 1
    ]


def _is_typed(name: str) -> bool:
    return name not in _FILLED_IN and not any(each in name.lower() for each in _SECRET)
