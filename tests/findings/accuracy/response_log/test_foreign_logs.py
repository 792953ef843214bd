"""Response logs as other programs and other people make them: nothing that somebody wrote is changed or passed over."""

import csv
import datetime as dt  # cells of a spreadsheet have no zone
import io
import zipfile
from typing import Any

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from findings.accuracy.response_log import saving
from findings.accuracy.response_log.columns import LOG
from findings.models import Point, Round
from hmic_core.spreadsheets.book import Unreadable
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.accuracy.response_log.test_response_log import (
    COLUMN,
    SHEET,
    downloaded,
    dry,
    edited,
    packed,
    put,
    results,
    url,
)
from tests.findings.accuracy.steps import WORDS, issued, point

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")


@pytest.fixture
def round(cast: Cast) -> Round:
    """Three paragraphs, a point on the first."""
    made = issued(cast, WORDS, "Patrols are planned each week.", "The force has 12 cells.")
    point(cast, made)
    return made


def typed(row: int, value: Any, number_format: str) -> Any:
    def edit(log: Any) -> None:
        put(row, kind="Disputed fact", quoted="Patrols")(log)
        cell = log.cell(row, COLUMN["proposed"])
        cell.value, cell.number_format = value, number_format

    return edit


@pytest.mark.parametrize(
    ("value", "number_format", "words"),
    [
        (0.781, "0.0%", "78.1%"),
        (1204, "#,##0", "1,204"),
        (5000, '"£"#,##0', "£5,000"),
        (-3, "0;[Red]\\(0\\)", "(3)"),
        (7, "000", "007"),
        (12.5, "General", "12.5"),
        (dt.date(2014, 9, 3), "d mmmm yyyy", "3 September 2014"),
        (dt.time(0, 1), "hh:mm", "00:01"),
        (dt.timedelta(hours=36), "[h]:mm", "36:00"),
        (0.25, "# ?/?", "1/4"),
    ],
)
def test_a_value_is_read_as_its_author_saw_it(
    cast: Cast, round: Round, value: Any, number_format: str, words: str
) -> None:
    upload, planned = dry(cast, round, edited(downloaded(cast, round), typed(4, value, number_format)))
    assert results(planned)[4] == "new"
    saving.apply_upload(upload, by=cast.reviewer)
    assert Point.objects.get(number=2).proposed == words


def test_what_a_program_may_have_made_a_date_of_is_asked(cast: Cast, round: Round) -> None:
    data = edited(downloaded(cast, round), typed(4, dt.date(2026, 12, 10), "d-mmm"))
    upload, planned = dry(cast, round, data)
    assert (results(planned)[4], planned.bad[0].words["proposed"]) == ("asked", "10-Dec")
    assert saving.apply_upload(upload, by=cast.reviewer).left == 1
    client = signed_in(cast.reviewer)
    assert (
        "Save row 4 as it is shown here" in client.get(url("check-upload-show", round.pk, upload.pk)).content.decode()
    )
    client.post(url("check-upload-apply", round.pk, upload.pk), {"confirmed": "4"})
    assert Point.objects.get(number=2).proposed == "10-Dec"


@pytest.mark.parametrize("reference", ["PC–2", "PC‑2", "PC - 2", "pc2", "PC-2\xa0", " pc—2"])
def test_a_reference_is_known_by_any_dash_and_spacing(cast: Cast, round: Round, reference: str) -> None:
    row = put(9, ref=reference, kind="Disputed fact", quoted="Patrols", proposed="Walks")
    assert results(dry(cast, round, edited(downloaded(cast, round), row))[1])[9] == "new"


def test_two_references_in_a_cell_are_named_as_that(cast: Cast, round: Round) -> None:
    row = put(9, ref="PC-1, PC-2", kind="Disputed fact", explanation="Both.")
    assert "names 2 paragraphs" in dry(cast, round, edited(downloaded(cast, round), row))[1].bad[0].why


