"""My work: what waits for the person signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from findings import todo
from findings.permissions import INSPECTORATE
from findings.views.fetching import reader
from hmic_core.policies import policy


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest) -> HttpResponse:
    return render(request, "findings/work_show.html", {"work": todo.work(reader(request))})
