"""The force's side of the factual accuracy check. Every view fetches through `Round.objects.for_force`.

What a force reads is its frozen copy. No evidence, no working copy and no name of an inspector who decides is here.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from findings import accuracy, anchors
from findings.draft import draft_of, outcomes
from findings.forms_accuracy import PointForm, SubmitForm, WholePointForm
from findings.models import Paragraph, Point, Round
from findings.permissions import FORCE_READER, can_check
from findings.views import framing
from findings.views.fetching import reader
from forces.models import Post, post_holder
from hmic_core import clock
from hmic_core.errors import NotAllowed, Stale
from hmic_core.policies import policy


@require_safe
@policy(FORCE_READER)
def home(request: HttpRequest) -> HttpResponse:
    """What the force has to do now: the newest check first, earlier ones listed under it."""
    rounds = list(_rounds(request).order_by("-issued_at"))
    if not rounds:
        return render(request, "findings/check_none.html")
    open_ones = [round for round in rounds if round.state == Round.State.ISSUED]
    round = open_ones[0] if open_ones else rounds[0]
    others = [(each, accuracy.due_at(each)) for each in rounds if each != round]
    context = framing.frame(request, round, draft_of(round), "check-home")
    readers = round.openings.select_related("by").order_by("at")
    return render(request, "findings/check_home.html", {**context, "others": others, "readers": readers})


@require_safe
@policy(FORCE_READER)
def draft(request: HttpRequest, round: UUID) -> HttpResponse:
    """The frozen draft. The first reading by each person is noted: a receipt, nothing else changes."""
    found = _round(request, round)
    accuracy.open_round(found, by=reader(request))
    return render(request, "findings/check_draft.html", framing.frame(request, found, draft_of(found), "check-draft"))


@require_POST
@policy(FORCE_READER)
def paragraph_check(request: HttpRequest, round: UUID, paragraph: UUID) -> HttpResponse:
    found = get_object_or_404(_round(request, round).paragraphs, pk=paragraph)
    accuracy.check_paragraph(found, by=reader(request))
    return _to_draft(found.round_id, found.reference.lower())


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def point_raise(request: HttpRequest, round: UUID, paragraph: UUID | None = None) -> HttpResponse:
    """The draft with the composer open under one paragraph, or at its end for a point about the whole draft."""
    found = _round(request, round)
    about = get_object_or_404(found.paragraphs, pk=paragraph) if paragraph else None
    form = (PointForm if about else WholePointForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            point = accuracy.raise_point(found, paragraph=about, by=reader(request), **_words(form))
        except NotAllowed as refusal:
            form.add_error(_field_at_fault(form), refusal.sentence)
        else:
            return _saved(request, point)
    return _compose(request, found, about, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def point_change(request: HttpRequest, round: UUID, point: UUID) -> HttpResponse:
    found = _round(request, round)
    point_ = get_object_or_404(found.points.select_related("paragraph", "author"), pk=point)
    make = PointForm if point_.paragraph else WholePointForm
    form = make(request.POST) if request.method == "POST" else make(initial=_initial(point_))
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            return _saved(request, accuracy.change_point(point_, version=version, by=reader(request), **_words(form)))
        except Stale as stale:
            form.add_error(None, stale.sentence)
            theirs = found.points.select_related("author").get(pk=point_.pk)
            form.data = _with_version(form, theirs.version)
        except NotAllowed as refusal:
            form.add_error(_field_at_fault(form), refusal.sentence)
    return _compose(request, found, point_.paragraph, form, point_, theirs)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def point_withdraw(request: HttpRequest, round: UUID, point: UUID) -> HttpResponse:
    """Ask first, then withdraw: the words go for good."""
    found = _round(request, round)
    point_ = get_object_or_404(found.points.select_related("paragraph"), pk=point)
    if request.method != "POST":
        context = framing.frame(request, found, draft_of(found), "check-log")
        return render(request, "findings/point_withdraw.html", {**context, "point": point_})
    accuracy.withdraw_point(point_, by=reader(request))
    messages.success(request, f"Point {point_.number} is withdrawn. HMIC never saw it.")
    return redirect("findings:check-log", found.pk)


@require_safe
@policy(FORCE_READER)
def log(request: HttpRequest, round: UUID) -> HttpResponse:
    """Every point of the force in one table, and how to finish."""
    found = _round(request, round)
    context = framing.frame(request, found, draft_of(found), "check-log")
    show = request.GET.get("show", "")
    return render(
        request, "findings/check_log.html", {**context, **framing.log_rows(context["draft"], show, request.user)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def submit(request: HttpRequest, round: UUID) -> HttpResponse:
    """Check answers, then send: the points, or "no inaccuracies" when there are none."""
    found = _round(request, round)
    form = SubmitForm(request.POST) if request.method == "POST" else SubmitForm(initial=_chief_officer(found))
    if request.method == "POST" and form.is_valid():
        try:
            accuracy.submit_response(found, authorised_by=form.cleaned_data["authorised_by"], by=reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("findings:check-receipt", found.pk)
    context = framing.frame(request, found, draft_of(found), "check-log")
    return render(request, "findings/check_submit.html", {**context, "form": form})


@require_safe
@policy(FORCE_READER)
def receipt(request: HttpRequest, round: UUID) -> HttpResponse:
    found = get_object_or_404(_rounds(request).exclude(submitted_at=None), pk=round)
    return render(request, "findings/check_receipt.html", framing.frame(request, found, draft_of(found), "check-log"))


@require_safe
@policy(FORCE_READER)
def decisions(request: HttpRequest, round: UUID) -> HttpResponse:
    """Outcome and reason of each point, before and after. Before the check is complete it says only that it is not."""
    found = _round(request, round)
    context = framing.frame(request, found, draft_of(found), "check-decisions")
    if found.state == Round.State.CLOSED:
        points = [noted.point for noted in context["draft"].points] if found.submitted_at else []
        context |= framing.decided(outcomes(found, points), points, request.GET.get("show", ""))
        context |= framing.afterwards(request, found)
    return render(request, "findings/check_decisions.html", context)


def _rounds(request: HttpRequest) -> Any:
    rounds = Round.objects.for_force(reader(request))
    return rounds.select_related("inspection", "force", "notice", "submitted_by")


def _round(request: HttpRequest, pk: UUID) -> Round:
    found: Round = get_object_or_404(_rounds(request), pk=pk)
    return found


def _compose(
    request: HttpRequest,
    round: Round,
    about: Paragraph | None,
    form: PointForm,
    point: Point | None,
    theirs: Point | None = None,
) -> HttpResponse:
    """The draft with the composer open and what was typed in it. Who may only read is sent to the draft."""
    may = round.state == Round.State.ISSUED and can_check(reader(request), round)
    if request.method != "POST" and not may:
        return _to_draft(round.pk, about.reference.lower() if about else "")
    accuracy.open_round(round, by=reader(request))
    context = framing.frame(request, round, draft_of(round, point.pk if point else None), "check-draft")
    typed = {
        name: anchors.one_line_end(form[name].value() or "") for name in ("quoted", "proposed") if name in form.fields
    }
    would_be = anchors.replaced(about.text, typed["quoted"], typed["proposed"]) if about else None
    composing = {"paragraph": about, "form": form, "point": point, "would_be": would_be, "theirs": theirs}
    composing |= framing.composer_words(context["draft"], about, point)
    return render(request, "findings/check_draft.html", {**context, "form": form, "composing": composing})


def _with_version(form: PointForm, version: int) -> QueryDict:
    """What was typed, now standing on the version that its writer is shown beside it."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"] = str(version)
    return data


