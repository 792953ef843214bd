"""My work: what waits for the person signed in, and what changed since they last looked."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from findings.fetching import get_inspection, reader
from findings.overview import changes, my_work, unsaved
from findings.permissions import INSPECTORATE
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    return render(request, "findings/work_show.html", {"work": my_work.work(user), "kept": unsaved.kept(user)})


@require_POST
@policy(INSPECTORATE)
def seen(request: HttpRequest, inspection: str) -> HttpResponse:
    """Mark the changes of an inspection as seen, up to the moment (`until`) that the page was made."""
    found, _ = get_inspection(request, inspection)
    until = _moment(request.POST.get("until", ""))
    if until is None:
        raise NotAllowed("Open the page again, then mark its changes as seen.")
    changes.mark_seen(found, until=until, by=reader(request))
    messages.success(request, f"{found}: all changes up to now are marked as seen.")
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "findings:work-show")


def _moment(words: str) -> dt.datetime | None:
    try:
        found = parse_datetime(words)
    except ValueError:
        return None
    return found if found and found.tzinfo else None
