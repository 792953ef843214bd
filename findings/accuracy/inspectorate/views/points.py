"""Points across forces: a list with filters, several typing errors accepted at once, evidence asked for and read."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from findings.accuracy.inspectorate import decisions
from findings.accuracy.inspectorate.forms import AcceptForm, AskForm
from findings.accuracy.inspectorate.views import point_list, round_page
from findings.accuracy.inspectorate.views.rounds import get_point
from findings.fetching import reader
from findings.models import AnswerFile, LateOffer, PointFile, Round, assigned
from findings.permissions import INSPECTORATE
from hmic_core import audit, files, tables
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from hmic_core.models import User


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest) -> HttpResponse:
    return _list(request, AcceptForm())


@require_safe
@policy(INSPECTORATE)
def export(request: HttpRequest) -> HttpResponse:
    """The same points as CSV, with the same filters."""
    chosen = point_list.filtered(reader(request), request.GET)
    return tables.csv_file("points.csv", point_list.HEAD, [point_list.cells(point) for point in chosen.points])


@require_POST
@policy(INSPECTORATE)
def accept(request: HttpRequest) -> HttpResponse:
    """Accept the ticked typing errors, each as a decision of its own, and say of every one what became of it."""
    form = AcceptForm(request.POST)
    ticked = point_list.points_of(reader(request)).filter(pk__in=_uuids(request.POST.getlist("point")))
    points = list(ticked.order_by("round__force__name", "number"))
    if not points:
        form.add_error(None, "Tick the points that you accept.")
    if not form.is_valid():
        return _list(request, form, {point.pk for point in points})
    results = decisions.accept_typing(points, reason=form.cleaned_data["reason"], by=reader(request))
    request.session["accepted"] = [[point_list.name(each.point), each.accepted, each.sentence] for each in results]
    query = request.POST.get("query", "")
    return redirect(f"{reverse('findings:point-list')}?{query}{'&' if query else ''}results=1")


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def ask(request: HttpRequest, point: UUID) -> HttpResponse:
    """Ask the force for more evidence on one point."""
    found = get_point(request, point)
    form = AskForm(request.POST or None, initial={"days": found.round.inspection.more_evidence_days})
    if request.method == "POST" and form.is_valid():
        try:
            decisions.ask_for_evidence(found, by=reader(request), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"The question is on its way to {found.round.force}.")
            return redirect("findings:point-decide", point)
    context = {
        "point": found,
        "round": found.round,
        "form": form,
        **round_page.crumbs(found.round, ("More evidence", "")),
    }
    return render(request, "findings/point_ask.html", context)


@require_safe
@policy(INSPECTORATE)
def evidence(request: HttpRequest, file: UUID) -> HttpResponse:
    """A file that a force gave, with its point or when it was asked for more."""
    given = _given(reader(request), file)
    if given is None:
        raise Http404
    stored, round = given
    audit.record(audit.Action.POINT_FILE_DOWNLOADED, reader(request), round, force=round.force.slug, file=stored.sha256)
    return files.respond(files.read(stored.key), stored.name, stored.content_type)


def _given(user: User, pk: UUID) -> tuple[Any, Round] | None:
    rounds = Round.objects.filter(assigned(user, theme=None))
    # Of points that were sent, or offered late: a draft's files are the force's own.
    reached = Q(point__submitted_at__isnull=False) | Q(point__in=LateOffer.objects.values("point"))
    sent = PointFile.objects.given().filter(reached, pk=pk, point__round__in=rounds)
    if with_point := sent.select_related("file", "point__round__force").first():
        return with_point.file, with_point.point.round
    answers = AnswerFile.objects.filter(pk=pk, request__point__round__in=rounds)
    if answer := answers.select_related("file", "request__point__round__force").first():
        return answer.file, answer.request.point.round
    return None


def _list(request: HttpRequest, form: AcceptForm, ticked: set[UUID] | None = None) -> HttpResponse:
    chosen = point_list.filtered(reader(request), request.GET if request.method != "POST" else _query(request))
    page = Paginator(chosen.points, 50).get_page(request.GET.get("page"))
    rows = point_list.rows(page, reader(request))
    context = {
        "page": page,
        "rows": rows,
        "filter": chosen.form,
        "chosen": chosen.values,
        "query": urlencode(chosen.values),
        "form": form,
        "ticked": ticked or set(),
        "can_accept": any(row.may_accept for row in rows),
        "results": request.session.get("accepted", []) if request.GET.get("results") else [],
    }
    return render(request, "findings/point_list.html", context)


def _query(request: HttpRequest) -> Any:
    return QueryDict(request.POST.get("query", ""))


def _uuids(values: list[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found
