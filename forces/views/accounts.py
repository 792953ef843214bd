"""Accounts: the list, one of them with its roles and contacts, and what is done to it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from forces import accounts, contacts
from forces.forms import AccountForm, ContactForm, ReasonForm, RoleForm
from forces.models import Contact
from forces.views import ASKS, person
from hmic_core import clock
from hmic_core.accounts.policies import SYSTEM_ADMIN, policy
from hmic_core.errors import NotAllowed
from hmic_core.forms.fields import Form
from hmic_core.models import GlobalRole, User


@require_safe
@policy(SYSTEM_ADMIN)
def account_list(request: HttpRequest) -> HttpResponse:
    """Every account, found by name or address."""
    wanted = request.GET.get("q", "").strip()[:120]
    found = _with_standing(User.objects.order_by("name", "email"))
    if wanted:
        found = found.filter(Q(name__icontains=wanted) | Q(email__icontains=wanted))
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "forces/account_list.html", {"page": page, "wanted": wanted})


def _with_standing(users: Any) -> Any:
    """With the roles and contacts that hold today, in two queries for any number of people."""
    today = clock.Today()
    return users.prefetch_related(
        Prefetch("global_roles", GlobalRole.objects.on(today).order_by("role"), to_attr="roles_today"),
        Prefetch("contacts", Contact.objects.on(today).select_related("force"), to_attr="contacts_today"),
    )


@ASKS
@policy(SYSTEM_ADMIN)
def account_new(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = accounts.make_account(**form.cleaned_data, by=person(request))
        except NotAllowed as refused:
            form.add_error("email", refused.sentence)
        else:
            messages.success(request, f"{made.name} gets a message that leads to a first password.")
            return redirect("forces:account-show", made.pk)
    return render(request, "forces/account_new.html", {"form": form, "crumbs": _crumbs("A new account")})


@require_safe
@policy(SYSTEM_ADMIN)
def account_show(request: HttpRequest, user: UUID) -> HttpResponse:
    return _show(request, _account(user))


def _show(request: HttpRequest, found: User, bad: Form | None = None) -> HttpResponse:
    """One account; `bad` is the form that was sent with something missing."""
    context = {
        "account": found,
        "is_me": found.pk == request.user.pk,
        "role_form": bad if isinstance(bad, RoleForm) else RoleForm(),
        "contact_form": bad if isinstance(bad, ContactForm) else ContactForm(),
        "form": bad,
        "crumbs": _crumbs(found.name),
    }
    return render(request, "forces/account_show.html", context, status=422 if bad else 200)


@require_POST
@policy(SYSTEM_ADMIN)
def role_give(request: HttpRequest, user: UUID) -> HttpResponse:
    found, form = _account(user), RoleForm(request.POST)
    return _do(request, found, form, "role", "Given. Everybody who holds this role is told.", accounts.give_role)


@require_POST
@policy(SYSTEM_ADMIN)
def contact_add(request: HttpRequest, user: UUID) -> HttpResponse:
    found, form = _account(user), ContactForm(request.POST)

    def add(user: User, *, force: Any, by: User, **more: Any) -> Contact:
        return contacts.add_contact(force, user=user, by=by, **more)

    return _do(request, found, form, "force", "Added. It counts once it is verified.", add)


def _do(
    request: HttpRequest, found: User, form: Form, beside: str, done: str, verb: Callable[..., object]
) -> HttpResponse:
    if form.is_valid():
        try:
            verb(found, **form.cleaned_data, by=person(request))
        except NotAllowed as refused:
            form.add_error(beside, refused.sentence)
        else:
            messages.success(request, done)
            return redirect("forces:account-show", found.pk)
    return _show(request, found, form)


@require_POST
@policy(SYSTEM_ADMIN)
def role_end(request: HttpRequest, role: UUID) -> HttpResponse:
    held = get_object_or_404(GlobalRole.objects.select_related("user"), pk=role)
    accounts.end_role(held, by=person(request))
    messages.success(request, f"{held.user.name} is no longer {held.get_role_display().lower()}.")
    return redirect("forces:account-show", held.user_id)


@ASKS
@policy(SYSTEM_ADMIN)
def account_close(request: HttpRequest, user: UUID) -> HttpResponse:
    """Ask first, with a reason: the person is out from that moment."""
    return _ask_reason(request, _account(user), accounts.close_account, "Close this account", "Closed.")


@ASKS
@policy(SYSTEM_ADMIN)
def account_reopen(request: HttpRequest, user: UUID) -> HttpResponse:
    return _ask_reason(request, _account(user), accounts.reopen_account, "Open this account again", "Open again.")


@ASKS
@policy(SYSTEM_ADMIN)
def account_reset(request: HttpRequest, user: UUID) -> HttpResponse:
    """Ask first, with a reason: how it was made sure that it is them who ask belongs into it."""
    return _ask_reason(request, _account(user), accounts.reset_second_factor, "Reset the second factor", "Reset.")


def _ask_reason(
    request: HttpRequest, found: User, verb: Callable[..., object], heading: str, done: str
) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verb(found, **form.cleaned_data, by=person(request))
        except NotAllowed as refused:
            form.add_error("reason", refused.sentence)
        else:
            messages.success(request, done)
            return redirect("forces:account-show", found.pk)
    context = {"account": found, "form": form, "heading": heading, "crumbs": _crumbs(found.name, heading, found)}
    return render(request, "forces/account_reason.html", context)


def _account(user: UUID) -> User:
    found: User = get_object_or_404(_with_standing(User.objects.all()), pk=user)
    return found


def _crumbs(here: str, last: str = "", of: User | None = None) -> list[tuple[str, str]]:
    crumbs = [("Accounts", "/people/"), (here, f"/people/{of.pk}/" if of else "")]
    return [*crumbs, (last, "")] if last else crumbs