@pytest.mark.parametrize("heading", ["Words\nproposed", "Words  proposed", " WORDS PROPOSED ", "Words\xa0proposed"])
def test_a_heading_is_known_whatever_its_white_space(cast: Cast, round: Round, heading: str) -> None:
    def edit(log: Any) -> None:
        log.cell(1, COLUMN["proposed"]).value = heading
        put(4, kind="Disputed fact", quoted="Patrols", proposed="Walks")(log)

    upload, planned = dry(cast, round, edited(downloaded(cast, round), edit))
    assert planned.columns == ()
    saving.apply_upload(upload, by=cast.reviewer)
    assert Point.objects.get(number=2).proposed == "Walks"


@pytest.mark.parametrize("key", ["quoted", "proposed", "explanation", "kind"])
def test_a_column_that_is_missing_changes_nothing_and_is_named(cast: Cast, round: Round, key: str) -> None:
    mine = round.points.get()
    before = (mine.kind, mine.quoted, mine.proposed, mine.explanation)
    data = edited(downloaded(cast, round), lambda log: log.delete_cols(COLUMN[key]))
    upload, planned = dry(cast, round, data)
    assert results(planned)[2] == "unchanged"
    assert len(planned.columns) == 1
    page = signed_in(cast.reviewer).get(url("check-upload-show", round.pk, upload.pk)).content.decode()
    assert f"The file has no column “{planned.columns[0]}”: nothing in it is changed." in page
    saving.apply_upload(upload, by=cast.reviewer)
    mine.refresh_from_db()
    assert (mine.kind, mine.quoted, mine.proposed, mine.explanation) == before


def test_the_sheet_with_the_headings_is_found_whatever_it_is_called(cast: Cast, round: Round) -> None:
    data = edited(downloaded(cast, round), put(4, kind="Disputed fact", quoted="Patrols", proposed="Walks"))

    def edit(log: Any) -> None:
        log.title = "Response log - Table 1"
        log.parent.create_sheet("Export Summary", 0)["B3"] = "This document was exported from Numbers."

    assert results(dry(cast, round, edited(data, edit))[1])[4] == "new"


def test_cells_that_only_hold_a_format_are_no_rows(cast: Cast, round: Round) -> None:
    def edit(log: Any) -> None:
        log.cell(1_048_576, 2).font = Font(bold=True)
        put(4, kind="Disputed fact", quoted="Patrols", proposed="Walks")(log)

    _, planned = dry(cast, round, edited(downloaded(cast, round), edit))
    assert (results(planned)[4], planned.offers) == ("new", [])


def test_words_far_below_are_counted(cast: Cast, round: Round) -> None:
    _, planned = dry(cast, round, edited(downloaded(cast, round), put(2_500, ref="PC-1", explanation="Far down")))
    assert [(each.text, each.can_be_taken) for each in planned.offers] == [("1 row below row 2,000", False)]


# What stands where no point is read from


def test_everything_that_somebody_wrote_elsewhere_is_offered(cast: Cast, round: Round) -> None:
    def edit(log: Any) -> None:
        log["B4"].comment = Comment("Every fortnight, not each week.", "A reviewer")
        log["B5"] = "The force has 14 cells."
        log["N1"], log["N4"] = "Force comment", "We said so in June."
        more = log.parent.create_sheet("More points")
        more.append(["Ref", "Kind", "Words in the draft", "Words proposed", "Why"])
        more.append(["PC-2", "Typing or number error", "each week", "each fortnight", "Our plan."])
        log.parent.create_sheet("Thoughts").append(["Nothing to add on custody."])

    upload, planned = dry(cast, round, edited(downloaded(cast, round), edit))
    offered = {each.place: (each.about, each.words) for each in planned.offers}
    assert offered["A note on cell B4"][1]["explanation"] == "Every fortnight, not each week."
    about, words = offered["The paragraph was changed in cell B5"]
    assert (about, words["quoted"], words["proposed"]) == ("PC-3", "12", "14")
    assert offered["Column “Force comment”, cell N4"][1]["explanation"] == "We said so in June."
    about, words = offered["Sheet “More points”, row 2"]
    assert (about, words["kind"], words["quoted"], words["proposed"]) == (
        "PC-2",
        "typing",
        "each week",
        "each fortnight",
    )
    assert offered["Sheet “Thoughts”"] == (
        "whole draft",
        {"kind": "disputed", "quoted": "", "proposed": "", "explanation": "Nothing to add on custody."},
    )
    client = signed_in(cast.reviewer)
    page = client.get(url("check-upload-show", round.pk, upload.pk)).content.decode()
    assert "Every row is as it is here" not in page
    assert page.count('name="taken"') == 5
    taken = [each.key for each in planned.offers]
    client.post(url("check-upload-apply", round.pk, upload.pk), {"taken": taken})
    assert round.points.count() == 6
    client.post(url("check-upload-apply", round.pk, upload.pk), {"taken": taken})
    assert round.points.count() == 6, "taken once"


