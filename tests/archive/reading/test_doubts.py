"""What no letter has, whatever its layout, is asked: nothing is wrong in silence, and nothing is changed."""

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement

from archive.reading.encodings import decode
from archive.reading.fidelity import account
from archive.reading.files.docx import read_docx
from archive.reading.importer import ImportRefused, open_file, read
from archive.reading.result import ReadLetter
from tests.archive.reading.distortions import FORCES
from tests.archive.reading.others import CUSTODY, Letter

FIRST = CUSTODY.themes["Staffing and training"]
SECOND = CUSTODY.themes["Care of detainees"]


def lines(letter: Letter = CUSTODY, mark: Callable[[int, str], str] = lambda n, words: f"• {words}") -> list[str]:
    """The letter with each finding (counted in its theme) marked as said."""
    body = [
        line
        for title, found in letter.themes.items()
        for line in (title, *(mark(n, words) for n, words in enumerate(found, start=1)))
    ]
    return [*letter.head, *letter.opening, *body, *letter.foot]


def read_text(text: str) -> ReadLetter:
    found = read(text, known_forces=FORCES)
    assert account(text, found).is_whole
    return found


def findings(letter: ReadLetter) -> list[tuple[str, ...]]:
    return [tuple(finding.text for finding in theme.findings) for theme in letter.themes]


def wrapped_with(line: str) -> str:
    """The last finding but one wrapped, and a line that a page's end left inside one of its sentences."""
    texts = [words.replace(" no natural", f" no\n{line}\nnatural") for words in lines()]
    return "\n\n".join(texts)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("\n\n".join(lines(mark=lambda n, words: f"No. {n} {words}")), "begin with a count or a mark"),
        ("\n\n".join(lines(mark=lambda n, words: f"{'ABCD'[n - 1]}. {words}")), "begin with a count or a mark"),
        ("\n\n".join(lines(mark=lambda n, words: f"0 {words}")), "begin with a count or a mark"),
        ("\n\n".join(lines(mark=lambda n, words: f"ICI {words}")), "every finding of the letter begins"),
        (wrapped_with("The inspection programme"), "stands in the middle of a sentence"),
        ("\n\n".join(lines()).replace("2015, which", "2015\n\nWhich"), "taken as going on"),
        ("\n\n".join(lines()).replace("the sergeant", "the\n| sergeant"), "may be the mark of a finding"),
        ("\n\n".join(lines()).replace("which all", "which=\nall"), "another encoding"),
        ("\n\n".join(lines()).replace("Care of detainees", "[Care of detainees]"), "unlike the others"),
        ("\n\n".join(lines()).replace("\nCare of detainees\n", ""), "all findings stand under one heading"),
        ("\n\n".join(lines(mark=lambda n, words: words)), "nothing but their shape"),
    ],
    ids=lambda value: value[:0] or None,
)
def test_it_is_asked(text: str, asked: str) -> None:
    letter = read_text(text)
    assert any(asked in question.text for question in letter.questions), [q.text for q in letter.questions]


def test_a_plain_copy_is_asked_nothing() -> None:
    """What makes the questions worth reading."""
    for between in ("\n", "\n\n"):
        assert read_text(between.join(lines())).questions == ()


@pytest.mark.parametrize("mark", ["#{}", "[{}]", "❷", "▪"])
def test_marks_that_are_read(mark: str) -> None:
    letter = read_text("\n\n".join(lines(mark=lambda n, words: f"{mark.format(n)} {words}")))
    assert findings(letter) == [FIRST, SECOND]


