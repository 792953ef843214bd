"""The demonstration's own pages: the role chooser, the mail that was sent, and a letter becoming public."""

from itertools import groupby
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from demo import guide, watching
from demo.cast import BY_KEY, CAST, person
from demo.models import SentMail
from demo.tasks import prepare_watch
from hmic_core import audit, clock
from hmic_core.policies import ANYONE, policy

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
@policy(ANYONE)
def chooser(request: HttpRequest) -> HttpResponse:
    """Everybody of the cast, with what they do: one button each."""
    sides = [(side, list(members)) for side, members in groupby(CAST, key=lambda member: member.side)]
    return render(request, "demo/chooser.html", {"sides": sides})


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
    return render(request, "demo/watch.html", _watched())


@require_POST
@policy(ANYONE)
def watch_start(request: HttpRequest) -> HttpResponse:
    """Begin: a worker takes one letter through every step; the visitor becomes the liaison officer who may read it."""
    user = person("liaison-officer")
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password")
    watching.begin()
    prepare_watch.delay()
    return redirect("demo:watch")


@require_safe
@policy(ANYONE)
def watch_windows(request: HttpRequest) -> HttpResponse:
    """Asked for every second until the letter is ready: then the two windows with the clock between them."""
    return render(request, "demo/_watch_stage.html", _watched())


@require_safe
@policy(ANYONE)
def watch_clock(request: HttpRequest) -> HttpResponse:
    """The part of the page that is asked for again every second, with what changes elsewhere on it."""
    return render(request, "demo/_watch_clock.html", _watched())


def _watched() -> dict[str, Any]:
    watched = watching.present()
    return {"watched": watched, "now": clock.now(), "guide": guide.of_watching(watched)}
