"""Everybody has a second factor: a session of somebody without one reaches nothing but setting it up.

Once there is one, allauth asks for it at each sign-in. The last one can't be taken away by its owner; a system admin
resets it (`forces.accounts.reset_second_factor`), which ends every session of that person.
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

#: Kept in the session once seen, so that it is asked once a session: what is there can't go while the session lasts.
SEEN = "has_second_factor"
OWN_PAGES = "/accounts/"


class SecondFactorRequired:
    """Sends whoever has no second factor to the page where it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not settings.REQUIRE_SECOND_FACTOR or not request.user.is_authenticated or request.session.get(SEEN):
            return None
        if request.path.startswith(OWN_PAGES) or not getattr(view, "login_required", True):
            return None
        if is_mfa_enabled(request.user):
            request.session[SEEN] = True
            return None
        messages.info(request, "Everybody needs a second factor here. Set it up now, then go on.")
        return redirect("mfa_activate_totp")


class LastOneStays(DefaultMFAAdapter):  # type: ignore[misc]
    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one that signs in, where everybody needs one."""
        if not settings.REQUIRE_SECOND_FACTOR:
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())
