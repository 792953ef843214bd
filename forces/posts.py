"""Regions, the forces in them, and who holds a post: kept by system admins, dated, never overwritten.

A letter of the past keeps the names it had: a new holder or region begins on a day, and what was before ends the day
before it.
"""

import datetime as dt

from django.db import transaction
from django.utils.text import slugify

from forces.accounts import A_DAY, require_system_admin
from forces.models import Force, Person, Post, Region, RegionMembership
from hmic_core import audit
from hmic_core.accounts import roles
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User


@transaction.atomic
def make_region(name: str, *, by: User) -> Region:
    """A grouping of forces for which one HM Inspector signs."""
    require_system_admin(by)
    name = " ".join(name.split())
    if not slugify(name):
        raise NotAllowed("Enter the region’s name.")
    if Region.objects.filter(slug=slugify(name)).exists():
        raise NotAllowed("There is a region of this name already. Find it in the list.")
    made: Region = Region.objects.create(name=name, slug=slugify(name))
    audit.record(Action.REGION_MADE, by, made, name=name)
    return made


@transaction.atomic
def place_in_region(force: Force, region: Region, *, starts_on: dt.date, by: User) -> RegionMembership:
    """From `starts_on` on the force is in this region, and no longer in the one it was in."""
    require_system_admin(by)
    Force.objects.select_for_update().get(pk=force.pk)
    before = RegionMembership.objects.filter(force=force).select_related("region").order_by("-starts_on").first()
    if before and before.starts_on >= starts_on:
        raise NotAllowed(f"{force.name} is in {before.region} from a later day. Choose a day after it.")
    if before and before.region_id == region.pk and (before.ends_on is None or before.ends_on >= starts_on):
        raise NotAllowed(f"{force.name} is in this region already.")
    _end(before, starts_on)
    made: RegionMembership = RegionMembership.objects.create(region=region, force=force, starts_on=starts_on)
    audit.record(Action.REGION_CHANGED, by, region, force=force.slug, starts_on=starts_on)
    return made


def _end(before: RegionMembership | Post | None, starts_on: dt.date) -> None:
    """End what was before on the day before the new one begins, unless it ended earlier."""
    if before and (before.ends_on is None or before.ends_on >= starts_on):
        before.ends_on = starts_on - A_DAY
        before.save(update_fields=["ends_on"])


@transaction.atomic
def fill_post(
    of: Force | Region,
    *,
    name: str,
    post_title: str,
    starts_on: dt.date,
    title: str = "",
    honours: str = "",
    salutation: str = "",
    user: User | None = None,
    by: User,
) -> Post:
    """Put a new holder into a force's or region's post from `starts_on` on; the one before ends the day before.

    Letters that are dated earlier keep the holder they had. `user` is the holder's account, which HM Inspectors sign
    with; an account stands for one person, whatever posts they hold one after the other.
    """
    require_system_admin(by)
    name = " ".join(name.split())
    if not name or not post_title.strip():
        raise NotAllowed("Enter who holds the post, and what it is called.")
    kind = Post.Kind.CHIEF_OFFICER if isinstance(of, Force) else Post.Kind.HM_INSPECTOR
    if user:
        roles.require_free(user, roles.Kind.FORCE if kind == Post.Kind.CHIEF_OFFICER else roles.Kind.SIGNATORY)
    where: dict[str, Force | Region] = {"force": of} if isinstance(of, Force) else {"region": of}
    type(of).objects.select_for_update().get(pk=of.pk)
    before = Post.objects.select_for_update().filter(**where).order_by("-starts_on").first()
    if before and before.starts_on >= starts_on:
        raise NotAllowed(f"{before.person} holds it from a later day. Choose a day after {before.starts_on:%-d %B %Y}.")
    _end(before, starts_on)
    person = (Person.objects.filter(user=user).first() if user else None) or Person(user=user)
    person.title, person.name = title.strip(), name
    person.honours, person.salutation = honours.strip(), salutation.strip()
    person.save()
    made: Post = Post.objects.create(kind=kind, title=post_title.strip(), person=person, starts_on=starts_on, **where)
    slug = of.slug if isinstance(of, Force) else ""
    audit.record(Action.POST_FILLED, by, made, force=slug, starts_on=starts_on)
    return made
