"""The screens of system admins: accounts and roles, forces with their contacts and posts."""

from typing import cast

from django.http import HttpRequest
from django.views.decorators.http import require_http_methods

from hmic_core.models import User

ASKS = require_http_methods(["GET", "HEAD", "POST"])


def person(request: HttpRequest) -> User:
    """Who asks. Every view here is behind a policy, so somebody is signed in."""
    return cast(User, request.user)
