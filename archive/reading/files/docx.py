"""A Word document into lines: paragraphs, list items, tables, text boxes; headers, footers and footnotes apart.

Text that a tracked change deleted is not read, text that one inserted is; both are said.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from archive.reading.files.lines import Extracted, Line, Unreadable, one_line, without_edges

MOST_PARTS = 2_000
MOST_BYTES = 80 * 1024**2
MOST_RATIO = 200
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LETTERHEAD = re.compile(r"\bInspectorate\b", re.IGNORECASE)
#: Word's own styles for deeper lists: "List Bullet 2".
_LEVEL = re.compile(r"^List \w+ ([2-5])$")
_STOPS = re.compile(r"[.!?;:,]\W*$")
_CHECK_BOX = re.compile(r"^\s*([☐☑☒])\s")
_DATE_FIELD = re.compile(r"\s*(?:DATE|TIME|SAVEDATE|PRINTDATE|CREATEDATE)\b")
_REFERS = re.compile(r"\b(?:paragraph|para|section|point|item|recommendation)s?\s+\(?\d+[^.;,]{0,20}", re.IGNORECASE)
_SKIPPED = {f"{_W}{name}" for name in ("pPr", "rPr", "instrText", "tblPr", "trPr", "tcPr", "sectPr", "sdtPr")}
_CHARACTERS = {f"{_W}tab": " ", f"{_W}noBreakHyphen": "-", f"{_W}softHyphen": "\u00ad", f"{_W}ptab": " "}


@dataclass
class _Notes:
    inserted: int = 0
    deleted: int = 0
    tables: int = 0
    chunks: int = 0
    joined: int = 0
    numbered: int = 0
    comments: list[str] = field(default_factory=list)
    checked: int = 0
    unchecked: int = 0
    dates: list[str] = field(default_factory=list)
    unfilled: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)


def read_docx(data: bytes) -> Extracted:
    _check_archive(data)
    import docx

    document = docx.Document(io.BytesIO(data))
    return _Reader(document).read()


def _check_archive(data: bytes) -> None:
    """Refuse what unpacks to far more than a letter, and XML that brings definitions of its own."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise Unreadable("The file is damaged and cannot be opened. Save it in Word again first.") from None
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("The file is protected with a password. Take the password off, then import it.")
    if "word/document.xml" not in {part.filename for part in parts}:
        raise Unreadable("The file is not a Word document. Open it in Word and save it as .docx.")
    with archive.open("word/document.xml") as document:
        if _STRICT in document.read(4096):
            raise Unreadable(
                "The file is a Strict Open XML Document. Open it in Word and save it as “Word Document (.docx)”."
            )
    unpacked = sum(part.file_size for part in parts)
    bombs = [p for p in parts if p.file_size > 1024**2 and p.file_size > MOST_RATIO * max(p.compress_size, 1)]
    if len(parts) > MOST_PARTS or unpacked > MOST_BYTES or bombs:
        raise Unreadable("The file unpacks to far more than any letter holds, so it was left. Save it in Word again.")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")) and _defines(archive.read(part)):
            raise Unreadable("The file defines entities of its own, as no Word document does. Save it in Word again.")


def _defines(xml: bytes) -> bool:
    bare = xml.replace(b"\x00", b"")
    return b"<!DOCTYPE" in bare or b"<!ENTITY" in bare


