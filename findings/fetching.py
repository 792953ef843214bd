"""Fetching through the reader: what they may not see and what does not exist give the same answer."""

from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from findings.models import Finding
from findings.permissions import Coverage
from findings.unseen import with_shown
from forces.models import Force
from hmic_core.models import User
from inspections.models import Inspection, assignments_today


def reader(request: HttpRequest) -> User:
    """The person signed in; every policy above `ANYONE` makes sure that there is one."""
    return cast(User, request.user)


def get_finding(request: HttpRequest, pk: UUID) -> Finding:
    """A finding that the reader's assignments cover, with who saved it last and what the force was shown of it."""
    visible = with_shown(Finding.objects.visible_to(reader(request)).with_last_save())
    found: Finding = get_object_or_404(visible.select_related("force", "theme", "author", "moderated_by"), pk=pk)
    # The assignments, which every page asks for, know it. One more join would double the time of planning the query.
    for assignment in assignments_today(reader(request)):
        if assignment.inspection_id == found.inspection_id:
            found.inspection = assignment.inspection
    return found


def get_inspection(request: HttpRequest, slug: str) -> tuple[Inspection, Coverage]:
    """An inspection that the reader works on, and what of it their assignments cover."""
    held = assignments_today(reader(request))
    coverage = Coverage(tuple(each for each in held if each.inspection.slug == slug))
    if not coverage:
        raise Http404
    return coverage.assignments[0].inspection, coverage


def get_force(request: HttpRequest, inspection: str, force: str) -> tuple[Inspection, Coverage, Force]:
    """A force in the scope of an inspection, covered by the reader's assignments."""
    found, coverage = get_inspection(request, inspection)
    in_scope = get_object_or_404(Force, slug=force, scope__inspection=found)
    if not coverage.covers(in_scope.pk):
        raise Http404
    return found, coverage, in_scope


def surroundings(inspection: Inspection, force: Force | None = None) -> dict[str, Any]:
    """What stands around each screen of an inspection: the way back, and whom to ask."""
    crumbs = [
        ("Inspections", reverse("findings:inspection-list")),
        (inspection.short_title, reverse("findings:inspection-show", args=[inspection.slug])),
    ]
    if force:
        crumbs += [
            ("All forces", reverse("findings:matrix-show", args=[inspection.slug])),
            (force.short_name, reverse("findings:force-show", args=[inspection.slug, force.slug])),
        ]
    return {"inspection": inspection, "force": force, "crumbs": crumbs, "contact": _contact(inspection)}


def _contact(inspection: Inspection) -> str:
    who = ", ".join(filter(None, [inspection.contact_name, inspection.short_title]))
    return f"{who}: {inspection.contact_telephone}" if inspection.contact_telephone else ""
