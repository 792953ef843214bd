"""The demonstration's own pages: the role chooser, the mail that was sent, and a letter becoming public."""

from itertools import groupby
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from demo import guide, watching
from demo.cast import BY_KEY, CAST, NORTHAMPTONSHIRE, person
from demo.models import SentMail
from demo.stages import SLUG
from demo.tasks import prepare_watch
from findings.models import Round
from hmic_core import audit, clock
from hmic_core.accounts.policies import ANYONE, policy
from hmic_core.asking import ask

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
@policy(ANYONE)
def chooser(request: HttpRequest) -> HttpResponse:
    """Everybody of the cast, with what they do: one button each."""
    sides = [(side, list(members)) for side, members in groupby(CAST, key=lambda member: member.side)]
    return render(request, "demo/chooser.html", {"sides": sides, "ledger": _ledger()})


def _ledger() -> str:
    """Where what became of each sentence is told, once Northamptonshire's check in the demonstration is complete."""
    closed = Round.objects.filter(inspection__slug=SLUG, force__slug=NORTHAMPTONSHIRE, state=Round.State.CLOSED)
    return reverse("findings:ledger", args=[SLUG, NORTHAMPTONSHIRE]) if closed.exists() else ""


@require_POST
@policy(ANYONE)
def sign_in_as(request: HttpRequest, key: str) -> HttpResponse:
    """Become a member of the cast, as if they had just signed in with their password."""
    if key not in BY_KEY:
        raise Http404
    user = person(key)
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password")
    audit.record(audit.Action.SIGNED_IN_AS, user, user)
    target = request.POST.get("next") or request.GET.get("next", "")
    return redirect(target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else "home")


@require_safe
@policy(ANYONE)
def mail(request: HttpRequest) -> HttpResponse:
    """What the demonstration would have sent by e-mail, newest first."""
    page = Paginator(SentMail.objects.all(), 30).get_page(request.GET.get("page"))
    return render(request, "demo/mail.html", {"page": page})


@require_safe
@policy(ANYONE)
def watch(request: HttpRequest) -> HttpResponse:
    """The public's and the liaison officer's window side by side, with the database's clock between them."""
    return render(request, "demo/watch.html", _watched(request))


@require_POST
@policy(ANYONE)
def watch_start(request: HttpRequest) -> HttpResponse:
    """Begin: a worker takes one letter through every step; the visitor becomes the liaison officer who may read it."""
    user = person("liaison-officer")
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password")
    watching.begin(again="again" in request.POST)
    ask(prepare_watch)
    return redirect("demo:watch")


@require_safe
@policy(ANYONE)
def watch_windows(request: HttpRequest) -> HttpResponse:
    """Asked for every second until the letter is ready: then the two windows with the clock between them."""
    return render(request, "demo/_watch_stage.html", _watched(request))


@require_safe
@policy(ANYONE)
def watch_clock(request: HttpRequest) -> HttpResponse:
    """The part of the page that is asked for again every second, with what changes elsewhere on it."""
    return render(request, "demo/_watch_clock.html", _watched(request))


def _watched(request: HttpRequest) -> dict[str, Any]:
    watched = watching.present()
    return {
        "watched": watched,
        "now": clock.now(),
        "guide": guide.of_watching(watched),
        "is_liaison": getattr(request.user, "email", "") == BY_KEY["liaison-officer"].email,
    }
