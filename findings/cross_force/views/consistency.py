"""Warnings about findings: over an inspection, beside one finding, and set aside with a reason."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from findings import permissions
from findings.cross_force.consistency import verbs, warnings
from findings.cross_force.consistency.warnings import Check, Remark
from findings.cross_force.forms import DismissForm, ReportFilter
from findings.fetching import get_finding, get_inspection, reader, surroundings
from findings.models import Finding
from findings.permissions import INSPECTORATE
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from hmic_core.models import User


@require_safe
@policy(INSPECTORATE)
def report(request: HttpRequest, inspection: str) -> HttpResponse:
    """`?check=`, `?theme=`, `?force=` choose; `?aside=yes` shows what was set aside."""
    found, coverage = get_inspection(request, inspection)
    whole = warnings.report(found, reader(request))
    form = ReportFilter(request.GET, remarks=[*whole.standing, *whole.dismissed])
    aside = request.GET.get("aside") == "yes"
    chosen = [each for each in (whole.dismissed if aside else whole.standing) if form.takes(each)]
    page = Paginator(chosen, 20).get_page(request.GET.get("page"))
    context = {
        **surroundings(found),
        "report": whole,
        "aside": aside,
        "filter": form,
        "tally": _tally(request, whole, form),
        "page": page,
        "rows": [(remark, _actions(remark, in_report=True)) for remark in page],
        "writes": coverage.has(permissions.WRITERS),
        "agrees": permissions.can_agree_wording(reader(request), found),
    }
    return render(request, "findings/consistency_show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def dismiss(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page that asks why the words may stand, then the verb. `?check=`, `?about=` and `?in=report` say which."""
    finding = get_finding(request, pk)
    in_report = request.GET.get("in") == "report"
    remark = _remark(finding, reader(request), request.GET, in_report)
    form = DismissForm(request.POST or None, initial={"seen": remark.seen})
    if request.method == "POST" and form.is_valid():
        try:
            verbs.dismiss(
                finding,
                kind=remark.kind,
                detail=remark.detail,
                others=[each.pk for each in remark.others],
                each_pair=in_report,
                seen=form.cleaned_data["seen"],
                reason=form.cleaned_data["reason"],
                by=reader(request),
            )
        except NotAllowed as refusal:
            form.add_error("reason", refusal.sentence)
        else:
            messages.success(request, "The warning is set aside. It comes back when the words change.")
            return _back(finding, in_report)
    around = surroundings(finding.inspection, finding.force)
    allowed = permissions.can_save(reader(request), finding)
    context = {**around, "finding": finding, "remark": remark, "form": form, "allowed": allowed, "in_report": in_report}
    return render(request, "findings/warning_dismiss.html", context)


@require_POST
@policy(INSPECTORATE)
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Warn again."""
    finding = get_finding(request, pk)
    in_report = request.POST.get("in") == "report"
    remark = _remark(finding, reader(request), request.POST, in_report, aside=True)
    verbs.warn_again(remark.dismissals, by=reader(request))
    messages.success(request, "The warning is back.")
    return _back(finding, in_report)


def panel(finding: Finding, user: User) -> dict[str, Any] | None:
    """What the finding's page shows of its warnings."""
    if finding.state == Finding.State.REMOVED:
        return None
    found = warnings.remarks_on(finding, user)
    return {
        "rows": [(remark, _actions(remark)) for remark in found.standing],
        "aside": [(remark, _actions(remark)) for remark in found.dismissed],
        "writes": permissions.can_save(user, finding),
    }


def _remark(finding: Finding, user: User, asked: Any, in_report: bool, *, aside: bool = False) -> Remark:
    """The warning that an address names, as it now stands. Gone, hidden and never there give the same answer."""
    found = warnings.report(finding.inspection, user) if in_report else warnings.remarks_on(finding, user)
    for remark in found.dismissed if aside else found.standing:
        if (remark.finding.pk, remark.kind, remark.detail) == (finding.pk, asked.get("check"), asked.get("about", "")):
            return remark
    raise Http404


def _actions(remark: Remark, *, in_report: bool = False) -> dict[str, str]:
    """Addresses of what can be done about a warning."""
    which = {"check": remark.kind, "about": remark.detail, **({"in": "report"} if in_report else {})}
    dismiss = reverse("findings:warning-dismiss", args=[remark.finding.pk])
    return {
        "dismiss": f"{dismiss}?{urlencode(which)}",
        "restore": reverse("findings:warning-restore", args=[remark.finding.pk]),
    }


def _tally(request: HttpRequest, whole: warnings.Report, form: ReportFilter) -> list[tuple[int, str, str, bool]]:
    chosen = form.chosen()
    counts = whole.counts()
    rows = [(len(whole.standing), "All warnings", "?", not chosen.get("check"))]
    return rows + [
        (number, str(Check(kind).label), f"?{urlencode({'check': kind})}", chosen.get("check") == kind)
        for kind, number in counts.items()
        if number
    ]


def _back(finding: Finding, in_report: bool) -> HttpResponse:
    if in_report:
        return redirect("findings:consistency-report", finding.inspection.slug)
    return redirect("findings:finding-show", finding.pk)
