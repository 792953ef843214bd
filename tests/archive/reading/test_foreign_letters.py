"""Letters as other programs make them: what stands on the page is read, and what is not read is named."""

import io
from pathlib import Path

import docx
import pikepdf
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from archive.reading.files.docx import read_docx
from archive.reading.files.lines import Extracted
from archive.reading.files.pdf import read_pdf
from hmic_core import uploads

FILES = Path(__file__).parents[2] / "data" / "foreign-letters"
FORM = FILES / "8-form.pdf"


def given(name: str) -> Extracted:
    data = (FILES / name).read_bytes()
    return (read_docx if name.endswith(".docx") else read_pdf)(data)


def test_automatic_numbers_and_what_refers_to_them_are_asked() -> None:
    read = given("05-numbered.docx")
    assert len(read.unread) == 1
    assert "4 paragraphs have automatic numbers" in read.unread[0]
    assert "“paragraph 2 above”" in read.unread[0]


def test_check_boxes_are_the_marks_of_their_items_and_their_ticks_are_named() -> None:
    read = given("08-checkbox.docx")
    lines = read.text.splitlines()
    assert "☒ The force assesses the risk of each detained person." in lines
    assert "☐ The force reviews each assessment after 24 hours." in lines
    assert read.unread == ["the document has 2 check boxes, 1 ticked: ticks are not read"]


def test_a_bullet_without_a_character_is_a_bullet() -> None:
    read = given("1-plain.pdf")
    assert "(cid:" not in read.text
    assert sum(line.startswith("• ") for line in read.text.splitlines()) == 4
    assert read.notes == ()


def test_the_value_of_a_form_field_is_read_where_it_stands() -> None:
    read = given("8-form.pdf")
    assert "The force employs 24 custody sergeants, who work" in read.text
    assert read.notes == ("the PDF has a form field, read where it stands on its page: “24”",)


def test_a_pdf_that_opens_without_a_password_is_taken() -> None:
    data = (FILES / "4-owner-password.pdf").read_bytes()
    assert uploads.examine(data, "letter.pdf") == "application/pdf"
    assert "24 custody sergeants" in read_pdf(data).text
    locked = io.BytesIO()
    pikepdf.open(FILES / "1-plain.pdf").save(locked, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(uploads.Refused, match="needs a password"):
        uploads.examine(locked.getvalue(), "letter.pdf")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("/Text", "the PDF has a comment, which is not read: “It is 26.”"),
        ("/Highlight", "words of the PDF are highlighted: It is 26."),
        ("/StrikeOut", "words of the PDF are struck out: It is 26."),
        ("/FreeText", "a note is typed on a page of the PDF, read as part of it: “It is 26.”"),
    ],
)
def test_what_somebody_noted_on_a_pdf_is_said(kind: str, said: str) -> None:
    document = pikepdf.open(FILES / "1-plain.pdf")
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name(kind), Rect=[72, 300, 200, 320], Contents="It is 26.",
        DA=pikepdf.String("/Helv 10 Tf 0 g"),
    )  # fmt: skip
    document.pages[0].Annots = pikepdf.Array([document.make_indirect(note)])
    made = io.BytesIO()
    document.save(made)
    assert said in read_pdf(made.getvalue()).notes


def letter_with(change: object) -> bytes:
    document = docx.Document(str(FILES / "08-checkbox.docx"))
    change(document)  # type: ignore[operator]
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def field(instruction: str, words: str) -> object:
    def change(document: docx.document.Document) -> None:
        paragraph = document.add_paragraph("It is ")
        simple = OxmlElement("w:fldSimple")
        simple.set(qn("w:instr"), instruction)
        run = OxmlElement("w:r")
        text = OxmlElement("w:t")
        text.text = words
        run.append(text)
        simple.append(run)
        paragraph._p.append(simple)

    return change


def test_a_date_that_word_fills_in_is_asked_and_other_fields_are_read() -> None:
    read = read_docx(letter_with(field(' DATE \\@ "d MMMM yyyy" ', "1 December 2026")))
    assert any("“1 December 2026” is a date that Word fills in by itself" in each for each in read.notes)
    read = read_docx(letter_with(field(" REF figure \\h ", "24")))
    assert "It is 24" in read.text
    assert not any("fills in" in each for each in read.notes)


def test_a_place_that_was_not_filled_in_is_asked() -> None:
    def change(document: docx.document.Document) -> None:
        paragraph = document.add_paragraph()
        control, properties, content = (OxmlElement(f"w:{each}") for each in ("sdt", "sdtPr", "sdtContent"))
        properties.append(OxmlElement("w:showingPlcHdr"))
        run, text = OxmlElement("w:r"), OxmlElement("w:t")
        text.text = "Click here to enter text."
        run.append(text)
        content.append(run)
        control.extend([properties, content])
        paragraph._p.append(control)

    read = read_docx(letter_with(change))
    assert any("“Click here to enter text.” is a place that was not filled in" in each for each in read.notes)


def test_comments_are_named_with_their_words() -> None:
    def change(document: docx.document.Document) -> None:
        document.add_comment(document.paragraphs[0].runs, text="Check this figure.", author="A reviewer")

    read = read_docx(letter_with(change))
    assert "the document has a comment, which is not read: “Check this figure.”" in read.unread
