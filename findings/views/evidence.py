"""Evidence: added, linked and read. Private to the inspectorate; a file leaves only through `download`."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from findings import editor, permissions, workflow
from findings.forms import EvidenceForm
from findings.models import Evidence, Finding
from findings.permissions import INSPECTORATE
from findings.views.fetching import get_finding, get_force, reader, surroundings
from forces.models import Force
from hmic_core import audit, files
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.policies import policy
from inspections.models import Inspection


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def add(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    """A piece of evidence on one force. `?finding=<id>` ticks the finding one came from and leads back to it."""
    found, coverage, on_force = get_force(request, inspection, force)
    if not coverage.may(permissions.WRITERS, on_force.pk):
        raise Http404
    findings = _on(found, on_force, reader(request))
    came_from = findings.filter(pk__in=_uuids(request.GET.get("finding", ""))).first()
    initial = {"findings": [came_from.pk] if came_from else []}
    form = EvidenceForm(request.POST or None, request.FILES or None, findings=findings, initial=initial)
    form.fields["findings"].label_from_instance = _label  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            evidence = _add(form, found, on_force, reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"{evidence.reference} is added.")
            return _back(came_from, found, on_force)
    context = {**surroundings(found, on_force), "form": form, "came_from": came_from}
    return render(request, "findings/evidence_add.html", context)


@transaction.atomic
def _add(form: EvidenceForm, inspection: Inspection, force: Force, by: User) -> Evidence:
    words = form.cleaned_data
    data, name, content_type = words["upload"] or (b"", "", "")
    stored = files.store(data, name, content_type, by) if data else None
    return workflow.add_evidence(
        inspection=inspection,
        force=force,
        kind=words["kind"],
        source=words["source"],
        note=words["note"],
        happened_on=words["happened_on"],
        file=stored,
        findings=words["findings"],
        by=by,
    )


@require_POST
@policy(INSPECTORATE)
def link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that the finding rests on a piece of evidence, or (`linked` not "yes") no longer does."""
    finding = get_finding(request, pk)
    visible = Evidence.objects.visible_to(reader(request))
    evidence = get_object_or_404(visible, pk__in=_uuids(request.POST.get("evidence", "")))
    linked = request.POST.get("linked") == "yes"
    workflow.link_evidence(finding, evidence=evidence, linked=linked, by=reader(request))
    messages.success(
        request, f"{evidence.reference} is {'linked to' if linked else 'unlinked from'} {finding.reference}."
    )
    return redirect("findings:finding-show", pk)


@require_safe
@policy(INSPECTORATE)
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    visible = Evidence.objects.visible_to(reader(request)).select_related("file", "force")
    evidence = get_object_or_404(visible, pk=pk, file__isnull=False)
    stored = evidence.file
    data = files.read(stored.key)
    audit.record(audit.Action.EVIDENCE_DOWNLOADED, reader(request), evidence, force=evidence.force.slug)
    return files.respond(data, stored.name, stored.content_type)


def _on(inspection: Inspection, force: Force, user: User) -> Any:
    visible = Finding.objects.visible_to(user).filter(inspection=inspection, force=force).present()
    return visible.select_related("theme").in_order()


def _label(finding: Finding) -> str:
    return f"{finding.reference}: {editor.beginning(finding.text, 12)}"


def _back(finding: Finding | None, inspection: Inspection, force: Force) -> HttpResponse:
    if finding:
        return redirect("findings:finding-show", finding.pk)
    return redirect("findings:force-show", inspection.slug, force.slug)


def _uuids(value: str) -> list[UUID]:
    try:
        return [UUID(value)]
    except ValueError:
        return []
