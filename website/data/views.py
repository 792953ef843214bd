"""Data of an inspection and the comparison of forces, each as page, CSV and JSON; and the text that a hash is of."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from forces.models import Force
from inspections.frozen import canonical
from inspections.models import ReleaseItem
from website import linked, queries
from website.data import charts, choosing, exports, figures
from website.data.choosing import Choice, View
from website.data.reading import Asked, DataSet, Measured, data_set, data_sets
from website.data.schema import SCHEMA
from website.views import notice_or_404

Kind = ReleaseItem.Kind


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """All forces on one figure or question; the address keeps the choice."""
    view, among = View.read(request.GET), choosing.choices(data_sets())
    choice = choosing.chosen(view, among)
    forces = list(Force.objects.order_by("name"))
    context: dict[str, Any] = {
        "view": view,
        "choices": among,
        "choice": choice,
        "orders": choosing.ORDERS,
        "forces": forces,
        "regions": sorted({force.statistical_region for force in forces if force.statistical_region}),
        "is_unknown": choice is None and bool(view.of),
    }
    if choice:
        context["twin"] = view.query_of(choice.key)
        context |= _measured(view, choice.about) if isinstance(choice.about, Measured) else _asked(view, choice.about)
        context["again"] = [each for each in among if each.title == choice.title and each.data.slug != choice.data.slug]
        context["graded"] = any(page.content["grades"] for page in choice.data.pages)
    return render(request, "website/compare.html", context)


@require_safe
def compare_csv(request: HttpRequest) -> HttpResponse:
    view, choice = _choice_or_404(request)
    if isinstance(choice.about, Measured):
        rows = exports.figure_rows(choice.data, choice.about, view.figures(choice.about))
        return exports.csv_answer(exports.FIGURES, rows)
    return exports.csv_answer(exports.ANSWERS, exports.answer_rows(choice.data, choice.about))


@require_safe
def compare_json(request: HttpRequest) -> HttpResponse:
    view, choice = _choice_or_404(request)
    about = choice.about
    if isinstance(about, Measured):
        rows = exports.records(exports.FIGURES, exports.figure_rows(choice.data, about, view.figures(about)))
    else:
        rows = exports.records(exports.ANSWERS, exports.answer_rows(choice.data, about))
    content = {"rows": rows}
    page = f"{exports.address('compare')}?{view.query}"
    return exports.json_answer(exports.described(page, content, [choice.data.item]))


@require_safe
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    """What was measured and asked in an inspection, with how forces lie, and everything to take away."""
    data = data_set(inspection)
    if data is None:
        return notice_or_404(request, Kind.DATA, inspection)
    measured = [(each, figures.of_all(each), charts.strip(each, None)) for each in data.measured]
    asked = [(each, charts.cells([(words, number, False) for words, number in each.counts])) for each in data.asked]
    page = queries.at(Kind.INSPECTION, inspection)
    context = {
        "data": data,
        "item": data.item,
        "measured": measured,
        "asked": asked,
        "page": page,
        "linked": linked.data(data.item),
    }
    return render(request, "website/data_show.html", context)


@require_safe
def figures_csv(request: HttpRequest, inspection: str) -> HttpResponse:
    data = _data_or_404(inspection)
    rows = (row for each in data.measured for row in exports.figure_rows(data, each))
    return exports.csv_answer(exports.FIGURES, rows)


@require_safe
def answers_csv(request: HttpRequest, inspection: str) -> HttpResponse:
    data = _data_or_404(inspection)
    rows = (row for each in data.asked for row in exports.answer_rows(data, each))
    return exports.csv_answer(exports.ANSWERS, rows)


@require_safe
def whole_json(request: HttpRequest, inspection: str) -> HttpResponse:
    data = _data_or_404(inspection)
    page = exports.address("data-show", inspection)
    return exports.json_answer(exports.described(page, exports.as_json(data), [data.item, *data.pages]))


@require_safe
def force_json(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    """One force's part of an inspection's data, as it was frozen."""
    item = queries.at(Kind.DATA, inspection, force)
    if item is None:
        return notice_or_404(request, Kind.DATA, inspection, force)
    content = {key: value for key, value in item.content.items() if key != "corrections"}
    return exports.json_answer(exports.described(exports.address("force-show", force), content, [item]))


@require_safe
def force_csv(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    """Figures and answers of one force, one row each."""
    item = queries.at(Kind.DATA, inspection, force)
    if item is None:
        return notice_or_404(request, Kind.DATA, inspection, force)
    head = ("kind", "reference", "question", "value", "unit", "period", "status", "note")
    rows = [
        (
            "indicator",
            each["reference"],
            each["title"],
            each["value"],
            each["unit"],
            each["period"],
            each["status"],
            each["note"],
        )
        for each in item.content["indicators"]
    ]
    rows += [
        ("answer", each["reference"], each["question"], each["answer"], "", "", "", "")
        for each in item.content["answers"]
    ]
    return exports.csv_answer(head, rows)


@require_safe
def sealed_text(request: HttpRequest, item: UUID) -> HttpResponse:
    """The exact text that a public item's SHA-256 is of: canonical JSON, nothing before or after it."""
    found = get_object_or_404(ReleaseItem.objects.public(), pk=item)
    return HttpResponse(canonical(found.content), content_type="application/json; charset=utf-8")


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of what stands in front of every document here, and of its sources."""
    return exports.json_answer(SCHEMA, "application/schema+json")


def _choice_or_404(request: HttpRequest) -> tuple[View, Choice]:
    view = View.read(request.GET)
    choice = choosing.chosen(view, choosing.choices(data_sets()))
    if choice is None:
        raise Http404
    return view, choice


def _data_or_404(inspection: str) -> DataSet:
    data = data_set(inspection)
    if data is None:
        raise Http404
    return data


def _measured(view: View, about: Measured) -> dict[str, Any]:
    shown = view.figures(about)
    against = figures.line(about)
    return {
        "sentence": figures.of_all(about),
        "line": against,
        "figures": [(each, _apart(each, against)) for each in shown],
        "ladders": [
            drawn for narrow in (False, True) if (drawn := charts.ladder(about, shown, view.mark, narrow=narrow))
        ],
        "provisional": sum(each.is_provisional for each in shown),
        "without": [each for each in shown if not each.written],
    }


def _asked(view: View, about: Asked) -> dict[str, Any]:
    return {
        "answers": [each for each in about.answers if not view.forces or each.force.statistical_region == view.forces],
        "cells": charts.cells([(words, number, False) for words, number in about.counts]),
    }


def _apart(figure: Any, against: figures.Line | None) -> str:
    """How far from the line, with a true minus: "+7.1"."""
    if figure.value is None or against is None:
        return ""
    places = len(figure.written.partition(".")[2])
    return f"{figure.value - against.value:+.{places}f}".replace("-", "−")
