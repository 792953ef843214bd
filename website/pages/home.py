"""The first page: what opened last, with everything that is in it; find your force; what is new, and what comes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from forces.models import Force
from inspections.models import ReleaseItem
from website import queries
from website.data import charts
from website.data.charts import Cell
from website.data.reading import Asked, DataSet, data_set

Kind = ReleaseItem.Kind
#: How many answers the first page counts, and how many lines of news and of the calendar it has.
ANSWERS, NEWS, COMING = 3, 6, 3


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    latest = queries.inspections().first()
    entries = queries.announced()
    context: dict[str, Any] = {
        "forces": Force.objects.order_by("name"),
        "inspections": queries.inspections()[:5],
        "news": queries.news(NEWS),
        "coming": [entry for entry in entries if not entry.is_past][:COMING],
    }
    if latest:
        context |= _of_latest(latest)
    return render(request, "website/home.html", context)


def _of_latest(latest: ReleaseItem) -> dict[str, Any]:
    """The newest inspection: its report, letters and data as the first page counts them."""
    items = list(queries.of_inspection(latest.inspection_slug).defer("content"))
    kinds = [item.kind for item in items]
    data = data_set(latest.inspection_slug)
    return {
        "latest": latest,
        "report": next((item for item in items if item.kind == Kind.REPORT), None),
        "letter_count": kinds.count(Kind.LETTER),
        "item_count": len(items),
        "data": data,
        "counted": _counted(data) if data else [],
    }


def _counted(data: DataSet) -> list[tuple[int, int, Asked, list[Cell]]]:
    """The questions with the plainest answer: how many of how many forces said yes, and the picture."""
    found = []
    for asked in data.asked:
        answered = [each for each in asked.answers if each.code != "not_assessed"]
        yes = sum(each.code == "yes" for each in answered)
        if answered and yes:
            groups = [(words, number, False) for words, number in asked.counts]
            found.append((yes, len(asked.answers), asked, charts.cells(groups, counted="Yes")))
    return sorted(found, key=lambda each: -abs(2 * each[0] - each[1]))[:ANSWERS]
