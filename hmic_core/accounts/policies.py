"""Every route says who it is for. A route that does not fails `tests/test_routes.py`.

A policy is the coarse gate; the view behind it still fetches through `visible_to(user)`. Whoever a policy leaves out
gets the answer of an address that does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase

from hmic_core import confirming
from hmic_core.accounts import access
from hmic_core.models import User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True)
class Policy:
    """Who a route is for, in words for docs/permissions.md, and the test of a signed-in person."""

    name: str
    allows: Callable[[User], bool]


#: Anyone, signed in or not: signs of life and signing in. Shows nothing of any inspection.
ANYONE = Policy("anyone", lambda user: True)
#: Any signed-in person; the view shows only what is theirs.
SIGNED_IN = Policy("anyone signed in", lambda user: user.is_active)
PUBLICATION_ADMIN = Policy("publication admins", access.is_publication_admin)
AUDIT_READER = Policy(
    "auditors and publication admins", lambda user: access.is_auditor(user) or access.is_publication_admin(user)
)
SYSTEM_ADMIN = Policy("system admins", access.is_system_admin)


def policy(declared: Policy) -> Callable[[View], View]:
    """Declare who a view is for, and answer everybody else as for an address that does not exist."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if declared is not ANYONE and not declared.allows(request.user):  # type: ignore[arg-type]
                raise Http404
            with confirming.asked_by(request):
                return view(request, *args, **kwargs)

        guarded.policy = declared  # type: ignore[attr-defined]
        return login_not_required(guarded) if declared is ANYONE else guarded  # type: ignore[return-value]

    return decorate
