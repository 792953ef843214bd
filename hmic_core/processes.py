"""What a process does once it has loaded what it serves, before the first request or task."""

import gc
from functools import lru_cache
from uuid import UUID

from django.urls import get_resolver
from psycopg2 import extensions

#: PostgreSQL's number of the type.
_UUID = 2950


def settle() -> None:
    """Load the URLs, and keep all that is loaded out of the garbage collector's sight.

    None of it is ever thrown away, yet each full collection walked it: a pause of 130 ms in every tenth page. Called
    before a server forks, so that its workers share that memory too. A page makes some ten thousand objects and drops
    nearly all of them without the collector's help: it need not look after each seven hundred.
    """
    _remember_identifiers()
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def _remember_identifiers() -> None:
    """Read an identifier that came before as the same object: the rows of a page share most of theirs, and making and
    comparing them anew took a tenth of a page of many rows."""
    known = lru_cache(maxsize=65_536)(UUID)
    read = extensions.new_type((_UUID,), "UUID", lambda text, _: None if text is None else known(text))
    extensions.register_type(read)
