"""The lists of places and of short names of forces, kept in the browser by the same pages."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from findings.cross_force import places
from findings.cross_force.forms import PlaceForm
from findings.cross_force.places import PLACES, Listing
from findings.fetching import reader
from findings.permissions import PLACE_LISTERS
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed


@require_safe
@policy(PLACE_LISTERS)
def show(request: HttpRequest, of: Listing = PLACES) -> HttpResponse:
    """`?q=` looks for a part of an entry’s or a force’s name."""
    looked_for = request.GET.get("q", "")[:80].strip()
    rows = of.rows.select_related("force").order_by("force__name", "name")
    if looked_for:
        rows = rows.filter(name__icontains=looked_for) | rows.filter(force__name__icontains=looked_for)
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    context = {"page": page, "looked_for": looked_for, "of": of, "add_url": reverse(f"findings:{of.urls}-add")}
    for each in page:
        each.change_url = reverse(f"findings:{of.urls}-change", args=[each.pk])
        each.remove_url = reverse(f"findings:{of.urls}-remove", args=[each.pk])
    return render(request, "findings/place_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PLACE_LISTERS)
def add(request: HttpRequest, of: Listing = PLACES) -> HttpResponse:
    return _edit(request, of, None)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PLACE_LISTERS)
def change(request: HttpRequest, place: UUID, of: Listing = PLACES) -> HttpResponse:
    return _edit(request, of, place)


@require_POST
@policy(PLACE_LISTERS)
def remove(request: HttpRequest, place: UUID, of: Listing = PLACES) -> HttpResponse:
    found = get_object_or_404(of.rows, pk=place)
    places.remove_place(found, by=reader(request), of=of)
    messages.success(request, f"{found.name} is off the list.")
    return redirect(f"findings:{of.urls}-list")


def _edit(request: HttpRequest, of: Listing, pk: UUID | None) -> HttpResponse:
    place = get_object_or_404(of.rows.select_related("force"), pk=pk) if pk else None
    initial = {"name": place.name, "force": place.force.slug} if place else {}
    form = PlaceForm(request.POST or None, initial=initial, of=of)
    if request.method == "POST" and form.is_valid():
        typed = {
            "name": form.cleaned_data["name"],
            "force": form.cleaned_data["force"],
            "by": reader(request),
            "of": of,
        }
        try:
            saved = places.change_place(place, **typed) if place else places.list_place(**typed)
        except NotAllowed as refusal:
            form.add_error("name", refusal.sentence)
        else:
            messages.success(request, f"{saved.name} is listed under {saved.force}.")
            return redirect(f"findings:{of.urls}-list")
    list_url = reverse(f"findings:{of.urls}-list")
    context = {"form": form, "place": place, "of": of, "list_url": list_url, "crumbs": [(of.title, list_url)]}
    return render(request, "findings/place_edit.html", context)
