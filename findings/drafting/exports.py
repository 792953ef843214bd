"""One force's drafts as a Word file and as CSV. Never evidence; no author's name in any metadata."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from findings.models import Finding
from forces.models import Force
from hmic_core import audit, clock
from hmic_core.audit import Action
from hmic_core.files import digest
from hmic_core.models import User
from hmic_core.templatetags.times import london
from hmic_core.text import runs
from inspections.models import Inspection

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV = "text/csv; charset=utf-8"
_LIST = ("List Bullet", "List Bullet 2", "List Bullet 3")


@transaction.atomic
def export_drafts(inspection: Inspection, force: Force, kind: str, by: User) -> bytes:
    """The findings of a force that `by` may see, in the letter's order. `kind`: "docx" or "csv". Recorded."""
    visible = Finding.objects.visible_to(by).present().filter(inspection=inspection, force=force)
    findings = list(visible.select_related("theme").in_order())
    data = as_docx(inspection, force, findings) if kind == "docx" else as_csv(findings)
    audit.record(
        Action.DRAFTS_EXPORTED,
        by,
        inspection,
        force=force.slug,
        format=kind,
        findings=len(findings),
        file_sha256=digest(data),
    )
    return data


def as_csv(findings: Iterable[Finding]) -> bytes:
    """One row a finding."""
    out = io.StringIO()
    out.write("\ufeff")  # Excel takes a file without it for Windows-1252
    writer = csv.writer(out)
    writer.writerow(["Reference", "Theme", "Kind", "State", "Text", "Basis", "Revision", "Last changed (London)"])
    for each in findings:
        kind, state = each.get_kind_display(), each.get_state_display()
        row = (each.reference, each.theme.title, kind, state, each.text, each.basis, each.version)
        writer.writerow([*map(cell, row), london(each.changed_at)])
    return out.getvalue().encode()


def cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula, leading spaces or not."""
    words = str(value)
    begins = words.lstrip(" \u00a0")[:1]
    return f"'{words}" if begins in ("=", "+", "-", "@", "\t", "\r", "\n", "|") and begins else words


def as_docx(inspection: Inspection, force: Force, findings: Sequence[Finding]) -> bytes:
    """Headings for themes and findings, real lists, bold and italic as in the editor."""
    document = Document()
    _describe(document, f"Draft findings: {force.name}")
    document.add_heading(f"Draft findings: {force.name}", level=0)
    document.add_paragraph(inspection.title)
    said = document.add_paragraph()
    said.add_run("For the inspectorate only.").bold = True
    said.add_run(f" Working copy of {london(clock.now())}. It has not been checked by the force.")
    theme = None
    for finding in findings:
        if finding.theme_id != theme:
            theme = finding.theme_id
            document.add_heading(finding.theme.title, level=1)
            document.add_paragraph(f"The question: {finding.theme.question}")
        _finding(document, finding)
    if not findings:
        document.add_paragraph("No findings yet.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _finding(document: Any, finding: Finding) -> None:
    words = f"{finding.reference}: {finding.get_kind_display().lower()}, {finding.get_state_display().lower()}"
    document.add_heading(words, level=2)
    _words(document, finding.text)
    if finding.basis.strip():
        document.add_heading("Basis that the force may be told", level=3)
        _words(document, finding.basis)


def _words(document: Any, markdown: str) -> None:
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
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    properties = normal.element.get_or_add_rPr()
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(language)


def file_name(inspection: Inspection, force: Force, kind: str) -> str:
    return f"{inspection.slug}-{force.slug}-drafts.{kind}"
