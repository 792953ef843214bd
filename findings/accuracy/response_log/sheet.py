"""Writes the log: one row a point and one a paragraph. Text is only ever text: no cell of it can become a formula."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from findings.accuracy.draft import draft_of
from findings.accuracy.response_log.columns import COLUMNS, GUIDE, KEYS, LOG, MARK, empty_cells, fitted, point_cells
from findings.models import Point, PointFile, Round
from hmic_core import clock
from hmic_core.models import User
from hmic_core.templatetags.times import london
from hmic_core.text.markdown import plain_words

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Empty rows at the foot in which further points may be written, with the reference typed.
SPARE = 200
_HEAD = PatternFill("solid", fgColor="1F3352")
_FIXED = PatternFill("solid", fgColor="EEF1F5")
_WRAP = Alignment(vertical="top", wrap_text=True)


def file_name(round: Round) -> str:
    return f"{round.inspection.slug}-{round.force.slug}-response-log.xlsx"


def written(round: Round, by: User, contact: str) -> bytes:
    """The whole log of a round, as the bytes of an .xlsx."""
    return _workbook(round, by, contact, log_rows(round))


def written_again(round: Round, by: User, contact: str, rows: Sequence[dict[str, str]]) -> bytes:
    """Some rows of an upload as they came, to be corrected."""
    return _workbook(round, by, contact, rows)


def log_rows(round: Round) -> list[dict[str, str]]:
    """Under each paragraph its points, then an empty row for another; the whole draft last."""
    draft = draft_of(round)
    files: dict[object, list[str]] = {}
    for given in (
        PointFile.objects.given().filter(point__round=round).select_related("file").order_by("file__created_at")
    ):
        files.setdefault(given.point_id, []).append(given.file.name)
    rows = []
    for passage in draft.passages:
        shown = {"draft": plain_words(passage.paragraph.text)}
        points = [noted.point for noted in passage.points]
        rows += [point_cells(point) | shown | _about(point, files) for point in points]
        rows.append(empty_cells(passage.paragraph) | shown)
    rows += [point_cells(noted.point) | _about(noted.point, files) for noted in draft.whole]
    return [*rows, empty_cells(None)]


def _about(point: Point, files: dict[object, list[str]]) -> dict[str, str]:
    from findings.accuracy.rounds import lacks

    return {
        "author": str(point.author),
        "files": "\n".join(files.get(point.pk, [])),
        "state": (lacks(point) or "Ready") if point.submitted_at is None else "Sent",
    }


def _workbook(round: Round, by: User, contact: str, rows: Iterable[dict[str, str]]) -> bytes:
    book = Workbook()
    book.properties.creator = book.properties.lastModifiedBy = "HMIC"
    book.properties.title = f"Response log, {round.force}"
    log = book.active
    assert isinstance(log, Worksheet)  # noqa: S101
    log.title = LOG
    _fill_log(log, list(rows))
    _fill_guide(book.create_sheet(GUIDE), round, by, contact)
    mark = book.create_sheet(MARK)
    for at, (name, value) in enumerate((("check", str(round.pk)), ("copy", round.copy_hash)), start=1):
        _put(mark, at, 1, name)
        _put(mark, at, 2, value)
    mark.sheet_state = "hidden"
    mark.protection.sheet = True
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _put(sheet: Worksheet, row: int, column: int, text: str, *, open: bool = False) -> None:
    """Text as text: whatever it begins with, the program that opens the file takes it for words."""
    cell = sheet.cell(row, column)
    cell.value = fitted(text)
    cell.data_type = "s"
    cell.quotePrefix = True
    cell.number_format = "@"
    cell.alignment = _WRAP
    cell.protection = Protection(locked=not open)


def _fill_log(log: Worksheet, rows: list[dict[str, str]]) -> None:
    for at, (_, heading, width, _, shown) in enumerate(COLUMNS, start=1):
        _put(log, 1, at, heading)
        log.cell(1, at).font = Font(bold=True, color="FFFFFF")
        log.cell(1, at).fill = _HEAD
        log.column_dimensions[get_column_letter(at)].width = width
        log.column_dimensions[get_column_letter(at)].hidden = not shown
    for number, cells in enumerate([*rows, *({} for _ in range(SPARE))], start=2):
        spare = not cells
        for at, (key, _, _, writes, _) in enumerate(COLUMNS, start=1):
            may = writes or (spare and key == "ref")
            if cells.get(key) or may:
                _put(log, number, at, cells.get(key, ""), open=may)
            if not may and not spare:
                log.cell(number, at).fill = _FIXED
    log.freeze_panes = "D2"
    log.sheet_view.zoomScale = 90
    log.page_setup.orientation, log.page_setup.fitToWidth, log.page_setup.fitToHeight = "landscape", 1, 0
    log.sheet_properties.pageSetUpPr.fitToPage = True
    log.print_title_rows = "1:1"
    # Keeps the identifying columns whole; there is no password, since the upload checks them anyway.
    log.protection.sheet = True
    log.protection.formatColumns = log.protection.formatRows = log.protection.autoFilter = False
    kinds = DataValidation(type="list", formula1='"{}"'.format(",".join(Point.Kind.labels)), allow_blank=True)
    kinds.errorTitle, kinds.error = "Kind", "Choose a kind from the list."
    kinds.add(f"{get_column_letter(KEYS.index('kind') + 1)}2:{get_column_letter(KEYS.index('kind') + 1)}{number}")
    log.add_data_validation(kinds)


def _fill_guide(guide: Worksheet, round: Round, by: User, contact: str) -> None:
    lines = [
        f"In confidence. {round.force}: response log of the factual accuracy check, {round.inspection.title}.",
        f"Downloaded {london(clock.now())} by {by}. Share only with people added to this check.",
        "",
        "Write in the white cells. One row is one point; each paragraph has an empty row for a new one.",
        "For a second new point on a paragraph, use a row at the foot and type its Ref, such as PC-3.",
        f"Kind is one of: {', '.join(map(str, Point.Kind.labels))}.",
        "Words in the draft: copy them exactly as they stand in the paragraph.",
        "Then upload the file on the page of the response log: it says what each row would do before it saves.",
        "A row that you delete here deletes nothing there: withdraw a point on its page.",
        "Evidence files are added on the point’s page.",
        "",
        f"Need a person? {contact}",
    ]
    for number, line in enumerate(lines, start=1):
        _put(guide, number, 1, line)
    guide.column_dimensions["A"].width = 110
    guide.protection.sheet = True
