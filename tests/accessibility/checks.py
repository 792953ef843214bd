"""What every page must pass: axe, the Nu checker, the frame of a document, the width of a telephone, the CSP."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Response
from playwright.sync_api import Page as Tab

from tests.browser import WIDTHS, picture

#: WCAG 2.0 to 2.2, levels A and AA. What is inside a frame is a page of its own and tested there.
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "iframes": False,
    "preload": False,
}
#: A page must hold with whatever stands for Arial: this machine's own font, that of many others, and the browser's last
#: resort where it has none of those we name.
OTHER_FONTS = ("DejaVu Sans", "a font that no machine has")
TARGETS = {**AXE, "runOnly": {"type": "rule", "values": ["target-size"]}}
#: The page's own CSP lets no style in; a sheet that a script makes is none of its business.
WRITE_IN = """(family) => {
    const sheet = new CSSStyleSheet();
    if (family) sheet.replaceSync(`* { font-family: "${family}" !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
HEIGHT = 800
RUN_AXE = """async (options) => {
    const {violations} = await axe.run(document, options);
    return violations.map(({id, help, nodes}) => ({id, help, nodes: nodes.map(({html}) => ({html}))}));
}"""
#: GOV.UK's own markup of a date has it.
NU_IGNORES = ("The “group” role is unnecessary for element “fieldset”.",)
FRAME = """() => ({
    headings: document.querySelectorAll("h1").length,
    title: document.title.trim(),
    language: document.documentElement.lang,
})"""
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return "";
    const guilty = [...document.querySelectorAll("body *")].filter(
        (each) => each.getBoundingClientRect().right > width + 1 && !each.closest(".scroll"),
    );
    return guilty.slice(-3).map((each) => each.outerHTML.slice(0, 120)).join(" | ") || "something";
}"""


@dataclass
class Findings:
    """What was found, and the HTML of each page for the Nu checker, which is started once for all."""

    folder: Path
    problems: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def add(self, problem: str, where: str) -> None:
        self.problems.setdefault(problem, []).append(where)

    def look(self, tab: Tab, answer: Response, label: str, name: str) -> None:
        """Examine the page that stands in `tab`, which `answer` brought."""
        kept = self.folder / f"{len(self.labels):03}.html"
        kept.write_bytes(answer.body())
        self.labels[kept.name] = label
        self._frame(tab, label)
        for width in reversed(WIDTHS):
            tab.set_viewport_size({"width": width, "height": HEIGHT})
            wide = tab.evaluate(TOO_WIDE)
            if wide:
                self.add(f"scrolls sideways at {width} px: {wide}", label)
            self._axe(tab, f"{label}, {width} px")
            picture(tab, f"{name}-{width}")
            self._other_fonts(tab, label, width)

    def _other_fonts(self, tab: Tab, label: str, width: int) -> None:
        """Targets and width once more, which are all that a font changes."""
        for family in OTHER_FONTS:
            tab.evaluate(WRITE_IN, family)
            if wide := tab.evaluate(TOO_WIDE):
                self.add(f"scrolls sideways at {width} px in {family}: {wide}", label)
            self._axe(tab, f"{label}, {width} px, {family}", TARGETS)
        tab.evaluate(WRITE_IN, "")

    def _frame(self, tab: Tab, label: str) -> None:
        frame = tab.evaluate(FRAME)
        if frame["headings"] != 1 or not frame["title"] or frame["language"] != "en-GB":
            self.add(f"frame of the document: {frame}", label)

    def _axe(self, tab: Tab, label: str, options: dict[str, Any] = AXE) -> None:
        for violation in tab.evaluate(RUN_AXE, options):
            for node in violation["nodes"]:
                self.add(f"axe {violation['id']}: {violation['help']}: {node['html'][:200]}", label)

    def nu(self) -> None:
        """Ask the Nu checker about every page that was served. Skips where the checker is not there."""
        self.none()
        java, jar = os.environ.get("HMIC_JAVA"), os.environ.get("HMIC_VNU_JAR")
        if not java or not jar:
            pytest.skip("All else passed. The Nu checker is not there (HMIC_JAVA, HMIC_VNU_JAR): use script/test.")
        command = [java, "-jar", jar, "--format", "json", "--stdout", *map(str, sorted(self.folder.glob("*.html")))]
        said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        for message in json.loads(said.stdout)["messages"]:
            if message["message"] in NU_IGNORES:
                continue
            label = self.labels[Path(message["url"]).name]
            words = f"{message['type']}: {message['message']}: {message.get('extract', '').strip()}"
            self.add(f"Nu {words}", label)
        self.none()

    def none(self) -> None:
        """Fail with each problem once and the pages that have it."""
        lines = [f"{problem}\n    {'; '.join(where)}" for problem, where in self.problems.items()]
        assert not lines, "\n".join(lines)


@contextmanager
def listening(tab: Tab, findings: Findings, label: str) -> Iterator[None]:
    """Scripts that fail and things that the Content-Security-Policy refuses are problems of the page."""

    def console(message: Any) -> None:
        if "Content Security Policy" in message.text:
            findings.add(message.text, label)

    def error(problem: Any) -> None:
        findings.add(f"script: {problem}", label)

    tab.on("console", console)
    tab.on("pageerror", error)
    try:
        yield
    finally:
        tab.remove_listener("console", console)
        tab.remove_listener("pageerror", error)


def with_axe(context: BrowserContext) -> BrowserContext:
    """Every page that opens in it finds axe there, which the page's own CSP would not let in."""
    context.add_init_script(Axe().axe_script)
    return context


def sent_empty(tab: Tab, form: str) -> Response:
    """Empty a form's fields, send it past the browser's own checks, and wait for the page that answers."""
    with tab.expect_navigation() as answered:
        tab.locator(form).first.evaluate(
            """(form) => {
                form.noValidate = true;
                for (const each of form.elements) {
                    if (["text", "email", "password", "textarea"].includes(each.type)) each.value = "";
                    if (["checkbox", "radio"].includes(each.type)) each.checked = false;
                    if (each.tagName === "SELECT") each.value = "";
                }
                form.requestSubmit();
            }"""
        )
    answer = answered.value
    assert answer is not None
    return answer
