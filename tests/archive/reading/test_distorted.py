"""Hundreds of copies of four letters, distorted at random: never a word lost, never wrong without asking."""

from collections import Counter
from dataclasses import replace

import pytest

from archive.reading.fidelity import account
from archive.reading.importer import read
from archive.reading.result import UnmatchedLine
from tests.archive.reading.distortions import FORCES, judge, make
from tests.archive.reading.layouts import LETTER
from tests.archive.reading.others import OTHERS, Letter

COPIES = 120


def test_copies_are_read_right_or_asked_about() -> None:
    outcomes = [(seed, judge(make(seed))) for seed in range(COPIES)]
    verdicts = Counter(outcome.verdict for _, outcome in outcomes)
    print(f"{COPIES} copies: {dict(verdicts)}")
    not_whole = [seed for seed, outcome in outcomes if outcome.fidelity and not outcome.fidelity.is_whole]
    silent = [(seed, outcome.wrong) for seed, outcome in outcomes if outcome.verdict == "wrong"]
    assert (not_whole, silent) == ([], [])
    assert verdicts["refused"] == 0
    assert verdicts["right"] >= 0.9 * COPIES


@pytest.mark.parametrize("letter", OTHERS, ids=lambda letter: letter.name)
@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["lines", "paragraphs"])
def test_a_letter_of_another_inspection_is_read_without_a_question(letter: Letter, between: str) -> None:
    found = read(between.join(letter.paragraphs), known_forces=FORCES)
    shown = found.as_json()
    assert {key: shown[key] for key in letter.truth} == letter.truth
    assert [(theme["title"], theme["findings"]) for theme in shown["themes"]] == letter.expected["themes"]
    assert (found.questions, found.unmatched, found.furniture) == ((), (), ())


class TestAccount:
    """The account of every word finds what the reader itself would not notice."""

    text = LETTER.read_text(encoding="utf-8")
    read = read(text, known_forces=FORCES)

    def test_counts_each_word_once(self) -> None:
        fidelity = account(self.text, self.read)
        assert fidelity.is_whole
        assert fidelity.words == len([word for word in self.text.split() if any(c.isalnum() for c in word)])
        assert fidelity.placed["findings"] == sum(
            len([word for word in finding.text.split() if any(c.isalnum() for c in word)])
            for theme in self.read.themes
            for finding in theme.findings
        )

    def changed(self, paragraph: str) -> tuple[str, ...]:
        """What is wrong when the first finding reads otherwise."""
        first = self.read.themes[0]
        finding = replace(first.findings[0], paragraphs=(paragraph,))
        themes = (replace(first, findings=(finding, *first.findings[1:])), *self.read.themes[1:])
        fidelity = account(self.text, replace(self.read, themes=themes))
        assert not fidelity.is_whole
        return (*(f"-{word}" for word in fidelity.lost), *(f"+{word}" for word in fidelity.invented))

    def test_names_a_lost_word(self) -> None:
        words = self.read.themes[0].findings[0].text
        assert self.changed(words.replace("crime reduction", "reduction", 1)) == ("-crime",)

    def test_names_an_added_word(self) -> None:
        words = self.read.themes[0].findings[0].text
        assert self.changed(words.replace("could be improved", "could not be improved")) == ("+not",)

    def test_names_a_changed_order(self) -> None:
        words = self.read.themes[0].findings[0].text
        assert self.changed(words.replace("force's plans", "plans force's"))

    def test_names_a_line_that_went_missing(self) -> None:
        spans = tuple(span for span in self.read.spans if span.kind not in ("copied to", "subject"))
        fidelity = account(self.text, replace(self.read, spans=spans))
        assert {"Copied", "Liaison"} <= set(fidelity.lost)

    def test_names_what_is_listed_and_not_there(self) -> None:
        missed = (UnmatchedLine(1, "never written"),)
        assert account(self.text, replace(self.read, unmatched=missed)).invented == ("never", "written")

    def test_names_what_is_read_twice(self) -> None:
        finding = next(span for span in self.read.spans if span.kind == "finding")
        spans = (*self.read.spans, replace(finding, kind="closing"))
        fidelity = account(self.text, replace(self.read, spans=spans))
        assert len(fidelity.twice) == 1
        assert fidelity.twice[0].startswith("There are references")

    def test_names_a_field_in_other_words(self) -> None:
        assert account(self.text, replace(self.read, signatory="Zoe Bellinger")).invented == ("Zoe", "Bellinger")
