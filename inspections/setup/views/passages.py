"""Passages of the national report that name forces: a list, a form for each, and a line for each force named."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forces.models import Force
from hmic_core.accounts.policies import policy
from inspections.fetching import around, first_shown, form_saved, get_inspection, reader
from inspections.locking import shown
from inspections.models import Inspection, NationalEntry
from inspections.permissions import LEADS
from inspections.setup import passages
from inspections.setup.forms_national import NameForm, NewNameForm, PassageForm

_page = partial(form_saved, back="passage-list")


@require_safe
@policy(LEADS)
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    found = get_inspection(request, inspection)
    named = NationalEntry.objects.select_related("force").order_by("force__name")
    rows = list(found.report_passages.prefetch_related(Prefetch("entries", named)))
    context = {**around(found, "Passages of the national report"), "passages": rows}
    return render(request, "inspections/passage_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def add(request: HttpRequest, inspection: str) -> HttpResponse:
    found = get_inspection(request, inspection)
    form = PassageForm(request.POST or None)
    save = lambda: passages.add_passage(found, **form.values(), by=reader(request))  # noqa: E731
    return _page(request, found, "Add a passage", form, save, said="The passage is added.", button="Add the passage")


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def change(request: HttpRequest, inspection: str, passage: UUID) -> HttpResponse:
    found = get_inspection(request, inspection)
    of = get_object_or_404(found.report_passages, pk=passage)
    form = PassageForm(request.POST or None, initial=first_shown({"words": of.text}))
    save = lambda: passages.save_passage(of, **form.cleaned_data, by=reader(request))  # noqa: E731
    return _page(request, found, f"Passage {of.position}", form, save)


@require_POST
@policy(LEADS)
def remove(request: HttpRequest, inspection: str, passage: UUID) -> HttpResponse:
    of = get_object_or_404(get_inspection(request, inspection).report_passages, pk=passage)
    passages.remove_passage(of, by=reader(request))
    messages.success(request, f"Passage {of.position} is removed.")
    return redirect("inspections:passage-list", inspection)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def name(request: HttpRequest, inspection: str, passage: UUID) -> HttpResponse:
    """One more force that the passage names."""
    found = get_inspection(request, inspection)
    of = get_object_or_404(found.report_passages, pk=passage)
    forces = Force.objects.filter(scope__inspection=found).exclude(national_entries__passage=of).order_by("name")
    form = NewNameForm(request.POST or None, forces=forces)
    save = lambda: passages.name_force(of, **form.values(), by=reader(request))  # noqa: E731
    words = {"said": "The force is noted.", "lead": f"“{of.text}”", "button": "Add the force"}
    return _page(request, found, "Add a force that it names", form, save, **words)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def name_change(request: HttpRequest, inspection: str, entry: UUID) -> HttpResponse:
    found = get_inspection(request, inspection)
    of = _entry(found, entry)
    form = NameForm(request.POST or None, initial=first_shown(shown(of, passages.NAMED)))
    save = lambda: passages.save_name(of, **form.cleaned_data, by=reader(request))  # noqa: E731
    return _page(request, found, f"{of.force}, {of.reference}", form, save, lead=f"“{of.passage.text}”")


@require_POST
@policy(LEADS)
def name_remove(request: HttpRequest, inspection: str, entry: UUID) -> HttpResponse:
    of = _entry(get_inspection(request, inspection), entry)
    passages.unname_force(of, by=reader(request))
    messages.success(request, f"{of.force} is taken off.")
    return redirect("inspections:passage-list", inspection)


def _entry(inspection: Inspection, pk: UUID) -> Any:
    of = NationalEntry.objects.filter(passage__inspection=inspection)
    return get_object_or_404(of.select_related("passage__inspection", "force"), pk=pk)
