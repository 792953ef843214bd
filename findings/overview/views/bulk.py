"""One verb on many forces of the matrix: first what it would do, then the result of each, on a page that is kept."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from findings.fetching import get_inspection, reader, surroundings
from findings.forms import ReasonForm
from findings.overview import bulk
from findings.permissions import INSPECTORATE, Coverage
from forces.models import Force
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from hmic_core.forms.fields import Form
from inspections.fetching import forces_url, to_result
from inspections.models import Inspection, Theme


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def move(request: HttpRequest, inspection: str, verb: str) -> HttpResponse:
    """GET, with the ticked forces in the address: what would move. POST: do it."""
    found, coverage = get_inspection(request, inspection)
    if verb not in bulk.VERBS:
        raise Http404
    act = bulk.VERBS[verb]
    given = request.POST if request.method == "POST" else request.GET
    forces, theme = _forces(found, coverage, given.getlist("force")), _theme(found, given.get("theme", ""))
    sent = request.POST if request.method == "POST" else None
    form: Form = ReasonForm(sent) if act.with_reason else Form(sent)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        run = bulk.move(verb, found, forces, theme, reason=reason, by=reader(request))
        return to_result(request, run)
    plans = bulk.plan(verb, found, forces, theme, reader(request))
    context = {
        **surroundings(found),
        "matrix_url": forces_url(request, found),
        "words": act.words,
        "plans": plans,
        "moving": sum(len(each.would) for each in plans),
        "theme": theme,
        "form": form,
        "with_reason": act.with_reason,
    }
    return render(request, "findings/bulk_move.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def remind(request: HttpRequest, inspection: str) -> HttpResponse:
    """GET: whom it would remind. POST: do it."""
    found, coverage = get_inspection(request, inspection)
    given = request.POST if request.method == "POST" else request.GET
    forces, theme = _forces(found, coverage, given.getlist("force")), _theme(found, given.get("theme", ""))
    if request.method == "POST":
        return to_result(request, bulk.remind(found, forces, theme, by=reader(request)))
    rows = bulk.waiting(found, forces, theme, reader(request))
    people = sorted({user.name for row in rows for user in row.people})
    context = {**surroundings(found), "matrix_url": forces_url(request, found), "theme": theme}
    context |= {"rows": rows, "people": people}
    return render(request, "findings/bulk_remind.html", context)


def _forces(inspection: Inspection, coverage: Coverage, slugs: list[str]) -> list[Force]:
    """The ticked forces, those that the reader covers."""
    chosen = Force.objects.filter(scope__inspection=inspection, slug__in=slugs).order_by("name")
    return [force for force in chosen if coverage.covers(force.pk)]


def _theme(inspection: Inspection, prefix: str) -> Any:
    """The chosen theme, or None for all."""
    if not prefix:
        return None
    try:
        return get_object_or_404(Theme, inspection=inspection, prefix=prefix)
    except Http404:
        raise NotAllowed("Choose one of the themes in the list.") from None
