"""What a PDF holds beside the text of its pages: form fields, notes, encryption. Made plain before the pages are read.

Values of filled fields and typed notes stand on the page as a reader sees it, so they become part of it; notes that a
reader must open do not, and are named.
"""

import io
from dataclasses import dataclass, field

import pikepdf

#: How a comment is kept in a PDF: these are opened by a click, the others are drawn on the page.
_OPENED = {"/Text", "/Popup", "/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia"}
_MARKS = {
    "/Highlight": "highlighted",
    "/StrikeOut": "struck out",
    "/Underline": "underlined",
    "/Squiggly": "underlined",
}


@dataclass
class Plain:
    """The PDF with its fields drawn, and what a person is told or asked about them."""

    data: bytes
    notes: list[str] = field(default_factory=list)


def plain(data: bytes) -> Plain:
    """Open without a password where none is needed to read, and draw fields and typed notes onto their pages.

    A file that cannot be opened so is given back as it came: its reader says what is wrong with it.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            made = Plain(data, _notes(document))
            if not (document.is_encrypted or made.notes or _has_fields(document)):
                return made
            document.generate_appearance_streams()
            document.flatten_annotations("all")
            drawn = io.BytesIO()
            document.save(drawn, encryption=False)
            made.data = drawn.getvalue()
            return made
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, KeyError, TypeError, AttributeError):
        return Plain(data)


def _has_fields(document: pikepdf.Pdf) -> bool:
    return any(each.get("/Subtype") == "/Widget" for page in document.pages for each in page.get("/Annots", []))


def _notes(document: pikepdf.Pdf) -> list[str]:
    fields, opened, marked, typed = list[str](), list[str](), list[str](), list[str]()
    for page in document.pages:
        for each in page.get("/Annots", []):
            kind, words = str(each.get("/Subtype", "")), _words(each.get("/Contents"))
            if kind == "/Widget":
                value = _words(_inherited(each, "/V"))
                fields += [value] if value and value not in ("Off", "/Off") else []
            elif kind == "/FreeText":
                typed += [words] if words else []
            elif kind in _MARKS:
                marked.append(f"{_MARKS[kind]}{f': {words}' if words else ''}")
            elif kind in _OPENED and kind != "/Popup" and words:
                opened.append(words)
    made = [f"the PDF has a form field, read where it stands on its page: “{each[:80]}”" for each in fields]
    made += [f"a note is typed on a page of the PDF, read as part of it: “{each[:80]}”" for each in typed]
    made += [f"the PDF has a comment, which is not read: “{each[:160]}”" for each in opened]
    made += [f"words of the PDF are {each}" for each in marked]
    return made


def _inherited(annotation: pikepdf.Object, name: str) -> pikepdf.Object | None:
    """A field's value may stand with its parent."""
    found: pikepdf.Object | None = annotation
    for _ in range(10):
        if found is None or name in found:
            break
        found = found.get("/Parent")
    return found.get(name) if found is not None else None


def _words(value: object) -> str:
    return " ".join(str(value).split()) if value is not None else ""
