"""The screens of letters: each fetches through its reader, checks the form and calls one verb."""

from typing import cast

from django.http import HttpRequest

from hmic_core.models import User


def person(request: HttpRequest) -> User:
    """Who asks. Every view here is behind a policy, so somebody is signed in."""
    return cast(User, request.user)