def _words(form: PointForm) -> dict[str, str]:
    return {name: form.cleaned_data.get(name, "") for name in ("kind", "quoted", "proposed", "explanation")}


def _initial(point: Point) -> dict[str, Any]:
    return {name: getattr(point, name) for name in ("kind", "quoted", "proposed", "explanation", "version")}


def _field_at_fault(form: PointForm) -> str | None:
    """A refusal about words that are not there stands beside the quoted words, any other above the form."""
    return "quoted" if form.cleaned_data.get("quoted") else None


def _saved(request: HttpRequest, point: Point) -> HttpResponse:
    need = accuracy.lacks(point)
    say = f"{need} before it can be sent." if need else "It is ready."
    messages.success(request, f"Point {point.number} is saved. {say} HMIC sees nothing until your response is sent.")
    return _to_draft(point.round_id, f"point-{point.number}")


def _to_draft(round: UUID, anchor: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('findings:check-draft', args=[round])}#{anchor}")


def _chief_officer(round: Round) -> dict[str, str]:
    """The present chief officer's name, to be confirmed or changed by who sends the response."""
    post = post_holder(Post.Kind.CHIEF_OFFICER, clock.today(), force=round.force)
    return {"authorised_by": f"{post.person.formal_name}, {post.title}"} if post else {}
