"""The inspectors' side of the factual accuracy check, force by force: what to send, what came back, what was decided.

A force's unsent points are not the inspectorate's to see: everything here leaves drafts out.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from findings import notices
from findings.accuracy import rounds as check_rounds
from findings.accuracy.force import answers
from findings.accuracy.forms import CloseForm, RecallForm
from findings.accuracy.inspectorate import closing, decisions, issuing, unconfirmed
from findings.accuracy.inspectorate.forms import DecisionForm, SendForm, WaiveForm
from findings.accuracy.inspectorate.ledger import ledger_of
from findings.accuracy.inspectorate.views import decision, round_page
from findings.accuracy.inspectorate.views import issuing as views_issuing
from findings.accuracy.locking import ABOUT
from findings.fetching import get_force, reader
from findings.models import Point, Round, assigned
from findings.permissions import INSPECTORATE, leads
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed, Stale


@require_safe
@policy(INSPECTORATE)
def point_inbox(request: HttpRequest) -> HttpResponse:
    """The checks of the reader's forces, those that wait for the inspectorate first."""
    sent = Q(points__submitted_at__isnull=False)
    rounds = Round.objects.filter(assigned(reader(request), theme=None)).select_related("inspection", "force", "notice")
    rounds = rounds.annotate(
        received=Count("points", filter=sent),
        undecided=Count("points", filter=sent & ~Q(points__state__in=Point.DECIDED)),
    )
    context = round_page.inbox(rounds, request.GET.get("show", ""))
    page = Paginator(context.pop("chosen"), 50).get_page(request.GET.get("page"))
    rows = [(round, check_rounds.due_at(round)) for round in page]
    return render(request, "findings/round_inbox.html", {**context, "page": page, "rows": rows})


