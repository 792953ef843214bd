"""The lead inspector's answers to a force: more time or not, a late point taken or not. Each with a reason."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from findings.accuracy.force import extensions, late_points
from findings.accuracy.force.forms import ExtensionAnswerForm, LateAnswerForm
from findings.accuracy.inspectorate.views import round_page
from findings.accuracy.rounds import due_at
from findings.fetching import reader
from findings.models import Extension, LateOffer, PointFile, Round, assigned
from findings.permissions import INSPECTORATE, leads
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed

_ROUND = ("round__inspection", "round__force", "round__notice")


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def extension_decide(request: HttpRequest, extension: UUID) -> HttpResponse:
    """The request with its reason, and what the new time would be."""
    related = (*_ROUND, "asked_by", "decided_by")
    mine = Extension.objects.filter(round__in=_rounds(request)).select_related(*related)
    found: Extension = get_object_or_404(mine, pk=extension)
    form = ExtensionAnswerForm(request.POST or None, initial={"days": found.days})
    if request.method == "POST" and form.is_valid():
        try:
            said = _answer_extension(found, form.cleaned_data, request)
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, said)
            return _to_round(found.round)
    context = _context(request, found.round, "More time")
    context |= {"extension": found, "due": due_at(found.round)}
    if found.state == Extension.State.ASKED:
        context["would_be"] = extensions.due_with(found.round, found.days)
    return render(request, "findings/extension_decide.html", {**context, "form": form})


def _answer_extension(extension: Extension, words: dict[str, Any], request: HttpRequest) -> str:
    by, force = reader(request), extension.round.force
    if words["decision"] == "grant":
        extensions.grant_extension(extension, days=words["days"], answer=words["answer"], by=by)
        return f"{force} has more time. Its liaison officers are told."
    extensions.refuse_extension(extension, answer=words["answer"], by=by)
    return f"The time of {force} stays as it is. Its liaison officers are told."


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def late_point_decide(request: HttpRequest, offer: UUID) -> HttpResponse:
    """A point that came late, why, and whether it is taken. Whether it is right is decided afterwards."""
    related = [f"point__{each}" for each in (*_ROUND, "paragraph", "author")]
    mine = LateOffer.objects.filter(point__round__in=_rounds(request)).select_related(*related, "offered_by")
    found: LateOffer = get_object_or_404(mine, pk=offer)
    form = LateAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        take = form.cleaned_data["decision"] == "take"
        answer = late_points.take_late_point if take else late_points.decline_late_point
        try:
            answer(found, answer=form.cleaned_data["answer"], by=reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"Point {found.point.number} is {'taken' if take else 'not taken'}.")
            return _to_round(found.point.round)
    context = _context(request, found.point.round, f"Late point {found.point.number}")
    context["files"] = PointFile.objects.given().filter(point=found.point).select_related("file")
    return render(request, "findings/late_point_decide.html", {**context, "offer": found, "form": form})


def _rounds(request: HttpRequest) -> Any:
    return Round.objects.filter(assigned(reader(request), theme=None))


def _context(request: HttpRequest, round: Round, title: str) -> dict[str, Any]:
    is_lead = leads(reader(request), round.inspection, round.force)
    return {"round": round, "is_lead": is_lead, **round_page.crumbs(round, (title, ""))}


def _to_round(round: Round) -> HttpResponse:
    return redirect("findings:round-show", round.inspection.slug, round.force.slug)
