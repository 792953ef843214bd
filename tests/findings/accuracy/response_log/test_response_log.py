"""The response log as a spreadsheet: what goes out, what comes back, what a dry run says, what a bomb does."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from findings.accuracy.force import answers
from findings.accuracy.response_log import plan, reading, saving, sheet
from findings.accuracy.response_log.columns import HEADINGS, KEYS, LOG, MOST_IN_CELL, Row, check_of, point_cells
from findings.models import LogUpload, Point, Round
from hmic_core.errors import NotAllowed
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import WORDS, issued, point

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")
COLUMN = {key: at for at, key in enumerate(KEYS, start=1)}
Edit = Callable[[Any], None]


def url(name: str, *args: Any) -> str:
    return reverse(f"findings:{name}", args=args)


@pytest.fixture
def round(cast: Cast) -> Round:
    """Three paragraphs, a point on the first."""
    made = issued(cast, WORDS, "Patrols are planned each week.", "The force has 12 cells.")
    point(cast, made)
    return made


def downloaded(cast: Cast, round: Round) -> bytes:
    return signed_in(cast.reviewer).get(url("check-log-download", round.pk)).content


def edited(data: bytes, edit: Edit) -> bytes:
    book = load_workbook(io.BytesIO(data))
    edit(book[LOG])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def put(row: int, **cells: str) -> Edit:
    def edit(log: Any) -> None:
        for key, value in cells.items():
            log.cell(row, COLUMN[key]).value = value

    return edit


def dry(cast: Cast, round: Round, data: bytes) -> tuple[LogUpload, plan.Plan]:
    upload = saving.upload_log(round, data=data, name="log.xlsx", by=cast.reviewer)
    return upload, saving.dry_run(upload)


def results(planned: plan.Plan) -> dict[int, str]:
    return {each.row.number: each.result for each in planned.rows}


# Out


def test_the_log_has_a_row_for_each_point_and_each_paragraph(cast: Cast, round: Round) -> None:
    book = load_workbook(io.BytesIO(downloaded(cast, round)))
    log = book[LOG]
    rows = [[cell.value or "" for cell in row] for row in log.iter_rows(min_row=2, max_row=6)]
    assert [(row[0], row[2], row[4]) for row in rows] == [
        ("PC-1", "1", "Typing or number error"),
        ("PC-1", "", ""),
        ("PC-2", "", ""),
        ("PC-3", "", ""),
        ("Whole draft", "", ""),
    ]
    assert rows[2][1] == "Patrols are planned each week."
    assert log.protection.sheet
    assert not log.cell(2, COLUMN["quoted"]).protection.locked
    assert log.cell(2, COLUMN["id"]).protection.locked
    assert log.column_dimensions["K"].hidden
    assert "020 7946 0142" in "".join(str(row[0].value) for row in book["How to use"].iter_rows())


@pytest.mark.parametrize("words", ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(1)", "\t=1", "=cmd|'/C calc'!A0"])
def test_no_words_become_a_formula_and_all_come_back_as_they_were(cast: Cast, round: Round, words: str) -> None:
    mine = point(cast, round, explanation=words)
    data = downloaded(cast, round)
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    log = load_workbook(io.BytesIO(data))[LOG]
    cells = [log.cell(row, COLUMN["explanation"]) for row in (2, 3)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)
    assert words.strip() in {cell.value for cell in cells}
    assert {*results(dry(cast, round, data)[1]).values()} == {"unchanged", "empty"}
    assert Point.objects.get(pk=mine.pk).explanation == words.strip()


def test_a_formula_is_read_by_its_result_and_never_as_words(cast: Cast, round: Round) -> None:
    data = edited(downloaded(cast, round), put(4, kind="Left out", explanation='=CONCATENATE("12"," of 20")'))
    _, planned = dry(cast, round, data)
    assert results(planned)[4] == "refused"
    assert "G4: The formula was saved without its result" in planned.bad[0].why
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        xml = book.read(SHEET)
    xml = re.sub(rb"(</f>)<v ?/?>(</v>)?", rb"\1<v>12 of 20</v>", xml.replace(b'<c r="G4"', b'<c r="G4" t="str"'))
    calculated = packed({SHEET: xml}, data)
    upload, planned = dry(cast, round, calculated)
    assert results(planned)[4] == "new"
    saving.apply_upload(upload, by=cast.reviewer)
    assert Point.objects.get(number=2).explanation == "12 of 20"


def test_words_too_long_for_a_cell_stay_whole(cast: Cast, round: Round) -> None:
    long = "word " * 10_000
    mine = point(cast, round, explanation=long)
    data = downloaded(cast, round)
    cells = [load_workbook(io.BytesIO(data))[LOG].cell(row, COLUMN["explanation"]).value or "" for row in range(2, 6)]
    assert max(map(len, cells)) <= MOST_IN_CELL
    at = next(number for number, text in enumerate(cells, start=2) if len(text) > 1000)
    upload, planned = dry(cast, round, edited(data, put(at, proposed="Other words")))
    assert results(planned)[at] == "changed"
    saving.apply_upload(upload, by=cast.reviewer)
    kept = Point.objects.get(pk=mine.pk)
    assert (kept.explanation, kept.proposed) == (long.strip(), "Other words")


def test_control_characters_break_nothing(cast: Cast, round: Round) -> None:
    point(cast, round, explanation="A bell \x07 and a form feed \x0c\r\nnext line")
    assert {*results(dry(cast, round, downloaded(cast, round))[1]).values()} == {"unchanged", "empty"}


# The dry run


def test_a_dry_run_says_for_every_row_what_would_happen(cast: Cast, round: Round) -> None:
    second = point(cast, round, quoted="supported by other plans", proposed="supported by three plans")
    third = point(cast, round, quoted="The force has", proposed="This force has")
    data = downloaded(cast, round)
    answers.change_point(
        third, kind="disputed", quoted="The force has", proposed="Our force has", explanation="", version=1,
        by=cast.liaison_officer,
    )  # fmt: skip

    def edit(log: Any) -> None:
        put(3, proposed="supported by four plans")(log)  # point 2: changed
        put(4, proposed="That force has")(log)  # point 3: stale
        put(6, quoted="Patrols", kind="Left out", explanation="Daily ones too.")(log)  # PC-2: new
        put(7, quoted="13 cells", kind="Typing or number error", proposed="14 cells")(log)  # PC-3: not there
        put(9, ref="PC-9", kind="Left out", explanation="No such paragraph.")(log)
        put(10, ref="PC-2", explanation="No kind.")(log)
        put(11, ref="PC-2", kind="Wrong thing", explanation="No such kind.")(log)
        put(12, ref="whole draft", kind="left out", explanation="The force’s awards.")(log)

    upload, planned = dry(cast, round, edited(data, edit))
    assert results(planned) == {
        2: "unchanged", 3: "changed", 4: "stale", 5: "empty", 6: "new", 7: "refused", 8: "empty", 9: "refused",
        10: "refused", 11: "refused", 12: "new",
    }  # fmt: skip
    why = {each.row.number: each.why for each in planned.rows}
    assert "Both texts are kept" in why[4]
    assert "The nearest there are “12 cells”" in why[7].replace("12 cells.", "12 cells")
    assert why[9] == "The draft has no paragraph PC-9. Correct the Ref in cell A9 and upload again."
    assert "cell E10" in why[10]
    assert "none of the kinds" in why[11]
    assert Point.objects.count() == 3
    page = signed_in(cast.reviewer).get(url("check-upload-show", round.pk, upload.pk)).content.decode()
    for expected in ("nothing is saved yet", "Our force has", "That force has", "Save the 3 good rows"):
        assert expected in page
    saved = saving.apply_upload(upload, by=cast.reviewer)
    assert (saved.added, saved.changed, saved.left) == (2, 1, 5)
    assert Point.objects.get(pk=second.pk).proposed == "supported by four plans"
    assert Point.objects.get(pk=third.pk).proposed == "Our force has"
    assert Point.objects.get(number=5).paragraph is None


def test_a_stale_row_replaces_what_is_here_only_when_it_is_ticked(cast: Cast, round: Round) -> None:
    mine = round.points.get()
    data = edited(downloaded(cast, round), put(2, proposed="offline"))
    words = {"kind": "typing", "quoted": mine.quoted, "proposed": "online", "explanation": "x"}
    answers.change_point(mine, version=1, by=cast.liaison_officer, **words)
    upload, planned = dry(cast, round, data)
    assert results(planned)[2] == "stale"
    client = signed_in(cast.reviewer)
    client.post(url("check-upload-apply", round.pk, upload.pk))
    assert round.points.get().proposed == "online"
    client.post(url("check-upload-apply", round.pk, upload.pk), {"confirmed": "2"})
    assert round.points.get().proposed == "offline"
    assert LogUpload.objects.get().state == LogUpload.State.APPLIED


def test_a_row_that_was_not_touched_never_undoes_what_was_changed_here(cast: Cast, round: Round) -> None:
    mine = round.points.get()
    data = downloaded(cast, round)
    words = {"kind": "typing", "quoted": mine.quoted, "proposed": "online", "explanation": "x"}
    answers.change_point(mine, version=1, by=cast.liaison_officer, **words)
    upload, planned = dry(cast, round, data)
    assert results(planned)[2] == "unchanged"
    saving.apply_upload(upload, by=cast.reviewer)
    assert round.points.get().proposed == "online"


def test_a_row_that_is_missing_or_emptied_deletes_nothing(cast: Cast, round: Round) -> None:
    _, planned = dry(cast, round, edited(downloaded(cast, round), lambda log: log.delete_rows(2)))
    assert [each.number for each in planned.missing] == [1]
    emptied = edited(downloaded(cast, round), put(2, quoted="", proposed="", explanation=""))
    _, planned = dry(cast, round, emptied)
    assert results(planned)[2] == "refused"
    assert "withdraw it on its page" in planned.bad[0].why
    assert round.points.count() == 1


def test_the_same_file_twice_adds_nothing_twice(cast: Cast, round: Round) -> None:
    data = edited(downloaded(cast, round), put(4, quoted="Patrols", kind="Left out", explanation="Daily."))
    for expected in (1, 0):
        upload, _ = dry(cast, round, data)
        assert saving.apply_upload(upload, by=cast.reviewer).added == expected
    twice = edited(data, put(9, ref="PC-3", kind="Left out", explanation="More."))
    twice = edited(twice, put(10, ref="PC-3", kind="Left out", explanation="More."))
    assert results(dry(cast, round, twice)[1])[10] == "refused"


def test_rows_of_another_check_are_as_rows_of_none(cast: Cast, round: Round) -> None:
    other = Round.objects.create(inspection=cast.inspection, force=cast.kent, state="issued")
    foreign = Point.objects.create(
        round=other, number=1, kind="typing", explanation="Kent’s", author=cast.outsider,
        changed_at=round.issued_at or 0,
    )  # fmt: skip
    data = downloaded(cast, round)
    said = []
    for pk in (str(foreign.pk), "00000000-0000-4000-8000-000000000000", "no identifier"):
        _, planned = dry(cast, round, edited(data, put(2, id=pk, proposed="mine")))
        said.append((planned.rows[0].result, planned.rows[0].why, planned.rows[0].about))
    assert said[0] == said[1] == said[2]
    assert "Kent" not in str(said)
    whole = sheet.written(other, cast.outsider, "")
    with pytest.raises(reading.Unreadable, match="another check"):
        saving.upload_log(round, data=whole, name="x.xlsx", by=cast.reviewer)


# Three screens


def test_eighteen_points_take_three_screens_and_every_row_is_accounted_for(cast: Cast) -> None:
    round = issued(cast, *(f"{WORDS} This is paragraph {number}." for number in range(18)))
    data = downloaded(cast, round)

    def edit(log: Any) -> None:
        for row in range(2, 20):
            put(row, quoted="other plans", kind="Disputed fact", proposed=f"{row} plans", explanation="List.")(log)

    client = signed_in(cast.reviewer)
    screens = [client.get(url("check-log", round.pk))]  # the first: the box for the file
    file = SimpleUploadedFile("log.xlsx", edited(data, edit))
    screens.append(client.post(url("check-upload", round.pk), {"upload": file}, follow=True))  # the second: dry run
    page = screens[-1].content.decode()
    upload = LogUpload.objects.get()
    rows = {each.row.number for each in saving.dry_run(upload).rows}
    assert rows == set(range(2, 21))
    assert {int(each) for each in re.findall(r"Row </span>(\d+)</th>", page)} == rows
    assert "Save the 18 good rows" in page
    screens.append(client.post(url("check-upload-apply", round.pk, upload.pk), follow=True))  # the third: the log
    assert "18 points added, 0 changed." in screens[-1].content.decode()
    assert len(screens) <= 3
    assert round.points.count() == 18


# Nothing is lost


def test_the_file_is_kept_until_it_is_saved_or_discarded_and_can_be_opened_again(cast: Cast, round: Round) -> None:
    data = edited(downloaded(cast, round), put(4, quoted="No such words", kind="Left out", explanation="Kept words."))
    upload, _ = dry(cast, round, data)
    client = signed_in(cast.liaison_officer)
    assert "has rows that are not saved" in client.get(url("check-log", round.pk)).content.decode()
    assert "has rows that are not in the log" in client.get(url("check-submit", round.pk)).content.decode()
    page = client.get(url("check-upload-show", round.pk, upload.pk)).content.decode()
    assert "Kept words." in page
    rest = client.get(url("check-upload-rest", round.pk, upload.pk)).content
    assert load_workbook(io.BytesIO(rest))[LOG].cell(2, COLUMN["explanation"]).value == "Kept words."
    client.post(url("check-upload-discard", round.pk, upload.pk))
    assert client.get(url("check-upload-rest", round.pk, upload.pk)).status_code == 404
    assert LogUpload.objects.get().state == LogUpload.State.DISCARDED
    with pytest.raises(NotAllowed, match="dealt with already"):
        saving.apply_upload(upload, by=cast.reviewer)


def test_saving_is_all_or_nothing(cast: Cast, round: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    data = edited(downloaded(cast, round), put(4, quoted="Patrols", kind="Left out", explanation="Daily."))
    data = edited(data, put(5, quoted="12 cells", kind="Typing or number error", proposed="13 cells"))
    upload, _ = dry(cast, round, data)
    raise_point, calls = answers.raise_point, []

    def second_fails(*args: Any, **words: Any) -> Point:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the server died")
        return raise_point(*args, **words)

    monkeypatch.setattr(answers, "raise_point", second_fails)
    with pytest.raises(RuntimeError):
        saving.apply_upload(upload, by=cast.reviewer)
    assert round.points.count() == 1
    assert LogUpload.objects.get().saved == {}
    monkeypatch.undo()
    assert saving.apply_upload(LogUpload.objects.get(), by=cast.reviewer).added == 2


def test_once_the_response_is_sent_nothing_is_saved_and_the_file_stays(cast: Cast, round: Round) -> None:
    data = edited(downloaded(cast, round), put(4, quoted="Patrols", kind="Left out", explanation="Daily."))
    upload, _ = dry(cast, round, data)
    answers.submit_response(round, authorised_by="Mr Adrian Lee QPM", by=cast.liaison_officer)
    client = signed_in(cast.reviewer)
    client.post(url("check-upload-apply", round.pk, upload.pk))
    assert round.points.count() == 1
    assert "Nothing can be saved any more" in client.get(url("check-upload-show", round.pk, upload.pk)).content.decode()


# Files that are no log


def packed(parts: dict[str, bytes], base: bytes | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as into:
        if base:
            with zipfile.ZipFile(io.BytesIO(base)) as source:
                for name in source.namelist():
                    if name not in parts:
                        into.writestr(name, source.read(name))
        for name, data in parts.items():
            into.writestr(name, data)
    return made.getvalue()


def plain_book() -> bytes:
    made = io.BytesIO()
    Workbook().save(made)
    return made.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "no zip": (lambda: b"PK\x03\x04 not a zip", "is damaged"),
    "a zip of something else": (lambda: packed({"word/document.xml": b"<x/>"}), "is not what its name says"),
    "a bomb in one part": (lambda: packed({SHEET: b"<x>" + b" " * 60_000_000}, plain_book()), "unpacks to far more"),
    "a bomb of many parts": (
        lambda: packed({f"xl/media/{n}.bin": bytes(900_000) for n in range(60)}, plain_book()),
        "unpacks to far more",
    ),
    "thousands of parts": (
        lambda: packed({f"xl/media/{n}": b"x" for n in range(300)}, plain_book()),
        "not a spreadsheet that can be read",
    ),
    "an external entity": (
        lambda: packed(
            {SHEET: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + HEAD}, plain_book()
        ),
        "definitions",
    ),
    "a billion laughs": (
        lambda: packed({"xl/sharedStrings.xml": b'<!DOCTYPE s [<!ENTITY a "ha">]><sst/>'}, plain_book()),
        "definitions",
    ),
    "another encoding": (lambda: packed({SHEET: "<!DOCTYPE x>".encode("utf-16")}, plain_book()), "encoding"),
    "a row a million down": (
        lambda: packed({SHEET: HEAD + b'<row r="1048576"><c/></row></sheetData></worksheet>'}, plain_book()),
        "headings is missing",
    ),
    "too many rows without a number": (
        lambda: packed({SHEET: HEAD + b"<row><c/></row>" * 3_000 + b"</sheetData></worksheet>"}, plain_book()),
        "headings is missing",
    ),
    "too many cells": (
        lambda: packed(
            {SHEET: HEAD + b"".join(b"<c><v>%d</v></c>" % (n * 7_919) for n in range(70_000))}, plain_book()
        ),
        "cells",
    ),
    "too many strings": (lambda: packed({"xl/sharedStrings.xml": b"<si></si>" * 40_000}, plain_book()), "texts"),
    "too many formats": (lambda: packed({"xl/styles.xml": b"<xf/>" * 450_000}, plain_book()), "far more"),
    "macros": (lambda: packed({"xl/vbaProject.bin": b"x"}, plain_book()), "macros"),
    "a link to another file": (lambda: packed({"xl/externalLinks/externalLink1.xml": b"<x/>"}, plain_book()), "links"),
    "no headings": (plain_book, "headings is missing"),
    "broken XML": (lambda: packed({"xl/workbook.xml": b"<workbook><sheets>"}, plain_book()), "damaged"),
    "too large": (lambda: b"PK\x03\x04" + bytes(6_000_000), "is damaged"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_that_is_no_log_is_refused_beside_its_box_in_bounded_time(cast: Cast, round: Round, what: str) -> None:
    make, say = HOSTILE[what]
    data = make()
    if what.startswith("a bomb of"):
        assert len(data) < 5_000_000
    answer = signed_in(cast.reviewer).post(
        url("check-upload", round.pk), {"upload": SimpleUploadedFile("log.xlsx", data)}
    )
    assert answer.status_code == 200
    assert say in answer.content.decode()
    assert not LogUpload.objects.exists()


def test_another_forces_people_reach_no_part_of_it(cast: Cast, round: Round) -> None:
    upload, _ = dry(cast, round, downloaded(cast, round))
    client = signed_in(cast.outsider)
    for name, args in (
        ("check-log-download", (round.pk,)),
        ("check-upload-show", (round.pk, upload.pk)),
        ("check-upload-rest", (round.pk, upload.pk)),
    ):
        assert client.get(url(name, *args)).status_code == 404
    for name in ("check-upload-apply", "check-upload-discard"):
        assert client.post(url(name, round.pk, upload.pk)).status_code == 404
    with pytest.raises(NotAllowed, match="liaison officer and reviewers"):
        saving.apply_upload(upload, by=cast.outsider)


def test_a_person_who_only_reads_downloads_and_changes_nothing(cast: Cast, round: Round) -> None:
    client = signed_in(cast.chief_officer)
    data = client.get(url("check-log-download", round.pk)).content
    page = client.post(url("check-upload", round.pk), {"upload": SimpleUploadedFile("log.xlsx", data)})
    assert "Only your force’s liaison officer and reviewers" in page.content.decode()


def test_the_mark_of_a_row_changes_with_its_words(cast: Cast, round: Round) -> None:
    cells = point_cells(round.points.get())
    assert cells["check"] == check_of(cells)
    for key in ("quoted", "proposed", "explanation", "kind", "version", "id"):
        assert check_of({**cells, key: "other"}) != cells["check"], key
    assert len(HEADINGS) == len(KEYS)
    assert not Row(2, {"ref": "PC-1"}).written
