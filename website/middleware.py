"""What the public website does around every request: one snapshot of the database, and headers that reveal nothing."""

import hashlib
from collections.abc import Callable
from typing import cast

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponsePermanentRedirect
from django.middleware.gzip import GZipMiddleware
from django.urls import Resolver404, resolve

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


class OneSpelling:
    """Each page has one address, in lower case and with its final stroke; other spellings lead there.

    Whether they do is read from the shape of the address alone, before anything is looked up: what is hidden and what
    never existed are led on alike, and meet the same 404 there.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path
        if request.method in ("GET", "HEAD") and (path != path.lower() or not _is_known(path)):
            for wanted in (path.lower(), f"{path.lower()}/"):
                if wanted != path and _is_known(wanted):
                    query = request.META.get("QUERY_STRING", "")
                    return HttpResponsePermanentRedirect(f"{wanted}?{query}" if query else wanted)
        return self.get_response(request)


def _is_known(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


class SmallerWords(GZipMiddleware):
    """Words travel compressed; PDF files and pictures are so already. No length tells a secret: there is none."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # type: ignore[override]
        kind = response.get("Content-Type", "")
        if not kind.startswith("text/") and not any(word in kind for word in ("json", "xml", "svg")):
            return response
        return cast(HttpResponse, super().process_response(request, response))
