"""What the pages in docs/ print of the code: `python -m tests.write_docs` writes it, `tests/test_docs.py` compares."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[1]
PERMISSIONS = ROOT / "docs" / "permissions.md"
BEGIN, END = "<!-- routes: written by python -m tests.write_docs -->\n", "<!-- end of routes -->\n"
#: Signing in and one's own account: allauth's, with its own protection.
LIBRARIES = ("accounts/",)


def routes(patterns: Any = None, prefix: str = "", rooms: str = "") -> Iterator[tuple[str, str, Any]]:
    """Address, name and view of each of the workspace's own routes."""
    for entry in patterns or get_resolver("hmic_core.urls").url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route, f"{entry.namespace}:" if entry.namespace else rooms)
        elif isinstance(entry, URLPattern) and not route.startswith(LIBRARIES):
            yield route, f"{rooms}{entry.name}", entry.callback


def routes_table() -> str:
    """The table of docs/permissions.md: every route and whom its policy lets in."""
    rows = [f"| `/{route}` | `{name}` | {view.policy.name} |" for route, name, view in routes()]
    public = get_resolver("website.urls").url_patterns
    rows += [
        f"| `/{route}` (website) | `{name}` | the public: released items only |" for route, name, _ in routes(public)
    ]
    return "\n".join(["| address | name | who |", "|---|---|---|", *rows]) + "\n"


def with_routes(page: str) -> str:
    """The page with the table of today between its marks."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{routes_table()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hmic_core.settings")
    os.environ.setdefault("HMIC_DEMO", "1")
    django.setup()
    PERMISSIONS.write_text(with_routes(PERMISSIONS.read_text(encoding="utf-8")), encoding="utf-8")
