"""All forces of an inspection against its themes."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from findings.blockers import CELL_STATES
from findings.fetching import get_inspection, reader, surroundings
from findings.models import Round
from findings.overview import bulk, matrix_order
from findings.overview.forms import MatrixFilter
from findings.overview.progress import Row, ThemeProgress, matrix
from findings.overview.timetable import timetable
from findings.permissions import INSPECTORATE
from hmic_core.accounts.policies import policy
from hmic_core.tables import csv_file


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    found, coverage = get_inspection(request, inspection)
    user = reader(request)
    known = timetable(user, found)
    whole = matrix(found, user, coverage, known.since)
    form = MatrixFilter(request.GET, matrix=whole)
    progress = whole.by_theme()
    states, sort = _states(progress), request.GET.get("sort", "")
    url = reverse("findings:matrix-show", args=[inspection])
    context = {
        **surroundings(found),
        "former_titles": known.former_titles,
        "known": known,
        "news": [row for row in whole.rows if row.news],
        "bulk": bulk.may(found, user),
        "matrix": whole,
        "rows": matrix_order.ordered(whole.filtered(**form.chosen()), whole, sort),
        "sort": sort,
        "headings": matrix_order.headings(whole, sort, form.chosen()),
        "filter": form,
        "chosen": form.chosen(),
        "query": urlencode({**form.chosen(), **({"sort": sort} if sort else {})}),
        "states": [(state, CELL_STATES[state]) for state in states],
        "progress": [(each, _numbers(url, each, states)) for each in progress],
        "sums": [sum(each.forces[state] for each in progress) for state in states],
        "moderated": sum(each.moderated for each in progress),
        "total": sum(each.total for each in progress),
        "without_region": sum(row.region is None for row in whole.rows),
        "without_hmi": sum(bool(row.region) and not row.hmi for row in whole.rows),
        "without_people": [row for row in whole.rows if not row.people],
        "to_send": sum(row.all_moderated and _unsent(row.round) for row in whole.rows),
    }
    return render(request, "findings/matrix_show.html", context)


@require_safe
@policy(INSPECTORATE)
def export(request: HttpRequest, inspection: str) -> HttpResponse:
    """The same rows as CSV, with the same filters in the same order."""
    found, coverage = get_inspection(request, inspection)
    whole = matrix(found, reader(request), coverage)
    chosen = MatrixFilter(request.GET, matrix=whole).chosen()
    rows = matrix_order.ordered(whole.filtered(**chosen), whole, request.GET.get("sort", ""))
    titles = [title for theme in whole.themes for title in (theme.title, f"{theme.title}: findings")]
    head = [
        "Force",
        "Region",
        "HM Inspector",
        "Inspectors",
        *titles,
        "To settle",
        "Without evidence",
        "Factual accuracy check",
    ]
    return csv_file(f"{found.slug}-forces.csv", head, map(_row, rows))


def _row(row: Row) -> list[Any]:
    people = ", ".join(each.user.name for each in row.people)
    cells = [value for cell in row.cells for value in ((cell.label, cell.words) if cell.mine else ("", ""))]
    unsupported = sum(cell.without_evidence for cell in row.cells)
    to_settle = sum(cell.to_settle for cell in row.cells)
    check = row.round.get_state_display() if row.round else "Not sent"
    region = row.region.name if row.region else ""
    return [row.force.name, region, row.hmi, people, *cells, to_settle, unsupported, check]


def _numbers(url: str, progress: ThemeProgress, states: list[str]) -> list[tuple[str, int, str]]:
    """(state, how many forces, address of the matrix filtered by it) of one theme."""
    prefix = progress.theme.prefix
    return [
        (state, progress.forces[state], f"{url}?{urlencode({'theme': prefix, 'state': state})}#forces")
        for state in states
    ]


def _states(progress: list[ThemeProgress]) -> list[str]:
    """The states that get a column, most advanced first. No column of zeros while nothing is final."""
    final = any(each.forces["final"] for each in progress)
    return [*(["final"] if final else []), "moderated", "ready", "draft", "not_started"]


def _unsent(round: Round | None) -> bool:
    return round is None or round.state in (Round.State.PREPARING, Round.State.RECALLED)
