"""Agreed common wording of an inspection: what stands, agreeing, withdrawing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from findings.cross_force.consistency import verbs
from findings.cross_force.forms import WithdrawForm, WordingForm
from findings.fetching import get_inspection, reader, surroundings
from findings.models import CommonWording, Finding
from findings.permissions import INSPECTORATE, SECOND_READERS, can_agree_wording
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from inspections.models import Inspection


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    found, coverage = get_inspection(request, inspection)
    visible = CommonWording.objects.visible_to(reader(request)).filter(inspection=found)
    wordings = list(visible.select_related("theme", "agreed_by", "withdrawn_by"))
    context = {
        **_around(found),
        "wordings": [each for each in wordings if each.withdrawn_at is None],
        "withdrawn": [each for each in wordings if each.withdrawn_at],
        "agrees": any(each.role in SECOND_READERS and each.force_id is None for each in coverage.assignments),
    }
    return render(request, "findings/wording_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def agree(request: HttpRequest, inspection: str) -> HttpResponse:
    """`?from=<finding>` begins with the words of a finding."""
    found, coverage = get_inspection(request, inspection)
    if not any(each.role in SECOND_READERS and each.force_id is None for each in coverage.assignments):
        raise Http404
    form = WordingForm(request.POST or None, themes=found.themes.all(), initial=_beginning(request, found))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            verbs.agree_wording(inspection=found, theme=typed["theme"], text=typed["text"], by=reader(request))
        except NotAllowed as refusal:
            form.add_error("text", refusal.sentence)
        else:
            messages.success(request, "The words are agreed. Findings that share them are no longer warned about.")
            return redirect("findings:wording-list", inspection)
    return render(request, "findings/wording_agree.html", {**_around(found), "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def withdraw(request: HttpRequest, wording: UUID) -> HttpResponse:
    visible = CommonWording.objects.visible_to(reader(request)).standing()
    found = get_object_or_404(visible.select_related("inspection", "theme"), pk=wording)
    if not can_agree_wording(reader(request), found.inspection, found.theme):
        raise Http404
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verbs.withdraw_wording(found, reason=form.cleaned_data["reason"], by=reader(request))
        messages.success(request, "The words are no longer agreed.")
        return redirect("findings:wording-list", found.inspection.slug)
    return render(
        request, "findings/wording_withdraw.html", {**_around(found.inspection), "wording": found, "form": form}
    )


def _beginning(request: HttpRequest, inspection: Inspection) -> dict[str, Any]:
    try:
        pk = UUID(request.GET.get("from", ""))
    except ValueError:
        return {}
    visible = Finding.objects.visible_to(reader(request)).filter(inspection=inspection, pk=pk)
    finding = visible.select_related("theme").first()
    return {"text": finding.text, "theme": finding.theme.prefix} if finding else {}


def _around(inspection: Inspection) -> dict[str, Any]:
    around = surroundings(inspection)
    around["crumbs"].append(("Consistency", reverse("findings:consistency-report", args=[inspection.slug])))
    return around
