"""Writing findings: a new one, and the editor of one that exists."""

import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from findings import workflow
from findings.drafting import editor, working_copies
from findings.drafting.evidence import add_evidence
from findings.drafting.forms import copy_of
from findings.fetching import get_finding, get_force, reader, surroundings
from findings.forms import DraftForm, FindingForm
from findings.models import Finding, RefusedSave, WorkingCopy
from findings.permissions import INSPECTORATE, WRITERS
from findings.unseen import new_in
from forces.models import Force
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import Inspection


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def draft(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    """A new finding, with a first note of evidence if there is one. What was typed and not saved is there again."""
    found, coverage, on_force = get_force(request, inspection, force)
    themes = [theme for theme in found.themes.all() if coverage.may(WRITERS, on_force.pk, theme.pk)]
    if not themes:
        raise Http404
    begun = working_copies.of_new(found, on_force, reader(request))
    asked = request.GET.get("copy", "none" if "cause" in request.GET else "")
    copy = working_copies.chosen(begun, asked, request.GET.get("theme", ""))
    causes = Finding.objects.visible_to(reader(request)).present().filter(force=on_force, inspection=found)
    form = DraftForm(
        request.POST or None,
        themes=found.themes.filter(pk__in=[theme.pk for theme in themes]),
        causes=causes.filter(kind=Finding.Kind.CAUSE_OF_CONCERN).select_related("theme"),
        initial=_begun(request, themes, copy),
    )
    if request.method == "POST" and form.is_valid():
        try:
            finding = _draft(form, found, on_force, reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"{finding.reference} is drafted.")
            return redirect("findings:finding-show", finding.pk)
    context = {**surroundings(found, on_force), **editor.writing(reader(request)), "form": form, "copy": copy}
    return render(request, "findings/finding_draft.html", {**context, "other_copies": [c for c in begun if c != copy]})


def _begun(request: HttpRequest, themes: list[Any], copy: WorkingCopy | None) -> dict[str, Any]:
    """What the form of a new finding holds at first: the unsaved words, or what the address asks for."""
    if copy:
        words = {"theme": copy.theme_id, "kind": copy.kind, "text": copy.text, "basis": copy.basis}
        return {**words, **copy.more, "copy": copy.pk, "seen": copy.counter}
    asked = next((theme for theme in themes if theme.prefix == request.GET.get("theme")), themes[0])
    fresh = {"theme": asked.pk, "copy": uuid.uuid4(), "seen": 0}
    cause = request.GET.get("cause")
    return {**fresh, "cause": cause, "kind": Finding.Kind.RECOMMENDATION} if cause else fresh


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
        cause=words["cause"] if words["kind"] == Finding.Kind.RECOMMENDATION else None,
        by=by,
    )
    if words["evidence_source"]:
        add_evidence(
            inspection=inspection,
            force=force,
            kind=words["evidence_kind"],
            source=words["evidence_source"],
            note=words["evidence_note"],
            happened_on=None,
            findings=[finding],
            by=by,
        )
    working_copies.close(words["copy"], by=by)
    return finding


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The editor, with the reader's own unsaved words if there are any.

    `?copy=<id>` asks for other unsaved words of theirs, `?copy=none` for what is saved; `?words_of=3` puts the words of
    an earlier revision into it, unsaved.
    """
    finding = get_finding(request, pk)
    earlier = request.GET.get("words_of", "")
    source: Any = finding.revisions.filter(version=earlier).first() if earlier.isdecimal() else None
    if source:
        return render_editor(request, finding, form_of(request, finding, words=source), earlier=source)
    return render_editor(request, finding, form_of(request, finding))


def form_of(request: HttpRequest, finding: Finding, *, words: Any = None) -> FindingForm:
    """The editor's form: with `words`, else with the reader's unsaved ones, else with what is saved."""
    mine = working_copies.of_finding(finding, reader(request))
    copy = None if words else working_copies.chosen(mine, request.GET.get("copy", ""))
    source = words or copy or finding
    version = copy.base_version if copy and copy.base_version else finding.version
    form = FindingForm(
        initial={
            "text": source.text,
            "basis": source.basis,
            "kind": source.kind,
            "version": version,
            "copy": copy.pk if copy else uuid.uuid4(),
            "seen": copy.counter if copy else 0,
        }
    )
    form.shown_copy, form.other_copies = copy, [each for each in mine if each != copy]
    return form


@require_POST
@policy(INSPECTORATE)
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The typed words as they would stand in the letter: in the editor, or by themselves for the page's script.

    Saves nothing.
    """
    finding = get_finding(request, pk)
    form = FindingForm(request.POST)
    alone = request.headers.get("X-Requested-With") == "fetch"
    if alone:
        about = editor.sheet(finding, reader(request), request.POST.get("text", ""), request.POST.get("kind", ""))
        return render(request, "findings/_letter_sheet.html", {"finding": finding, **about})
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
            working_copies.close(copy_of(request.POST), by=reader(request))
    except workflow.Stale as stale:
        return redirect("findings:conflict-show", keep(stale, form, reader(request)).pk)
    except NotAllowed as refusal:
        form.add_error(None, refusal.sentence)
        return render_editor(request, finding, form, status=422)
    messages.success(request, _said(finding, saved))
    return redirect("findings:finding-show", finding.pk)


@transaction.atomic
def keep(stale: workflow.Stale, form: FindingForm, by: User) -> RefusedSave:
    """Keep the form's words beside the finding that somebody else saved first; the working copy has done its work."""
    kept = workflow.keep_refused_save(stale, **form.words(), by=by)
    working_copies.close(form.cleaned_data["copy"], by=by)
    return kept


def render_editor(
    request: HttpRequest, finding: Finding, form: FindingForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    around = surroundings(finding.inspection, finding.force)
    typed = form["text"].value() or ""
    context = {**around, **editor.context(finding, reader(request), typed, form["kind"].value() or ""), **more}
    context["copy"], context["new"] = form.shown_copy, new_in(finding)
    context["copy_stale"] = form.shown_copy is not None and form.shown_copy.base_version != finding.version
    return render(request, "findings/finding_show.html", {**context, "form": form}, status=status)


def _said(before: Finding, saved: Finding) -> str:
    if saved.state == Finding.State.READY != before.state:
        voided = before.state == Finding.State.MODERATED
        why = "its words changed, so somebody reads it again" if voided else "it is ready for second reading"
        return f"{saved.reference} is saved as revision {saved.version}; {why}."
    if saved.version == before.version:
        return f"{saved.reference} has not changed: these words were saved already."
    return f"{saved.reference} is saved as revision {saved.version}."
