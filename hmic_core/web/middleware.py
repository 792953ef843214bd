"""What the workspace does around every request."""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions import app_settings
from allauth.usersessions.middleware import UserSessionsMiddleware
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from hmic_core import audit
from hmic_core.clock import ClockTimestamp
from hmic_core.errors import NotAllowed
from hmic_core.request_cache import asked, asking_once, telling, typed_words

Next = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger(__name__)


class PrivateResponses:
    """Nothing of the workspace is kept by any cache, and every request's address is known to the audit trail."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        remembering = asking_once() if request.method in ("GET", "HEAD") else nullcontext()
        with asked(request), telling(request), remembering:
            response = self.get_response(request)
        if not request.path.startswith("/static/"):
            response["Cache-Control"] = "private, no-store"
            response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class SessionsSeen(UserSessionsMiddleware):  # type: ignore[misc]
    """Ends a session in which nobody did anything for a while, and notes once a minute that one is in use.

    What a page asks by itself (`X-Background`: who else has a finding open, how far letters are) is nobody's doing.
    Words that somebody had typed are given back by `SignInRequired`. A write for each request would cost more than most
    pages.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        last = _last_seen(request) if app_settings.TRACK_ACTIVITY else None
        if last and last.seconds_ago > settings.SESSION_IDLE_MINUTES * 60:
            logout(request)
            minutes = f"{settings.SESSION_IDLE_MINUTES} minutes"
            messages.info(request, f"You were signed out, since nothing was done here for {minutes}. Sign in again.")
        notes = (last is None or last.is_due) and "X-Background" not in request.headers
        answer: HttpResponse = super().__call__(request) if notes else self.get_response(request)
        return answer


@dataclass(frozen=True)
class _Seen:
    seconds_ago: float
    #: Noted a minute ago or longer, or from another address or browser.
    is_due: bool


def _last_seen(request: HttpRequest) -> _Seen | None:
    """When the reader's session was last noted to be in use; None for nobody's."""
    if not request.session.session_key or not request.user.is_authenticated:
        return None
    mine = UserSession.objects.filter(session_key=request.session.session_key, user=request.user.pk)
    row = mine.values_list("last_seen_at", ClockTimestamp(), "ip", "user_agent").first()
    if row is None:
        return None
    seen, now, ip, agent = row
    browser = request.headers.get("User-Agent", "")[: UserSession._meta.get_field("user_agent").max_length]
    ago = (now - seen).total_seconds()
    return _Seen(ago, ago >= 60 or (ip, agent) != (get_adapter().get_client_ip(request), browser))


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
        answer = redirect(_page_before(request))
        # Nothing was done: the same form may be sent again (`hmic_core.sent_once`).
        answer.refused = True  # type: ignore[attr-defined]
        return answer


def _page_before(request: HttpRequest) -> str:
    """The page whose form was sent: a hidden `next` field, else the referring page of this host, else home."""
    for address in (request.POST.get("next"), request.headers.get("Referer")):
        if address and url_has_allowed_host_and_scheme(address, {request.get_host()}):
            return address
    return "/"
