"""The force after its response: it answers when it is asked for more evidence, and says where it still disagrees."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from findings.accuracy.draft import draft_of
from findings.accuracy.force import answers, differences
from findings.accuracy.force.forms import AnswerForm, DifferenceForm
from findings.accuracy.force.views import check_page
from findings.accuracy.rounds import answer_due
from findings.accuracy.schedule import difference_of
from findings.accuracy.states import POINT_STATES
from findings.fetching import reader
from findings.models import EvidenceRequest, Point, Round
from findings.permissions import FORCE_READER, can_check, can_submit
from hmic_core import files
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from hmic_core.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def answer(request: HttpRequest, round: UUID, asked: UUID) -> HttpResponse:
    """HMIC's question on a point, and the force's answer in words or files."""
    found = _round(request, round)
    question = _question(found, asked)
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _answer(question, form, reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "Your answer has reached HMIC.")
            return redirect("findings:check-log", found.pk)
    frame = check_page.frame(request, found, draft_of(found), "check-log")
    waits = question.answered_at is None and question.point.state == Point.State.MORE_EVIDENCE
    may = waits and found.state == Round.State.RESPONDED and can_check(reader(request), found)
    context = {**frame, "asked": question, "asked_due": answer_due(question), "form": form, "may_answer": may}
    return render(request, "findings/evidence_answer.html", context)


@transaction.atomic
def _answer(question: EvidenceRequest, form: AnswerForm, by: User) -> None:
    kept = [(files.store(data, name, kind, by), shows) for (data, name, kind), shows in form.files_given()]
    answers.answer_request(question, answer=form.cleaned_data["answer"], files=kept, by=by)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def difference(request: HttpRequest, round: UUID, point: UUID) -> HttpResponse:
    """Record that the force still disagrees with a decision."""
    found = _round(request, round)
    point_ = _disputable(request, found, point)
    form = DifferenceForm(request.POST or None, initial={"words": difference_of(point_)})
    if request.method == "POST" and form.is_valid():
        try:
            differences.record_difference(point_, words=form.cleaned_data["words"], by=reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"Recorded: your force still disagrees on point {point_.number}.")
            return redirect("findings:check-decisions", found.pk)
    frame = check_page.frame(request, found, draft_of(found), "check-decisions")
    return render(request, "findings/difference_record.html", {**frame, "point": point_, "form": form})


def _round(request: HttpRequest, pk: UUID) -> Round:
    rounds = Round.objects.for_force(reader(request)).select_related("inspection", "force", "notice", "submitted_by")
    found: Round = get_object_or_404(rounds, pk=pk)
    return found


def _question(round: Round, pk: UUID) -> EvidenceRequest:
    asked = EvidenceRequest.objects.filter(point__round=round).select_related(
        "point__round__inspection", "point__round__force", "point__paragraph", "notice", "answered_by"
    )
    found: EvidenceRequest = get_object_or_404(asked.prefetch_related("files__file"), pk=pk)
    return found


def _disputable(request: HttpRequest, round: Round, pk: UUID) -> Any:
    """A decided point of a complete check, for who speaks for the force; for others there is no such page."""
    found: Point = get_object_or_404(round.points.select_related("paragraph", "difference"), pk=pk)
    allowed = POINT_STATES["record_difference"][0]
    if round.state != Round.State.CLOSED or found.state not in allowed or not can_submit(reader(request), round):
        raise Http404
    return found
