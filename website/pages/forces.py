"""Forces: find yours, and everything public of one, all its inspections first."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from forces.models import Force
from inspections.models import ReleaseItem
from website import queries
from website.data import charts, exports, figures
from website.data.charts import Cell, Strip
from website.data.figures import Difference
from website.data.reading import Asked, DataSet, Figure, Measured, data_sets
from website.pages import finding

Kind = ReleaseItem.Kind


@dataclass(frozen=True)
class Shown:
    """One indicator on a force's page: the sentence, the chart and the table say the same."""

    measured: Measured
    figure: Figure | None
    sentence: str
    strip: Strip | None
    line: figures.Line | None
    spread: figures.Spread | None


@dataclass(frozen=True)
class ForceData:
    """One inspection's data on a force's page."""

    data: DataSet
    page: ReleaseItem
    shown: list[Shown]
    asked: list[tuple[Asked, str, list[Cell]]]
    differences: list[tuple[Difference, list[Cell]]]
    as_most: int


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Every force; with `?q=` those that a name, a former name or a town points to."""
    asked = request.GET.get("q", "").strip()
    forces = list(Force.objects.order_by("name"))
    context: dict[str, Any] = {"forces": forces, "asked": asked[:80]}
    if asked:
        context["found"] = finding.find(asked, forces)
    return render(request, "website/force_list.html", context)


@require_safe
def show(request: HttpRequest, force: str) -> HttpResponse:
    """A force's page: it exists for every force of the register, and shows what is public of it."""
    found = get_object_or_404(Force, slug=force)
    items = list(queries.of_force(found))
    of_force = {item.inspection_slug for item in items if item.kind == Kind.DATA}
    data = [_data_of(each, found) for each in data_sets(of_force) if each.page_of(found)] if of_force else []
    context = {
        "force": found,
        "published": queries.published_for(items),
        "added": [item for item in items if item.kind in queries.ADDED],
        "data": data,
        "log": queries.log(items),
        "checked": [item for item in items if item.kind in (Kind.LETTER, Kind.DATA)],
    }
    return render(request, "website/force_show.html", context)


@require_safe
def list_json(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "id": each.slug,
            "name": each.name,
            "local_policing_body": each.local_policing_body,
            "page": exports.address("force-show", each.slug),
        }
        for each in Force.objects.order_by("name")
    ]
    return exports.json_answer(exports.described(exports.address("force-list"), {"forces": rows}, []))


@require_safe
def list_csv(request: HttpRequest) -> HttpResponse:
    rows = Force.objects.order_by("name").values_list("slug", "name", "local_policing_body", "statistical_region")
    return exports.csv_answer(("id", "name", "local_policing_body", "region"), rows)


@require_safe
def show_json(request: HttpRequest, force: str) -> HttpResponse:
    """Everything public of a force: its letters’ findings, its data, what was added, corrections and hashes."""
    found = get_object_or_404(Force, slug=force)
    items = list(queries.of_force(found))
    content = {
        "force": found.slug,
        "name": found.name,
        "findings": list(exports.finding_records(items)),
        "data": [item.content for item in items if item.kind == Kind.DATA],
        "added": [
            {"title": item.content["title"], "author": item.content["author"], "html": item.content["html"]}
            for item in items
            if item.kind in queries.ADDED
        ],
    }
    return exports.json_answer(exports.described(exports.address("force-show", force), content, items))


@require_safe
def show_csv(request: HttpRequest, force: str) -> HttpResponse:
    found = get_object_or_404(Force, slug=force)
    return exports.findings_csv(queries.of_force(found))


def _data_of(data: DataSet, force: Force) -> ForceData:
    page = data.page_of(force)
    assert page is not None  # noqa: S101
    shown = []
    for each in data.measured:
        figure = each.of(force)
        shown.append(
            Shown(
                each,
                figure,
                figures.of_force(each, force),
                charts.strip(each, figure),
                figures.line(each),
                figures.spread(each),
            )
        )
    asked = []
    for question in data.asked:
        own = question.of(force)
        groups = [(words, number, own is not None and words == own.words) for words, number in question.counts]
        asked.append((question, own.words if own else "", charts.cells(groups)))
    apart = figures.differences(data.asked, data.measured, force)
    return ForceData(
        data,
        page,
        shown,
        asked,
        [(each, charts.cells(each.groups)) for each in apart],
        figures.as_most(data.asked, force),
    )
