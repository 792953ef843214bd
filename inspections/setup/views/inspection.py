"""A new inspection, and the overview from which everything about it is set up."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hmic_core import confirming
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from hmic_core.forms.fields import Form
from hmic_core.models import User
from inspections import permissions, states
from inspections.fetching import around, first_shown, form_page, form_saved, get_inspection, reader
from inspections.locking import shown
from inspections.models import Inspection
from inspections.permissions import CREATORS, LEADS
from inspections.setup import inspection as setup
from inspections.setup import overview, people
from inspections.setup.forms import CheckForm, DeadlinesForm, DetailsForm, NewForm, WhyForm


@require_http_methods(["GET", "HEAD", "POST"])
@policy(CREATORS)
def new(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    must_name = not permissions.leads_one(user)
    offered = User.objects.filter(pk__in=[each.pk for each in people.candidates() if not (must_name and each == user)])
    sources = Inspection.objects.visible_to(user).order_by("-fieldwork_from", "title")
    form = NewForm(request.POST or None, people=offered.order_by("name"), inspections=sources, must_name=must_name)
    if request.method == "POST" and form.is_valid():
        try:
            made = setup.create_inspection(**form.cleaned_data, by=user)
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return _made(request, made)
    status = 422 if form.errors else 200
    return render(request, "inspections/setup_new.html", {"form": form, "must_name": must_name}, status=status)


def _made(request: HttpRequest, made: Inspection) -> HttpResponse:
    messages.success(request, f"{made} is set up, and planned. No force sees anything of it yet.")
    if permissions.can_set_up(reader(request), made):
        return redirect("inspections:setup-show", made.slug)
    return redirect("inspections:setup-new")


@require_safe
@policy(LEADS)
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    """What is set up, what is missing, and the next step."""
    found = get_inspection(request, inspection)
    return render(request, "inspections/setup_show.html", {**around(found), **overview.overview(found)})


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def details(request: HttpRequest, inspection: str) -> HttpResponse:
    found = get_inspection(request, inspection)
    former = list(found.former_titles.all())
    return _change(request, found, "Details", DetailsForm, setup.DETAILS, former=former)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def check(request: HttpRequest, inspection: str) -> HttpResponse:
    found = get_inspection(request, inspection)
    return _change(request, found, "Factual accuracy check", CheckForm, setup.CHECK)


def _change(
    request: HttpRequest, found: Inspection, title: str, form_class: type[Any], names: tuple[str, ...], **more: Any
) -> HttpResponse:
    """A form of some of the inspection's own values."""
    form = form_class(request.POST or None, initial=first_shown(shown(found, names)))

    def save() -> None:
        setup.save_details(found, **form.cleaned_data, by=reader(request))

    return form_saved(request, found, title, form, save, **more)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def deadlines(request: HttpRequest, inspection: str) -> HttpResponse:
    found = get_inspection(request, inspection)
    form = DeadlinesForm(request.POST or None, initial=first_shown(setup.deadlines(found)))

    def save() -> None:
        setup.save_deadlines(found, seen=form.cleaned_data["seen"], due=form.values(), by=reader(request))

    lead = "Times are London’s. Leave empty what has none."
    return form_saved(request, found, "Deadlines", form, save, lead=lead)


@require_POST
@policy(LEADS)
def notify(request: HttpRequest, inspection: str) -> HttpResponse:
    """Tell the forces in scope of the fieldwork."""
    found = get_inspection(request, inspection)
    if asked := _ask_to_notify(request, found):
        return asked
    told, without = setup.notify_forces(found, by=reader(request))
    messages.success(request, f"{told} liaison officer{'' if told == 1 else 's'} will be told, and see the dates now.")
    if without:
        names = ", ".join(force.short_name for force in without)
        messages.warning(request, f"Nobody could be told at: {names}. They have no verified liaison officer.")
    return redirect("inspections:setup-show", inspection)


def _ask_to_notify(request: HttpRequest, found: Inspection) -> HttpResponse | None:
    """Who would be told, once; None once that is confirmed, or where there is nobody to tell: the verb says so."""
    mark = confirming.mark("notify_forces", found)
    people_told = setup.told(found)
    if not people_told:
        return None
    return confirming.ask(
        request,
        marks=[mark],
        heading="Tell the forces of the fieldwork?",
        sentences=[
            "Each liaison officer gets an e-mail at once, and sees the title and the dates. It cannot be taken back."
        ],
        receives=[(who, "The inspection’s title and its fieldwork") for who in people_told],
        button="Tell the forces",
        back=reverse("inspections:setup-show", args=[found.slug]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LEADS)
def move(request: HttpRequest, inspection: str, verb: str) -> HttpResponse:
    """A step of the state table. A step with a reason has a page that asks for it; the others only take a POST."""
    found = get_inspection(request, inspection)
    if verb not in states.TRANSITIONS:
        raise Http404
    words, then = states.WORDS[verb]
    form: Form = WhyForm(request.POST or None) if verb in states.WITH_REASON else Form(request.POST)
    if request.method == "POST" and form.is_valid():
        try:
            moved = setup.move_state(found, verb, reason=form.cleaned_data.get("reason", ""), by=reader(request))
        except NotAllowed as refusal:
            if verb not in states.WITH_REASON:
                raise
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"{moved} is now: {moved.get_state_display().lower()}.")
            return redirect("inspections:setup-show", inspection)
    tone = "warning" if verb == "cancel" else ""
    return form_page(request, found, words, form, lead=then, button=words, tone=tone)
