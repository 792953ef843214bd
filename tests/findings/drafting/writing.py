"""A person at the editor in a real browser: what the browser tests of writing share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from hmic_core.models import User
from tests.conftest import signed_in
from tests.servers import Server, workspace

BOX = "#id_text"


@contextmanager
def office() -> Iterator[Server]:
    """The workspace as a real server that takes the test's sessions for its own."""
    with workspace(SECRET_KEY=settings.SECRET_KEY) as server:
        yield server


def session_of(user: User) -> str:
    return str(signed_in(user).session.session_key)


def sign_in(context: BrowserContext, server: Server, user: User) -> None:
    context.add_cookies([{"name": "session", "value": session_of(user), "url": server.url}])


@contextmanager
def desk(browser: Browser, server: Server, user: User, **options: Any) -> Iterator[Page]:
    """A browser profile of one person, signed in, with one tab. Errors of the page's scripts fail the test."""
    context = browser.new_context(base_url=server.url, **options)
    sign_in(context, server, user)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    try:
        yield page
        assert problems == []
    finally:
        context.close()


def words(page: Page) -> str:
    return page.locator(BOX).input_value()


def wait_kept(page: Page) -> None:
    """Until the status says that the server has what was typed."""
    page.locator("[data-saved]", has_text="on the server").wait_for(timeout=8000)
