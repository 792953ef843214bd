"""The page of a refused save, pressed in any order: what was chosen is saved, and nothing is overwritten unseen."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from findings import workflow
from findings.drafting.conflicts import compare
from findings.models import Finding, RefusedSave
from hmic_core.errors import NotAllowed
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.drafting.test_finding import post, url, words
from tests.findings.test_workflow import drafted, save

BASE = (
    "The force records 12 of 40 crimes.\n\n"
    "It has:\n- a plan of 2012\n- 31 trainers for all staff\n\nStaff know it well."
)


class Form(HTMLParser):
    """What a browser without JavaScript would send with the merge form of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.options: dict[str, list[str]] = {}
        self.open, self.box, self.select = False, "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = "/refused-saves/" in given.get("action", "")
        elif not self.open:
            return
        elif tag == "textarea":
            self.box = given["name"]
            self.sent[self.box] = ""
        elif tag == "select":
            self.select = given["name"]
        elif tag == "option" and "selected" in given:
            self.sent[self.select] = given["value"]
        elif tag == "input":
            self.input(given)

    def input(self, given: dict[str, str]) -> None:
        if given["type"] == "radio":
            self.options.setdefault(given["name"], []).append(given["value"])
            if "checked" in given:
                self.sent[given["name"]] = given["value"]
        elif given.get("name"):
            self.sent[given["name"]] = given["value"]

    def handle_data(self, data: str) -> None:
        if self.box:
            self.sent[self.box] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.sent[self.box] = self.sent[self.box].removeprefix("\n")
            self.box = ""
        elif tag == "form":
            self.open = False


def tokens(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def edited(text: str, edits: list[tuple[int, str]], mark: str) -> str:
    """The text after some edits: in line number n a figure changed, a word put in, the line taken out or one added."""
    lines = text.split("\n")
    for number, (at, what) in enumerate(edits):
        place = at % len(lines)
        if not lines[place].strip("- "):
            continue
        if what == "figure":
            lines[place] = re.sub(r"\d+|plan|well", f"{mark}{number}", lines[place], count=1)
        elif what == "word":
            lines[place] += f" {mark}{number}"
        elif what == "out":
            lines[place] = ""
        else:
            lines[place] += f"\n\nAdded {mark}{number}." if what == "paragraph" else f"\n- item {mark}{number}"
    return "\n".join(lines).strip()


edits = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from(["figure", "figure", "word", "out", "paragraph", "item"])), max_size=3
)
presses = st.lists(
    st.tuples(st.sampled_from(["choose", "choose", "choose", "show", "type", "third", "save"]), st.integers(0, 50)),
    max_size=8,
)


@dataclass
class Merging:
    """One person on the merge page, and a colleague who may save again."""

    cast: Cast
    finding: Finding
    refused: RefusedSave
    form: Form = field(init=False)
    typed: set[str] = field(default_factory=set)
    saved: bool = False

    def __post_init__(self) -> None:
        self.read(signed_in(self.cast.inspector).get(url("conflict-show", self.refused.pk)))
        self.nothing_of_theirs_is_preselected_away()

    def read(self, response: Any) -> None:
        """The page that an answer shows or leads to; a saved one shows none."""
        if response.status_code == 302:
            self.saved = "refused-saves" not in response.url
            if self.saved:
                return
            self.refused = RefusedSave.objects.get(pk=response.url.rstrip("/").split("/")[-1])
            response = signed_in(self.cast.inspector).get(response.url)
        self.form = Form(response.text)
        assert self.typed <= tokens(self.form.sent["text"]), "what was typed stands on the page"

    def nothing_of_theirs_is_preselected_away(self) -> None:
        for name, _, part in compare(self.refused).named():
            theirs = tokens(part.theirs) - tokens(part.base)
            assert theirs <= tokens(part.chosen(self.form.sent.get(name, ""))), name

    def press(self, what: str, number: int) -> None:
        if what == "choose" and self.form.options:
            name = sorted(self.form.options)[number % len(self.form.options)]
            self.form.sent[name] = self.form.options[name][number % len(self.form.options[name])]
        elif what == "type":
            self.form.sent["text"] += f"\n\nTyped{number}."
            self.typed.add(f"Typed{number}")
        elif what == "third":
            self.finding.refresh_from_db()
            changed = f"{self.finding.text}\n\nThird{self.finding.version} and {number}."
            save(self.finding, self.cast, changed, by=self.cast.second_inspector)
        elif what == "show":
            self.read(post(self.cast.inspector, url("conflict-combine", self.refused.pk), self.form.sent))
        elif what == "save":
            self.save()

    def save(self) -> None:
        self.finding.refresh_from_db()
        before, shown, refused = self.finding.text, int(self.form.sent["version"]), self.refused
        sent = dict(self.form.sent)
        self.read(post(self.cast.inspector, url("conflict-save", self.refused.pk), sent))
        self.finding.refresh_from_db()
        if not self.saved:
            assert self.finding.text == before
            return
        assert shown == self.finding.version - 1 or self.finding.text == before, "nobody saved in between"
        self.check(before, sent, compare(refused, shown).named())

    def check(self, before: str, sent: dict[str, str], named: list[tuple[str, str, Any]]) -> None:
        after = tokens(self.finding.text)
        declined: set[str] = set()
        for name, _, part in named:
            assert name in sent, "every part was chosen"
            chosen = tokens(part.chosen(sent[name]))
            assert name == "part_kind" or chosen <= after, f"{name}: {sent[name]} is saved"
            declined |= tokens(part.theirs) - chosen
        assert self.typed <= after
        assert tokens(before) - after <= declined, "nothing of theirs is gone that was not declined"

    def settle(self) -> None:
        """Choose what is left, the last option of each, and save; nobody interferes any more."""
        for _ in range(4):
            for name, options in self.form.options.items():
                self.form.sent.setdefault(name, options[-1])
            self.save()
            if self.saved:
                return
        raise AssertionError("The merge never ends.")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(theirs=edits, yours=edits, pressed=presses)
