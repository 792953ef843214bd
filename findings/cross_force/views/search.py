"""Search over everything that the reader may see."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from findings.cross_force.search import query as searching
from findings.cross_force.search.forms import SearchForm
from findings.fetching import reader
from findings.permissions import INSPECTORATE
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from hmic_core.text.search import MOST


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest) -> HttpResponse:
    """`?q=` and the filters; `?in=` chooses findings, comments, evidence and the other kinds."""
    asked = "q" in request.GET
    form = SearchForm(request.GET if asked else None, reader=reader(request))
    context: dict[str, Any] = {"form": form, "most": MOST}
    if not asked or not form.is_valid():
        return render(request, "findings/search_show.html", context)
    try:
        key = request.GET.get("in", "")
        found = searching.search(reader(request), form.wanted(), key, request.GET.get("page", 1))
    except NotAllowed as refusal:
        form.add_error("q", refusal.sentence)
        return render(request, "findings/search_show.html", context)
    return render(request, "findings/search_show.html", {**context, "found": found, "chips": _chips(request, found)})


def _chips(request: HttpRequest, found: searching.Found) -> list[tuple[str, str, bool]]:
    """One chip for each source with its number: label, address, whether it is shown."""
    chips = []
    for source in searching.sources():
        query = request.GET.copy()
        query["in"] = source.key
        query.pop("page", None)
        number = found.counts[source.key]
        words = f"{MOST:,} or more" if number > MOST else f"{number:,}"
        chips.append((f"{source.label} {words}", f"?{query.urlencode()}", source is found.source))
    return chips