class TestLayout:
    def test_bullets_joined_on_one_line_need_no_stop_before_them(self) -> None:
        text = "\n".join(lines()).replace("eleven hours.\n•", "eleven hours •")
        assert findings(read_text(text))[0] == (FIRST[0].rstrip("."), FIRST[1])

    def test_a_heading_that_the_next_page_says_again(self) -> None:
        text = "\n\n".join(lines()).replace("• Nurses", "Care of detainees (continued)\n\n• Nurses")
        letter = read_text(text)
        assert findings(letter) == [FIRST, SECOND]
        assert [item.text for item in letter.furniture] == ["Care of detainees (continued)"]

    def test_a_mark_without_words(self) -> None:
        assert findings(read_text("\n".join([*lines()[:14], "•", *lines()[14:]]))) == [FIRST, SECOND]

    @pytest.mark.parametrize("rest", ["11).", "11) Nobody knew."])
    def test_a_bracket_that_closes_on_the_next_line_is_no_mark_and_no_page(self, rest: str) -> None:
        text = "\n".join(lines()).replace("hard to read.", f"hard to read (case\n{rest}")
        assert findings(read_text(text))[1][-1].endswith(f"hard to read (case {rest}")

    def test_deeper_numbers_belong_to_their_finding(self) -> None:
        first, rest = FIRST[0].split(". ", 1)
        deep = lines(mark=lambda n, words: f"{n}. {words}")
        text = "\n".join(deep).replace(FIRST[0], f"{first}.\n    1.1 {rest}")
        assert findings(read_text(text))[0] == FIRST

    def test_what_follows_the_people_copied_to_is_asked(self) -> None:
        letter = read_text("\n\n".join([*lines(), "Annex A", "We held 12 focus groups.", "• They lasted an hour."]))
        assert letter.copied_to == ("Copied Example, Force Liaison Officer",)
        assert [missed.text for missed in letter.unmatched][:1] == ["Annex A"]

    @pytest.mark.parametrize(
        "greeting", ["DEAR DR EXAMPLE", "Annwyl Dr Example", "My dear Dr Example", "Dear Dr Example:"]
    )
    def test_salutations(self, greeting: str) -> None:
        letter = read_text("\n\n".join(lines()).replace("Dear Dr Example", greeting))
        assert letter.salutation == greeting.rstrip(":")
        assert letter.inspection == "Welfare in custody"


class TestCharacters:
    text = "\r".join(lines()) + " The force’s “plan” – “good”."

    @pytest.mark.parametrize("encoding", ["mac_roman", "utf-32", "cp1252"])
    def test_are_told(self, encoding: str) -> None:
        assert decode(self.text.encode(encoding)) == self.text

    def test_one_broken_byte_spoils_no_other(self) -> None:
        broken = self.text.encode().replace("–".encode(), b"\xff")
        assert decode(broken) == self.text.replace("–", "\ufffd")
        assert any("lost" in note for note in open_file(broken, "letter.txt").notes)

    @pytest.mark.parametrize("begins", [b"{\\rtf1 ", b"<!DOCTYPE html>", b"\xef\xbb\xbf<html>"])
    def test_what_is_no_plain_text_says_what_to_do(self, begins: bytes) -> None:
        with pytest.raises(ImportRefused, match=r"save"):
            open_file(begins + self.text.encode(), "letter.txt")


class TestWord:
    def made(self, change: Callable[[Any], None]) -> Any:
        """A document of the letter, changed."""
        made = docx.Document()
        for words in lines(mark=lambda n, words: words):
            made.add_paragraph(words, style="List Bullet" if words in (*FIRST, *SECOND) else None)
        change(made)
        file = io.BytesIO()
        made.save(file)
        return read_docx(file.getvalue())

    def test_words_of_a_table_in_a_table_come_once(self) -> None:
        def change(made: Any) -> None:
            made.add_table(1, 1).cell(0, 0).add_table(1, 1).cell(0, 0).text = "Within"

        assert self.made(change).text.count("Within") == 1

    def test_words_own_styles_for_deeper_lists(self) -> None:
        def change(made: Any) -> None:
            made.add_paragraph("Deeper", style="List Bullet 2")

        assert any(line.text == "    o Deeper" for line in self.made(change).lines)

    def test_struck_words_and_inserted_files_are_asked(self) -> None:
        def change(made: Any) -> None:
            made.paragraphs[-1].add_run("struck").font.strike = True
            made.element.body.insert(0, OxmlElement("w:altChunk"))

        notes = " ".join(self.made(change).notes)
        assert "'struck' is struck through" in notes
        assert "another file inserted" in notes
