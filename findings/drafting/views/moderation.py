"""Second reading and what else moves a finding from one state or place to another."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from findings import permissions, workflow
from findings.drafting import editor, working_copies
from findings.drafting.views.finding import form_of, keep, render_editor
from findings.drafting.views.unsaved import alone, asked, asked_id, carry
from findings.fetching import get_finding, reader, surroundings
from findings.forms import FindingForm, ReasonForm
from findings.locking import tidy
from findings.models import Finding
from findings.permissions import INSPECTORATE
from findings.states import allows
from hmic_core.accounts.policies import policy
from hmic_core.confirming import Changed
from hmic_core.errors import NotAllowed


@require_POST
@policy(INSPECTORATE)
def moderate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Settle the words that the reader was shown. Words typed beside them are never lost: they are saved first or not
    at all."""
    finding = get_finding(request, pk)
    form = FindingForm(request.POST)
    if not form.is_valid():
        return render_editor(request, finding, form, status=422)
    try:
        _refuse_typed_words(finding, form)
        workflow.moderate(finding, version=form.cleaned_data["version"], by=reader(request))
    except workflow.Stale as stale:
        if stale.base is None or _differs(form, stale.base.text, stale.base.basis, stale.base.kind):
            return redirect("findings:conflict-show", keep(stale, form, reader(request)).pk)
        messages.error(request, f"{finding.reference} changed since you opened it. Read the new words below first.")
        return redirect("findings:finding-show", pk)
    except NotAllowed as refusal:
        form.add_error(None, refusal.sentence)
        return render_editor(request, finding, form, status=422)
    working_copies.close(form.cleaned_data["copy"], by=reader(request))
    messages.success(request, f"{finding.reference} is moderated.")
    return redirect("findings:finding-show", pk)


def _refuse_typed_words(finding: Finding, form: FindingForm) -> None:
    unchanged = form.cleaned_data["version"] == finding.version
    if unchanged and _differs(form, finding.text, finding.basis, finding.kind):
        raise NotAllowed("You changed the words. Save them; somebody else then reads them and moderates.")


def _differs(form: FindingForm, text: str, basis: str, kind: str) -> bool:
    typed = form.cleaned_data
    return bool((tidy(typed["text"]), tidy(typed["basis"]), typed["kind"]) != (tidy(text), tidy(basis), kind))


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """From the editor, or from a page of its own for readers without its script."""
    finding = get_finding(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            workflow.send_back(finding, reason=form.cleaned_data["reason"], by=reader(request))
        except Changed as changed:
            form.add_error("reason", changed.sentence)
            finding = get_finding(request, pk)
        else:
            messages.success(request, f"{finding.reference} went back to {finding.author}, who is told.")
            return redirect("findings:finding-show", pk)
    if request.method == "POST" and "alone" not in request.POST:
        return render_editor(request, finding, form_of(request, finding), status=422, reason_form=form)
    if not permissions.can_send_back(reader(request), finding) or not allows("send_back", finding):
        raise Http404
    return alone(request, finding, form, f"Send {finding.reference} back", "Send back")


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page that asks for the reason, then the removal."""
    finding = get_finding(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.remove_finding(finding, reason=form.cleaned_data["reason"], by=reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"{finding.reference} is removed. It stays in the history.")
            return redirect("findings:force-show", finding.inspection.slug, finding.force.slug)
    allowed = permissions.can_remove(reader(request), finding) and allows("remove", finding)
    around = surroundings(finding.inspection, finding.force)
    context = {**around, "finding": finding, "form": form, "allowed": allowed}
    return render(request, "findings/finding_remove.html", context)


@require_POST
@policy(INSPECTORATE)
def make_final(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One finding that was amended and moderated again after its factual accuracy check had closed."""
    finding = get_finding(request, pk)
    if not editor.check_closed(finding):
        raise NotAllowed("Findings become final when their force’s factual accuracy check is closed.")
    workflow.make_final([finding], by=reader(request))
    messages.success(request, f"{finding.reference} is final.")
    return redirect("findings:finding-show", pk)


@require_POST
@policy(INSPECTORATE)
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    finding = get_finding(request, pk)
    place, up, editing = asked(request, "place"), asked(request, "direction") == "up", asked_id(request, "of")
    if refused := carry(request, get_finding(request, editing) if editing else finding):
        return refused
    if place.isdecimal() and len(place) < 5:
        workflow.place_finding(finding, place=int(place), by=reader(request))
        messages.success(request, f"{finding.reference} is now at place {int(place)} of its theme.")
    else:
        workflow.move_finding(finding, up=up, by=reader(request))
        messages.success(request, f"{finding.reference} moved {'up' if up else 'down'}.")
    if asked(request, "back") == "editor":
        return redirect("findings:finding-show", editing or pk)
    anchor = finding.reference.lower()
    return redirect(f"{_force_page(finding)}#{anchor}")


def _force_page(finding: Finding) -> str:
    return str(redirect("findings:force-show", finding.inspection.slug, finding.force.slug).url)
