"""Only what the toolbar writes has a meaning; everything else prints as it was typed."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmic_core.text.markdown import (
    MAX_BYTES,
    Paragraph,
    check,
    diff_html,
    paragraphs,
    plain_words,
    render_html,
    words_diff,
)


def shown(html: str) -> str:
    """What a reader sees of one paragraph."""
    return unescape(re.sub(r"<br>\n?", "\n", html).removeprefix("<p>").removesuffix("</p>"))


@pytest.mark.parametrize(
    "typed",
    [
        "2014. The force attended fewer reports.",
        "1) x\n2) y",
        "* a lone asterisk first",
        "+ a plus",
        "5 * 3, 2*3*4 and 10*",
        "snake_case and _underlined_ and __init__",
        "# not a heading",
        "Words\n===",
        "---",
        "-no space",
        "> not a quotation",
        "`not code` and ```not either```",
        "<b>not bold</b> <script>alert(1)</script>",
        "&amp; &copy; &#65;",
        "back\\*slash\\",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "https://www.example.org and name@example.org",
        "[no address] and [half](nothing",
        "[x](http://example.org) [y](javascript:alert(1))",
        "[^1]: a note",
        "[one]: https://example.org",
        "two\nlines",
        'He said "so" -- and so...',
        "{{publication_sentence}} {% now %}",
    ],
)
def test_plain_typing_prints_as_typed(typed: str) -> None:
    assert shown(render_html(typed, links=True)) == typed
    assert [p.depth for p in paragraphs(typed)] == [0]
    assert plain_words(typed) == " ".join(typed.split())


def test_an_indented_line_is_a_paragraph() -> None:
    assert render_html("    indented", links=True) == "<p>indented</p>"


def test_the_toolbar_writes_bullets_bold_italic_and_links() -> None:
    html = render_html("**bold**, *italic*, [words](https://example.org/?a=1&b=2)\n\n- one\n  - two\n    - three", True)
    assert "<strong>bold</strong>, <em>italic</em>" in html
    assert '<a href="https://example.org/?a=1&amp;b=2">words</a>' in html
    assert html.count("<ul>") == 3


def test_a_link_leaves_only_its_words_on_paper() -> None:
    assert render_html("See [the report](https://example.org).", links=False) == "<p>See the report.</p>"


def test_a_link_carries_nothing_but_its_address() -> None:
    assert render_html('[a](https://example.org "title")', True) == '<p><a href="https://example.org">a</a></p>'


def test_paragraphs_know_their_depth() -> None:
    text = "First.\n\nSecond\n\n- one\n\n  still one\n  - two"
    assert paragraphs(text) == [
        Paragraph("First."),
        Paragraph("Second"),
        Paragraph("one", 1),
        Paragraph("still one", 1),
        Paragraph("two", 2),
    ]


@given(st.text(alphabet="ab*_-#1.)[](<>&`\\ \n:/", max_size=60))
def test_no_typing_makes_an_element_outside_the_subset(typed: str) -> None:
    html = render_html(typed, links=False)
    assert set(re.findall(r"</?([a-z]+)", html)) <= {"p", "ul", "li", "strong", "em", "br"}


def test_check_names_each_remedy() -> None:
    assert check("A plain finding.") == []
    assert "too long" in check("é" * (MAX_BYTES // 2 + 1))[0]
    assert check("é " * (MAX_BYTES // 3)) == []
    assert "3 deep" in check("- a\n  - b\n    - c\n      - d")[0]
    assert "3 deep" in check("- " * 60 + "x")[0]
    assert "control characters" in check("a\x00b")[0]
    assert "control characters" in check("a\u202eb")[0]
    assert "cannot print \U0001f600" in check("Well done \U0001f600")[0]
    assert check("Ŵyn said “so” – for 10 €…") == []
    assert "https://" in check("[x](http://example.org)")[0]


@pytest.mark.parametrize("typed", ["*a " * 6000, "- " * 9000 + "x", "[a](" * 5000, "**" * 9000])
def test_no_input_is_slow_to_print(typed: str) -> None:
    """Quadratic parsing would take minutes here; the test's own time limit is the judge."""
    render_html(typed, links=True)


def test_differences_are_by_word() -> None:
    spans = [(span.kind, span.text) for span in words_diff("The force has a plan.", "The force has no plan.")]
    assert spans == [("same", "The force has "), ("removed", "a"), ("added", "no"), ("same", " plan.")]


@given(st.text(alphabet="ab \n-", max_size=40), st.text(alphabet="ab \n-", max_size=40))
def test_a_difference_holds_the_whole_new_text(before: str, after: str) -> None:
    spans = words_diff(before, after)
    assert "".join(span.text for span in spans if span.kind != "removed") == after


def test_difference_html_is_escaped_and_keeps_spaces_outside_its_marks() -> None:
    assert diff_html("a <b> c", "a c\nd") == "a <del>&lt;b&gt;</del> c\n<ins>d</ins>"
    assert diff_html("two plans", "no plan") == "<del>two</del> <ins>no</ins> <del>plans</del> <ins>plan</ins>"
    assert diff_html("77.5 of 1,204.", "79.1 of 1,305.") == (
        "<del>77.5</del> <ins>79.1</ins> of <del>1,204</del> <ins>1,305</ins>."
    )
