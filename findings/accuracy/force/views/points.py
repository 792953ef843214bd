"""Where a point is written: the draft with the composer open under its paragraph. A thin layer over the verbs.

Three buttons lead here: "Save point"; "Show the difference", which saves nothing, for readers without JavaScript; and,
where quoted words do not stand in the paragraph, "Quote these instead" beside the nearest ones that do.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from findings.accuracy import rounds
from findings.accuracy.draft import draft_of
from findings.accuracy.force import answers, point_files
from findings.accuracy.force.views import check_page
from findings.accuracy.force.views.fetching import own_round, to_draft
from findings.accuracy.forms import PointForm, WholePointForm
from findings.accuracy.quoted_words import NotThere
from findings.fetching import reader
from findings.models import EarlierPoint, Paragraph, Point, PointFile, Round
from findings.permissions import FORCE_READER, can_check, can_withdraw
from findings.quotes import anchors
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed, Stale
from hmic_core.kept_uploads import keep_those_of
from hmic_core.models import User
from hmic_core.text.markdown import plain_words

#: Buttons that show something and save nothing.
_SHOWING = ("show", "quote_nearest")


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def point_raise(request: HttpRequest, round: UUID, paragraph: UUID | None = None) -> HttpResponse:
    """The draft with the composer open under one paragraph, or at its end for a point about the whole draft.

    `?from=12&to=40` quotes the words that were selected in the frozen paragraph: an address holds places, never words.
    """
    found = own_round(request, round)
    about = get_object_or_404(found.paragraphs, pk=paragraph) if paragraph else None
    form = _form(request, about, None)
    composing: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            return _saved(request, _keep(form, reader(request), found, about))
        except NotAllowed as refusal:
            composing = _refused(form, refusal)
    return _compose(request, found, about, form, None, composing)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def point_change(request: HttpRequest, round: UUID, point: UUID) -> HttpResponse:
    found = own_round(request, round)
    point_ = get_object_or_404(found.points.present().select_related("paragraph", "author", "changed_by"), pk=point)
    form = _form(request, point_.paragraph, point_)
    composing: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            return _saved(request, _keep(form, reader(request), found, point_.paragraph, point_))
        except Stale as stale:
            composing = _refused(form, stale)
            composing["theirs"] = theirs = found.points.select_related("author").get(pk=point_.pk)
            form.data = _with_version(form, theirs.version)
        except NotAllowed as refusal:
            composing = _refused(form, refusal)
    return _compose(request, found, point_.paragraph, form, point_, composing)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def point_withdraw(request: HttpRequest, round: UUID, point: UUID) -> HttpResponse:
    """Ask first, then withdraw. Its words and evidence are kept, and it can be brought back."""
    found = own_round(request, round)
    point_ = get_object_or_404(found.points.select_related("paragraph"), pk=point)
    if request.method != "POST":
        context = check_page.frame(request, found, draft_of(found), "check-log")
        context |= {"point": point_, "may_withdraw": can_withdraw(reader(request), point_)}
        return render(request, "findings/point_withdraw.html", context)
    answers.withdraw_point(point_, by=reader(request))
    messages.success(
        request, f"Point {point_.number} is withdrawn. It is kept in the response log: bring it back there."
    )
    return redirect("findings:check-log", found.pk)


@require_POST
@policy(FORCE_READER)
def point_restore(request: HttpRequest, round: UUID, point: UUID) -> HttpResponse:
    found = own_round(request, round)
    point_ = get_object_or_404(found.points.select_related("paragraph"), pk=point)
    answers.restore_point(point_, by=reader(request))
    messages.success(request, f"Point {point_.number} is back, as it was.")
    return to_draft(found.pk, f"point-{point_.number}")


def _form(request: HttpRequest, about: Paragraph | None, point: Point | None) -> PointForm:
    """What was typed, bound where it is to be saved; a point's own words where it is opened."""
    make = PointForm if about else WholePointForm
    given = point.files.select_related("file").order_by("file__created_at") if point else None
    if request.method != "POST":
        return make(initial=_initial(point) if point else _selected(request, about), given=given)
    if any(button in request.POST for button in _SHOWING):
        keep_those_of(_judged(make(request.POST, request.FILES, given=given)))
        typed = {name: request.POST.get(name, "") for name in ("quoted", "kind", "proposed", "explanation", "shows")}
        typed["version"] = request.POST.get("version", "")
        if nearest := request.POST.get("quote_nearest"):
            typed["quoted"] = nearest
        return make(initial=typed, given=given)
    return make(request.POST, request.FILES, given=given)


