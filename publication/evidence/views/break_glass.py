"""Break-glass grants: the list of all there were, one to be given, one to be ended."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from hmic_core import clock
from hmic_core.accounts import access, adapter
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from hmic_core.errors import NotAllowed
from publication.evidence import break_glass
from publication.evidence.forms import BreakGlassForm
from publication.fetching import CONFIDENTIAL, get_release, person
from publication.models import BreakGlassGrant
from publication.release.views.verbs import ASKS


@require_safe
@policy(break_glass.KEEPERS)
def grant_list(request: HttpRequest) -> HttpResponse:
    """Every grant there was: all of them for publication admins and auditors, a system admin's own for them."""
    visible = BreakGlassGrant.objects.visible_to(person(request))
    rows = visible.select_related("release__inspection", "holder", "given_by", "ended_by").order_by("-given_at")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    now = clock.now()
    for each in page:
        each.in_force = break_glass.is_in_force(each, now)
        each.mine = each.holder_id == person(request).pk
        each.endable = each.in_force and break_glass.can_end(person(request), each)
    by_name = access.is_publication_admin(person(request))
    about = {"page": page, "by_name": by_name, "crumbs": [("Releases", "/releases/"), ("Break-glass", "")] * by_name}
    return render(request, "publication/break_glass_list.html", about)


@ASKS
@policy(PUBLICATION_ADMIN)
def grant_give(request: HttpRequest, release: UUID) -> HttpResponse:
    """Who gives one confirms first that it is they who sit at the keyboard."""
    found = get_release(request, release)
    form = BreakGlassForm(request.POST or None, holders=break_glass.holders())
    if request.method == "POST" and form.is_valid():
        adapter.ask_again(request)
        try:
            grant = break_glass.give(found, **form.cleaned_data, by=person(request))
        except NotAllowed as refused:
            form.add_error("to", refused.sentence)
        else:
            messages.success(request, f"{grant.holder} can read this release now. Everybody concerned is told.")
            return redirect("publication:break-glass-list")
    page = {
        "release": found,
        "form": form,
        "why_not": break_glass.why_not_give(found, clock.now()),
        "confidence": CONFIDENTIAL,
        "crumbs": [("Releases", "/releases/"), (found.title, f"/releases/{found.pk}/"), ("Break-glass", "")],
    }
    return render(request, "publication/break_glass_give.html", page)


@require_POST
@policy(break_glass.KEEPERS)
def grant_end(request: HttpRequest, grant: UUID) -> HttpResponse:
    found = get_object_or_404(BreakGlassGrant.objects.visible_to(person(request)), pk=grant)
    break_glass.end(found, by=person(request))
    messages.success(request, "The grant has ended.")
    return redirect("publication:break-glass-list")
