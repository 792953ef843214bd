"""More time, and points after the time: what the liaison officer asks of the lead inspector."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from findings.accuracy.draft import draft_of
from findings.accuracy.force import extensions, late_points
from findings.accuracy.force.forms import ExtensionForm, LatePointForm, WhyLateForm
from findings.accuracy.force.views import check_page
from findings.accuracy.force.views.fetching import own_round
from findings.accuracy.quoted_words import NotThere
from findings.fetching import reader
from findings.models import Point
from findings.permissions import FORCE_READER
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def extension_ask(request: HttpRequest, round: UUID) -> HttpResponse:
    """Ask for more working days with a reason; the answers so far stand beside it."""
    found = own_round(request, round)
    form = ExtensionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            extensions.ask_extension(found, by=reader(request), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "HMIC has your request. Until it answers, your time goes on running.")
            return redirect("findings:check-home")
    context = check_page.frame(request, found, draft_of(found), "check-home")
    asked = list(found.extensions.select_related("asked_by"))
    waiting = any(each.state == each.State.ASKED for each in asked)
    return render(
        request, "findings/check_extension.html", {**context, "form": form, "asked": asked, "waiting": waiting}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def late_offer(request: HttpRequest, round: UUID) -> HttpResponse:
    """Write a point after the time and offer it."""
    found = own_round(request, round)
    paragraphs = list(found.paragraphs.all())
    form = LatePointForm(request.POST or None, paragraphs=paragraphs)
    if request.method == "POST" and form.is_valid():
        about = next((each for each in paragraphs if str(each.pk) == form.cleaned_data["about"]), None)
        words = {**form.words(), "reason": form.cleaned_data["reason"]}
        try:
            offer = late_points.offer_point(found, paragraph=about, by=reader(request), **words)
        except NotAllowed as refusal:
            form.add_error("quoted" if isinstance(refusal, NotThere) else None, refusal.sentence)
        else:
            return _offered(request, offer.point)
    context = check_page.frame(request, found, draft_of(found), "check-log")
    return render(request, "findings/check_late.html", {**context, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def late_offer_draft(request: HttpRequest, round: UUID, point: UUID) -> HttpResponse:
    """Offer a point that was begun in time and not sent."""
    found = own_round(request, round)
    drafts = found.points.present().filter(submitted_at=None).select_related("paragraph", "author")
    mine = get_object_or_404(drafts, pk=point)
    form = WhyLateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            late_points.offer_draft(mine, reason=form.cleaned_data["reason"], by=reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return _offered(request, mine)
    context: dict[str, Any] = check_page.frame(request, found, draft_of(found), "check-log")
    return render(request, "findings/check_late.html", {**context, "form": form, "point": mine})


def _offered(request: HttpRequest, point: Point) -> HttpResponse:
    messages.success(request, f"Point {point.number} is with the lead inspector, who says whether it is taken.")
    return redirect("findings:check-log", point.round_id)
