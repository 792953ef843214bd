"""Drafts for many forces at once: who is ready, what stands in the way of the others, and what became of each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from findings import accuracy
from findings.accuracy import confirming, issuing
from findings.fetching import get_inspection, reader, surroundings
from findings.models import Finding, Round
from findings.overview.progress import latest_rounds
from findings.permissions import INSPECTORATE, LEADERS, Coverage
from forces.models import Force
from hmic_core.policies import policy
from inspections.models import Inspection


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    found, coverage = get_inspection(request, inspection)
    rows = _rows(request, found, coverage)
    ticked = set(request.POST.getlist("confirmed"))
    if request.method == "POST":
        ready = [row["force"] for row in rows if not row["obstacles"]]
        wanted = set(request.POST.getlist("force"))
        forces = ready if "all" in request.POST else [row["force"] for row in rows if row["force"].slug in wanted]
        results = accuracy.issue_rounds(inspection=found, forces=forces, by=reader(request), confirmed=ticked)
        request.session["issued"] = [[str(each.force), each.round is not None, each.sentence] for each in results]
        return redirect(f"{reverse('findings:rounds-issue', args=[inspection])}?results=1")
    context = {
        **surroundings(found),
        "rows": rows,
        "ready": sum(not row["obstacles"] for row in rows),
        "whole": confirming.of_inspection(found),
        "is_lead": coverage.has(LEADERS),
        "results": request.session.get("issued", []) if request.GET.get("results") else None,
    }
    return render(request, "findings/rounds_issue.html", context)


def _rows(request: HttpRequest, inspection: Inspection, coverage: Coverage) -> list[dict[str, Any]]:
    """The forces that the reader leads, those that can be sent first."""
    scope = Force.objects.filter(scope__inspection=inspection).order_by("name")
    forces = [force for force in scope if coverage.may(LEADERS, force.pk)]
    obstacles = issuing.obstacles_of(inspection, forces)
    asked = confirming.to_confirm(inspection, forces)
    rounds = latest_rounds(inspection, reader(request))
    counted: dict[Any, int] = {}
    for force in Finding.objects.filter(inspection=inspection).present().values_list("force", flat=True):
        counted[force] = counted.get(force, 0) + 1
    rows = [
        {
            "force": force,
            "findings": counted.get(force.pk, 0),
            "obstacles": obstacles[force.pk],
            "asked": [each for each in asked[force.pk] if each.about],
            "round": rounds.get(force.pk),
            "is_sent": _is_sent(rounds.get(force.pk)),
        }
        for force in forces
    ]
    return sorted(rows, key=lambda row: (row["is_sent"], bool(row["obstacles"])))


def _is_sent(round: Round | None) -> bool:
    return round is not None and round.state not in (Round.State.PREPARING, Round.State.RECALLED)
