"""Publications of before this system: imports to submit for approval, proposals to confirm, what is registered."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive import registration, tasks, transcriptions
from archive.models import ImportedLetter
from hmic_core import clock
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from hmic_core.asking import ask
from hmic_core.errors import NotAllowed
from inspections.models import Release, ReleaseItem
from publication import addresses
from publication.fetching import get_release, person
from publication.release import status
from publication.release.forms import CorrectForm
from publication.release.views.verbs import _version
from publication.states import State


@require_safe
@policy(PUBLICATION_ADMIN)
def archive_list(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    releases = Release.objects.visible_to(person(request)).filter(is_archive=True)
    rows = releases.select_related("inspection", "sealed_by", "approved_by").order_by("approved_at", "-embargo_until")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    for release in page.object_list:
        release.words, release.tone = status.label(release, now)  # type: ignore[attr-defined]
    return render(request, "archive/archive_list.html", {"page": page, **registration.imports_at_hand()})


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def archive_propose(request: HttpRequest, imported: UUID) -> HttpResponse:
    """What would be registered; POST asks a worker to make it, since that renders the PDF."""
    found = get_object_or_404(ImportedLetter.objects.select_related("file"), pk=imported)
    if (proposal := registration.proposal_of(found)) is not None:
        return redirect("archive:archive-show", proposal.pk)
    past, problem = None, ""
    try:
        past = registration.check(found, by=person(request))
    except NotAllowed as refusal:
        problem = refusal.sentence
    if request.method == "POST" and past is not None:
        problem = _ask_worker(request, tasks.propose_archive, found)
        if not problem:
            messages.success(request, "The letter is being prepared for the archive. It takes a few seconds.")
            return redirect("archive:archive-list")
    page = {
        "imported": found,
        "past": past,
        "problem": problem,
        "crumbs": [("Archive", "/archive/"), (found.file.name, "")],
    }
    return render(request, "archive/archive_propose.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def archive_correct(request: HttpRequest, imported: UUID) -> HttpResponse:
    """What a correction changes for readers; POST says what they are told, and asks a worker to render it."""
    found = get_object_or_404(ImportedLetter.objects.select_related("file"), pk=imported)
    correction, problem = None, ""
    try:
        correction = transcriptions.check(found, by=person(request))
    except NotAllowed as refusal:
        problem = refusal.sentence
    reason = found.earlier.exclude(reason="").values_list("reason", flat=True).first()
    form = CorrectForm(request.POST or None, initial={"note": reason})
    if request.method == "POST" and correction is not None and form.is_valid():
        problem = _ask_worker(request, tasks.correct_archive, found, form.cleaned_data["note"])
        if not problem:
            messages.success(
                request, "The correction is being prepared. Another publication admin is asked to confirm."
            )
            return redirect("archive:archive-show", correction.item.release_id)
    page = {
        "imported": found,
        "correction": correction,
        "problem": problem,
        "form": form,
        "crumbs": [("Archive", "/archive/"), (found.file.name, "")],
    }
    return render(request, "archive/archive_correct.html", page)


def _ask_worker(request: HttpRequest, task: Any, imported: ImportedLetter, *more: str) -> str:
    """Ask for a task about an import; why it could not be asked, or nothing."""
    if not ask(task, str(imported.pk), str(person(request).pk), *more):
        return "The workers cannot be reached, so nothing was submitted for approval. Try again in a minute."
    return ""


@require_safe
@policy(PUBLICATION_ADMIN)
def archive_show(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)
    if not found.is_archive:
        raise Http404
    items = list(found.items.select_related("force").order_by("position", "-proposed_at"))
    standing_letters = [item for item in items if item.kind == "letter" and item.state == ReleaseItem.State.ACTIVE]
    words, tone = status.label(found, clock.now())
    page = {
        "release": found,
        "words": words,
        "tone": tone,
        "items": [item for item in items if item.state == ReleaseItem.State.ACTIVE],
        "letter": next(iter(standing_letters), None),
        "proposed": [item for item in items if item.state == ReleaseItem.State.PROPOSED],
        "former": [item for item in items if item.state == ReleaseItem.State.SUPERSEDED],
        "addresses": addresses.of(found),
        "waits": found.state == State.SEALED,
        "public": found.state == State.RELEASED,
        "why_not": registration.why_not_confirm(person(request), found),
        "crumbs": [("Archive", "/archive/"), (found.title, "")],
    }
    return render(request, "archive/archive_show.html", page)


@require_POST
@policy(PUBLICATION_ADMIN)
def archive_confirm(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)
    registration.confirm_archive(found, by=person(request), version=_version(request))
    messages.success(request, "Registered. It is public, with its own instant.")
    return redirect("archive:archive-show", found.pk)
