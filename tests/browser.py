"""A real headless Chromium for tests, and what a tester does in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (320, 1280)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of its own for one test or module."""
    # Playwright's loop runs in this thread; Django must not mistake a test's query for one inside async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("HMIC_CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        try:
            yield browser
        finally:
            browser.close()


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where HMIC_PICTURES says, for somebody to look at; otherwise keep none."""
    folder = os.environ.get("HMIC_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        # The guide bar is fixed to the window: over a whole page it would stand in the middle.
        bars = "document.querySelectorAll('.guide').forEach(bar => bar.hidden = {})"
        page.evaluate(bars.format("true"))
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
        page.evaluate(bars.format("false"))