@require_safe
@policy(INSPECTORATE)
def round_show(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    """Before it is sent: what stands in the way. Afterwards: where it stands and what the force said."""
    return _show(request, inspection, force)


@require_POST
@policy(INSPECTORATE)
def round_issue(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    found, _, about = get_force(request, inspection, force)
    form = SendForm(request.POST, asked=unconfirmed.to_confirm(found, [about])[about.pk])
    if not form.is_valid():
        return _show(request, inspection, force, send=form)
    possible = leads(reader(request), found, about) and not issuing.obstacles(found, about)
    if possible and (asked := views_issuing.ask(request, "issue_round", found, [about])):
        return asked
    issuing.issue_round(inspection=found, force=about, by=reader(request), confirmed=form.confirmed_keys())
    messages.success(request, f"The draft is on its way to {about}. Its working days count from when the e-mail goes.")
    return redirect("findings:round-show", inspection, force)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def round_recall(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    round = get_round(request, inspection, force)
    form = RecallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            issuing.recall_round(round, reason=form.cleaned_data["reason"], by=reader(request))
        except NotAllowed as refusal:
            form.add_error("reason", refusal.sentence)
        else:
            messages.success(
                request,
                f"The draft is recalled. {round.force} can no longer read it. Its points go on in the next draft.",
            )
            return redirect("findings:round-show", inspection, force)
    readers = notices.users_of(round.force)
    context = {"round": round, "form": form, "readers": readers, **round_page.crumbs(round)}
    return render(request, "findings/round_recall.html", context)


@require_POST
@policy(INSPECTORATE)
def round_no_response(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    round = get_round(request, inspection, force)
    answers.record_no_response(round, by=reader(request))
    messages.success(request, f"Recorded: no response from {round.force}. Complete the check next.")
    return redirect("findings:round-show", inspection, force)


@require_POST
@policy(INSPECTORATE)
def round_close(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    """Complete the check; with the button "again" what is new to the force is shown to it once more."""
    round = get_round(request, inspection, force)
    form = CloseForm(request.POST)
    form.full_clean()
    waiver, again = form.cleaned_data.get("waiver", ""), "again" in request.POST
    try:
        second = closing.close_round(round, by=reader(request), waiver=waiver, show_again=again)
    except NotAllowed as refusal:
        form.add_error("waiver", refusal.sentence)
        return _show(request, inspection, force, close=form)
    said = f"The check of {round.force} is complete. Its findings are final."
    if second:
        said = f"{round.force} has its decisions, and is shown the new words again."
    messages.success(request, said)
    return redirect("findings:round-show", inspection, force)


@require_POST
@policy(INSPECTORATE)
def round_second_look(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    found, _, about = get_force(request, inspection, force)
    possible = leads(reader(request), found, about) and not issuing.second_look_obstacles(found, about)
    if possible and (asked := views_issuing.ask(request, "issue_second_look", found, [about])):
        return asked
    issuing.issue_second_look(inspection=found, force=about, by=reader(request))
    messages.success(request, f"{about} is shown the new words. Its working days count from when the e-mail goes.")
    return redirect("findings:round-show", inspection, force)


@require_POST
@policy(INSPECTORATE)
def round_waive(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    round = get_round(request, inspection, force)
    form = WaiveForm(request.POST)
    if form.is_valid():
        try:
            closing.waive_unseen(round, reason=form.cleaned_data["reason"], by=reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "Recorded: these words may stand. The reason is kept.")
            return redirect("findings:round-show", inspection, force)
    return _show(request, inspection, force, waive=form)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def point_decide(request: HttpRequest, point: UUID) -> HttpResponse:
    """Disputed and proposed words face to face, and the decision with its reason."""
    found = get_point(request, point)
    person = reader(request)
    begins = decision.begins(found, request.GET.get("from", ""), person)
    about = found.paragraph.national if found.paragraph else None
    form = DecisionForm(request.POST or None, initial=begins, about=about)
    if request.method == "POST" and form.is_valid():
        try:
            made = decisions.decide_point(found, by=person, **form.cleaned_data)
        except Stale as stale:
            form.add_error("amended_text", stale.sentence)
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            what = made.get_state_display().lower()
            messages.success(
                request, f"Point {found.number} is decided: {what}. The force sees it when the check is complete."
            )
            return _after(found)
    return render(request, "findings/point_decide.html", {**decision.shown(found, form, person), "form": form})


@require_safe
@policy(INSPECTORATE)
def ledger(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    """Each sentence back to its points, evidence, decisions, reasons and differences, over every check of the force."""
    round = get_round(request, inspection, force)
    context = {"round": round, "ledger": ledger_of(round.inspection, round.force)}
    context |= round_page.crumbs(round, ("What became of each sentence", ""))
    return render(request, "findings/round_ledger.html", context)


def _show(
    request: HttpRequest,
    inspection: str,
    force: str,
    *,
    close: CloseForm | None = None,
    waive: WaiveForm | None = None,
    send: SendForm | None = None,
) -> HttpResponse:
    found, coverage, about = get_force(request, inspection, force)
    rounds = round_page.rounds_of(found, about)
    round = round_page.newest(rounds)
    lead = leads(reader(request), found, about)
    if round is None or round.state in (Round.State.PREPARING, Round.State.RECALLED):
        context = round_page.preparation(found, about, round, coverage)
        form = send or SendForm(asked=unconfirmed.to_confirm(found, [about])[about.pk])
        context |= {"is_lead": lead, "form": form}
        return render(request, "findings/round_prepare.html", context, status=422 if form.errors else 200)
    context = {**round_page.standing(round, rounds, close, waive), "is_lead": lead, "form": close or waive}
    return render(request, "findings/round_show.html", context)


def get_round(request: HttpRequest, inspection: str, force: str) -> Round:
    """The round of a force that counts now, of those that the reader works on."""
    found, _, about = get_force(request, inspection, force)
    round = round_page.latest(found, about)
    if round is None:
        raise Http404
    return round


def get_point(request: HttpRequest, pk: UUID) -> Point:
    """A point that its force has sent, of a round that the reader works on."""
    rounds = Round.objects.filter(assigned(reader(request), theme=None))
    points = Point.objects.filter(round__in=rounds, submitted_at__isnull=False)
    related = (
        "round__inspection",
        "round__force",
        "round__notice",
        "round__submitted_by",
        "author",
        "decided_by",
        *ABOUT,
    )
    found: Point = get_object_or_404(points.select_related(*related), pk=pk)
    return found


def _after(point: Point) -> HttpResponse:
    """On to the next point to decide, or back to the check when there is none."""
    waiting = point.round.points.filter(submitted_at__isnull=False).exclude(state__in=Point.DECIDED)
    following: Any = waiting.order_by("number").first()
    if following:
        return redirect("findings:point-decide", following.pk)
    return redirect("findings:round-show", point.round.inspection.slug, point.round.force.slug)
