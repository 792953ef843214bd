"""A person's notices on screen, and how they want to hear of them."""

from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hmic_core import notices
from hmic_core.accounts.policies import SIGNED_IN, policy
from hmic_core.forms.fields import Form, radios
from hmic_core.models import Notice, NoticeChoice, User

PER_PAGE = 25


class ChoicesForm(Form):
    """One question for each kind of notice whose e-mail somebody may do without."""

    submit_label = "Save"

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        for kind, label in notices.optional_kinds().items():
            self.fields[kind] = forms.ChoiceField(
                label=label,
                choices=Notice.Mailing.choices,
                initial=Notice.Mailing.EACH,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose one", "invalid_choice": "Choose one of the three"},
            )
        self.layout = [radios(kind, inline=True, small=True) for kind in self.fields]  # type: ignore[misc]


@require_safe
@policy(SIGNED_IN)
def show(request: HttpRequest) -> HttpResponse:
    """The newest first, the unread ones marked."""
    mine = Notice.objects.visible_to(_reader(request)).on_screen().order_by("-created_at", "pk")
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notices/notice_list.html", {"page": page})


@require_POST
@policy(SIGNED_IN)
def follow(request: HttpRequest, notice: UUID) -> HttpResponse:
    """Mark it as read and go where it leads: a POST, since following a link changes nothing."""
    found = get_object_or_404(Notice.objects.visible_to(_reader(request)).on_screen(), pk=notice)
    notices.mark_read([found])
    return redirect(found.link)


@require_POST
@policy(SIGNED_IN)
def read_all(request: HttpRequest) -> HttpResponse:
    number = notices.mark_read(Notice.objects.visible_to(_reader(request)).on_screen().unread())
    messages.success(request, f"{number} notice{'' if number == 1 else 's'} marked as read.")
    return redirect("notices")


@require_http_methods(["GET", "HEAD", "POST"])
@policy(SIGNED_IN)
def settings(request: HttpRequest) -> HttpResponse:
    """An e-mail for each, one a day, or none: for every kind that may be gathered."""
    user = _reader(request)
    chosen = dict(NoticeChoice.objects.filter(user=user).values_list("kind", "mailing"))
    form = ChoicesForm(request.POST or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        notices.choose(user, form.cleaned_data)
        messages.success(request, "Your choices hold from the next notice on.")
        return redirect("notices")
    status = 422 if form.errors else 200
    return render(request, "notices/notice_settings.html", {"form": form}, status=status)


def _reader(request: HttpRequest) -> User:
    return cast(User, request.user)
