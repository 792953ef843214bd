"""Files of a force's answer: evidence of a point, for the force and, once sent, for the inspectorate; the receipt."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from findings.accuracy.force.receipts import file_name
from findings.accuracy.force.views.fetching import answered_round, answered_rounds
from findings.fetching import reader
from findings.models import PointFile, Round
from findings.permissions import FORCE_READER
from hmic_core import audit, files
from hmic_core.accounts.policies import policy


@require_safe
@policy(FORCE_READER)
def own_file(request: HttpRequest, round: UUID, file: UUID) -> HttpResponse:
    given = PointFile.objects.filter(point__round=answered_round(request, round)).select_related(
        "file", "point__round__force"
    )
    return _send(request, get_object_or_404(given, pk=file))


@require_safe
@policy(FORCE_READER)
def receipt_pdf(request: HttpRequest, round: UUID) -> HttpResponse:
    found: Round = get_object_or_404(answered_rounds(request), pk=round, receipt__isnull=False)
    assert found.receipt is not None  # noqa: S101
    data = files.read(found.receipt.key)
    audit.record(audit.Action.RECEIPT_DOWNLOADED, reader(request), found, force=found.force.slug)
    return files.respond(data, file_name(found), found.receipt.content_type)


def _send(request: HttpRequest, given: PointFile) -> HttpResponse:
    data = files.read(given.file.key)
    force = given.point.round.force.slug
    audit.record(
        audit.Action.POINT_FILE_DOWNLOADED, reader(request), given.point, force=force, sha256=given.file.sha256
    )
    return files.respond(data, given.file.name, given.file.content_type)
