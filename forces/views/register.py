"""Forces with who speaks for them and who holds their posts; regions with their HM Inspectors."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from forces import contacts, posts
from forces.forms import MembershipForm, PostForm, RegionForm, VerifyForm
from forces.models import Contact, Force, Post, Region, RegionMembership
from forces.views import ASKS, person
from hmic_core import clock
from hmic_core.accounts.policies import SYSTEM_ADMIN, policy
from hmic_core.errors import NotAllowed

Capacity = Contact.Capacity
CRUMB = ("Forces and posts", "/people/forces/")


@require_safe
@policy(SYSTEM_ADMIN)
def force_list(request: HttpRequest) -> HttpResponse:
    """Every force and region, with what is missing before anything can be sent to it or signed for it."""
    held = Contact.objects.on(clock.Today()).filter(force=OuterRef("pk"))
    counts = held.filter(verified_at__isnull=False, user__is_active=True)
    filled = Post.objects.on(clock.Today())
    forces = Force.objects.filter(successor=None).annotate(
        has_chief=Exists(filled.filter(force=OuterRef("pk"))),
        has_officer=Exists(counts.filter(capacity=Capacity.LIAISON_OFFICER)),
        has_deputy=Exists(counts.exclude(capacity__in=[Capacity.LIAISON_OFFICER, Capacity.PCC_OFFICE])),
        waits=Exists(held.filter(verified_at=None)),
    )
    regions = Region.objects.annotate(has_inspector=Exists(filled.filter(region=OuterRef("pk")))).order_by("name")
    return render(request, "forces/force_list.html", {"forces": forces, "regions": regions})


@require_safe
@policy(SYSTEM_ADMIN)
def force_show(request: HttpRequest, force: str) -> HttpResponse:
    """One force: who speaks for it, those of today first, and its chief officers."""
    found, today = get_object_or_404(Force, slug=force), clock.today()
    everybody = list(found.contacts.select_related("user").order_by("capacity", "name", "starts_on"))
    past = [each for each in everybody if each.ends_on and each.ends_on < today]
    context = {
        "force": found,
        "present": [each for each in everybody if each not in past],
        "past": past,
        "posts": found.posts.select_related("person__user").order_by("-starts_on"),
        "crumbs": [CRUMB, (found.name, "")],
    }
    return render(request, "forces/force_show.html", context)


@ASKS
@policy(SYSTEM_ADMIN)
def region_new(request: HttpRequest) -> HttpResponse:
    form = RegionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = posts.make_region(**form.cleaned_data, by=person(request))
        except NotAllowed as refused:
            form.add_error("name", refused.sentence)
        else:
            return redirect("forces:region-show", made.slug)
    return render(request, "forces/region_new.html", {"form": form, "crumbs": [CRUMB, ("A new region", "")]})


@ASKS
@policy(SYSTEM_ADMIN)
def region_show(request: HttpRequest, region: str) -> HttpResponse:
    """One region: its HM Inspectors, and the forces in it today. POST puts a force into it."""
    found, form = get_object_or_404(Region, slug=region), MembershipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = posts.place_in_region(region=found, **form.cleaned_data, by=person(request))
        except NotAllowed as refused:
            form.add_error("force", refused.sentence)
        else:
            messages.success(request, f"{made.force} is in it from {made.starts_on:%-d %B %Y}.")
            return redirect("forces:region-show", found.slug)
    inside = RegionMembership.objects.on(clock.Today()).filter(region=found).select_related("force")
    context = {
        "region": found,
        "form": form,
        "forces": sorted((each.force for each in inside), key=lambda force: force.name),
        "posts": found.posts.select_related("person__user").order_by("-starts_on"),
        "crumbs": [CRUMB, (found.name, "")],
    }
    return render(request, "forces/region_show.html", context)


@ASKS
@policy(SYSTEM_ADMIN)
def contact_verify(request: HttpRequest, contact: UUID) -> HttpResponse:
    """Say how it was made sure that this is the right person."""
    found = get_object_or_404(Contact.objects.select_related("force", "user"), pk=contact)
    form = VerifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            contacts.verify_contact(found, **form.cleaned_data, by=person(request))
        except NotAllowed as refused:
            form.add_error("how", refused.sentence)
        else:
            messages.success(request, f"{found.name} is verified, and is sent what is theirs from now on.")
            return redirect("forces:force-show", found.force.slug)
    crumbs = [CRUMB, (found.force.name, f"/people/forces/{found.force.slug}/"), ("Verify", "")]
    return render(request, "forces/contact_verify.html", {"contact_of": found, "form": form, "crumbs": crumbs})


@require_POST
@policy(SYSTEM_ADMIN)
def contact_end(request: HttpRequest, contact: UUID) -> HttpResponse:
    found = get_object_or_404(Contact.objects.select_related("force"), pk=contact)
    contacts.end_contact(found, by=person(request))
    messages.success(request, f"{found.name} no longer speaks for {found.force.name}.")
    return redirect("forces:force-show", found.force.slug)


@ASKS
@policy(SYSTEM_ADMIN)
def force_post(request: HttpRequest, force: str) -> HttpResponse:
    return _fill(request, get_object_or_404(Force, slug=force))


@ASKS
@policy(SYSTEM_ADMIN)
def region_post(request: HttpRequest, region: str) -> HttpResponse:
    return _fill(request, get_object_or_404(Region, slug=region))


def _fill(request: HttpRequest, of: Force | Region) -> HttpResponse:
    back = f"/people/forces/{'' if isinstance(of, Force) else 'regions/'}{of.slug}/"
    usual = of.chief_officer_title if isinstance(of, Force) else "HM Inspector of Constabulary"
    form = PostForm(request.POST or None, initial={"post_title": usual})
    if request.method == "POST" and form.is_valid():
        try:
            made = posts.fill_post(of, **form.cleaned_data, by=person(request))
        except NotAllowed as refused:
            form.add_error("starts_on", refused.sentence)
        else:
            messages.success(request, f"{made.person}, {made.title}, from {made.starts_on:%-d %B %Y}.")
            return redirect(back)
    context = {"of": of, "form": form, "back": back, "crumbs": [CRUMB, (of.name, back), ("Fill the post", "")]}
    return render(request, "forces/post_fill.html", context)
