"""One force of an inspection: its findings in order, what they lack, what happens next."""

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from findings import editor, permissions, progress, rounds, workflow
from findings.deadlines import working_days_left
from findings.models import Evidence, Finding, Revision, Round
from findings.permissions import INSPECTORATE, Coverage
from findings.views.fetching import get_force, reader, surroundings
from forces.models import Force
from hmic_core import clock
from hmic_core.models import User
from hmic_core.policies import policy
from inspections.models import Inspection


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    found, coverage, on_force = get_force(request, inspection, force)
    user = reader(request)
    themes = _themes(found, on_force, coverage, user)
    check = _check(found, on_force, user)
    evidence = Evidence.objects.visible_to(user).filter(inspection=found, force=on_force)
    findings = [each for theme in themes for each in theme["findings"]]
    context: dict[str, Any] = {
        **surroundings(found, on_force),
        "region": progress.regions_of([on_force.pk]).get(on_force.pk),
        "themes": themes,
        "evidence": list(evidence.select_related("file").annotate(supports=Count("findings")).order_by("number")),
        "removed": _removed(found, on_force, user),
        "check": check,
        "due": rounds.due_at(check) if check else None,
        "writes": coverage.may(permissions.WRITERS, on_force.pk),
        "leads": coverage.may(permissions.LEADERS, on_force.pk),
        "waiting": [each.reference for each in findings if each.state in (Finding.State.DRAFT, Finding.State.READY)],
        "total": len(findings),
    }
    if context["due"]:
        context["days_left"] = working_days_left(clock.now(), context["due"])
    return render(request, "findings/force_show.html", context)


def _themes(inspection: Inspection, force: Force, coverage: Coverage, user: User) -> list[dict[str, Any]]:
    """The covered themes with their findings; one query for all of them."""
    newest = Revision.objects.filter(finding=OuterRef("pk")).order_by("-version")
    findings = (
        Finding.objects.visible_to(user)
        .filter(inspection=inspection, force=force)
        .present()
        .select_related("theme", "author")
        .annotate(evidence_count=Count("evidence"), last_editor=Subquery(newest.values("by")[:1]))
        .in_order()
    )
    by_theme: dict[Any, list[Finding]] = {}
    for each in findings:
        by_theme.setdefault(each.theme_id, []).append(each)
    return [
        _theme(theme, by_theme.get(theme.pk, []), coverage, force, user)
        for theme in inspection.themes.all()
        if coverage.covers(force.pk, theme.pk)
    ]


def _theme(theme: Any, findings: list[Any], coverage: Coverage, force: Force, user: User) -> dict[str, Any]:
    answered = {each.cause_id for each in findings if each.kind == Finding.Kind.RECOMMENDATION}
    writes = coverage.may(permissions.WRITERS, force.pk, theme.pk)
    for place, each in enumerate(findings):
        each.words = editor.beginning(each.text, 34)
        each.lacks = progress.missing(each, evidence=each.evidence_count, recommended=each.pk in answered)
        each.next = progress.next_step(each, user, coverage, each.last_editor)
        movable = writes and workflow.allows("move", each)
        each.up = movable and place > 0 and workflow.allows("move", findings[place - 1])
        each.down = movable and place + 1 < len(findings) and workflow.allows("move", findings[place + 1])
    return {"theme": theme, "findings": findings, "writes": writes}


def _removed(inspection: Inspection, force: Force, user: User) -> list[Finding]:
    visible = Finding.objects.visible_to(user).filter(inspection=inspection, force=force)
    return list(visible.filter(state=Finding.State.REMOVED).select_related("theme").in_order())


def _check(inspection: Inspection, force: Force, user: User) -> Round | None:
    visible = Round.objects.visible_to(user).filter(inspection=inspection, force=force)
    found: Round | None = visible.select_related("notice", "inspection").order_by("-number").first()
    return found
