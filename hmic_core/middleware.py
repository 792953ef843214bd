"""What the workspace does around every request."""

import datetime as dt
import logging
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions import app_settings
from allauth.usersessions.middleware import UserSessionsMiddleware
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from hmic_core import audit
from hmic_core.clock import ClockTimestamp
from hmic_core.errors import NotAllowed
from hmic_core.request import asking_once, from_address

Next = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger(__name__)


class PrivateResponses:
    """Nothing of the workspace is kept by any cache, and every request's address is known to the audit trail."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        remembering = asking_once() if request.method in ("GET", "HEAD") else nullcontext()
        with from_address(request.META.get("REMOTE_ADDR", "")), remembering:
            response = self.get_response(request)
        if not request.path.startswith("/static/"):
            response["Cache-Control"] = "private, no-store"
            response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class SessionsSeen(UserSessionsMiddleware):  # type: ignore[misc]
    """Notes once a minute that a session is in use: a write for each request would cost more than most pages."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        enough = not app_settings.TRACK_ACTIVITY or _seen_lately(request)
        noted: HttpResponse = self.get_response(request) if enough else super().__call__(request)
        return noted


def _seen_lately(request: HttpRequest) -> bool:
    """Whether the session was noted within a minute, from the same address and browser."""
    if not request.session.session_key or not request.user.is_authenticated:
        return False
    lately = UserSession.objects.filter(
        session_key=request.session.session_key,
        user=request.user.pk,
        ip=get_adapter().get_client_ip(request),
        user_agent=request.headers.get("User-Agent", "")[: UserSession._meta.get_field("user_agent").max_length],
        last_seen_at__gt=ClockTimestamp() - dt.timedelta(minutes=1),
    )
    return bool(lately.exists())


class SignInRequired(LoginRequiredMiddleware):
    """Sends to the sign-in page; words typed in a session that ended meanwhile are shown again, not thrown away."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        if words := typed_words(request):
            return render(request, "403_signed_out.html", {"words": words}, status=403)
        if request.method not in ("GET", "HEAD"):
            # The address of a verb answers no GET, so that signing in would end at an error.
            return redirect_to_login(_page_before(request))
        answer: HttpResponseBase = super().handle_no_permission(request, view_func)
        return answer


def typed_words(request: HttpRequest) -> list[str]:
    """The texts of a form that could not be taken, to be given back: not passwords, nor what a page filled in."""
    return [
        value
        for name, value in request.POST.items()
        if isinstance(value, str) and _typed(name) and " " in value.strip()
    ]


def _typed(name: str) -> bool:
    return name not in ("csrfmiddlewaretoken", "next", "login") and "password" not in name


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form without a valid token, mostly one that stood open while somebody signed in elsewhere.

    Only this site's own form gets its words back: another site must not put sentences on a page of ours.
    """
    own = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    return render(request, "403_csrf.html", {"words": typed_words(request) if own else []}, status=403)


class RefusedVerbs:
    """A verb that refuses sends the person back to the page they came from, with its sentence.

    Refusals and misses of signed-in people are written to the audit trail once the request's own transaction is gone.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in (403, 404) and request.user.is_authenticated:
            audit.record_refusal(request.user, request.method or "", request.path, f"status {response.status_code}")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, NotAllowed):
            return None
        audit.record_refusal(
            request.user if request.user.is_authenticated else None, request.method or "", request.path, error.sentence
        )
        messages.error(request, error.sentence)
        return redirect(_page_before(request))


def _page_before(request: HttpRequest) -> str:
    """The page whose form was sent: a hidden `next` field, else the referring page of this host, else home."""
    for address in (request.POST.get("next"), request.headers.get("Referer")):
        if address and url_has_allowed_host_and_scheme(address, {request.get_host()}):
            return address
    return "/"
