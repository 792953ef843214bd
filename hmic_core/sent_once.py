"""A form that is sent twice is done once: a double click, a page loaded again, three posts at the same moment.

Each page that is shown has a CSRF value of its own, so two posts with the same value, address and fields are one and
the same press. The second waits for the first, and goes where the first went. A refusal or a form with an error is no
deed: only an answer that leads on is remembered.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from contextlib import suppress

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from hmic_core import clock
from hmic_core.clock import ClockTimestamp
from hmic_core.models import SentForm

_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (the name of a field)
#: Longer than any session lives.
_KEPT = dt.timedelta(hours=24)


class SentOnce:
    """Middleware, inside the one that knows who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated or not request.POST.get(_TOKEN):
            return self.get_response(request)
        mark = _mark(request)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_catalog.pg_advisory_lock(%s)", [_number(mark)])
        try:
            done = SentForm.objects.filter(pk=mark).first()
            if done is not None:
                return redirect(done.went_to)
            response = self.get_response(request)
            if _is_done(response):
                SentForm.objects.create(pk=mark, went_to=response["Location"][:2000], at=ClockTimestamp())
            return response
        finally:
            # A connection that is gone has let go of its locks.
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_catalog.pg_advisory_unlock(%s)", [_number(mark)])


def forget() -> None:
    """Take away what is too old to be sent again: the page's session has ended by then."""
    SentForm.objects.filter(at__lt=clock.now() - _KEPT).delete()


def _is_done(response: HttpResponse) -> bool:
    """Whether the answer leads on, and not back with a refusal or to a page that asks for the password first."""
    if response.status_code not in (302, 303) or getattr(response, "refused", False):
        return False
    return not any(each in response["Location"] for each in ("/reauthenticate/", "/login/"))


def _mark(request: HttpRequest) -> str:
    said = hashlib.sha256(f"{request.user.pk}\x1f{request.get_full_path()}".encode())
    for name, values in sorted(request.POST.lists()):
        said.update("\x1f".join([name, *map(str, values)]).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            # Two files of one name and size are two files.
            said.update(f"\x1f{name}\x1f{file.name}\x1f{file.size}".encode())
            for chunk in file.chunks():
                said.update(chunk)
            file.seek(0)
    return said.hexdigest()


def _number(mark: str) -> int:
    return int(mark[:15], 16)
