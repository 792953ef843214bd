"""Fetching through the reader, and what stands around each page of setting up."""

from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from hmic_core.errors import NotAllowed
from hmic_core.forms.fields import Form
from hmic_core.models import User
from hmic_core.templatetags.times import day, london
from inspections import permissions
from inspections.locking import Stale, stamp
from inspections.models import BulkRun, Inspection


def reader(request: HttpRequest) -> User:
    """The person signed in; every policy above `ANYONE` makes sure that there is one."""
    return cast(User, request.user)


def get_inspection(request: HttpRequest, slug: str) -> Inspection:
    """An inspection that the reader may set up."""
    found: Inspection = get_object_or_404(Inspection.objects.visible_to(reader(request)), slug=slug)
    if not permissions.can_set_up(reader(request), found):
        raise Http404
    return found


def around(inspection: Inspection, here: str = "") -> dict[str, Any]:
    """The way back: the inspection, its set-up, and the name of the page itself."""
    crumbs = [
        ("Inspections", reverse("findings:inspection-list")),
        (inspection.short_title, reverse("findings:inspection-show", args=[inspection.slug])),
    ]
    if here:
        crumbs += [("Set up", reverse("inspections:setup-show", args=[inspection.slug])), (here, "")]
    else:
        crumbs += [("Set up", "")]
    return {"inspection": inspection, "crumbs": crumbs}


def to_result(request: HttpRequest, run: BulkRun) -> HttpResponse:
    """To what a bulk verb did, row by row. The filter that the matrix had goes along (`?filter=`), for the way back."""
    chosen = request.GET.get("filter", "")
    address = reverse("inspections:run-show", args=[run.pk])
    return redirect(f"{address}?{urlencode({'filter': chosen})}" if chosen else address)


def forces_url(request: HttpRequest, inspection: Inspection) -> str:
    """The matrix of all forces, filtered as the reader had it before the bulk verb."""
    chosen = request.GET.get("filter", "")
    address = reverse("findings:matrix-show", args=[inspection.slug])
    return f"{address}?{chosen}#forces" if chosen else f"{address}#forces"


def form_page(request: HttpRequest, inspection: Inspection, title: str, form: Form, **more: Any) -> HttpResponse:
    """One form on a page of its own. `back`: the URL name that Cancel leads to; `lead`, `button`: words."""
    back = reverse(f"inspections:{more.pop('back', 'setup-show')}", args=[inspection.slug])
    context = {**around(inspection, title), "title": title, "form": form, "back": back, **more}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "inspections/setup_form.html", context, status=status)


def form_saved(
    request: HttpRequest,
    inspection: Inspection,
    title: str,
    form: Form,
    save: Callable[[], object],
    *,
    back: str = "setup-show",
    said: str = "",
    **more: Any,
) -> HttpResponse:
    """A form that `save` takes; then `back`, and `said` at its head. Whatever refuses, the typed words stay."""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except NotAllowed as refusal:
            more["now"] = refuse(form, refusal)
        else:
            messages.success(request, said or f"{title}: saved.")
            return redirect(f"inspections:{back}", inspection.slug)
    return form_page(request, inspection, title, form, back=back, **more)


def first_shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a form begins with: the present values and their mark."""
    return {**values, "seen": stamp(values)}


def refuse(form: Any, refusal: NotAllowed) -> list[tuple[str, str]]:
    """Put a refusal into a bound form, with everything typed kept. After `Stale` the form carries the new mark.

    Returns what is saved now: (label, value) of each field that differs from what was typed.
    """
    form.add_error(None, refusal.sentence)
    if not isinstance(refusal, Stale):
        return []
    form.data = form.data.copy()
    form.data["seen"] = refusal.stamp
    return [
        (str(form.fields[name].label), in_words(form.fields[name], value))
        for name, value in refusal.now.items()
        if form.cleaned_data.get(name) != value
    ]


def in_words(field: Any, value: Any) -> str:
    if hasattr(value, "astimezone"):
        return london(value)
    if hasattr(value, "isoformat"):
        return day(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    words = dict(getattr(field, "choices", ())).get(value, value)
    return str(words) if words not in (None, "") else "Nothing"
