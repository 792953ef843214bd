"""How many queries a page costs."""

import copy
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

#: For each page of the workspace; with the session and its user, which come on top, 20.
AT_MOST = 20
#: Not the page's own: the session with its user, its upkeep, and the savepoints of tests.
BOOKKEEPING = ("SAVEPOINT", "django_session", "usersessions_usersession")


def without_the_guide(settings: Any) -> None:
    """The demonstration's guide bar asks around on each page; there is none in service."""
    [engine] = copy.deepcopy(settings.TEMPLATES)
    processors = engine["OPTIONS"]["context_processors"]
    engine["OPTIONS"]["context_processors"] = [each for each in processors if not each.startswith("demo.")]
    settings.TEMPLATES = [engine]


def count(client: Client, address: str) -> int:
    """The queries that a page asks of its own, navigation and rights included."""
    return len(statements(client, address))


def statements(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    asked = [each["sql"] for each in captured]
    user = next((sql for sql in asked if 'FROM "hmic_core_user" WHERE' in sql), None)
    return [sql for sql in asked if sql != user and not any(word in sql for word in BOOKKEEPING)]
