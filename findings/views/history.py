"""Every revision of a finding, and any two of them compared."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from findings.models import Finding, Revision
from findings.permissions import INSPECTORATE
from findings.views.fetching import get_finding, surroundings
from hmic_core.policies import policy

KINDS = dict(Finding.Kind.choices)


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`?before=3&after=7` compares these two; otherwise the newest revision with the one before it."""
    finding = get_finding(request, pk)
    revisions = list(finding.revisions.select_related("by", "point").order_by("-version"))
    for each in revisions:
        each.kind_words = KINDS.get(each.kind, each.kind)  # type: ignore[attr-defined]
        each.words = len(each.text.split())  # type: ignore[attr-defined]
    after = _asked(revisions, request.GET.get("after")) or revisions[0]
    before = _asked(revisions, request.GET.get("before")) or _previous(revisions, after)
    context = {
        **surroundings(finding.inspection, finding.force),
        "finding": finding,
        "revisions": revisions,
        "before": before,
        "after": after,
        "kept": finding.refused_saves.select_related("by"),
    }
    return render(request, "findings/finding_history.html", context)


def _asked(revisions: list[Revision], version: str | None) -> Revision | None:
    return next((each for each in revisions if str(each.version) == version), None)


def _previous(revisions: list[Revision], after: Revision) -> Revision:
    return next((each for each in revisions if each.version < after.version), after)
