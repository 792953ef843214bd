"""Tying a recommendation to the cause of concern that it answers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from findings.drafting import recommendations
from findings.drafting.views.unsaved import asked, asked_id, carry
from findings.fetching import get_finding, reader
from findings.models import Finding
from findings.permissions import INSPECTORATE
from hmic_core.accounts.policies import policy


@require_POST
@policy(INSPECTORATE)
def cause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Link a recommendation (or, without a cause, unlink it), then back to the page the form stood on."""
    finding, chosen = get_finding(request, pk), None
    if asked(request, "cause"):
        visible = Finding.objects.visible_to(reader(request)).select_related("theme")
        chosen = get_object_or_404(visible, pk=asked_id(request, "cause"))
    back = asked_id(request, "of")
    if refused := carry(request, get_finding(request, back) if back else finding):
        return refused
    recommendations.link_recommendation(finding, cause=chosen, by=reader(request))
    answers = f"now answers {chosen.reference}" if chosen else "answers no cause of concern now"
    messages.success(request, f"{finding.reference} {answers}.")
    return redirect("findings:finding-show", back or pk)
