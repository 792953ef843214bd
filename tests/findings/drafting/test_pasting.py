"""Pasting in a real Chromium: clipboards of Word, Word on the web, Google Docs, and a page really copied."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from hmic_core.text.markdown import check, paragraphs, render_html
from tests.browser import chromium
from tests.cast import make_cast
from tests.findings.drafting.writing import BOX, desk, office, words
from tests.findings.test_workflow import drafted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CLIPBOARDS = Path(__file__).parents[2] / "data" / "clipboard"

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
    _foreign(editor)


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


#: HTML of a clipboard, the words that it becomes, what its account says. Imitations, written from public descriptions.
FOREIGN: list[tuple[str, str, list[str]]] = [
    ("<p>It employs <s>24</s> 26 sergeants.</p>", "It employs 26 sergeants.", ["1 struck-out passage (“24”)"]),
    ('<p>It employs <span style="text-decoration: line-through">24 </span>26.</p>', "It employs 26.", ["struck-out"]),
    ("<p>10<sup>3</sup> and CO<sub>2</sub> on the 1<sup>st</sup></p>", "10³ and CO₂ on the 1st", ["raised figures"]),
    ("<p>10<sup>-3</sup> of 10<sup>10</sup></p>", "10^-3 of 10^10", ["^ before them"]),
    ('<p>10<span style="vertical-align:super">6</span></p>', "10⁶", ["raised figures"]),
    ('<p>Four teams.<sup><a href="#fn1" id="fnref1">1</a></sup></p>', "Four teams.", ["1 footnote"]),
    (
        '<p>Teams.<a role="doc-noteref" href="#n"><sup>*</sup></a></p><p role="doc-footnote">* A.</p>',
        "Teams.",
        ["1 foo"],
    ),
    ('<p>See <a href="#part"><b>1</b></a> below.</p>', "See **1** below.", []),
    ("<ol start=3><li>Three</li><li value=7>Seven</li><li>Eight</li></ol>", "3. Three\n\n7. Seven\n\n8. Eight", []),
    ('<ol style="list-style-type:upper-roman"><li>One</li><li>Two</li></ol>', "I. One\n\nII. Two", []),
    ("<ol reversed><li>Two</li><li>One</li></ol>", "2. Two\n\n1. One", []),
    (
        "<table><tr><td>Rate</td><td><p>8<del><span>1</span></del><ins>5</ins><s>6</s><sup>2</sup></p></td></tr></table>",
        "Rate | 85²",
        ["1 deleted passage", "1 struck-out passage"],
    ),
    ("<table><tr><td>A<table><tr><td><del>x</del>B</td></tr></table></td></tr></table>", "A B", ["1 deleted passage"]),
    ('<p>Seen<span style="display:none"> in secret</span></p>', "Seen", ["1 hidden passage (“in secret”)"]),
    ('<p>Number: <input value="24"></p>', "Number:", ["1 form field (“24”)"]),
    (
        '<p><a href="https://urldefense.proofpoint.com/v2/url?u=https-3A__www.example.org_plan&d=x">the plan</a></p>',
        "[the plan](https://www.example.org/plan)",
        ["without what follows its reader"],
    ),
    (
        '<p><a href="https://www.example.org/plan?utm_source=mail&amp;page=2&amp;fbclid=x">plan</a></p>',
        "[plan](https://www.example.org/plan?page=2)",
        [],
    ),
    ('<p><a href="https://x.example/?who=pat%40force.example">plan</a></p>', "plan", ["link that names a person"]),
    ('<p><a href="https://protect-eu.mimecast.com/s/abc">plan</a></p>', "plan", ["hides where it leads"]),
    ("<p>Ask pat@force.example.</p>", "Ask pat@force.example.", ["Look at “pat@force.example”"]),
]


def _foreign(editor: Page) -> None:
    """What other programs put into a clipboard changes no fact, and nothing that is left out is silent."""
    files = {
        "footnote-mark-glued": ("24 sergeants in four teams.", "1 footnote"),
        "struck-words": ("The force employs 26 sergeants.", "struck-out passage (“24”)"),
        "table-tracked-change": ("Response rate | 85 percent", "deleted passage"),
    }
    for name, (expected, said) in files.items():
        for part in sample(f"foreign/{name}.html").split("<!-- second: -->"):
            editor.locator(BOX).fill("")
            text, account = paste(editor, part)
            assert expected in text, (name, text)
            assert said in account, (name, account)
    numbered = sample("foreign/numbering-changed.html").split("<!-- second: -->")
    for html, wanted in zip(numbered, ("5. Fifth", "a. alpha\n\nb. beta"), strict=False):
        editor.locator(BOX).fill("")
        assert wanted in paste(editor, html)[0]
    wrapped = sample("foreign/safelink-personal-address.html")
    editor.locator(BOX).fill("")
    assert "(https://www.example.org/plan)" in paste(editor, wrapped)[0]
    assert "pat.nobody" not in words(editor)
    for html, expected, accounts in FOREIGN:
        editor.locator(BOX).fill("")
        text, account = paste(editor, html)
        assert text == expected, html
        for said in accounts:
            assert said in account, (html, account)
