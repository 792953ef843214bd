"""Forces in scope, who works on what, and the row-by-row result of a bulk verb."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forces.models import Force, Region, RegionMembership
from hmic_core import clock
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.fetching import around, forces_url, get_inspection, reader, to_result
from inspections.models import Assignment, BulkRun, Inspection
from inspections.permissions import ASSIGNED, LEADS
from inspections.setup import people
from inspections.setup.forms import AssignForm, ScopeForm


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def scope(request: HttpRequest, inspection: str) -> HttpResponse:
    found = get_inspection(request, inspection)
    inside = list(found.forces.order_by("name"))
    outside = Force.objects.filter(successor=None).exclude(pk__in=[force.pk for force in inside]).order_by("name")
    total = Force.objects.filter(successor=None).count()
    regions = list(Region.objects.order_by("name"))
    form = ScopeForm(request.POST or None, regions=regions, outside=outside, total=total)
    if request.method == "POST" and form.is_valid():
        new = people.add_forces(found, _wanted(form), by=reader(request))
        messages.success(request, f"{new} force{'' if new == 1 else 's'} added to the scope.")
        return redirect("inspections:scope-show", inspection)
    known = _regions(inside)
    context = {
        **around(found, "Forces in scope"),
        "form": form,
        "inside": [(force, known.get(force.pk, "")) for force in inside],
        "outside": len(outside),
    }
    return render(request, "inspections/scope_show.html", context, status=422 if form.errors else 200)


def _wanted(form: ScopeForm) -> Iterable[Force]:
    which = form.cleaned_data["which"]
    if which == "single":
        return list(form.cleaned_data["forces"])
    forces = Force.objects.filter(successor=None)
    if which != "all":
        forces = forces.filter(
            pk__in=RegionMembership.objects.on(clock.Today()).filter(region__slug=which).values("force")
        )
    return forces.order_by("name")


def _regions(forces: list[Force]) -> dict[UUID, str]:
    held = RegionMembership.objects.on(clock.Today()).filter(force__in=forces).select_related("region")
    return {each.force_id: each.region.name for each in held}


@require_POST
@policy(LEADS)
def scope_remove(request: HttpRequest, inspection: str) -> HttpResponse:
    """Take the ticked forces out, those that can be."""
    found = get_inspection(request, inspection)
    chosen = list(found.forces.filter(slug__in=request.POST.getlist("forces")).order_by("name"))
    if not chosen:
        raise NotAllowed("Tick the forces to take out of scope first.")
    run = people.remove_forces(found, chosen, by=reader(request))
    return redirect("inspections:run-show", run.pk)


@require_safe
@policy(LEADS)
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    """Who works on it, by part; those to come and those of the last year too."""
    found = get_inspection(request, inspection)
    today = clock.today()
    held = Assignment.objects.filter(inspection=found).select_related("user", "force", "theme")
    present = held.filter(Q(ends_on=None) | Q(ends_on__gte=today)).order_by("role", "user__name", "force__name")
    order = list(Assignment.Role)
    rows = sorted(present, key=lambda each: order.index(Assignment.Role(each.role)))
    context = {
        **around(found, "People"),
        "roles": [(Assignment.Role(role).label, list(each)) for role, each in groupby(rows, lambda row: row.role)],
        "ended": list(held.filter(ends_on__lt=today).order_by("-ends_on", "user__name")[:50]),
        "today": today,
    }
    return render(request, "inspections/people_show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def assign(request: HttpRequest, inspection: str) -> HttpResponse:
    """Many people, forces and themes at once. `?force=<slug>` (several) and `?theme=<prefix>` are ticked already."""
    found = get_inspection(request, inspection)
    offered = User.objects.filter(pk__in=[each.pk for each in people.candidates()]).order_by("name")
    form = AssignForm(request.POST or None, people=offered, inspection=found, initial=_ticked(request, found))
    if request.method == "POST" and form.is_valid():
        try:
            run = people.assign(found, **_parts(form), by=reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return to_result(request, run)
    context = {**around(found, "Assign people"), "form": form, "chosen": form["forces"].value() or []}
    return render(request, "inspections/people_assign.html", context, status=422 if form.errors else 200)


def _ticked(request: HttpRequest, found: Inspection) -> dict[str, Any]:
    forces = found.forces.filter(slug__in=request.GET.getlist("force")).values_list("pk", flat=True)
    themes = found.themes.filter(prefix=request.GET.get("theme", "")).values_list("pk", flat=True)
    return {"forces": list(forces), "themes": list(themes), "starts_on": clock.today()}


def _parts(form: AssignForm) -> dict[str, Any]:
    return {name: list(each) if hasattr(each, "model") else each for name, each in form.cleaned_data.items()}


@require_POST
@policy(LEADS)
def end(request: HttpRequest, inspection: str, assignment: UUID) -> HttpResponse:
    found = get_inspection(request, inspection)
    held = get_object_or_404(Assignment.objects.select_related("user", "inspection"), pk=assignment, inspection=found)
    people.end_assignment(held, by=reader(request))
    messages.success(request, f"{held.user} no longer has this part. What they wrote stays.")
    return redirect("inspections:people-show", inspection)


@require_safe
@policy(ASSIGNED)
def result(request: HttpRequest, run: UUID) -> HttpResponse:
    """What a bulk verb did, row by row: what was refused stands first."""
    found = get_object_or_404(BulkRun.objects.visible_to(reader(request)).select_related("inspection"), pk=run)
    rows = sorted(found.rows, key=lambda row: row["done"])
    done = sum(row["done"] for row in rows)
    context = {**around(found.inspection, found.heading), "run": found, "rows": rows, "done": done}
    context["refused"], context["back_url"] = len(rows) - done, forces_url(request, found.inspection)
    context["crumbs"] = [each for each in context["crumbs"] if each[0] != "Set up"]
    return render(request, "inspections/run_show.html", context)
