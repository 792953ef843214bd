"""Lists that people put in order."""

from typing import Any


def swap(rows: list[Any], pk: Any, *, up: bool) -> bool:
    """Change a row's place with its neighbour's, and number all again from 1. At the end of the list nothing moves."""
    here = next((place for place, row in enumerate(rows) if row.pk == pk), 0)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return False
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, start=1):
        row.position = position
    type(rows[0]).objects.bulk_update(rows, ["position"])
    return True
