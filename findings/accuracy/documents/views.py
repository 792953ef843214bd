"""The documents of a check, for the force and for the inspectorate: PDF, .xlsx and CSV, and the marked copy on screen.

Every PDF that leaves carries its reader's name and the time, and is written down.
"""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from findings.accuracy import schedule
from findings.accuracy.documents import rendering
from findings.accuracy.documents.rendering import Kind
from findings.accuracy.draft import draft_of
from findings.accuracy.force import answers
from findings.accuracy.force.views import check_page
from findings.accuracy.inspectorate.views.rounds import get_round
from findings.fetching import reader
from findings.models import Round
from findings.permissions import FORCE_READER, INSPECTORATE
from hmic_core import audit, files, tables
from hmic_core.accounts.policies import policy
from hmic_core.audit import Action

_ACTIONS = {Kind.DRAFT: Action.DRAFT_DOWNLOADED, Kind.DECISIONS: Action.DECISIONS_DOWNLOADED}


@require_safe
@policy(FORCE_READER)
def copy(request: HttpRequest, round: UUID) -> HttpResponse:
    """The frozen copy as one page to read and print, marked with who reads it and when."""
    found = _of_force(request, round)
    answers.open_round(found, by=reader(request))
    frame = check_page.frame(request, found, draft_of(found), "check-draft")
    context = {**frame, **rendering.draft_context(found), "mark": rendering.stamp_words(reader(request))}
    return render(request, "findings/check_copy.html", context)


@require_safe
@policy(FORCE_READER)
def draft_pdf(request: HttpRequest, round: UUID) -> HttpResponse:
    found = _of_force(request, round)
    answers.open_round(found, by=reader(request))
    return _pdf(request, found, Kind.DRAFT, is_force=True)


@require_safe
@policy(FORCE_READER)
def decisions(request: HttpRequest, round: UUID, suffix: str) -> HttpResponse:
    """The schedule of decisions, once the check is complete."""
    found = _of_force(request, round)
    if found.state != Round.State.CLOSED:
        raise Http404
    return _schedule(request, found, suffix, is_force=True)


@require_safe
@policy(INSPECTORATE)
def round_draft_pdf(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    round = get_round(request, inspection, force)
    if round.state == Round.State.RECALLED:
        raise Http404
    return _pdf(request, round, Kind.DRAFT, is_force=False)


@require_safe
@policy(INSPECTORATE)
def round_decisions(request: HttpRequest, inspection: str, force: str, suffix: str) -> HttpResponse:
    """As the force is given it."""
    round = get_round(request, inspection, force)
    if round.state != Round.State.CLOSED:
        raise Http404
    return _schedule(request, round, suffix, is_force=False)


def _of_force(request: HttpRequest, pk: UUID) -> Round:
    rounds = Round.objects.for_force(reader(request)).select_related("inspection", "force", "notice", "submitted_by")
    found: Round = get_object_or_404(rounds, pk=pk)
    return found


def _schedule(request: HttpRequest, round: Round, suffix: str, *, is_force: bool) -> HttpResponse:
    if suffix == "pdf":
        return _pdf(request, round, Kind.DECISIONS, is_force=is_force)
    rows = [row.cells for row in schedule.rows_of(round)]
    name = rendering.file_name(round, Kind.DECISIONS, suffix)
    _record(request, round, Kind.DECISIONS, suffix, "")
    if suffix == "csv":
        return tables.csv_file(name, schedule.HEAD, rows)
    return tables.xlsx_file(name, "Decisions", schedule.HEAD, rows)


def _pdf(request: HttpRequest, round: Round, kind: Kind, *, is_force: bool) -> HttpResponse:
    """The reader's own copy; while the workers still make it, a page that says so."""
    document = rendering.find(round, kind)
    if document is None:
        context = {"round": round, "is_force": is_force}
        return render(request, "findings/document_waiting.html", context, status=202)
    _record(request, round, kind, "pdf", document.file.sha256)
    data = rendering.copy_for(document, reader(request))
    return files.respond(data, rendering.file_name(round, kind), "application/pdf")


def _record(request: HttpRequest, round: Round, kind: Kind, form: str, sha256: str) -> None:
    facts = {"form": form, "master": sha256}
    audit.record(_ACTIONS[kind], reader(request), round, force=round.force.slug, **facts)
