"""How many queries a page costs."""

import copy
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

#: quality.md, for each page of the workspace. The session and its user come on top: two queries on every page.
AT_MOST = 12
#: The finding's page: text, comments, presence, evidence, and the consistency checks beside it. Above the goal of 12.
EDITOR = 16
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
