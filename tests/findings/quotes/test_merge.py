"""Merging two changes of one text: nothing is lost, and what doesn't clash merges by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings.quotes.merge import assemble, blocks, carried, diff3, part, parts

paragraphs = st.lists(st.sampled_from(["one two", "three", "four five six", "seven", "- eight\n- nine"]), max_size=5)


def merged(base: str, theirs: str, yours: str, choice: str = "") -> str:
    return assemble([each.chosen(choice) for each in parts(base, theirs, yours)])


@given(paragraphs, paragraphs, paragraphs)
def test_cutting_loses_nothing(base: list[str], theirs: list[str], yours: list[str]) -> None:
    chunks = diff3(base, theirs, yours)
    for side, whole in (("base", base), ("theirs", theirs), ("yours", yours)):
        assert [each for chunk in chunks for each in getattr(chunk, side)] == whole


@given(paragraphs, paragraphs)
def test_a_change_of_one_side_merges_by_itself(base: list[str], changed: list[str]) -> None:
    before, after = "\n\n".join(base), "\n\n".join(changed)
    assert merged(before, after, before) == merged(before, before, after) == after


@given(paragraphs, paragraphs, paragraphs, st.sampled_from(["base", "theirs", "yours"]))
def test_choosing_one_side_throughout_gives_that_side(
    base: list[str], theirs: list[str], yours: list[str], choice: str
) -> None:
    texts = {"base": "\n\n".join(base), "theirs": "\n\n".join(theirs), "yours": "\n\n".join(yours)}
    assert merged(*texts.values(), choice) == texts[choice]


def test_changes_in_different_places_of_a_paragraph_fit_together() -> None:
    found = part("a sample of files", "a small sample of files", "a sample of twelve files")
    assert (found.both, found.suggested, found.by_itself) == ("a small sample of twelve files", "both", False)


def test_changes_of_the_same_words_are_for_a_person() -> None:
    found = part("a sample of files", "a sample of 12 files", "a sample of 14 files")
    assert (found.both, found.suggested, found.by_itself) == ("", "", False)
    assert found.chosen("") == "a sample of 12 files", "what a colleague saved stays until somebody chooses"


def test_each_paragraph_is_a_part_of_its_own() -> None:
    base = "The first.\n\nThe second.\n\nThe third."
    found = parts(base, base.replace("first", "1st"), base.replace("third", "3rd"))
    assert [each.changed for each in found] == [True, False, True]
    assert (
        merged(base, base.replace("first", "1st"), base.replace("third", "3rd"))
        == "The 1st.\n\nThe second.\n\nThe 3rd."
    )


@pytest.mark.parametrize("choice", ["", "nonsense", "both"])
def test_an_unknown_choice_chooses_nothing(choice: str) -> None:
    assert (part("a", "b", "c").choice(choice), part("a", "b", "c").chosen(choice)) == ("", "b")


def test_paragraphs_are_told_apart_where_each_side_added_one() -> None:
    base = "The force has a plan.\n\nIt trains its staff."
    theirs = "The force has a good plan.\n\nTheirs is new here.\n\nIt trains its staff."
    yours = "The force has a plan.\n\nMy own addition.\n\nIt trains all its staff."
    found = parts(base, theirs, yours)
    assert [each.base for each in found] == ["The force has a plan.", "", "It trains its staff."]
    assert [each.suggested for each in found] == ["theirs", "each", "yours"]
    assert assemble([each.chosen("") for each in found]) == (
        "The force has a good plan.\n\nTheirs is new here.\n\nMy own addition.\n\nIt trains all its staff."
    )


def test_one_after_the_other_is_offered_where_the_same_words_clash() -> None:
    [found] = parts("a sample of files", "a sample of 12 files", "a sample of 14 files")
    assert found.suggested == ""
    assert found.chosen("each") == "a sample of 12 files\n\na sample of 14 files"


LIST = "The force has:\n- a plan\n- 12 trainers\n  for all staff\n\nIt is new."


@pytest.mark.parametrize("text", [LIST, "- one\n- two", "- one\n\n- two", "Words\n\n- one\n  - two\n- three"])
def test_a_text_is_its_blocks(text: str) -> None:
    assert assemble(blocks(text)) == text


def test_the_items_of_a_list_merge_singly() -> None:
    found = parts(LIST, LIST.replace("- a plan", "- a good plan"), LIST.replace("12", "14") + "\n\nMine.")
    assert [each.base for each in found if each.changed] == ["- a plan", "- 12 trainers\n  for all staff", ""]
    assert assemble(each.chosen("") for each in found) == (
        "The force has:\n- a good plan\n- 14 trainers\n  for all staff\n\nIt is new.\n\nMine."
    )


def test_taking_both_of_an_item_doubles_that_item_alone() -> None:
    found = parts(LIST, LIST.replace("12", "13"), LIST.replace("12", "14"))
    assert [each.suggested for each in found if each.changed] == [""]
    assert assemble(each.chosen("each") for each in found) == (
        "The force has:\n- a plan\n- 13 trainers\n  for all staff\n- 14 trainers\n  for all staff\n\nIt is new."
    )


def test_what_both_sides_added_alike_is_there_once() -> None:
    assert merged("- a", "- a\n- b\n- c", "- a\n- b\n- d") == "- a\n- b\n- c\n- d"


def test_an_item_added_to_a_list_by_each_side_stays_in_the_list() -> None:
    assert merged("Has:\n- a", "Has:\n- a\n- b", "Has:\n- a\n- c") == "Has:\n- a\n- b\n- c"


def test_an_edit_is_carried_over_to_another_choice() -> None:
    edited = carried("One.\n\nTwo 12.", "One, edited.\n\nTwo 12.", "One.\n\nTwo 14.")
    assert edited == ("One, edited.\n\nTwo 14.", False)


def test_where_an_edit_and_a_choice_clash_both_stand() -> None:
    assert carried("Two 12.", "Two 13.", "Two 14.") == ("Two 13.\n\nTwo 14.", True)
    assert carried("One.\n\nTwo 12.", "One.", "One.\n\nTwo 14.") == ("One.\n\nTwo 14.", True)
