"""The workspace's front door."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from hmic_core.navigation import entries_for
from hmic_core.policies import SIGNED_IN, policy


@require_safe
@policy(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """Everybody's home is the first section that is theirs."""
    entries = entries_for(request.user)  # type: ignore[arg-type]
    if not entries:
        raise Http404
    return redirect(entries[0].url_name)
