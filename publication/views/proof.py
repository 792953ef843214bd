"""The proof of embargo of a release, as a page and as JSON, for publication admins and auditors."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hmic_core import access
from hmic_core.policies import AUDIT_READER, policy
from inspections.models import Release
from publication import proof
from publication.views import get_release, person


@require_safe
@policy(AUDIT_READER)
def release_proof(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)
    page = {"release": found, "proof": proof.of(found), "crumbs": _crumbs(request, found)}
    return render(request, "publication/release_proof.html", page)


@require_safe
@policy(AUDIT_READER)
def proof_data(request: HttpRequest, release: UUID) -> HttpResponse:
    """The same as a file, to be kept with its chain's head."""
    found = get_release(request, release)
    answer = JsonResponse(proof.of(found), json_dumps_params={"indent": 1, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="proof-of-embargo-{found.pk}.json"'
    return answer


def _crumbs(request: HttpRequest, release: Release) -> list[tuple[str, str]]:
    if access.is_publication_admin(person(request)):
        return [("Releases", "/releases/"), (release.title, f"/releases/{release.pk}/"), ("Proof of embargo", "")]
    return [("Audit", "/audit/"), (release.title, f"/releases/{release.pk}/audit/"), ("Proof of embargo", "")]
