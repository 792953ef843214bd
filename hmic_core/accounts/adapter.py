"""Accounts are made by invitation only: nobody signs up. A refusal says what to do next."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.decorators import reauthentication_required
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse

from hmic_core.notices import Outbox


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The email address or the password is wrong. Check both, or ask for a new password.",
        "incorrect_password": "The password is wrong. Type it again.",
        "too_many_login_attempts": "Too many attempts to sign in have failed. Wait five minutes, then try again.",
        "rate_limited": "Too many requests in a short time. Wait a few minutes, then try again.",
        "invalid_password_reset": "This link has been used already or is too old. Ask for a new one.",
    }

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        """Into the outbox: no page waits for a mail server, nor tells by its time whether an account exists."""
        message: EmailMessage = super().render_mail(*args, **kwargs)
        message.connection = Outbox()
        return message

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


@reauthentication_required  # type: ignore[untyped-decorator]
def ask_again(request: HttpRequest) -> HttpResponse:
    """Do nothing where the person confirmed their password or passkey of late; the answer means nothing.

    Raises allauth's ReauthenticationRequired otherwise: its middleware asks, and then sends the same request again. For
    a view that asks only once its form is valid; one that always asks is decorated with `reauthentication_required`.
    """
    return HttpResponse()
