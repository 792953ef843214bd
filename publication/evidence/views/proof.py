"""The proof of embargo of a release, as a page, as JSON and on paper, for publication admins and auditors."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from hmic_core import files
from hmic_core.accounts import access
from hmic_core.accounts.policies import AUDIT_READER, policy
from inspections.models import Release
from publication.evidence import proof, proof_pdf
from publication.fetching import get_release, person

#: How many of the newest PDFs the page lists.
PAPERS = 10


@require_safe
@policy(AUDIT_READER)
def release_proof(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)
    papers = found.proof_papers.select_related("file", "asked_by")[:PAPERS]
    page = {"release": found, "proof": proof.of(found), "papers": papers, "crumbs": _crumbs(request, found)}
    return render(request, "publication/release_proof.html", page)


@require_safe
@policy(AUDIT_READER)
def proof_data(request: HttpRequest, release: UUID) -> HttpResponse:
    """The same as a file, to be kept with its chain's head."""
    found = get_release(request, release)
    answer = JsonResponse(proof.of(found), json_dumps_params={"indent": 1, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="proof-of-embargo-{found.pk}.json"'
    return answer


@require_POST
@policy(AUDIT_READER)
def paper_ask(request: HttpRequest, release: UUID) -> HttpResponse:
    """Ask for a PDF of it as it is now; a worker makes it within seconds."""
    found = get_release(request, release)
    proof_pdf.ask(found, by=person(request))
    messages.success(request, "The PDF is being made. It stands on this page in a few seconds.")
    return redirect("publication:release-proof", found.pk)


@require_safe
@policy(AUDIT_READER)
def paper_file(request: HttpRequest, release: UUID, paper: UUID) -> HttpResponse:
    made = get_release(request, release).proof_papers.exclude(file=None).select_related("file")
    kept: Any = get_object_or_404(made, pk=paper).file
    return files.respond(files.read(kept.key), kept.name, kept.content_type)


def _crumbs(request: HttpRequest, release: Release) -> list[tuple[str, str]]:
    if access.is_publication_admin(person(request)):
        return [("Releases", "/releases/"), (release.title, f"/releases/{release.pk}/"), ("Proof of embargo", "")]
    return [("Audit", "/audit/"), (release.title, f"/releases/{release.pk}/audit/"), ("Proof of embargo", "")]
