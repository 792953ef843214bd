"""The screens of letters: each fetches through its reader, checks the form and calls one verb."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from hmic_core.models import User
from inspections.models import Inspection
from letters.models import Letter


def person(request: HttpRequest) -> User:
    """Who asks. Every view here is behind a policy, so somebody is signed in."""
    return cast(User, request.user)


def find_inspection(request: HttpRequest, slug: str) -> Inspection:
    """The inspection as its reader may see it; 404 as for one that does not exist."""
    found: Inspection = get_object_or_404(Inspection.objects.visible_to(person(request)), slug=slug)
    return found


def find_letter(request: HttpRequest, letter: UUID) -> Letter:
    """The letter as its reader may see it; 404 as for one that does not exist."""
    beside = ("release", "inspection", "force", "signatory__person__user", "ink__file")
    who = ("assembled_by", "proofed_by", "signed_by")
    rows = Letter.objects.visible_to(person(request)).select_related(*beside, *who)
    found: Letter = get_object_or_404(rows, pk=letter)
    return found