def test_struck_words_are_not_taken_and_said(cast: Cast, round: Round) -> None:
    def edit(log: Any) -> None:
        put(4, kind="Disputed fact", quoted="each week")(log)
        struck = TextBlock(InlineFont(strike=True), "24 ")
        log.cell(4, COLUMN["proposed"]).value = CellRichText(struck, "26 sergeants")

    upload, planned = dry(cast, round, edited(downloaded(cast, round), edit))
    assert [(each.place, each.text) for each in planned.offers] == [("Struck out in cell F4, and not taken", "24")]
    saving.apply_upload(upload, by=cast.reviewer)
    assert Point.objects.get(number=2).proposed == "26 sergeants"


def test_a_copied_row_is_a_new_point_after_a_question(cast: Cast, round: Round) -> None:
    def edit(log: Any) -> None:
        for column in range(1, 14):
            log.cell(9, column).value = log.cell(2, column).value
        put(9, ref="PC-2", quoted="Patrols", proposed="Walks")(log)

    upload, planned = dry(cast, round, edited(downloaded(cast, round), edit))
    assert (results(planned)[2], results(planned)[9]) == ("unchanged", "asked")
    saving.apply_upload(upload, confirmed=[9], by=cast.reviewer)
    assert [(each.paragraph.reference, each.proposed) for each in round.points.order_by("number") if each.paragraph][
        1:
    ] == [("PC-2", "Walks")]


# Other formats


def test_strict_files_ods_and_csv_are_read(cast: Cast, round: Round) -> None:
    data = edited(downloaded(cast, round), put(4, kind="Disputed fact", quoted="Patrols", proposed="Walks"))
    usual, strict = b"schemas.openxmlformats.org/spreadsheetml/2006/main", b"purl.oclc.org/ooxml/spreadsheetml/main"
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name).replace(usual, strict) for name in book.namelist() if name.endswith(".xml")}
    assert strict in parts[SHEET]
    table = [
        ["Ref", "Kind", "Words in the draft", "Words proposed", "Why"],
        ["PC-2", "Disputed fact", "Patrols", "Walks", ""],
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(table)
    for name, file in (
        ("strict.xlsx", packed(parts, data)),
        ("log.csv", text.getvalue().encode("cp1252")),
        ("log.csv", text.getvalue().encode("utf-16")),
        ("log.ods", open_document(table)),
    ):
        upload = saving.upload_log(round, data=file, name=name, by=cast.reviewer)
        planned = saving.dry_run(upload)
        assert [each.words["proposed"] for each in planned.good] == ["Walks"], name


def open_document(rows: list[list[str]]) -> bytes:
    """An OpenDocument spreadsheet as small as it can be; one made by a program is in the importer's own tests."""
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    cells = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in rows
    )
    table = f'<table:table table:name="{LOG}">{cells}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = f"<office:document-content{names}>{body}</office:document-content>"
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": kind, "content.xml": content.encode()})


def test_other_formats_get_a_sentence_that_can_be_followed(cast: Cast, round: Round) -> None:
    for data, say in (
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .xls spreadsheet"),
        (packed({"Index/Document.iwa": b"x"}), "In Numbers choose File, Export to, Excel"),
    ):
        with pytest.raises(Unreadable, match=say):
            saving.upload_log(round, data=data, name="log.xlsx", by=cast.reviewer)
