"""Rehearsal: what would be public, item by item, and every address that would open. It cannot publish anything:
it only reads frozen items that are named explicitly, and never asks the gate to open.

For publication admins; for a system admin while a break-glass grant of this release is in force, each page recorded.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hmic_core import clock, files
from hmic_core.accounts.policies import policy
from hmic_core.templatetags.times import london
from inspections.models import Release, ReleaseItem
from publication import addresses
from publication.evidence import break_glass
from publication.evidence.break_glass import READERS
from publication.fetching import CONFIDENTIAL, get_item, get_release, person
from publication.release import status
from publication.states import is_public


@require_safe
@policy(READERS)
def release_rehearsal(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release, break_glass.readable(person(request)))
    page = {
        **_frame(request, found, ("Rehearsal", "")),
        "addresses": addresses.of(found),
        "dropped": found.items.exclude(state="active").select_related("force"),
        "holding": status.contents(found),
        "public": is_public(found, clock.now()),
    }
    return render(request, "publication/release_rehearsal.html", page)


@require_safe
@policy(READERS)
def item_show(request: HttpRequest, release: UUID, item: UUID) -> HttpResponse:
    """One frozen item as its public page will show it."""
    found = _item(request, release, item)
    rehearsal = ("Rehearsal", f"/releases/{found.release.pk}/rehearsal/")
    frame = _frame(request, found.release, rehearsal, (found.title, ""))
    page = {**frame, "item": found, "addresses": addresses.of_item(found)}
    return render(request, "publication/item_show.html", page)


@require_safe
@policy(READERS)
def item_file(request: HttpRequest, release: UUID, item: UUID) -> HttpResponse:
    """The frozen bytes: those that were hashed, and that readers will get."""
    found = _item(request, release, item)
    if not found.file_key:
        raise Http404
    break_glass.record_reading(break_glass.grant_of(person(request), found.release), request.path)
    return files.respond(files.read(found.file_key), found.file_name, found.file_type)


def _item(request: HttpRequest, release: UUID, item: UUID) -> ReleaseItem:
    return get_item(request, release, item, break_glass.readable(person(request)))


def _frame(request: HttpRequest, release: Release, *here: tuple[str, str]) -> dict[str, Any]:
    """What stands around each page, and for whom; opened by a grant, it is written down."""
    grant = break_glass.grant_of(person(request), release)
    break_glass.record_reading(grant, request.path)
    if grant is None:
        above = [("Releases", "/releases/"), (release.title, f"/releases/{release.pk}/")]
        confidence = "" if is_public(release, clock.now()) else CONFIDENTIAL
    else:
        above = [("Break-glass", "/break-glass/")]
        confidence = f"Unreleased. You read it by a grant until {london(grant.until)}, and each page is recorded."
    return {"release": release, "grant": grant, "confidence": confidence, "crumbs": [*above, *here]}
