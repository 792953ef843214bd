"""Quoted words are found again whatever their white space and quotation marks; letters are not forgiven."""

import pytest

from findings.quotes.anchors import Quote, count, marked, replaced

TEXT = "The force has an “all crime prevention strategy”, and\nthe force’s **plans** support it."


@pytest.mark.parametrize("quoted", ['an "all crime', "force's plans", "and the force’s", "  strategy”,   and  "])
def test_words_are_found_however_they_were_typed(quoted: str) -> None:
    assert count(TEXT, quoted) == 1


def test_other_letters_are_other_words() -> None:
    assert count(TEXT, "All crime") == 0
    assert count(TEXT, "") == 0


def test_replaced_once_only() -> None:
    assert replaced(TEXT, "crime prevention strategy", "crime reduction strategy") == TEXT.replace(
        "prevention", "reduction"
    )
    assert replaced(TEXT, "force", "service") is None
    assert replaced(TEXT, "nowhere", "here") is None
    assert replaced(TEXT, "all crime", "  ") is None


def test_a_backslash_in_proposed_words_stays_a_backslash() -> None:
    assert replaced("one two", "two", r"\1 \g<0>") == r"one \1 \g<0>"


def test_marks_run_through_emphasis_and_keep_the_text_safe() -> None:
    html = marked("Costs of <b> & **more than** £5", [Quote("& more than £5", 3, current=True)])
    assert "&lt;b&gt;" in html
    assert html.count('<mark class="quoted quoted--current">') == 3
    assert html.count("<sup>[3]</sup>") == 1
    assert "<strong><mark" in html


def test_overlapping_quotes_are_marked_once() -> None:
    html = marked("one two three", [Quote("one two", 1), Quote("two three", 2)])
    assert "<sup>[1]</sup>" in html
    assert "<sup>[2]</sup>" not in html
