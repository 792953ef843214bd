"""Writing findings: a new one, and the editor of one that exists."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from findings import editor, workflow
from findings.forms import DraftForm, FindingForm
from findings.models import Finding, RefusedSave
from findings.permissions import INSPECTORATE, WRITERS
from findings.views.fetching import get_finding, get_force, reader, surroundings
from forces.models import Force
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.policies import policy
from inspections.models import Inspection


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def draft(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    """A new finding, with a first note of evidence if there is one."""
    found, coverage, on_force = get_force(request, inspection, force)
    themes = [theme for theme in found.themes.all() if coverage.may(WRITERS, on_force.pk, theme.pk)]
    if not themes:
        raise Http404
    offered = found.themes.filter(pk__in=[theme.pk for theme in themes])
    chosen = next((theme for theme in themes if theme.prefix == request.GET.get("theme")), themes[0])
    form = DraftForm(request.POST or None, themes=offered, initial={"theme": chosen.pk})
    if request.method == "POST" and form.is_valid():
        try:
            finding = _draft(form, found, on_force, reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"{finding.reference} is drafted.")
            return redirect("findings:finding-show", finding.pk)
    context = {**surroundings(found, on_force), "form": form, "chosen": chosen}
    return render(request, "findings/finding_draft.html", context)


@transaction.atomic
def _draft(form: DraftForm, inspection: Inspection, force: Force, by: User) -> Finding:
    words = form.cleaned_data
    twin = workflow.drafted_already(inspection=inspection, force=force, theme=words["theme"], text=words["text"], by=by)
    if twin:
        return twin
    finding = workflow.draft_finding(
        inspection=inspection,
        force=force,
        theme=words["theme"],
        text=words["text"],
        kind=words["kind"],
        basis=words["basis"],
        by=by,
    )
    if words["evidence_source"]:
        workflow.add_evidence(
            inspection=inspection,
            force=force,
            kind=words["evidence_kind"],
            source=words["evidence_source"],
            note=words["evidence_note"],
            happened_on=None,
            findings=[finding],
            by=by,
        )
    return finding


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The editor. `?words_of=3` puts the words of an earlier revision into it, unsaved."""
    finding = get_finding(request, pk)
    earlier = request.GET.get("words_of", "")
    source: Any = finding.revisions.filter(version=earlier).first() if earlier.isdecimal() else None
    words = source or finding
    form = FindingForm(
        initial={"text": words.text, "basis": words.basis, "kind": words.kind, "version": finding.version}
    )
    return render_editor(request, finding, form, earlier=source)


@require_POST
@policy(INSPECTORATE)
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The editor again, with the typed words as they would stand in the letter. Saves nothing."""
    finding = get_finding(request, pk)
    form = FindingForm(request.POST)
    if not form.is_valid():
        return render_editor(request, finding, form, status=422)
    return render_editor(request, finding, form, preview=form.cleaned_data["text"])


@require_POST
@policy(INSPECTORATE)
def save(request: HttpRequest, pk: UUID) -> HttpResponse:
    return save_then(request, get_finding(request, pk))


@require_POST
@policy(INSPECTORATE)
def ready(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save what was typed and hand it to its second reader; from a list, without words, only the latter."""
    finding = get_finding(request, pk)
    if "text" in request.POST:
        return save_then(request, finding, and_ready=True)
    workflow.mark_ready(finding, by=reader(request))
    messages.success(request, f"{finding.reference} is ready for second reading.")
    return redirect("findings:force-show", finding.inspection.slug, finding.force.slug)


def save_then(request: HttpRequest, finding: Finding, *, and_ready: bool = False) -> HttpResponse:
    """Save the editor's form. Whatever refuses, the typed words stay: in the editor, or beside the other text."""
    form = FindingForm(request.POST)
    if not form.is_valid():
        return render_editor(request, finding, form, status=422)
    try:
        with transaction.atomic():
            saved = workflow.save_finding(finding, **form.words(), by=reader(request))
            if and_ready:
                saved = workflow.mark_ready(saved, by=reader(request))
    except workflow.Stale as stale:
        return redirect("findings:conflict-show", keep(stale, form, reader(request)).pk)
    except NotAllowed as refusal:
        form.add_error(None, refusal.sentence)
        return render_editor(request, finding, form, status=422)
    messages.success(request, _said(finding, saved))
    return redirect("findings:finding-show", finding.pk)


def keep(stale: workflow.Stale, form: FindingForm, by: User) -> RefusedSave:
    """Keep the form's words beside the finding that somebody else saved first."""
    return workflow.keep_refused_save(stale, **form.words(), by=by)


def render_editor(
    request: HttpRequest, finding: Finding, form: FindingForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    around = surroundings(finding.inspection, finding.force)
    context = {**around, **editor.context(finding, reader(request)), "form": form, **more}
    return render(request, "findings/finding_show.html", context, status=status)


def _said(before: Finding, saved: Finding) -> str:
    if saved.state == Finding.State.READY != before.state:
        voided = before.state == Finding.State.MODERATED
        why = "its words changed, so somebody reads it again" if voided else "it is ready for second reading"
        return f"{saved.reference} is saved as revision {saved.version}; {why}."
    if saved.version == before.version:
        return f"{saved.reference} has not changed: these words were saved already."
    return f"{saved.reference} is saved as revision {saved.version}."
