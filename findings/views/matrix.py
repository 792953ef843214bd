"""All forces of an inspection against its themes."""

import csv
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from findings.forms import MatrixFilter
from findings.models import Round
from findings.permissions import INSPECTORATE
from findings.progress import CELL_STATES, ThemeProgress, matrix
from findings.views.fetching import get_inspection, reader, surroundings
from hmic_core.policies import policy


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    found, coverage = get_inspection(request, inspection)
    whole = matrix(found, reader(request), coverage)
    form = MatrixFilter(request.GET, matrix=whole)
    progress = whole.by_theme()
    states = _states(progress)
    url = reverse("findings:matrix-show", args=[inspection])
    context = {
        **surroundings(found),
        "former_titles": list(found.former_titles.all()),
        "matrix": whole,
        "rows": whole.filtered(**form.chosen()),
        "filter": form,
        "chosen": form.chosen(),
        "query": urlencode(form.chosen()),
        "states": [(state, CELL_STATES[state]) for state in states],
        "progress": [(each, _numbers(url, each, states)) for each in progress],
        "sums": [sum(each.forces[state] for each in progress) for state in states],
        "moderated": sum(each.moderated for each in progress),
        "total": sum(each.total for each in progress),
        "without_region": sum(row.region is None for row in whole.rows),
        "to_send": sum(row.all_moderated and _unsent(row.round) for row in whole.rows),
    }
    return render(request, "findings/matrix_show.html", context)


@require_safe
@policy(INSPECTORATE)
def export(request: HttpRequest, inspection: str) -> HttpResponse:
    """The same rows as CSV, with the same filters."""
    found, coverage = get_inspection(request, inspection)
    whole = matrix(found, reader(request), coverage)
    rows = whole.filtered(**MatrixFilter(request.GET, matrix=whole).chosen())
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-forces.csv"'
    response.write("\ufeff")  # Excel takes a file without it for Windows-1252
    writer = csv.writer(response)
    titles = [title for theme in whole.themes for title in (theme.title, f"{theme.title}: findings")]
    writer.writerow(map(_plain, ["Force", "Region", *titles, "Factual accuracy check"]))
    for row in rows:
        cells = [value for cell in row.cells for value in ((cell.label, cell.words) if cell.mine else ("", ""))]
        check = row.round.get_state_display() if row.round else "Not sent"
        writer.writerow(map(_plain, [row.force.name, row.region.name if row.region else "", *cells, check]))
    return response


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


def _plain(value: Any) -> str:
    """A spreadsheet takes a cell that begins with one of these for a formula."""
    words = str(value)
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r") else words
