"""A process that is settled: its garbage collector passes over what was loaded."""

import gc
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import connection
from psycopg2 import extensions

from hmic_core import processes

UUID_TYPE = 2950


@pytest.fixture
def _undone() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("_undone")
def test_what_is_loaded_is_kept_out_of_the_garbage_collectors_sight() -> None:
    walked = len(gc.get_objects())
    processes.settle()
    assert gc.get_freeze_count() > walked / 2
    assert len(gc.get_objects()) < walked / 10


@pytest.mark.django_db
@pytest.mark.usefixtures("_undone")
def test_an_identifier_that_came_before_is_the_same_object() -> None:
    plain = extensions.string_types[UUID_TYPE]
    asked = "SELECT '3f2b0c54-5d3c-4f5e-9a57-0a1f7d0d7a11'::uuid, NULL::uuid"
    try:
        processes.settle()
        with connection.cursor() as cursor:
            cursor.execute(asked)
            once = cursor.fetchone()
            cursor.execute(asked)
            again = cursor.fetchone()
    finally:
        extensions.register_type(plain)
    assert once == (UUID("3f2b0c54-5d3c-4f5e-9a57-0a1f7d0d7a11"), None)
    assert once[0] is again[0]
