"""An inspection's points in figures: chart, table and CSV."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from findings.accuracy.inspectorate import figures
from findings.fetching import get_inspection, reader, surroundings
from findings.permissions import INSPECTORATE
from hmic_core import tables
from hmic_core.accounts.policies import policy


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    found, _ = get_inspection(request, inspection)
    by = _by(request)
    lines = figures.figures(found, reader(request), by)
    url = reverse("findings:accuracy-figures", args=[inspection])
    context = {
        **surroundings(found),
        "by": by,
        "chips": [(words, f"{url}?by={key}", key == by) for key, words in figures.BREAKDOWNS.items()],
        "lines": lines,
        "whole": figures.summed(lines),
        "chart": figures.chart(lines),
        "outcomes": [(key, words) for key, words, _ in figures.OUTCOMES],
    }
    return render(request, "findings/accuracy_figures.html", context)


@require_safe
@policy(INSPECTORATE)
def export(request: HttpRequest, inspection: str) -> HttpResponse:
    found, _ = get_inspection(request, inspection)
    by = _by(request)
    lines = figures.figures(found, reader(request), by)
    head = (by.capitalize(), *figures.HEAD[1:])
    return tables.csv_file(f"{found.slug}-points-by-{by}.csv", head, [[each.label, *each.numbers] for each in lines])


def _by(request: HttpRequest) -> str:
    asked = request.GET.get("by", "")
    return asked if asked in figures.BREAKDOWNS else "force"
