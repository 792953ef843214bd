"""A force's drafts to take along: Word and CSV, for whoever is assigned to them. Each download is recorded."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from findings.drafting import exports
from findings.fetching import get_force, reader
from findings.permissions import INSPECTORATE
from hmic_core import files
from hmic_core.accounts.policies import policy
from hmic_core.tables import CSV


@require_safe
@policy(INSPECTORATE)
def docx(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    return _send(request, inspection, force, "docx", exports.DOCX)


@require_safe
@policy(INSPECTORATE)
def csv(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    return _send(request, inspection, force, "csv", CSV)


def _send(request: HttpRequest, inspection: str, force: str, kind: str, content_type: str) -> HttpResponse:
    found, _, on_force = get_force(request, inspection, force)
    data = exports.export_drafts(found, on_force, kind, reader(request))
    return files.respond(data, exports.file_name(found, on_force, kind), content_type)
