"""Where the present request comes from, for the audit trail. Outside a request it is nowhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_address: ContextVar[str] = ContextVar("address", default="")


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
