"""Drafts for many forces at once: who is ready, what stands in the way of the others, and what became of each."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from findings.accuracy import showing
from findings.accuracy.inspectorate import issuing, unconfirmed
from findings.blockers import latest_rounds
from findings.fetching import get_inspection, reader, surroundings
from findings.models import Finding, Round
from findings.permissions import INSPECTORATE, LEADERS, Coverage
from forces.models import Force
from hmic_core import confirming
from hmic_core.accounts.policies import policy
from inspections.models import ForceInScope, Inspection


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    found, coverage = get_inspection(request, inspection)
    rows = _rows(request, found, coverage)
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        forces = _wanted(request, rows)
        problems = [] if confirming.ANSWERED in request.POST else _not_confirmed(request, rows, forces)
        if not problems:
            return _send(request, found, forces)
    context = {
        **surroundings(found),
        "rows": rows,
        "problems": problems,
        "ticked": request.POST.getlist("confirmed"),
        "chosen": request.POST.getlist("force"),
        "ready": sum(not row["obstacles"] for row in rows),
        "whole": unconfirmed.of_inspection(found),
        "is_lead": coverage.has(LEADERS),
        "results": request.session.get("issued", []) if request.GET.get("results") else None,
    }
    return render(request, "findings/rounds_issue.html", context)


def _wanted(request: HttpRequest, rows: Sequence[dict[str, Any]]) -> list[Force]:
    if "all" in request.POST:
        return [row["force"] for row in rows if not row["obstacles"]]
    wanted = set(request.POST.getlist("force"))
    return [row["force"] for row in rows if row["force"].slug in wanted]


def _not_confirmed(
    request: HttpRequest, rows: Sequence[dict[str, Any]], forces: Sequence[Force]
) -> list[tuple[str, str]]:
    """What is still to be ticked before the page asks, as the field and the sentence of each error."""
    ticked = set(request.POST.getlist("confirmed"))
    of_all = {each for row in rows if row["force"] in forces for each in row["whole"]}
    own = [(row["force"], each) for row in rows if row["force"] in forces for each in row["asked"]]
    left = [(each, f"Confirm: {each.sentence}") for each in sorted(of_all, key=lambda each: each.key)]
    left += [(each, f"Confirm for {force}: {each.sentence}") for force, each in own]
    return [(f"confirmed-{each.key}", sentence) for each, sentence in left if each.key not in ticked]


def _send(request: HttpRequest, inspection: Inspection, forces: Sequence[Force]) -> HttpResponse:
    if forces and (asked := ask(request, "issue_round", inspection, forces)):
        return asked
    ticked = set(request.POST.getlist("confirmed"))
    results = issuing.issue_rounds(inspection=inspection, forces=forces, by=reader(request), confirmed=ticked)
    request.session["issued"] = [[str(each.force), each.round is not None, each.sentence] for each in results]
    return redirect(f"{reverse('findings:rounds-issue', args=[inspection.slug])}?results=1")


def ask(request: HttpRequest, verb: str, inspection: Inspection, forces: Sequence[Force]) -> HttpResponse | None:
    """The page that asks once before drafts leave, with who receives what; None once it has been answered.

    What stands in the way is said by the verb: a page that asks is shown for what can be sent.
    """
    scopes = {each.force_id: each for each in ForceInScope.objects.filter(inspection=inspection, force__in=forces)}
    facts = showing.drafts_shown(inspection, forces)
    officers = showing.people(forces)
    days = inspection.second_look_days if verb == "issue_second_look" else inspection.check_days
    what = "Its new words" if verb == "issue_second_look" else "The draft"
    one = len(forces) == 1
    whom = str(forces[0]) if one else f"{len(forces)} forces"
    return confirming.ask(
        request,
        marks=[confirming.mark(verb, scopes[force.pk], facts[force.pk]) for force in forces if force.pk in scopes],
        heading=f"Send {what.lower()} to {whom}?",
        sentences=[
            f"{'The' if one else 'Each'} liaison officer is sent an e-mail with a link at once. "
            "You can recall the draft, but people may have read it by then.",
            f"The force has {days} working days, to {inspection.check_hour}:00 London time.",
        ],
        receives=[(f"{force}: {officers[force.pk] or 'nobody'}", _what(what, facts[force.pk])) for force in forces],
        button=f"Send to {whom}",
        back=reverse("findings:round-show", args=[inspection.slug, forces[0].slug])
        if one
        else reverse("findings:rounds-issue", args=[inspection.slug]),
    )


def _what(what: str, facts: confirming.Facts) -> str:
    """Which paragraphs a force would be sent, by reference."""
    references = [label for label in facts if label not in showing.ABOUT]
    return f"{what}: {', '.join(references)}" if what == "The draft" else what


def _rows(request: HttpRequest, inspection: Inspection, coverage: Coverage) -> list[dict[str, Any]]:
    """The forces that the reader leads, those that can be sent first."""
    of_force = Finding.objects.filter(inspection=inspection, force=OuterRef("pk")).present()
    counted = of_force.order_by().values("force").annotate(n=Count("pk")).values("n")
    scope = Force.objects.filter(scope__inspection=inspection).order_by("name").annotate(drafted=Subquery(counted))
    forces = [force for force in scope if coverage.may(LEADERS, force.pk)]
    obstacles = issuing.obstacles_of(inspection, forces)
    asked = unconfirmed.to_confirm(inspection, forces)
    rounds = latest_rounds(inspection, reader(request))
    rows = [
        {
            "force": force,
            "findings": force.drafted or 0,
            "obstacles": obstacles[force.pk],
            "whole": [each for each in asked[force.pk] if not each.about],
            "asked": [each for each in asked[force.pk] if each.about],
            "round": rounds.get(force.pk),
            "is_sent": _is_sent(rounds.get(force.pk)),
        }
        for force in forces
    ]
    return sorted(rows, key=lambda row: (row["is_sent"], bool(row["obstacles"])))


def _is_sent(round: Round | None) -> bool:
    return round is not None and round.state not in (Round.State.PREPARING, Round.State.RECALLED)
