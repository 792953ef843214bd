"""One force's drafts as a Word file and as CSV. Never evidence; no author's name in any metadata."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from findings.drafting import word_file
from findings.models import Finding
from forces.models import Force
from hmic_core import audit
from hmic_core.audit import Action
from hmic_core.files import digest
from hmic_core.models import User
from hmic_core.tables import csv_bytes
from hmic_core.templatetags.times import london
from inspections.models import Inspection

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@transaction.atomic
def export_drafts(inspection: Inspection, force: Force, kind: str, by: User) -> bytes:
    """The findings of a force that `by` may see, in the letter's order. `kind`: "docx" or "csv". Recorded."""
    visible = Finding.objects.visible_to(by).present().filter(inspection=inspection, force=force)
    findings = list(visible.select_related("theme").in_order())
    data = word_file.of_drafts(inspection, force, findings) if kind == "docx" else as_csv(findings)
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
    head = ("Reference", "Theme", "Kind", "State", "Text", "Basis", "Revision", "Last changed (London)")
    return csv_bytes(head, map(_row, findings))


def _row(finding: Finding) -> tuple[Any, ...]:
    kind, state = finding.get_kind_display(), finding.get_state_display()
    about = (finding.reference, finding.theme.title, kind, state)
    return (*about, finding.text, finding.basis, finding.version, london(finding.changed_at))


def file_name(inspection: Inspection, force: Force, kind: str) -> str:
    return f"{inspection.slug}-{force.slug}-drafts.{kind}"
