"""Pasting in a real Chromium: clipboards of Word, Word on the web, Google Docs, and a page really copied."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from hmic_core.text import check, paragraphs, render_html
from tests.browser import chromium
from tests.cast import make_cast
from tests.findings.test_workflow import drafted
from tests.findings.writing import BOX, desk, office, words

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CLIPBOARDS = Path(__file__).parent.parent / "data" / "clipboard"

PASTE = """([html, plain]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", plain);
  const box = document.getElementById("id_text");
  box.focus();
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""

WORD = """Attendance at crimes

The force **does not** attend *all* reports and has not consulted the public.

- Call-handlers heard **40 calls**;
  - twelve named the victim’s vulnerability
- the rest did not.

1. First step

Attended | 39%

See [the inspectorate’s pages](https://www.justiceinspectorates.gov.uk/hmic/) and the plan."""


@pytest.fixture
def editor() -> Iterator[Page]:
    cast = make_cast()
    finding = drafted(cast, "Before.")
    with chromium() as browser, office() as server, desk(browser, server, cast.inspector) as page:
        page.goto(f"/inspections/findings/{finding.pk}/")
        page.locator(BOX).fill("")
        yield page


def paste(page: Page, html: str, plain: str = "plain") -> tuple[str, str]:
    page.evaluate(PASTE, [html, plain])
    return words(page), page.locator("[data-paste-note]").inner_text()


def sample(name: str) -> str:
    return (CLIPBOARDS / name).read_text(encoding="utf-8")


def test_what_is_pasted_keeps_lists_and_emphasis_and_says_what_it_dropped(editor: Page) -> None:
    text, said = paste(editor, sample("word.html"))
    assert text == WORD
    assert said.startswith("Pasted from Word. Kept: 1 list")
    for dropped in (
        "picture",
        "footnote",
        "underlining",
        "table",
        "heading",
        "tracked changes",
        "not https",
        "comment",
    ):
        assert dropped in said.split("Left out:")[1].lower(), (dropped, said)
    assert check(text) == []
    assert "<strong>40 calls</strong>" in render_html(text, links=False)
    assert max(each.depth for each in paragraphs(text)) == 2
    editor.keyboard.press("Control+z")
    assert words(editor) == "", "one step back takes it all out"

    text, said = paste(editor, sample("word-on-the-web.html"))
    assert text == "**The force** has a plan:\n\n- one\n  - *two*"
    assert said.startswith("Pasted from Word on the web.")
    editor.locator(BOX).fill("")
    text, said = paste(editor, sample("google-docs.html"))
    assert text == "The force **tests** its plan.\n\n- every year\n  - *in March*"
    assert "Google Docs" in said
    assert "Nothing was left out" in said
    _into_a_sentence(editor)
    _really_copied(editor)


def _into_a_sentence(editor: Page) -> None:
    """A few words go into the line; whole paragraphs stand apart from it."""
    editor.locator(BOX).fill("One two.")
    editor.evaluate("document.getElementById('id_text').setSelectionRange(4, 4)")
    text, _ = paste(editor, "<p><span style='color:red'>and <b>a half</b> </span></p>")
    assert text == "One and **a half**two."
    editor.locator(BOX).fill("One two.")
    editor.evaluate("document.getElementById('id_text').setSelectionRange(4, 4)")
    text, _ = paste(editor, "<p>A</p><p>B</p>")
    assert text == "One \n\nA\n\nB\n\ntwo."


def _really_copied(editor: Page) -> None:
    """A page of ours in a second tab, copied and pasted with the keyboard: the browser's own clipboard."""
    editor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page: Any = editor.context.new_page()
    page.set_content(sample("page.html"))
    page.evaluate("getSelection().selectAllChildren(document.getElementById('copied'))")
    page.keyboard.press("Control+c")
    page.close()
    editor.bring_to_front()
    editor.locator(BOX).fill("")
    editor.locator(BOX).focus()
    editor.keyboard.press("Control+v")
    assert words(editor) == (
        "What was found\n\n"
        "Forces **record** crime in *one of* two ways. [Read more](https://www.justiceinspectorates.gov.uk/hmic/)\n\n"
        "- by command and control\n- by a crime record\n  - directly\n  - later\n\n"
        "1. first\n\n2. second\n\nForce | Share\n\nA | 39%\n\nA line\nand another."
    )
    said = editor.locator("[data-paste-note]").inner_text()
    assert "Left out:" in said
    assert "1 picture" in said
