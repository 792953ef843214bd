"""What a hostile or careless hand may put into a letter: refused with a sentence, or printed as typed, and soon."""

import io
import json
from typing import Any

import pikepdf
import pytest

from hmic_core.pdf import rendering
from hmic_core.text import markdown
from letters.document.building import build, to_json
from letters.document.parts import Variant
from letters.document.printing import html, render_pdf
from tests.letters.real_letter import VALUES, data, document

pytestmark = pytest.mark.timeout(120)


def with_finding(words: str) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(json.dumps(to_json(document())))
    whole["themes"][0]["findings"][0]["markdown"] = words
    return whole


REFUSED = {
    "bullets 100 deep": ("\n".join(f"{'  ' * depth}- deeper" for depth in range(100)), "3 deep at most"),
    "50,000 line breaks": ("a" + "\n" * 50_000 + "b", "too long"),
    "a table of 40 kB": ("| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 4_000, "too long"),
    "a right-to-left override": ("The force \u202edah ytilauq dab\u202c.", "invisible control characters"),
    "an isolate": ("The \u2066force\u2069.", "invisible control characters"),
    "an emoji": ("The force is 🙂 good.", "cannot print 🙂"),
    "a null": ("The\0force", "invisible control characters"),
    "a script address": ("[here](javascript:alert(1))", "must begin with https://"),
    "a file address": ("[here](file:///etc/passwd)", "must begin with https://"),
    "a word of 30 kB": ("x" * 30_000, "too long"),
    "a word of 20 kB": ("x" * 20_000, "a word of 20,000 characters"),
    "5,000 lines": ("a\n" * 5_000, "5,001 lines"),
    "a row of asterisks": ("*" * 400 + "a" + "*" * 400, "nested too often"),
}
PRINTED = {
    "a table": "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 300,
    "a picture in Markdown": "![x](https://127.0.0.1/x.png) ![y](fonts/../../manage.py)",
    "HTML that loads": '<img src="file:///etc/passwd"><link rel="attachment" href="file:///x"><iframe src=//x>',
    "a script": "<script>alert(1)</script><style>@import 'file:///etc/passwd';</style><svg onload=alert(1)>",
    "entities": "&lt;script&gt; &#60;img src=x&#62; &amp;",
    "Django": "{% load static %}{{ settings.SECRET_KEY }}{% include '/etc/passwd' %}",
    "line breaks": "a\n" * 400,
    "a long word": "x" * 900,
    "asterisks without words": "*" * 900,
    "brackets": "[" * 450 + "]" * 450,
    "bullets": "- a\n" * 300,
    "combining marks": "a" + "\u0301" * 300,
}


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_with_a_sentence(name: str) -> None:
    words, said = REFUSED[name]
    assert any(said in problem for problem in markdown.check(words))
    with pytest.raises(ValueError, match="PC-1") as caught:
        build(with_finding(words))
    assert said in str(caught.value)


@pytest.mark.parametrize("name", PRINTED)
def test_is_printed_as_typed(name: str) -> None:
    letter = build(with_finding(PRINTED[name]))
    page = html(letter, VALUES, Variant.FINAL)
    assert not any(tag in page for tag in ("<img", "<script", "<iframe", "<svg", "<style", "<link", "<table"))
    made = render_pdf(letter, VALUES, Variant.FINAL)
    assert rendering.validate(made) == []
    with pikepdf.open(io.BytesIO(made)) as file:
        assert "/EmbeddedFiles" not in file.Root.get("/Names", {})
        assert b"root:x" not in made


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("subject", "The subject"),
        ("opening", "The opening"),
        ("accuracy", "A paragraph"),
        ("valediction", "The closing"),
    ],
)
def test_the_other_texts_are_no_way_in_either(where: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build({**data(), where: "Left \u202eright"})
    with pytest.raises(ValueError, match=said):
        build({**data(), where: "🙂"})


def test_names_are_no_way_in_either() -> None:
    whole = data()
    whole["addressee"]["name"] = "<b>Adrian</b>\u202e"
    with pytest.raises(ValueError, match="The addressee"):
        build(whole)