def _selected(request: HttpRequest, about: Paragraph | None) -> dict[str, Any]:
    """The words that were selected in the paragraph before its point was begun."""
    places = request.GET.get("from", ""), request.GET.get("to", "")
    return {"quoted": anchors.between(about.text, *places)} if about else {}


def _judged(form: PointForm) -> PointForm:
    """With its files examined."""
    form.full_clean()
    return form


@transaction.atomic
def _keep(form: PointForm, by: User, round: Round, about: Paragraph | None, point: Point | None = None) -> Point:
    """The point, then its files: all or nothing."""
    if point is None:
        point = answers.raise_point(round, paragraph=about, by=by, **form.words())
    else:
        version = form.cleaned_data["version"] or 0
        point = answers.change_point(point, version=version, by=by, **form.words())
    for given in form.cleaned_data.get("take_off") or ():
        point_files.take_off_file(given, by=by)
    for given in form.cleaned_data.get("put_back") or ():
        point_files.put_back_file(given, by=by)
    if form.cleaned_data.get("upload"):
        data, name, content_type = form.cleaned_data["upload"]
        shows = form.cleaned_data["shows"]
        point_files.add_file(point, data=data, name=name, content_type=content_type, shows=shows, by=by)
    return point


def _refused(form: PointForm, refusal: NotAllowed) -> dict[str, Any]:
    """A refusal about words that are not there stands beside the quoted words, any other above the form."""
    form.add_error("quoted" if isinstance(refusal, NotThere) else None, refusal.sentence)
    return {"nearest": refusal.nearest} if isinstance(refusal, NotThere) else {}


def _compose(
    request: HttpRequest,
    round: Round,
    about: Paragraph | None,
    form: PointForm,
    point: Point | None,
    composing: dict[str, Any],
) -> HttpResponse:
    """The draft with the composer open and what was typed in it. Who may only read is sent to the draft."""
    may = round.state == Round.State.ISSUED and can_check(reader(request), round)
    if request.method != "POST" and not may:
        return to_draft(round.pk, about.reference.lower() if about else "")
    answers.open_round(round, by=reader(request))
    context = check_page.frame(request, round, draft_of(round, point.pk if point else None), "check-draft")
    composing |= {"paragraph": about, "form": form, "point": point, **_would_be(form, about)}
    composing |= check_page.composer_words(context["draft"], about, point)
    composing["files"] = [each for each in _files(point) if each.taken_off_at is None] if point else []
    if point:
        composing["earlier"] = point.earlier.filter(what=EarlierPoint.What.WORDS).select_related("by")
        composing["may_withdraw"] = can_withdraw(reader(request), point)
    return render(request, "findings/check_draft.html", {**context, "form": form, "composing": composing})


def _files(point: Point) -> Any:
    return PointFile.objects.filter(point=point).select_related("file").order_by("file__created_at")


def _would_be(form: PointForm, about: Paragraph | None) -> dict[str, Any]:
    """The paragraph as it is and as it would be, for the page; `plain` is what the script compares as one types."""
    if about is None:
        return {}
    typed = {name: anchors.one_line_end(form[name].value() or "") for name in ("quoted", "proposed")}
    after = anchors.replaced(about.text, typed["quoted"], typed["proposed"])
    return {"would_be": after, "plain": plain_words(about.text)}


def _with_version(form: PointForm, version: int) -> QueryDict:
    """What was typed, now standing on the version that its writer is shown beside it."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"] = str(version)
    return data


def _initial(point: Point) -> dict[str, Any]:
    return {name: getattr(point, name) for name in ("kind", "quoted", "proposed", "explanation", "version")}


def _saved(request: HttpRequest, point: Point) -> HttpResponse:
    need = rounds.lacks(point)
    say = f"{need} before it can be sent." if need else "It is ready."
    messages.success(request, f"Point {point.number} is saved. {say} HMIC sees nothing until your response is sent.")
    if "another" in request.POST:
        return redirect("findings:point-change", point.round_id, point.pk)
    return to_draft(point.round_id, f"point-{point.number}")
