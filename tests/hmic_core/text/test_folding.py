"""Characters that nobody sees: what is kept of typed words, on the server and in the browser, by one table."""

import unicodedata

import pytest
from django import forms

from hmic_core.forms.fields import Form
from hmic_core.forms.fields import text as one_line
from hmic_core.text import folding, markdown
from hmic_core.text.leftovers import leftovers

DROPPED = [0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202E, 0x2060, 0x2066, 0x2069, 0xFEFF, 0xFE0F, 0xE0041, 0x61C]
SPACES = [0xA0, 0x2002, 0x2009, 0x200A, 0x202F, 0x205F, 0x3000, 0x2007]


@pytest.mark.parametrize("code", DROPPED)
def test_what_nobody_sees_is_left_out_and_refused_where_it_comes_another_way(code: int) -> None:
    word = f"ser{chr(code)}geants"
    assert folding.fold(word) == folding.Folded("sergeants", dropped=1)
    assert folding.comparable(word) == "sergeants"
    assert folding.pattern("sergeants").fullmatch(word)
    assert folding.pattern(word).fullmatch("sergeants")
    assert any("invisible" in problem for problem in markdown.check(word))


def test_every_format_character_of_unicode_is_in_the_table_or_has_a_look() -> None:
    printed = {chr(code) for code in (0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2)}
    printed |= {chr(code) for code in (0x110BD, 0x110CD)} | {chr(code) for code in range(0x13430, 0x13440)}
    every = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"}
    assert every - folding.DROPPED - printed == set()


@pytest.mark.parametrize("code", SPACES)
def test_spaces_and_hyphens_become_the_usual_ones_and_the_writer_is_told(code: int) -> None:
    found = folding.fold(f"four{chr(0x2011)}hour{chr(code)}shifts")
    assert found == folding.Folded("four-hour shifts", replaced=2)
    assert "2 special spaces, hyphens" in folding.told(found.dropped, found.replaced)


def test_what_is_as_it_should_be_stays_as_it_is() -> None:
    for words in ("The force’s plan – “x” – 10 €, Ŵyn.", "", "a\n\n- b", "déjà"):
        assert folding.clean(words) == words
    assert folding.clean("e\u0301") == "é"
    assert folding.told(0, 0) == ""


def test_words_are_found_in_any_shape() -> None:
    held = "the force’s\u00a0ser\u00adgeants \u2013 four\u2011hour"
    assert folding.pattern("force's sergeants - four-hour").search(held)
    assert folding.pattern("\u200b").search(held) is None


class _Typed(Form):
    name = forms.CharField()
    secret = forms.CharField(widget=forms.PasswordInput)
    layout = [one_line("name"), one_line("secret")]


def test_a_form_reads_words_without_them_but_leaves_passwords_alone() -> None:
    form = _Typed({"name": "a\u200bb\u00a0c", "secret": "a\u200bb"})
    assert form.is_valid()
    assert form.cleaned_data == {"name": "ab c", "secret": "a\u200bb"}
    assert form["name"].value() == "ab c"


NOTES = [
    "TO CHECK WITH DCI",
    "XX per cent",
    "xx per cent",
    "XXX",
    "£xxk",
    "20XX",
    "TBC",
    "tbc",
    "[…]",
    "[name]",
    "[insert figure",
    "TODO",
    "???",
    "?? per cent",
    "<number>",
    "insert figure",
    "Insert the name here",
    "check with Kent",
    "To check with the lead.",
    "(source?)",
    "__ per cent",
    "____",
    "{{force}}",
    "{name}",
    "x per cent of",
    "X of the 40 calls",
    "N%",
    "dd/mm/yyyy",
    "Figures to follow",
    "figure to be confirmed",
    "Please check",
    "CHECK",
    "lorem ipsum",
    "#### officers",
    "…… officers",
    "? per cent",
    "Check this figure.",
    "Note to self: ask",
    "The force (which one?) has",
    "<<name>>",
    "T\u200bBC",
    "X\xadX per cent",
    "to\xa0be\xa0confirmed",
]
FINISHED = [
    "Officers have to check with supervisors before they attend.",
    "In 2 of the 40 calls [x](https://a.b) the handler",
    "The force does not check a sample. It checks with partners.",
    "Staff add details to the record; 5 < 6 and 7 > 3.",
    "The force's plan is to follow up each case (see page 4).",
    "It asks: is the caller vulnerable? The answer is kept.",
    "Officers said they “were not told”.",
    "The force needs to agree with partners.",
    "The MPS and HMIC agreed.",
]


@pytest.mark.parametrize("words", NOTES)
def test_notes_for_later_are_found(words: str) -> None:
    assert leftovers(f"The force has {words}" if words[0].islower() and not words.startswith("check") else words)


@pytest.mark.parametrize("words", FINISHED)
def test_finished_words_are_left_alone(words: str) -> None:
    assert leftovers(words) == ()
