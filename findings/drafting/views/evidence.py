"""Evidence: added, changed, linked and read. Private to the inspectorate; a file leaves only through `download`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from findings import permissions
from findings.drafting import editor
from findings.drafting import evidence as verbs
from findings.drafting.views.unsaved import asked, carry
from findings.fetching import get_finding, get_force, reader, surroundings
from findings.forms import EvidenceChangeForm, EvidenceForm, ReasonForm
from findings.models import Evidence, EvidenceFile, Finding
from findings.permissions import INSPECTORATE
from forces.models import Force
from hmic_core import audit, files, former_words
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from hmic_core.models import StoredFile, User
from inspections.locking import Stale, stamp
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
    return verbs.add_evidence(
        inspection=inspection, force=force, files=_stored(form.cleaned_data["uploads"], by), by=by, **form.facts()
    )


def _stored(uploads: Sequence[tuple[bytes, str, str]], by: User) -> list[StoredFile]:
    return [files.store(data, name, content_type, by) for data, name, content_type in uploads]


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def show(request: HttpRequest, evidence: UUID) -> HttpResponse:
    """One piece of evidence, with what the force is told instead; its form for those who may change it."""
    found = _get(request, evidence)
    user, force = reader(request), found.force
    findings = _on(found.inspection, force, user)
    before = verbs.facts(found, user)
    initial = {**before, "seen": stamp(before)}
    form = EvidenceChangeForm(request.POST or None, request.FILES or None, findings=findings, initial=initial)
    form.fields["findings"].label_from_instance = _label  # type: ignore[attr-defined]
    now: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            saved = _change(form, found, user)
        except NotAllowed as refusal:
            now = _refuse(form, refusal)
        else:
            messages.success(request, f"{saved.reference} is saved.")
            return redirect("findings:evidence-show", evidence)
    around = surroundings(found.inspection, force)
    linked = [each for each in findings.with_support() if str(each.pk) in before["findings"]]
    may = permissions.can_add_evidence(user, found.inspection, force)
    context = {**around, "evidence": found, "form": form, "linked": linked, "may": may, "now": now}
    context |= {"former": list(former_words.of(found)), "taken_off": list(_taken_off(user).filter(evidence=found))}
    return render(request, "findings/evidence_show.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _change(form: EvidenceChangeForm, evidence: Evidence, by: User) -> Evidence:
    saved = verbs.change_evidence(evidence, seen=form.cleaned_data["seen"], by=by, **form.facts())
    if uploads := form.cleaned_data["uploads"]:
        verbs.add_files(saved, _stored(uploads, by), by=by)
    return saved


def _refuse(form: Any, refusal: NotAllowed) -> list[str]:
    """Keep what was typed; after `Stale` also the mark of what stands now. Returns what stands now, in words."""
    form.add_error(None, refusal.sentence)
    if not isinstance(refusal, Stale):
        return []
    form.data = form.data.copy()
    form.data["seen"] = refusal.stamp
    kind = Evidence.Kind(refusal.now["kind"]).label
    words = [kind, refusal.now["source"], refusal.now["source_reference"], refusal.now["note"]]
    return [str(each) for each in words if each]


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def file_remove(request: HttpRequest, evidence_file: UUID) -> HttpResponse:
    """The page that asks for the reason, then the removal."""
    visible = EvidenceFile.objects.visible_to(reader(request))
    found = get_object_or_404(
        visible.select_related("file", "evidence__inspection", "evidence__force"), pk=evidence_file
    )
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.remove_file(found, reason=form.cleaned_data["reason"], by=reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"“{found.file.name}” is taken off {found.evidence.reference}.")
            return redirect("findings:evidence-show", found.evidence_id)
    around = surroundings(found.evidence.inspection, found.evidence.force)
    context = {**around, "file": found.file, "evidence": found.evidence, "form": form}
    return render(request, "findings/evidence_file_remove.html", context, status=422 if form.errors else 200)


@require_POST
@policy(INSPECTORATE)
def file_restore(request: HttpRequest, evidence_file: UUID) -> HttpResponse:
    """The undo of the removal."""
    found = get_object_or_404(_taken_off(reader(request)), pk=evidence_file)
    verbs.restore_file(found, by=reader(request))
    messages.success(request, f"“{found.file.name}” is back with {found.evidence.reference}.")
    return redirect("findings:evidence-show", found.evidence_id)


def _taken_off(user: User) -> Any:
    """The files that were taken off the evidence that `user` sees."""
    mine = EvidenceFile.objects.filter(evidence__in=Evidence.objects.visible_to(user).values("pk"))
    return mine.exclude(removed_at=None).select_related("file", "evidence", "removed_by")


@require_POST
@policy(INSPECTORATE)
def link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that the finding rests on a piece of evidence, or (`linked` not "yes") no longer does."""
    finding = get_finding(request, pk)
    visible = Evidence.objects.visible_to(reader(request))
    evidence = get_object_or_404(visible, pk__in=_uuids(asked(request, "evidence")))
    linked = asked(request, "linked") == "yes"
    if refused := carry(request, finding):
        return refused
    verbs.link_evidence(finding, evidence=evidence, linked=linked, by=reader(request))
    messages.success(
        request, f"{evidence.reference} is {'linked to' if linked else 'unlinked from'} {finding.reference}."
    )
    return redirect("findings:finding-show", pk)


@require_safe
@policy(INSPECTORATE)
def download(request: HttpRequest, evidence_file: UUID) -> HttpResponse:
    visible = EvidenceFile.objects.visible_to(reader(request)).select_related("file", "evidence__force")
    found = get_object_or_404(visible, pk=evidence_file)
    data = files.read(found.file.key)
    audit.record(
        audit.Action.EVIDENCE_DOWNLOADED,
        reader(request),
        found.evidence,
        force=found.evidence.force.slug,
        file=found.pk,
        file_sha256=found.file.sha256,
    )
    return files.respond(data, found.file.name, found.file.content_type)


def _get(request: HttpRequest, pk: UUID) -> Evidence:
    visible = Evidence.objects.visible_to(reader(request)).with_files()
    found: Evidence = get_object_or_404(visible.select_related("inspection", "force", "created_by"), pk=pk)
    return found


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
