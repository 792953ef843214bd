"""Where an invitation's link leads. Opening it changes nothing: mail scanners open links. The button begins."""

from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from findings.accuracy.contact import contact_words
from findings.accuracy.force import invitations
from hmic_core.accounts.policies import ANYONE, policy


@require_http_methods(["GET", "HEAD", "POST"])
@policy(ANYONE)
def show(request: HttpRequest, invitation: UUID) -> HttpResponse:
    """Used, too old, ended and never made look alike. The button leads to allauth's page for a first password.

    That page's key is made afresh each time and holds the state of the password: once one is set, no key works.
    """
    found = invitations.open_invitation(invitation)
    context = {"invitation": found, "contact": contact_words(None)}
    if found is None or request.method != "POST":
        return render(request, "findings/invitation_open.html", context, status=200 if found else 404)
    user = invitations.join(found)
    key = default_token_generator.make_token(user)
    return redirect("account_reset_password_from_key", uidb36=user_pk_to_url_str(user), key=key)
