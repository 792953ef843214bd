"""A force's drafts as a Word file: real headings and lists, emphasis as in the editor, marked on every page."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from findings.models import Finding
from forces.models import Force
from hmic_core import clock
from hmic_core.templatetags.times import london
from hmic_core.text.markdown import runs
from inspections.models import Inspection

MARK = "For the inspectorate only. Draft, not checked by the force."
_LIST = ("List Bullet", "List Bullet 2", "List Bullet 3")
_INK, _NAVY, _QUIET = RGBColor(0x0B, 0x0C, 0x0C), RGBColor(0x1F, 0x32, 0x52), RGBColor(0x50, 0x5A, 0x5F)
#: Style -> size in points, colour, space before in points.
_STYLES = {
    "Normal": (11, _INK, 0),
    "Title": (20, _INK, 0),
    "Heading 1": (15, _NAVY, 20),
    "Heading 2": (11.5, _NAVY, 14),
    "Heading 3": (10, _QUIET, 6),
    "Header": (9, _INK, 0),
    "Footer": (9, _QUIET, 0),
}


def of_drafts(inspection: Inspection, force: Force, findings: Sequence[Finding]) -> bytes:
    """The findings of one force, theme by theme, each with its basis."""
    document = Document()
    title, at = f"Draft findings: {force.name}", clock.now()
    _describe(document, title)
    _set_type(document)
    _mark_pages(document, f"{force.name}. Working copy of {london(at)}. Page ")
    document.add_heading(title, level=0)
    document.add_paragraph(inspection.title)
    theme = None
    for finding in findings:
        if finding.theme_id != theme:
            theme = finding.theme_id
            document.add_heading(finding.theme.title, level=1)
            document.add_paragraph(f"The question: {finding.theme.question}")
        _add_finding(document, finding)
    if not findings:
        document.add_paragraph("No findings yet.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add_finding(document: Any, finding: Finding) -> None:
    words = f"{finding.reference}: {finding.get_kind_display().lower()}, {finding.get_state_display().lower()}"
    document.add_heading(words, level=2)
    _add_words(document, finding.text)
    if finding.basis.strip():
        document.add_heading("Basis that the force may be told", level=3)
        _add_words(document, finding.basis)


def _add_words(document: Any, markdown: str) -> None:
    for depth, said in runs(markdown):
        style = _LIST[min(depth, len(_LIST)) - 1] if depth else None
        paragraph = document.add_paragraph(style=style)
        for run in said:
            made = paragraph.add_run(run.text)
            made.bold, made.italic = run.bold or None, run.italic or None


def _describe(document: Any, title: str) -> None:
    """A title and a language; nobody's name, and no time but the database's."""
    about = document.core_properties
    about.title, about.language = title, "en-GB"
    about.author = about.last_modified_by = about.comments = about.keywords = about.subject = ""
    about.created = about.modified = clock.now().replace(tzinfo=None)


def _set_type(document: Any) -> None:
    """Arial on A4, in the colours of the letters."""
    for name, (size, colour, before) in _STYLES.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Arial", Pt(size), colour
        style.paragraph_format.space_before = Pt(before)
        fonts = style.element.rPr.rFonts
        for part in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{part}"), None)
    _replace(document.styles["Normal"].element.get_or_add_rPr(), "w:lang", "en-GB")
    rule = document.styles["Title"].element.pPr
    rule.remove(rule.find(qn("w:pBdr")))
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(25)


def _replace(properties: Any, name: str, value: str) -> None:
    for old in properties.findall(qn(name)):
        properties.remove(old)
    made = OxmlElement(name)
    made.set(qn("w:val"), value)
    properties.append(made)


def _mark_pages(document: Any, foot: str) -> None:
    """Who it is for above every page; below, whose it is, of when, and the page's number."""
    page = document.sections[0]
    page.header.paragraphs[0].add_run(MARK).bold = True
    below = page.footer.paragraphs[0]
    below.add_run(foot)
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    below._p.append(number)