def test_any_edits_and_any_buttons_in_any_order(
    cast: Cast, theirs: list[tuple[int, str]], yours: list[tuple[int, str]], pressed: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        finding = drafted(cast, BASE)
        save(finding, cast, edited(BASE, theirs, "Theirs") or "Theirs.", by=cast.second_inspector)
        response = post(cast.inspector, url("finding-save", finding.pk), words(finding, edited(BASE, yours, "Yours")))
        refused = RefusedSave.objects.filter(finding=finding).first()
        if refused is not None:
            merging = Merging(cast, finding, refused)
            for what, number in pressed:
                if not merging.saved:
                    merging.press(what, number)
            if not merging.saved:
                merging.settle()
        else:
            assert response.status_code in (302, 422)
        transaction.set_rollback(True)


def clash(cast: Cast) -> RefusedSave:
    """Two people change one figure."""
    finding = drafted(cast, "It records 12 of 40 crimes.")
    save(finding, cast, "It records 14 of 40 crimes.", by=cast.second_inspector)
    post(cast.inspector, url("finding-save", finding.pk), words(finding, "It records 16 of 40 crimes.", version=1))
    return RefusedSave.objects.get()


@pytest.mark.parametrize(("choice", "figure"), [("theirs", "14"), ("yours", "16"), ("base", "12")])
def test_the_choice_is_saved_without_showing_it_first(cast: Cast, choice: str, figure: str) -> None:
    refused = clash(cast)
    sent = Form(signed_in(cast.inspector).get(url("conflict-show", refused.pk)).text).sent
    assert "part_1" not in sent
    post(cast.inspector, url("conflict-save", refused.pk), {**sent, "part_1": choice})
    assert Finding.objects.get().text == f"It records {figure} of 40 crimes."


def test_a_part_that_only_a_person_can_settle_is_asked_for(cast: Cast) -> None:
    refused = clash(cast)
    sent = Form(signed_in(cast.inspector).get(url("conflict-show", refused.pk)).text).sent
    response = post(cast.inspector, url("conflict-save", refused.pk), sent)
    assert (response.status_code, 'href="#part_1"' in response.text) == (422, True)
    assert Finding.objects.get().text == "It records 14 of 40 crimes."


def test_a_settled_one_is_frozen(cast: Cast) -> None:
    refused = clash(cast)
    sent = {**Form(signed_in(cast.inspector).get(url("conflict-show", refused.pk)).text).sent, "part_1": "yours"}
    post(cast.inspector, url("conflict-save", refused.pk), sent)
    save(Finding.objects.get(), cast, "Later words.", by=cast.second_inspector)
    page = signed_in(cast.inspector).get(url("conflict-show", refused.pk)).text
    assert ("14" in page, "Later words" in page, url("conflict-save", refused.pk) in page) == (True, False, False)
    for name in ("conflict-save", "conflict-combine", "conflict-leave"):
        assert post(cast.inspector, url(name, refused.pk), {**sent, "version": 4}).status_code == 302
    assert Finding.objects.get().text == "Later words."
    with pytest.raises(NotAllowed, match="settled before"):
        workflow.settle_refused_save(refused, by=cast.inspector)


def test_a_text_that_was_left_can_be_taken_up_again(cast: Cast) -> None:
    refused = clash(cast)
    post(cast.inspector, url("conflict-leave", refused.pk))
    response = post(cast.inspector, url("conflict-again", refused.pk))
    taken_up = RefusedSave.objects.get(settled_at=None)
    assert (response.url, taken_up.text) == (url("conflict-show", taken_up.pk), refused.text)


def test_two_windows_of_one_person_are_called_that(cast: Cast) -> None:
    finding = drafted(cast, "It records 12 of 40 crimes.")
    save(finding, cast, "It records 14 of 40 crimes.")
    post(cast.inspector, url("finding-save", finding.pk), words(finding, "It records 16 of 40 crimes.", version=1))
    page = signed_in(cast.inspector).get(url("conflict-show", RefusedSave.objects.get().pk)).text
    assert "Take the other window’s" in page
    assert not [said for said in ("omebody", "Theirs", "other person") if said in page]


def test_an_edit_that_a_choice_contradicts_stands_with_it(cast: Cast) -> None:
    refused = clash(cast)
    sent = Form(signed_in(cast.inspector).get(url("conflict-show", refused.pk)).text).sent
    edited = {**sent, "text": "It records 15 of 40 crimes.", "part_1": "yours"}
    response = post(cast.inspector, url("conflict-save", refused.pk), edited)
    asked = Form(response.text).sent
    assert (response.status_code, asked["text"]) == (
        422,
        "It records 15 of 40 crimes.\n\nIt records 16 of 40 crimes.",
    )
    post(cast.inspector, url("conflict-save", refused.pk), {**asked, "text": "It records 15 or 16 of 40 crimes."})
    assert Finding.objects.get().text == "It records 15 or 16 of 40 crimes."


def test_choices_made_before_a_third_save_do_not_count_against_it(cast: Cast) -> None:
    refused = clash(cast)
    sent = {**Form(signed_in(cast.inspector).get(url("conflict-show", refused.pk)).text).sent, "part_1": "yours"}
    save(Finding.objects.get(), cast, "It records 20 of 40 crimes.", by=cast.second_inspector)
    shown = Form(post(cast.inspector, url("conflict-combine", refused.pk), sent).text).sent
    assert ("part_1" in shown, shown["version"], shown["text"]) == (False, "3", "It records 20 of 40 crimes.")
