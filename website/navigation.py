"""The public website's menu."""

from typing import Any

from django.http import HttpRequest

SECTIONS = (
    ("Inspections", "/inspections/"),
    ("Forces", "/forces/"),
    ("Calendar", "/calendar/"),
    ("Search", "/search/"),
)


def website(request: HttpRequest) -> dict[str, Any]:
    """Context for every page: `nav` with the section that the reader is in."""
    return {
        "nav": [{"label": label, "url": url, "active": request.path.startswith(url)} for label, url in SECTIONS],
    }
