"""The workspace's navigation: each room registers its entries at start-up, so no lower room imports a higher one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from hmic_core.accounts import access
from hmic_core.models import User
from hmic_core.request_cache import asking_once


@dataclass(frozen=True)
class Entry:
    """One entry: shown to whom `shown_to` says; the first one that a person is shown is their home.

    `pages`: view names of pages that belong to it although their addresses lie below another entry's.
    """

    order: int
    label: str
    url_name: str
    shown_to: Callable[[User], bool]
    pages: frozenset[str] = frozenset()


_entries: list[Entry] = []


def register(*entries: Entry) -> None:
    """Add entries; called from `AppConfig.ready` of the room they lead to."""
    _entries.extend(entry for entry in entries if entry not in _entries)
    _entries.sort(key=lambda entry: entry.order)


def entries_for(user: User) -> list[Entry]:
    return [entry for entry in _entries if user.is_authenticated and entry.shown_to(user)]


def workspace(request: HttpRequest) -> dict[str, Any]:
    """Context for every page: `nav`, a list of label, url and whether it is the present section; `unread` notices;
    `contact`, whom to ring, which a page about an inspection replaces by that inspection's own.
    """
    desk = f"{settings.CONTACT_NAME}: {settings.CONTACT_TELEPHONE}"
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": [], "contact": desk}
    page = request.resolver_match.view_name if request.resolver_match else ""
    # The answer to a form, too, is a page: by now nothing changes any more, and each entry asks who its reader is.
    with asking_once():
        entries = entries_for(user)
        unread = access.today(user).unread if user.is_active else 0
    shown = [(entry.label, reverse(entry.url_name)) for entry in entries]
    own = [reverse(entry.url_name) for entry in entries if page in entry.pages]
    here = max(own or (url for _, url in shown if request.path.startswith(url)), key=len, default="")
    nav = [{"label": label, "url": url, "active": url == here} for label, url in shown]
    return {"nav": nav, "contact": desk, "unread": unread}
