"""The list of places, kept in the browser."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from findings.across import places
from findings.across.forms import PlaceForm
from findings.fetching import reader
from findings.permissions import PLACE_LISTERS
from forces.models import Place
from hmic_core.errors import NotAllowed
from hmic_core.policies import policy


@require_safe
@policy(PLACE_LISTERS)
def show(request: HttpRequest) -> HttpResponse:
    """`?q=` looks for a part of a place’s or a force’s name."""
    looked_for = request.GET.get("q", "")[:80].strip()
    rows = Place.objects.select_related("force")
    if looked_for:
        rows = rows.filter(name__icontains=looked_for) | rows.filter(force__name__icontains=looked_for)
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    return render(request, "findings/place_list.html", {"page": page, "looked_for": looked_for})


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PLACE_LISTERS)
def add(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PLACE_LISTERS)
def change(request: HttpRequest, place: UUID) -> HttpResponse:
    return _edit(request, get_object_or_404(Place.objects.select_related("force"), pk=place))


@require_POST
@policy(PLACE_LISTERS)
def remove(request: HttpRequest, place: UUID) -> HttpResponse:
    found = get_object_or_404(Place, pk=place)
    places.remove_place(found, by=reader(request))
    messages.success(request, f"{found.name} is off the list.")
    return redirect("findings:place-list")


def _edit(request: HttpRequest, place: Place | None) -> HttpResponse:
    initial = {"name": place.name, "force": place.force.slug} if place else {}
    form = PlaceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = {"name": form.cleaned_data["name"], "force": form.cleaned_data["force"], "by": reader(request)}
        try:
            saved = places.change_place(place, **typed) if place else places.list_place(**typed)
        except NotAllowed as refusal:
            form.add_error("name", refusal.sentence)
        else:
            messages.success(request, f"{saved.name} is listed under {saved.force}.")
            return redirect("findings:place-list")
    crumbs = [("Places", reverse("findings:place-list"))]
    return render(request, "findings/place_edit.html", {"form": form, "place": place, "crumbs": crumbs})
