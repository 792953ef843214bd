"""Indicators: one page with all of them and their values, a form for each, and a table of values with a dry run."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from inspections.fetching import around, first_shown, form_saved, get_inspection, reader
from inspections.locking import shown, stamp
from inspections.models import Inspection
from inspections.permissions import LEADS
from inspections.setup import indicators, values
from inspections.setup.forms_national import IndicatorForm, ValuesForm

_page = partial(form_saved, back="indicator-list")


@require_safe
@policy(LEADS)
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    found = get_inspection(request, inspection)
    held, columns = indicators.values_of(found), list(found.indicators.all())
    forces = [
        (force, [(each, held.get((force.pk, each.pk), "")) for each in columns]) for force in values.forces_of(found)
    ]
    counts = [sum(pk == each.pk for _, pk in held) for each in columns]
    context = {**around(found, "Indicators"), "rows": list(zip(columns, counts, strict=True)), "forces": forces}
    return render(request, "inspections/indicator_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def add(request: HttpRequest, inspection: str) -> HttpResponse:
    found = get_inspection(request, inspection)
    form = IndicatorForm(request.POST or None)
    save = lambda: indicators.add_indicator(found, **form.values(), by=reader(request))  # noqa: E731
    return _page(request, found, "Add an indicator", form, save, button="Add the indicator")


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def change(request: HttpRequest, inspection: str, indicator: UUID) -> HttpResponse:
    found = get_inspection(request, inspection)
    of = get_object_or_404(found.indicators, pk=indicator)
    form = IndicatorForm(request.POST or None, initial=first_shown(shown(of, indicators.FIELDS)))
    save = lambda: indicators.save_indicator(of, **form.cleaned_data, by=reader(request))  # noqa: E731
    return _page(request, found, f"Indicator {of.reference}", form, save)


@require_POST
@policy(LEADS)
def move(request: HttpRequest, inspection: str, indicator: UUID) -> HttpResponse:
    of = get_object_or_404(get_inspection(request, inspection).indicators, pk=indicator)
    up = request.POST.get("direction") == "up"
    indicators.move_indicator(of, up=up, by=reader(request))
    messages.success(request, f"{of} moved {'up' if up else 'down'}.")
    return redirect("inspections:indicator-list", inspection)


@require_POST
@policy(LEADS)
def remove(request: HttpRequest, inspection: str, indicator: UUID) -> HttpResponse:
    of = get_object_or_404(get_inspection(request, inspection).indicators, pk=indicator)
    indicators.remove_indicator(of, by=reader(request))
    messages.success(request, f"{of} is removed.")
    return redirect("inspections:indicator-list", inspection)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def table(request: HttpRequest, inspection: str) -> HttpResponse:
    """The values as a table: a dry run first, then saved. What is refused stays in the field, with why."""
    found = get_inspection(request, inspection)
    form = ValuesForm(request.POST or None, request.FILES or None, initial={"table": values.present(found)})
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            plan = values.plan(found, form.given)
            if form.cleaned_data["checked"] == _mark(found, form.given):
                if _save(request, found, plan):
                    return redirect("inspections:indicator-list", inspection)
                plan = values.plan(found, form.given)
            context = {"plan": plan}
        except NotAllowed as refusal:
            form.add_error("upload" if form.cleaned_data["upload"] else "table", refusal.sentence)
        else:
            form.show(_mark(found, form.given))
    status = 422 if form.is_bound and form.errors else 200
    context |= {**around(found, "Values of indicators"), "form": form}
    return render(request, "inspections/indicator_values.html", context, status=status)


def _save(request: HttpRequest, inspection: Inspection, plan: values.Plan) -> bool:
    """Whether every row is in: otherwise the rest is shown again."""
    count = indicators.save_values(inspection, plan.changes, by=reader(request))
    if count:
        messages.success(request, f"{count} value{'' if count == 1 else 's'} saved.")
    return not plan.refused


def _mark(inspection: Inspection, table: str) -> str:
    """What a dry run was made of: this table and the values as they were. Other ones ask for another dry run."""
    held = sorted((str(force), str(of), value) for (force, of), value in indicators.values_of(inspection).items())
    return stamp({"table": table.split(), "held": held})