class _Reader:
    def __init__(self, document: Any) -> None:
        self.document = document
        self.notes = _Notes()
        self._known_formats: dict[tuple[str, str], str] | None = None
        self.styles = {style.style_id: style for style in document.styles}

    def read(self) -> Extracted:
        heads, feet = self._headers_and_footers()
        body = list(self._blocks(self.document.element.body))
        asides = [Line(text, aside="hidden text") for text in self.notes.hidden]
        lines = without_edges([*heads, Line(""), *body, Line(""), *self._footnotes(), *asides, *feet])
        return Extracted(lines, tuple(self._questions(body)), tuple(self._notices()))

    # What is told and asked

    def _notices(self) -> Iterator[str]:
        if self.notes.deleted:
            yield f"{_count(self.notes.deleted)} deleted by tracked changes: not read"
        if self.notes.inserted:
            yield f"{_count(self.notes.inserted)} inserted by tracked changes: read as part of the letter"

    def _comments(self) -> Iterator[str]:
        from docx.oxml import parse_xml

        for part in self.document.part.package.iter_parts():
            if re.search(r"/comments\.xml$", str(part.partname)):
                for comment in parse_xml(part.blob):
                    words = " ".join(" ".join(str(each.text or "") for each in comment.iter(f"{_W}t")).split())
                    if words:
                        yield words

    def _questions(self, body: Sequence[Line]) -> Iterator[str]:
        if self.notes.deleted or self.notes.inserted:
            yield "the document has tracked changes: read as if all were accepted"
        if self.notes.tables:
            yield f"the document has {self.notes.tables} table{'s' * (self.notes.tables > 1)}: read cell by cell"
        for text in self._comments():
            yield f"the document has a comment, which is not read: “{text[:160]}”"
        if self.notes.numbered:
            refers = _REFERS.search(" ".join(line.text for line in body))
            also = f", and the letter refers to “{refers.group(0)}”" if refers else ""
            yield (
                f"{self.notes.numbered} paragraph{'s have' if self.notes.numbered > 1 else ' has'} automatic numbers, "
                f"which are not part of the text and not read{also}"
            )
        if boxes := self.notes.checked + self.notes.unchecked:
            some = f"{boxes} check box{'es' * (boxes > 1)}"
            yield f"the document has {some}, {self.notes.checked} ticked: ticks are not read"
        for text in self.notes.dates:
            yield f"“{text}” is a date that Word fills in by itself: see whether it is the letter’s own"
        for text in self.notes.unfilled:
            yield f"“{text[:60]}” is a place that was not filled in"
        if self.notes.chunks:
            yield "the document has another file inserted, which was not read: open it in Word and save it again first"
        if self.notes.joined:
            yield "tracked changes took the end of a paragraph away: its two halves were kept apart"
        for text in self.notes.boxes:
            yield f"'{text}' stands in a text box: read where the box is anchored"
        for text in self.notes.struck:
            yield f"'{text[:60]}' is struck through: read as part of the letter"
        if self.notes.hidden:
            yield "the document has hidden text: kept apart from the letter's text"

    # Parts around the text

    def _headers_and_footers(self) -> tuple[list[Line], list[Line]]:
        heads: dict[str, Line] = {}
        feet: dict[str, Line] = {}
        for section in self.document.sections:
            for part in (section.first_page_header, section.header, section.even_page_header):
                self._apart(part, heads, "running header")
            for part in (section.first_page_footer, section.footer, section.even_page_footer):
                self._apart(part, feet, "running footer")
        return list(heads.values()), list(feet.values())

    def _apart(self, part: Any, found: dict[str, Line], kind: str) -> None:
        if part.is_linked_to_previous:
            return
        for line in self._blocks(part._element):
            if line.text.strip() and line.text not in found:
                # A letterhead often stands in the first page's header: that is text of the letter.
                is_text = kind == "running header" and _LETTERHEAD.search(line.text) and not found
                found[line.text] = Line(line.text) if is_text else Line(line.text, aside=kind)

    def _footnotes(self) -> Iterator[Line]:
        from docx.oxml import parse_xml

        for part in self.document.part.package.iter_parts():
            if not re.search(r"/(?:foot|end)notes\.xml$", str(part.partname)):
                continue
            for note in parse_xml(part.blob):
                if note.get(f"{_W}type") in (None, "normal"):
                    for line in self._blocks(note):
                        if line.text.strip():
                            yield Line(line.text, aside="footnote")

    # Text

    def _blocks(self, container: Any) -> Iterator[Line]:
        """Lines of everything in a body, a cell, a header, a text box; an empty line after each paragraph."""
        for element in container:
            if element.tag == f"{_W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                self.notes.tables += 1
                for cell in _cells(element):
                    yield from self._blocks(cell)
            elif element.tag == f"{_W}altChunk":
                self.notes.chunks += 1
            elif element.tag not in _SKIPPED and element.tag not in (f"{_W}del", f"{_W}moveFrom"):
                yield from self._blocks(_chosen(element))

    def _paragraph(self, paragraph: Any) -> Iterator[Line]:
        boxes: list[Any] = []
        text = "".join(self._text(paragraph, boxes))
        heading, level = self._is_heading(paragraph, text), self._list_level(paragraph)
        mark = "" if level is None or heading or not text.strip() else "    " * level + ("• " if not level else "o ")
        if ticked := _CHECK_BOX.match(text):
            # The box is the item's own mark.
            mark = ""
            self.notes.checked += ticked.group(1) != "☐"
            self.notes.unchecked += ticked.group(1) == "☐"
        self.notes.numbered += bool(mark) and self._is_numbered(paragraph)
        for n, line in enumerate(part for part in text.split("\n") if part.strip()):
            # No word is added: the mark stands for the list's own, which Word draws and does not write.
            yield Line(one_line((mark if n == 0 else "") + line.strip()), heading=heading)
        yield Line("")
        self.notes.joined += paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None
        for box in boxes:
            lines = list(self._blocks(box))
            if words := " ".join(line.text for line in lines if line.text):
                self.notes.boxes.append(words[:60])
            yield from lines

    def _text(self, element: Any, boxes: list[Any], *, inserted: bool = False) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag in (f"{_W}del", f"{_W}moveFrom"):
                words = " ".join(str(t.text or "") for t in child.iter(f"{_W}delText", f"{_W}t"))
                self.notes.deleted += len(words.split())
            elif tag == f"{_W}txbxContent":
                boxes.append(child)
            elif tag == f"{_M}t":
                yield str(child.text or "")
            elif tag == f"{_W}t":
                yield self._words(element, str(child.text or ""), inserted=inserted)
            elif tag == f"{_W}br" or tag == f"{_W}cr":
                yield "\n"
            elif tag == f"{_W}sym":
                yield _symbol(child)
            elif tag in _CHARACTERS:
                yield _CHARACTERS[tag]
            elif isinstance(tag, str) and tag not in _SKIPPED:
                self._look_at(child)
                inside = inserted or tag in (f"{_W}ins", f"{_W}moveTo")
                yield from self._text(_chosen(child), boxes, inserted=inside)

    def _words(self, run: Any, text: str, *, inserted: bool) -> str:
        if inserted:
            self.notes.inserted += len(text.split())
        if _is_on(run.find(f"{_W}rPr/{_W}vanish")) and text.strip():
            self.notes.hidden.append(one_line(text))
            return " "
        if any(_is_on(run.find(f"{_W}rPr/{_W}{name}")) for name in ("strike", "dstrike")) and text.strip():
            self.notes.struck.append(one_line(text))
        return text

    def _look_at(self, element: Any) -> None:
        """What a content control or a field holds that was not typed: a date of today, words that ask for words."""
        words = one_line("".join(str(each.text or "") for each in element.iter(f"{_W}t"))).strip()
        if element.tag == f"{_W}sdt" and words:
            if element.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None:
                self.notes.unfilled.append(words)
        elif element.tag == f"{_W}fldSimple" and _DATE_FIELD.match(element.get(f"{_W}instr") or "") and words:
            self.notes.dates.append(words)
        elif (code := element.find(f"{_W}instrText")) is not None and _DATE_FIELD.match(str(code.text or "")):
            self.notes.dates.append(_result_of(element))

    # What the file says of a paragraph

    def _is_numbered(self, paragraph: Any) -> bool:
        """Whether Word draws a number or letter before it, and no bullet."""
        places = [paragraph, *(style.element for style in _with_bases(self._style(paragraph)))]
        number = next((found for place in places if (found := place.find(f"{_W}pPr/{_W}numPr")) is not None), None)
        if number is None:
            return False
        known, level = number.find(f"{_W}numId"), number.find(f"{_W}ilvl")
        wanted = (
            known.get(f"{_W}val") if known is not None else "",
            level.get(f"{_W}val") if level is not None else "0",
        )
        return self._formats().get(wanted, "bullet") not in ("bullet", "none")

    def _formats(self) -> dict[tuple[str, str], str]:
        """By list and level: decimal, lowerLetter, bullet ..."""
        if self._known_formats is None:
            self._known_formats = {}
            root = next(
                (p for p in self.document.part.package.iter_parts() if str(p.partname) == "/word/numbering.xml"), None
            )
            if root is not None:
                self._known_formats = _formats_of(root)
        return self._known_formats

    def _is_heading(self, paragraph: Any, text: str) -> bool:
        style = self._style(paragraph)
        names = [each.name.lower() for each in _with_bases(style)]
        if any(name.startswith("heading") for name in names):
            return bool(text.strip())
        if not text.strip() or len(text.split()) > 12 or _STOPS.search(text.strip()):
            return False
        runs = [run for run in paragraph.iter(f"{_W}r") if "".join(run.itertext()).strip()]
        return bool(runs) and all(_is_on(run.find(f"{_W}rPr/{_W}b")) for run in runs)

    def _style(self, paragraph: Any) -> Any:
        named = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return self.styles.get(named.get(f"{_W}val")) if named is not None else None

    def _list_level(self, paragraph: Any) -> int | None:
        """How deep a list item lies; None for what is none."""
        named = next((n for each in _with_bases(self._style(paragraph)) if (n := _LEVEL.search(each.name))), None)
        places = [paragraph, *(style.element for style in _with_bases(self._style(paragraph)))]
        for place in places:
            number = place.find(f"{_W}pPr/{_W}numPr")
            if number is None:
                continue
            known, level = number.find(f"{_W}numId"), number.find(f"{_W}ilvl")
            if known is not None and known.get(f"{_W}val") == "0":
                return None
            if level is None:
                return int(named.group(1)) - 1 if named else 0
            return min(int(level.get(f"{_W}val") or 0), 8)
        return None


