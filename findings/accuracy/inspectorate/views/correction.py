"""Correcting a decision: what was decided, what it put into the words, and what takes its place."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from findings.accuracy import amendments, national, rounds
from findings.accuracy.inspectorate import corrections
from findings.accuracy.inspectorate.forms import CorrectionForm
from findings.accuracy.inspectorate.views import decision
from findings.accuracy.inspectorate.views.rounds import get_point
from findings.accuracy.states import POINT_STATES, STATES
from findings.fetching import reader
from findings.models import Point
from findings.permissions import INSPECTORATE
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed, Stale
from hmic_core.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def show(request: HttpRequest, point: UUID) -> HttpResponse:
    """The former decision and the words it caused, and the form of the one that replaces it."""
    found = get_point(request, point)
    person = reader(request)
    words = _words(found)
    form = CorrectionForm(request.POST or None, initial=_begins(found, words), has_words=words["is_in"])
    if request.method == "POST" and form.is_valid():
        try:
            made = corrections.correct_decision(found, by=person, **form.decision())
        except Stale as stale:
            form.add_error("amended_text", stale.sentence)
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            told = "The force is told, with both decisions." if corrections.was_seen(found.round) else ""
            messages.success(request, f"Corrected: {made.get_state_display().lower()}. {told}".strip())
            return redirect("findings:point-decide", found.pk)
    context = {**decision.shown(found, form, person), **words, **_may(found, person), "form": form}
    return render(request, "findings/decision_correct.html", context)


def _may(point: Point, user: User) -> dict[str, Any]:
    allowed = point.state in POINT_STATES["correct_decision"][0]
    return {
        "was_seen": corrections.was_seen(point.round),
        "refusal": corrections.why_not_correct(user, point),
        "can_be": allowed and point.round.state in STATES["correct_decision"][0],
    }


def _words(point: Point) -> dict[str, Any]:
    """What the former decision put into the words, and what they are without it."""
    if point.paragraph is None:
        return {"is_in": False}
    is_in = amendments.is_in(point)
    without = amendments.taken_out(point) if is_in else None
    entry = point.paragraph.national
    shown = national.would_be(entry, without) if entry and without is not None else without
    return {"is_in": is_in, "without": without, "without_shown": shown}


def _begins(point: Point, words: dict[str, Any]) -> dict[str, Any]:
    begins: dict[str, Any] = {"outcome": point.state, "reason": point.decision_reason}
    if point.paragraph is None:
        return begins
    present = amendments.present(point)
    return begins | {
        "quote_basis": bool(point.decision_basis),
        "amended_text": present if words["is_in"] else rounds.proposal(point) or present,
        "restored_text": words.get("without") or present,
        "version": point.paragraph.subject.version,
    }
