"""One re-authentication for each signing session, not for each letter.

A session begins with the password or passkey, before the first signature. Each signature keeps it open for another half
hour, for two hours at most; signing out, or "End signing", ends it.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 2 * 60 * 60
_KEY = "signing_session"


def required(sign: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let `sign` run only in a signing session; a signature that was given keeps the session open."""
    after_password = reauthentication_required(sign)

    @wraps(sign)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = (sign if is_open(request) else after_password)(request, *args, **kwargs)
        _keep_open(request)
        return answer

    return guarded


def is_open(request: HttpRequest) -> bool:
    kept = request.session.get(_KEY)
    if not isinstance(kept, dict) or kept.get("user") != str(request.user.pk):
        return False
    now = time.time()
    return bool(now - kept["last"] < IDLE_SECONDS and now - kept["began"] < LONGEST_SECONDS)


def end(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


def _keep_open(request: HttpRequest) -> None:
    now = time.time()
    began = request.session[_KEY]["began"] if is_open(request) else now
    request.session[_KEY] = {"user": str(request.user.pk), "began": began, "last": now}
