"""Notices that another installation queued and did not send: each is confirmed by a person, or stays unsent."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from hmic_core import installation
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from hmic_core.models import Notice
from publication.fetching import person
from publication.release import adoption


@require_safe
@policy(PUBLICATION_ADMIN)
def notice_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(adoption.waiting_notices(), 50).get_page(request.GET.get("page"))
    given = {
        "page": page,
        "elsewhere": installation.is_elsewhere(),
        "crumbs": [("Releases", "/releases/"), ("Notices", "")],
    }
    return render(request, "publication/notice_list.html", given)


@require_POST
@policy(PUBLICATION_ADMIN)
def notice_confirm(request: HttpRequest, notice: UUID) -> HttpResponse:
    found = get_object_or_404(Notice, pk=notice)
    adoption.confirm_notice(found, by=person(request))
    messages.success(request, f"The notice to {found.recipient} will be sent within a minute.")
    return redirect("publication:notice-list")
