"""A real headless Chromium for tests, and what a tester does in it."""

import os
import tempfile
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
ROOT = Path(__file__).resolve().parent.parent
#: Machines that a page is read on: without any font, with one family or the other. Nothing tells the browser which of
#: them stands for Arial. Liberation comes with the product; the folder of DejaVu is named by script/test.
FONTS = {
    "none": None,
    "liberation": ROOT / "static" / "fonts",
    "dejavu": Path(os.environ.get("HMIC_DEJAVU", "/usr/share/fonts/truetype/dejavu")),
}


@contextmanager
def chromium(fonts: str | None = os.environ.get("HMIC_FONTS")) -> Iterator[Browser]:
    """A browser of its own for one test or module. `fonts`: one of FONTS; without it, with those of this machine."""
    with tempfile.TemporaryDirectory(prefix="hmic-fonts-") as folder:
        yield from _chromium(_font_settings(Path(folder), fonts) if fonts else {})


def _font_settings(folder: Path, fonts: str) -> dict[str, str]:
    known = FONTS[fonts]
    places = f"<dir>{known}</dir>" if known else ""
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig>{places}<cachedir>{folder}/cache</cachedir></fontconfig>"
    )
    # A browser that script/test unpacked is started by a script that names its own fonts otherwise.
    return {"FONTCONFIG_FILE": str(path), "HMIC_BROWSER_FONTS": str(path)}


def _chromium(variables: dict[str, str]) -> Iterator[Browser]:
    # Playwright's loop runs in this thread; Django must not mistake a test's query for one inside async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("HMIC_CHROMIUM", "/usr/bin/chromium"),
            args=FLAGS,
            env={**os.environ, **variables},
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
