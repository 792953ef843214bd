"""Themes and criteria: one page with both in order, and a form of its own for each."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hmic_core.accounts.policies import policy
from inspections.fetching import around, first_shown, form_saved, get_inspection, reader
from inspections.locking import shown
from inspections.models import Criterion, Inspection, Theme
from inspections.permissions import LEADS
from inspections.setup import questions
from inspections.setup.forms import QuestionForm, ThemeForm

_page = partial(form_saved, back="theme-list")


@require_safe
@policy(LEADS)
def themes(request: HttpRequest, inspection: str) -> HttpResponse:
    found = get_inspection(request, inspection)
    rows = list(found.themes.prefetch_related("criteria"))
    context = {**around(found, "Themes and criteria"), "themes": rows}
    return render(request, "inspections/theme_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def theme_add(request: HttpRequest, inspection: str) -> HttpResponse:
    found = get_inspection(request, inspection)
    form = ThemeForm(request.POST or None)
    return _page(
        request,
        found,
        "Add a theme",
        form,
        lambda: questions.add_theme(found, **form.values(), by=reader(request)),
        button="Add the theme",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def theme_change(request: HttpRequest, inspection: str, theme: UUID) -> HttpResponse:
    found = get_inspection(request, inspection)
    of = get_object_or_404(found.themes, pk=theme)
    form = ThemeForm(request.POST or None, initial=first_shown(shown(of, questions.THEME)))
    save = lambda: questions.save_theme(of, **form.cleaned_data, by=reader(request))  # noqa: E731
    return _page(request, found, f"Theme {of.prefix}", form, save)


@require_POST
@policy(LEADS)
def theme_move(request: HttpRequest, inspection: str, theme: UUID) -> HttpResponse:
    of = get_object_or_404(get_inspection(request, inspection).themes, pk=theme)
    up = request.POST.get("direction") == "up"
    questions.move_theme(of, up=up, by=reader(request))
    messages.success(request, f"{of} moved {'up' if up else 'down'}.")
    return _list(inspection, of)


@require_POST
@policy(LEADS)
def theme_remove(request: HttpRequest, inspection: str, theme: UUID) -> HttpResponse:
    of = get_object_or_404(get_inspection(request, inspection).themes, pk=theme)
    questions.remove_theme(of, by=reader(request))
    messages.success(request, f"{of} is removed.")
    return redirect("inspections:theme-list", inspection)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def criterion_add(request: HttpRequest, inspection: str, theme: UUID) -> HttpResponse:
    found = get_inspection(request, inspection)
    of = get_object_or_404(found.themes, pk=theme)
    form = QuestionForm(request.POST or None)
    add = lambda: questions.add_criterion(of, **form.values(), by=reader(request))  # noqa: E731
    return _page(request, found, "Add a criterion", form, add, lead=f"Under “{of}”.", button="Add the criterion")


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def criterion_change(request: HttpRequest, inspection: str, criterion: UUID) -> HttpResponse:
    found = get_inspection(request, inspection)
    of = _criterion(found, criterion)
    form = QuestionForm(request.POST or None, initial=first_shown(shown(of, questions.CRITERION)))
    save = lambda: questions.save_criterion(of, **form.cleaned_data, by=reader(request))  # noqa: E731
    return _page(request, found, f"Criterion {of.reference}", form, save)


@require_POST
@policy(LEADS)
def criterion_move(request: HttpRequest, inspection: str, criterion: UUID) -> HttpResponse:
    of = _criterion(get_inspection(request, inspection), criterion)
    up = request.POST.get("direction") == "up"
    questions.move_criterion(of, up=up, by=reader(request))
    messages.success(request, f"{of.reference} moved {'up' if up else 'down'}.")
    return _list(inspection, of.theme)


@require_POST
@policy(LEADS)
def criterion_remove(request: HttpRequest, inspection: str, criterion: UUID) -> HttpResponse:
    of = _criterion(get_inspection(request, inspection), criterion)
    questions.remove_criterion(of, by=reader(request))
    messages.success(request, f"{of.reference} is removed.")
    return _list(inspection, of.theme)


def _criterion(inspection: Inspection, pk: UUID) -> Criterion:
    found = Criterion.objects.filter(theme__inspection=inspection).select_related("theme__inspection")
    return get_object_or_404(found, pk=pk)


def _list(inspection: str, theme: Theme) -> HttpResponse:
    return redirect(f"{reverse('inspections:theme-list', args=[inspection])}#{theme.prefix.lower()}")
