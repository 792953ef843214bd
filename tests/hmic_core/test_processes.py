"""A process that is settled: its garbage collector passes over what was loaded."""

import gc
from collections.abc import Iterator

import pytest

from hmic_core import processes


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
