"""What the public website does around every request: one snapshot of the database, and headers that reveal nothing."""

import hashlib
from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

Next = Callable[[HttpRequest], HttpResponse]


class OneSnapshot:
    """One reader's response is one transaction: REPEATABLE READ, READ ONLY, with the page rendered inside it.

    Otherwise a page that reads twice could show half of a release (docs/embargo.md).
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/health/live":
            return self.get_response(request)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return self.get_response(request)


class PublicHeaders:
    """Caching as simple as it can be: a page is asked for again each second, an error is never kept.

    A longer life would hide a release after its instant (a cached 404) or show a withdrawn letter.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/static/"):
            return response
        if response.status_code != 200:
            response["Cache-Control"] = "no-store"
            return response
        response["Cache-Control"] = "public, max-age=0, s-maxage=1"
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        return _unless_known(request, response)


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 where the reader already has this very answer."""
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    if response["ETag"] not in known:
        return response
    unchanged = HttpResponseNotModified()
    for name in ("ETag", "Cache-Control", "Content-Security-Policy"):
        if name in response:
            unchanged[name] = response[name]
    return unchanged
