"""Rehearsal: what would be public, item by item, and every address that would open. It cannot publish anything:
it only reads frozen items that are named explicitly, and never asks the gate to open.
"""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hmic_core import clock, files
from hmic_core.policies import PUBLICATION_ADMIN, policy
from publication import addresses
from publication.states import is_public
from publication.views import CONFIDENTIAL, get_item, get_release


@require_safe
@policy(PUBLICATION_ADMIN)
def release_rehearsal(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)
    page = {
        "release": found,
        "addresses": addresses.of(found),
        "dropped": found.items.exclude(state="active").select_related("force"),
        "public": is_public(found, clock.now()),
        "confidence": "" if is_public(found, clock.now()) else CONFIDENTIAL,
        "crumbs": [("Releases", "/releases/"), (found.title, f"/releases/{found.pk}/"), ("Rehearsal", "")],
    }
    return render(request, "publication/release_rehearsal.html", page)


@require_safe
@policy(PUBLICATION_ADMIN)
def item_show(request: HttpRequest, release: UUID, item: UUID) -> HttpResponse:
    """One frozen item as its public page will show it."""
    found = get_item(request, release, item)
    page = {
        "release": found.release,
        "item": found,
        "addresses": addresses.of_item(found),
        "confidence": "" if is_public(found.release, clock.now()) else CONFIDENTIAL,
        "crumbs": [
            ("Releases", "/releases/"),
            (found.release.title, f"/releases/{found.release.pk}/"),
            ("Rehearsal", f"/releases/{found.release.pk}/rehearsal/"),
            (found.title, ""),
        ],
    }
    return render(request, "publication/item_show.html", page)


@require_safe
@policy(PUBLICATION_ADMIN)
def item_file(request: HttpRequest, release: UUID, item: UUID) -> HttpResponse:
    """The frozen bytes: those that were hashed, and that readers will get."""
    found = get_item(request, release, item)
    if not found.file_key:
        raise Http404
    return files.respond(files.read(found.file_key), found.file_name, found.file_type)
