"""Criteria: answered on a force's page, counted over all forces."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from findings import permissions
from findings.drafting import criteria, editor
from findings.fetching import get_force, get_inspection, reader, surroundings
from findings.forms import AnswerForm
from findings.models import CriterionAnswer, Finding
from findings.permissions import INSPECTORATE
from forces.models import Force
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from hmic_core.tables import csv_file
from inspections.models import Criterion


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def answer(request: HttpRequest, inspection: str, force: str, criterion: UUID) -> HttpResponse:
    """The form of one answer, with the findings that may carry it."""
    found, coverage, on_force = get_force(request, inspection, force)
    asked = get_object_or_404(Criterion.objects.select_related("theme"), pk=criterion, theme__inspection=found)
    if not coverage.may(permissions.WRITERS, on_force.pk, asked.theme_id):
        raise Http404
    given = CriterionAnswer.objects.filter(criterion=asked, force=on_force).select_related("by").first()
    findings = Finding.objects.visible_to(reader(request)).filter(force=on_force, theme=asked.theme).present()
    form = answer_form(given, findings.select_related("theme").in_order(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            criteria.answer_criterion(asked, on_force, **form.cleaned_data, by=reader(request))
        except NotAllowed as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, f"{asked.reference} is answered.")
            page = reverse("findings:force-show", args=[inspection, force])
            return redirect(f"{page}#{asked.theme.prefix.lower()}-criteria")
    context = {**surroundings(found, on_force), "criterion": asked, "given": given, "form": form}
    return render(request, "findings/criterion_answer.html", context, status=422 if form.errors else 200)


def answer_form(given: CriterionAnswer | None, findings: Any, data: Any = None) -> AnswerForm:
    """The form of an answer, filled with the present one."""
    initial: dict[str, Any] = {"version": given.version if given else 0}
    if given:
        carried = list(given.findings.values_list("pk", flat=True))
        initial |= {"answer": given.answer, "note": given.note, "findings": carried}
    form = AnswerForm(data, findings=findings, initial=initial)
    form.fields["findings"].label_from_instance = _label  # type: ignore[attr-defined]
    return form


def _label(finding: Finding) -> str:
    return f"{finding.reference}: {editor.beginning(finding.text, 14)}"


def _refuse(form: Any, refusal: NotAllowed) -> None:
    """Keep what was typed, and after `Stale` the version that stands now: saving again replaces it knowingly."""
    form.add_error(None, refusal.sentence)
    if isinstance(refusal, criteria.Stale):
        form.data = form.data.copy()
        form.data["version"] = refusal.theirs.version


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    """Every criterion with its counts over the reader's forces."""
    found, coverage = get_inspection(request, inspection)
    themes = criteria.over_all_forces(found, reader(request), coverage)
    summaries = [each for _, all_of_theme in themes for each in all_of_theme]
    context = {
        **surroundings(found),
        "themes": themes,
        "answered": sum(each.answered for each in summaries),
        "to_answer": sum(each.total for each in summaries),
        "carried": sum(each.carried for each in summaries),
        "to_carry": sum(each.to_carry for each in summaries),
        "scope": found.scope.count(),
    }
    return render(request, "findings/criteria_show.html", context)


@require_safe
@policy(INSPECTORATE)
def one(request: HttpRequest, inspection: str, criterion: UUID) -> HttpResponse:
    """One criterion: each force's answer with the findings behind it. `?answer=no` shows only those."""
    found, coverage = get_inspection(request, inspection)
    themes = criteria.over_all_forces(found, reader(request), coverage, only=criterion)
    if not themes:
        raise Http404
    _, [summary] = themes[0]
    criteria.name_findings([summary], reader(request))
    chosen = request.GET.get("answer", "")
    lines = summary.showing(chosen)
    for line in lines:
        line.may = coverage.may(permissions.WRITERS, line.force.pk, summary.criterion.theme_id)
        for finding in line.asked.findings:
            finding.words = editor.beginning(finding.text, 14)  # type: ignore[attr-defined]
    chips = [(f"All {summary.total}", "?", not chosen)] + [
        (f"{label} {number}", f"?answer={code}", chosen == code) for code, label, _, number in summary.parts if number
    ]
    context = {**surroundings(found), "summary": summary, "lines": lines, "chips": chips}
    return render(request, "findings/criterion_show.html", context)


@require_safe
@policy(INSPECTORATE)
def export(request: HttpRequest, inspection: str) -> HttpResponse:
    """A row for each criterion and force."""
    found, coverage = get_inspection(request, inspection)
    themes = criteria.over_all_forces(found, reader(request), coverage)
    summaries = [each for _, all_of_theme in themes for each in all_of_theme]
    criteria.name_findings(summaries, reader(request))
    head = ["Theme", "Criterion", "Question", "Force", "Answer", "Findings", "Answered by", "Answered at (UTC)"]
    rows = (_row(summary, line.force, line.asked) for summary in summaries for line in summary.lines)
    return csv_file(f"{found.slug}-criteria.csv", head, rows)


def _row(summary: criteria.Summary, force: Force, asked: criteria.Asked) -> list[Any]:
    about = [summary.criterion.theme.title, summary.criterion.reference, summary.criterion.question, force.name]
    references = ", ".join(each.reference for each in asked.findings)
    given = asked.answer
    return [*about, asked.label, references, given.by.name if given else "", given.at.isoformat() if given else ""]
