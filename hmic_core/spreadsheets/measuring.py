"""Before a spreadsheet is opened its parts are measured, and trusted in nothing.

Refused unread: a zip bomb, a part with a document type or an entity, a link to another file, a macro, too many texts.
"""

import io
import re
import zipfile

from hmic_core.spreadsheets.book import MOST_CELLS, Unreadable

MOST_BYTES = 5 * 1024 * 1024
MOST_PARTS = 200
MOST_UNPACKED = 40 * 1024 * 1024
#: A spreadsheet of text packs to about a tenth; a part above a megabyte that packs to a hundredth is no text.
MOST_RATIO, FROM_SIZE = 100, 1024 * 1024
#: Styles and themes are read whole and hold little that is wanted here.
MOST_STYLE = 2 * 1024 * 1024
MOST_STRINGS = 30_000
_REFUSED_PARTS = ("vbaproject", "externallinks/", "embeddings/", "activex", "macrosheets/", "connections.xml")
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_FORMAT = (
    "The file is an old .xls spreadsheet, or needs a password. Open it, choose Save as, then Excel workbook (.xlsx), "
    "without a password."
)
NUMBERS = "The file is a Numbers document. In Numbers choose File, Export to, Excel, and upload the .xlsx file."
NO_SPREADSHEET = "The file is not a spreadsheet that can be read. Save it as .xlsx, .ods or .csv first."


def kind_of(data: bytes) -> str:
    """“xlsx”, “ods” or “csv”, by what the bytes are. Raises Unreadable with the way out of any other format."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // 1024**2} MB. A table of text is smaller.")
    if data.startswith(_OLD):
        raise Unreadable(OLD_FORMAT)
    if not data.startswith(b"PK"):
        if (
            not data.strip()
            or b"\0" in data.replace(b"\0", b"", len(data) // 2)
            or data.startswith((b"%PDF", b"{\\rtf"))
        ):
            raise Unreadable(NO_SPREADSHEET)
        return "csv"
    return _packed_kind(data)


def _packed_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            kind = _kind_of_parts(parts)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _measure_xml(part.filename.lower(), packed.read(part))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, RuntimeError):
        raise Unreadable(NO_SPREADSHEET) from None
    return kind


def _kind_of_parts(parts: list[zipfile.ZipInfo]) -> str:
    """By what the zip says of its parts; its reader never unpacks more of a part than that."""
    names = [part.filename.lower() for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("The file needs a password. Save it without one.")
    if any(name.endswith(".iwa") or name == "index.zip" for name in names):
        raise Unreadable(NUMBERS)
    if any(each in name for name in names for each in _REFUSED_PARTS) or any("basic/" in name for name in names):
        raise Unreadable("The file holds macros or links to other files. Save it as .xlsx without them.")
    if len(parts) > MOST_PARTS or len(set(names)) != len(names):
        raise Unreadable(NO_SPREADSHEET)
    bomb = any(p.file_size > FROM_SIZE and p.file_size > MOST_RATIO * max(p.compress_size, 1) for p in parts)
    if bomb or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable("The file unpacks to far more than a table of text holds, so it was not opened.")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    raise Unreadable(NO_SPREADSHEET)


def _measure_xml(name: str, xml: bytes) -> None:
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in xml[:200]:
        raise Unreadable("The file is in an encoding that is not read here. Save it as .xlsx again.")
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise Unreadable("The file holds definitions that a spreadsheet does not need, so it was not opened.")
    if name.startswith(("xl/styles", "xl/theme")) and len(xml) > MOST_STYLE:
        raise Unreadable("The file holds far more formats than a table of text needs. Copy the table into a new file.")
    if name == "xl/sharedstrings.xml" and xml.count(b"<si>") + xml.count(b"<si ") > MOST_STRINGS:
        raise Unreadable(f"The file holds more than {MOST_STRINGS:,} different texts. Copy the table into a new file.")
    cells = len(re.findall(rb"<(?:\w+:)?(?:c|table-cell)\b(?![^>]*/>)", xml))
    if (name.startswith("xl/worksheets/") or name == "content.xml") and cells > MOST_CELLS:
        raise Unreadable(f"The file holds more than {MOST_CELLS:,} cells. Copy the table into a new file.")
