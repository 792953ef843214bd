"""The life of a finding: what happened to it, any two revisions compared, an earlier one restored as a new one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from findings import permissions, workflow
from findings.drafting import timeline
from findings.fetching import get_finding, reader, surroundings
from findings.models import Finding, Revision
from findings.permissions import INSPECTORATE
from findings.quotes import comparison
from findings.states import allows
from hmic_core import former_words
from hmic_core.accounts.policies import policy

KINDS = dict(Finding.Kind.choices)


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`?before=3&after=7` compares these two; otherwise the newest revision with the one before it."""
    finding = get_finding(request, pk)
    revisions = list(finding.revisions.select_related("by", "point").order_by("-version"))
    kept = list(finding.refused_saves.select_related("by"))
    after = _asked(revisions, request.GET.get("after")) or revisions[0]
    before = _asked(revisions, request.GET.get("before")) or _previous(revisions, after)
    context = {
        **surroundings(finding.inspection, finding.force),
        "finding": finding,
        "revisions": revisions,
        "events": timeline.of(finding, revisions, kept),
        "kept": kept,
        "former": list(former_words.of(finding)),
        "may_restore": permissions.can_save(reader(request), finding) and allows("save", finding),
        **_compared(before, after),
    }
    return render(request, "findings/finding_history.html", context)


def _compared(before: Revision, after: Revision) -> dict[str, Any]:
    changes = comparison.changes(before.text, after.text)
    of_basis = comparison.changes(before.basis, after.basis)
    return {
        "before": before,
        "after": after,
        "changes": [("", each) for each in changes] + [("In the basis: ", each) for each in of_basis],
        "before_kind": KINDS.get(before.kind, before.kind),
        "after_kind": KINDS.get(after.kind, after.kind),
    }


@require_POST
@policy(INSPECTORATE)
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The words of an earlier revision become a new one. `version` is the newest that the reader was shown."""
    finding = get_finding(request, pk)
    earlier = _asked(list(finding.revisions.all()), request.POST.get("revision"))
    shown = request.POST.get("version", "")
    if earlier is None or not shown.isdecimal():
        raise Http404
    try:
        saved = workflow.save_finding(
            finding,
            text=earlier.text,
            kind=earlier.kind,
            basis=earlier.basis,
            version=int(shown),
            restored_from=earlier.version,
            by=reader(request),
        )
    except workflow.Stale:
        messages.error(request, "Somebody saved since you opened this page. Look at the newest words below first.")
        return redirect("findings:finding-history", pk)
    messages.success(request, _said(saved, finding, earlier))
    return redirect("findings:finding-show", pk)


def _said(saved: Finding, before: Finding, earlier: Revision) -> str:
    if saved.version == before.version:
        return f"{saved.reference} says that already: nothing was changed."
    return f"The words of revision {earlier.version} are restored as revision {saved.version}. Nothing was deleted."


def _asked(revisions: list[Revision], version: str | None) -> Revision | None:
    return next((each for each in revisions if str(each.version) == version), None)


def _previous(revisions: list[Revision], after: Revision) -> Revision:
    return next((each for each in revisions if each.version < after.version), after)
