"""What the runner tells the person in front of it: steps with their times, and failures in one sentence."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Failure(Exception):
    """One sentence that names what is wrong and what to do; the command ends with exit code 1."""


class _Voice:
    """Where steps go. Silent while somebody reads standard output as JSON."""

    silent = False


def hush() -> None:
    """Say no steps from here on; failures are still told on standard error."""
    _Voice.silent = True


def line(text: str = "") -> None:
    """Print one line at once, so that it is seen in a pipe too."""
    if not _Voice.silent:
        print(text, flush=True)


def complain(text: str) -> None:
    """Print to standard error, always."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print the step's name when it starts and its seconds when it ends."""
    started = time.monotonic()
    if not _Voice.silent:
        print(f"  {name} …", end="", flush=True)
    try:
        yield
    except BaseException:
        line(" failed")
        raise
    line(f" {time.monotonic() - started:.1f} s")
