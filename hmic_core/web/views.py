"""The workspace's front door."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from hmic_core.accounts.policies import SIGNED_IN, policy
from hmic_core.web.navigation import entries_for


@require_safe
@policy(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """Everybody's home is the first section that is theirs; an account that has nothing yet is told so."""
    entries = entries_for(request.user)  # type: ignore[arg-type]
    if not entries:
        return render(request, "home_nothing.html")
    return redirect(entries[0].url_name)


@require_safe
@policy(SIGNED_IN)
def account(request: HttpRequest) -> HttpResponse:
    """Where each person keeps their own password, second factor, devices and e-mails."""
    return render(request, "account_show.html")


@login_not_required
def missing(request: HttpRequest) -> HttpResponse:
    """In the place of a library's page that this service does not offer."""
    raise Http404
