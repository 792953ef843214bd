"""The inspections somebody works on, and one of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from findings.fetching import get_inspection, reader, surroundings
from findings.overview import my_work, progress
from findings.overview.timetable import timetable
from findings.permissions import INSPECTORATE
from hmic_core.accounts.policies import policy
from inspections.models import Assignment
from inspections.permissions import can_create, can_set_up


@require_safe
@policy(INSPECTORATE)
def list_all(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    context = {"inspections": my_work.inspections(user), "sets_up": can_create(user)}
    return render(request, "findings/inspection_list.html", context)


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    found, coverage = get_inspection(request, inspection)
    matrix = progress.matrix(found, reader(request), coverage)
    known = timetable(reader(request), found)
    by_theme = matrix.by_theme()
    context = {
        **surroundings(found),
        "former_titles": known.former_titles,
        "stages": known.stages,
        "sets_up": can_set_up(reader(request), found),
        "roles": coverage.roles(),
        "by_theme": by_theme,
        "covered": len(matrix.rows),
        "scope": matrix.scope,
        "moderated": sum(each.moderated for each in by_theme),
        "total": sum(each.total for each in by_theme),
        "people": _people(matrix.assignments),
        "deadlines": my_work.deadlines((row.round for row in matrix.rows if row.round), known.now),
    }
    return render(request, "findings/inspection_show.html", context)


def _people(held: list[Assignment]) -> list[dict[str, Any]]:
    """Who works on it today, by role, with what of it is theirs."""
    found: dict[tuple[str, Any], dict[str, Any]] = {}
    for each in held:
        person = found.setdefault((each.role, each.user_id), {"role": each.role, "user": each.user, "parts": []})
        parts = [each.force.short_name if each.force else "", each.theme.title if each.theme else ""]
        person["parts"].append(", ".join(part for part in parts if part) or "all forces and themes")
    order = list(Assignment.Role)
    rows = sorted(found.values(), key=lambda person: (order.index(person["role"]), person["user"].name))
    for row in rows:
        row["role"] = Assignment.Role(row["role"]).label
        more = len(row["parts"]) - 3
        row["parts"] = "; ".join(row["parts"][:3]) + (f" and {more} more" if more > 0 else "")
    return rows
