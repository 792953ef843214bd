"""The national report of a release: the enclosure of every letter."""

from django.db import transaction

from hmic_core import audit, clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.pdf import rendering
from inspections.models import Release
from letters import permissions
from letters.models import NationalReport


@transaction.atomic
def upload_report(release: Release, *, title: str, summary: str, data: bytes, name: str, by: User) -> NationalReport:
    """Keep the national report's PDF with its release, instead of an earlier one; refused once that is locked."""
    release = Release.objects.select_for_update().get(pk=release.pk)
    if not permissions.can_upload_report(by):
        raise NotAllowed("Only a publication admin uploads the national report.")
    if release.state not in (Release.State.DRAFT, Release.State.SCHEDULED):
        raise NotAllowed("The release is locked for publication, so its report cannot be replaced. Unlock it first.")
    pages = report_pages(data)
    stored = files.store(data, name, "application/pdf", by)
    report, _ = NationalReport.objects.update_or_create(
        release=release,
        defaults={"title": title, "summary": summary, "file": stored, "uploaded_by": by, "uploaded_at": clock.now()},
    )
    audit.record(Action.REPORT_UPLOADED, by, release, sha256=stored.sha256, size=stored.size, pages=pages)
    return report


def report_pages(data: bytes) -> int:
    """How many pages the PDF has. Raises NotAllowed if it is none, or one that cannot be stamped for a recipient."""
    if not data.startswith(b"%PDF-"):
        raise NotAllowed("The file is not a PDF. Save the report as PDF and upload that.")
    try:
        rendering.stamp(data, ["Trial"])
        return rendering.page_count(data)
    except Exception as error:
        # pikepdf raises many kinds of error for damaged and protected files; each means the same to the person.
        raise NotAllowed(
            "The PDF cannot be opened: it is damaged or has a password. Save it again without one."
        ) from error
