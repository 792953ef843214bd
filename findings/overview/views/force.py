"""One force of an inspection: its findings in order, what they lack, what happens next."""

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from findings import blockers, permissions
from findings.accuracy import rounds
from findings.accuracy.deadlines import working_days_left
from findings.drafting import criteria, editor
from findings.drafting.criteria import Asked
from findings.fetching import get_force, reader, surroundings
from findings.models import CriterionAnswer, Evidence, Finding, Revision, Round
from findings.overview import progress
from findings.permissions import INSPECTORATE, Coverage
from findings.states import allows
from findings.unseen import new_in, with_shown
from forces.models import Force, Post, RegionMembership
from hmic_core import clock
from hmic_core.accounts.policies import policy
from hmic_core.models import User
from inspections.models import Inspection


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    found, coverage, on_force = get_force(request, inspection, force)
    user = reader(request)
    findings = _findings(found, on_force, user)
    standing = [each for each in findings if each.state != Finding.State.REMOVED]
    themes = _themes(found, on_force, standing, coverage, user)
    check = _check(found, on_force, user)
    about = _about(on_force)
    evidence = Evidence.objects.visible_to(user).filter(inspection=found, force=on_force).with_files()
    context: dict[str, Any] = {
        **surroundings(found, on_force),
        "region": about.region_name,
        "hmi": about.hmi_name,
        "themes": themes,
        "evidence": list(evidence.annotate(supports=Count("findings")).order_by("number")),
        "unsupported": sum(not each.evidence_count for each in standing),
        "removed": [each for each in findings if each.state == Finding.State.REMOVED],
        "check": check,
        "due": rounds.due_at(check) if check and check.state == Round.State.ISSUED else None,
        "stands": rounds.STANDS[Round.State(check.state)] if check else "",
        "writes": coverage.may(permissions.WRITERS, on_force.pk),
        "leads": coverage.may(permissions.LEADERS, on_force.pk),
        "waiting": [each.reference for each in standing if each.state in (Finding.State.DRAFT, Finding.State.READY)],
        "total": len(standing),
        "answers": CriterionAnswer.Answer.choices,
    }
    if context["due"]:
        context["days_left"] = working_days_left(about.now, context["due"])
    return render(request, "findings/force_show.html", context)


def _about(force: Force) -> Any:
    """Its region today, that region's HM Inspector, and the database's clock: one query."""
    held = RegionMembership.objects.on(clock.Today()).filter(force=OuterRef("pk"))
    hmi = Post.objects.on(clock.Today()).filter(kind=Post.Kind.HM_INSPECTOR, region=OuterRef("region"))
    return Force.objects.annotate(
        region_name=Subquery(held.values("region__name")[:1]),
        hmi_name=Subquery(held.annotate(hmi=Subquery(hmi.values("person__name")[:1])).values("hmi")[:1]),
        now=clock.ClockTimestamp(),
    ).get(pk=force.pk)


def _findings(inspection: Inspection, force: Force, user: User) -> list[Any]:
    """All that `user` may see, removed ones too, in the order of the letter; one query."""
    newest = Revision.objects.filter(finding=OuterRef("pk")).order_by("-version")
    found = (
        Finding.objects.visible_to(user)
        .filter(inspection=inspection, force=force)
        .select_related("theme", "author")
        .annotate(evidence_count=Count("evidence"), last_editor=Subquery(newest.values("by")[:1]))
    )
    return list(with_shown(found.in_order()))


def _themes(
    inspection: Inspection, force: Force, findings: list[Any], coverage: Coverage, user: User
) -> list[dict[str, Any]]:
    """The covered themes with their findings and their criteria."""
    by_theme: dict[Any, list[Any]] = {}
    for each in findings:
        by_theme.setdefault(each.theme_id, []).append(each)
    asked = criteria.of_force(inspection, force)
    return [
        {
            **_theme(theme, by_theme.get(theme.pk, []), coverage, force, user),
            "criteria": _named(asked.get(theme.pk, []), by_theme.get(theme.pk, [])),
        }
        for theme in inspection.themes.all()
        if coverage.covers(force.pk, theme.pk)
    ]


def _named(asked: list[Asked], findings: list[Any]) -> list[Asked]:
    """The criteria with the findings that carry them: those that stand on this page anyway."""
    for each in asked:
        each.findings = [finding for finding in findings if finding.pk in each.carried]
    return asked


def _theme(theme: Any, findings: list[Any], coverage: Coverage, force: Force, user: User) -> dict[str, Any]:
    answered = {each.cause_id for each in findings if each.kind == Finding.Kind.RECOMMENDATION}
    writes = coverage.may(permissions.WRITERS, force.pk, theme.pk)
    for place, each in enumerate(findings):
        each.words = editor.beginning(each.text, 34)
        each.lacks = blockers.missing(each, evidence=each.evidence_count, recommended=each.pk in answered)
        each.new = new_in(each)
        each.next = progress.next_step(each, user, coverage, each.last_editor)
        movable = writes and allows("move", each)
        each.up = movable and place > 0 and allows("move", findings[place - 1])
        each.down = movable and place + 1 < len(findings) and allows("move", findings[place + 1])
    return {"theme": theme, "findings": findings, "writes": writes}


def _check(inspection: Inspection, force: Force, user: User) -> Round | None:
    visible = Round.objects.visible_to(user).filter(inspection=inspection, force=force)
    found: Round | None = visible.select_related("notice", "inspection").order_by("-number").first()
    return found
