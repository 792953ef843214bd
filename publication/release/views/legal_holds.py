"""Legal holds: what is on hold, why, since when; a new one; lifting one."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from hmic_core.errors import NotAllowed
from inspections.models import Inspection, LegalHold
from publication.fetching import person
from publication.release import legal_holds
from publication.release.forms import LegalHoldForm, ReasonForm
from publication.release.views.verbs import ASKS


@ASKS
@policy(PUBLICATION_ADMIN)
def legal_hold_list(request: HttpRequest) -> HttpResponse:
    inspections = Inspection.objects.visible_to(person(request)).order_by("title")
    form = LegalHoldForm(request.POST or None, inspections=inspections)
    if request.method == "POST" and form.is_valid():
        try:
            legal_holds.place_legal_hold(**form.cleaned_data, by=person(request))
        except NotAllowed as refused:
            form.add_error("inspection", refused.sentence)
        else:
            messages.success(request, "The legal hold is in force.")
            return redirect("publication:legal-hold-list")
    rows = LegalHold.objects.filter(inspection__in=inspections).select_related(
        "inspection", "force", "placed_by", "lifted_by"
    )
    page = Paginator(rows.order_by("-lifted_at", "-placed_at"), 50).get_page(request.GET.get("page"))
    crumbs = [("Releases", "/releases/"), ("Legal holds", "")]
    return render(request, "publication/legal_hold_list.html", {"page": page, "form": form, "crumbs": crumbs})


@ASKS
@policy(PUBLICATION_ADMIN)
def legal_hold_lift(request: HttpRequest, hold: UUID) -> HttpResponse:
    rows = LegalHold.objects.select_related("inspection", "force", "placed_by")
    found, form = get_object_or_404(rows, pk=hold), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            legal_holds.lift_legal_hold(found, reason=form.cleaned_data["reason"], by=person(request))
        except NotAllowed as refused:
            form.add_error("reason", refused.sentence)
        else:
            messages.success(request, "The legal hold was lifted.")
            return redirect("publication:legal-hold-list")
    page = {
        "hold": found,
        "form": form,
        "why_not": legal_holds.why_not_lift(person(request), found),
        "crumbs": [("Legal holds", "/legal-holds/"), ("Lift", "")],
    }
    return render(request, "publication/legal_hold_lift.html", page)
