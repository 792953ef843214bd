"""Asking something outside this process that may fall silent: the broker, the file store, the virus scanner.

What is stopped, as opposed to dead, refuses nothing: it takes the question and never answers. A request must not wait
for as long as that lasts, since a few of them would take every thread.
"""

import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeVar

#: Seconds after a silence in which nobody asks again, so that a request with ten questions waits once.
REST = 5.0
T = TypeVar("T")


class Silent(OSError):
    """No answer came in time."""


class Outside:
    """One such thing. Thread-safe; each process finds out for itself."""

    def __init__(self, name: str, seconds: float) -> None:
        """`seconds`: how long a question may take."""
        self.name, self.seconds = name, seconds
        self._rests_until = 0.0

    def ask(self, question: Callable[[], T], *, more: float = 0.0) -> T:
        """The answer, or whatever the question raises. Raises `Silent` when it takes too long, and at once for a few
        seconds after that. `more`: seconds that this question may take beyond the usual.

        It runs in a thread of its own, which is left behind when it does not come back: it must touch no database.
        """
        if time.monotonic() < self._rests_until:
            raise Silent(f"{self.name} does not answer")
        answers: SimpleQueue[tuple[bool, T | BaseException]] = SimpleQueue()
        threading.Thread(target=_run, args=(question, answers), name=self.name, daemon=True).start()
        try:
            is_answer, value = answers.get(timeout=self.seconds + more)
        except Empty:
            self._rests_until = time.monotonic() + REST
            raise Silent(f"{self.name} does not answer") from None
        if not is_answer:
            assert isinstance(value, BaseException)
            raise value
        return value  # type: ignore[return-value]

    def forget(self) -> None:
        """Ask again at once, whatever came before."""
        self._rests_until = 0.0


def _run(question: Callable[[], T], answers: "SimpleQueue[tuple[bool, T | BaseException]]") -> None:
    try:
        answers.put((True, question()))
    except BaseException as error:
        answers.put((False, error))