def _formats_of(part: Any) -> dict[tuple[str, str], str]:
    from docx.oxml import parse_xml

    root = parse_xml(part.blob)
    levels = {
        (each.get(f"{_W}abstractNumId"), level.get(f"{_W}ilvl")): format.get(f"{_W}val")
        for each in root.iter(f"{_W}abstractNum")
        for level in each.iter(f"{_W}lvl")
        if (format := level.find(f"{_W}numFmt")) is not None
    }
    made: dict[tuple[str, str], str] = {}
    for number in root.iter(f"{_W}num"):
        of = number.find(f"{_W}abstractNumId")
        for (abstract, level), format in levels.items():
            if of is not None and abstract == of.get(f"{_W}val"):
                made[number.get(f"{_W}numId"), level] = format
    return made


def _result_of(run: Any) -> str:
    """The words of a field that begins in this run: those after its separator, up to its end."""
    words, inside = "", False
    for sibling in run.itersiblings():
        kinds = {each.get(f"{_W}fldCharType") for each in sibling.iter(f"{_W}fldChar")}
        if "end" in kinds:
            break
        inside = inside or "separate" in kinds
        words += "".join(str(each.text or "") for each in sibling.iter(f"{_W}t")) if inside else ""
    return one_line(words).strip() or "A date"


def _cells(table: Any) -> Iterator[Any]:
    """The cells of a table in order, those of a table inside a cell apart: they are read with their cell."""
    for element in table.iterchildren():
        if element.tag == f"{_W}tc":
            yield element
        elif element.tag not in _SKIPPED:
            yield from _cells(element)


def _with_bases(style: Any) -> list[Any]:
    found: list[Any] = []
    while style is not None and len(found) < 20:
        found.append(style)
        style = getattr(style, "base_style", None)
    return found


def _chosen(element: Any) -> Any:
    """Word writes a drawing twice, for new and old readers: the first is taken."""
    if element.tag == f"{_MC}AlternateContent":
        return next(iter(element), element)
    return element


def _is_on(toggle: Any) -> bool:
    return toggle is not None and toggle.get(f"{_W}val") not in ("0", "false", "off")


def _symbol(element: Any) -> str:
    try:
        code = int(element.get(f"{_W}char") or "", 16)
    except ValueError:
        return ""
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE else ""


def _count(words: int) -> str:
    return f"{words} word{'s' * (words > 1)} {'were' if words > 1 else 'was'}"
