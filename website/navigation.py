"""The public website's menu."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

SECTIONS = (
    ("Inspections", "/inspections/"),
    ("Forces", "/forces/"),
    ("Compare forces", "/compare/"),
    ("Release calendar", "/calendar/"),
    ("Corrections", "/corrections/"),
    ("Open data", "/open-data/"),
    ("Search", "/search/"),
)


def website(request: HttpRequest) -> dict[str, Any]:
    """Context for every page: `nav` with the section that the reader is in, and `site`, how others address it."""
    return {
        "site": settings.WEBSITE_URL,
        "nav": [{"label": label, "url": url, "active": request.path.startswith(url)} for label, url in SECTIONS],
    }
