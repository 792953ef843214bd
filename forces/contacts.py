"""Who speaks for a force, and who holds a post: kept by system admins, dated, never overwritten.

A contact counts once somebody has made sure that it is the right person, and has said how (domain.md: nothing is sent
to an unverified contact). Whoever works for the inspectorate speaks for no force.
"""

import datetime as dt

from django.db import transaction

from forces.accounts import A_DAY, require_system_admin, works_for_inspectorate
from forces.models import Contact, Force, Person, Post, Region
from hmic_core import audit, clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User


@transaction.atomic
def add_contact(force: Force, *, user: User, capacity: str, telephone: str = "", by: User) -> Contact:
    """Name somebody to speak for a force from today on. It counts once it is verified."""
    require_system_admin(by)
    found = User.objects.select_for_update().get(pk=user.pk)
    if capacity not in Contact.Capacity.values:
        raise NotAllowed("Choose in which capacity they speak for the force.")
    if not found.is_active:
        raise NotAllowed("This account is closed. Open it again first.")
    if works_for_inspectorate(found):
        raise NotAllowed(f"{found.name} works for the inspectorate. Nobody does both.")
    today = clock.Today()
    if Contact.objects.on(today).filter(force=force, user=found, capacity=capacity).exists():
        raise NotAllowed(f"{found.name} is that for {force.name} already.")
    made: Contact = Contact.objects.create(
        force=force,
        user=found,
        capacity=capacity,
        name=found.name,
        telephone=telephone.strip(),
        starts_on=clock.today(),
    )
    audit.record(Action.CONTACT_ADDED, by, made, force=force.slug, capacity=capacity, user=found.pk)
    return made


@transaction.atomic
def verify_contact(contact: Contact, *, how: str, by: User) -> Contact:
    """Say that this is the right person, and how that was made sure. From now on they are sent what is theirs."""
    found = _locked(contact, by)
    if not how.strip():
        raise NotAllowed("Say how you made sure, for example whom you rang.")
    if found.verified_at:
        raise NotAllowed("This contact is verified already.")
    found.verified_at = clock.now()
    found.save(update_fields=["verified_at"])
    audit.record(Action.CONTACT_VERIFIED, by, found, force=found.force.slug, reason=how.strip())
    return found


@transaction.atomic
def end_contact(contact: Contact, *, by: User) -> Contact:
    """They no longer speak for the force, from this moment. What they wrote stays the force's."""
    found = _locked(contact, by)
    found.ends_on = clock.today() - A_DAY
    found.save(update_fields=["ends_on"])
    audit.record(Action.CONTACT_ENDED, by, found, force=found.force.slug)
    return found


def _locked(contact: Contact, by: User) -> Contact:
    require_system_admin(by)
    present = Contact.objects.select_for_update(of=("self",)).on(clock.Today()).select_related("force")
    found: Contact | None = present.filter(pk=contact.pk).first()
    if found is None:
        raise NotAllowed("This contact has ended already.")
    return found


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
    where: dict[str, Force | Region] = {"force": of} if isinstance(of, Force) else {"region": of}
    type(of).objects.select_for_update().get(pk=of.pk)
    before = Post.objects.select_for_update().filter(**where).order_by("-starts_on").first()
    if before and before.starts_on >= starts_on:
        raise NotAllowed(f"{before.person} holds it from a later day. Choose a day after {before.starts_on:%-d %B %Y}.")
    if before and (before.ends_on is None or before.ends_on >= starts_on):
        before.ends_on = starts_on - A_DAY
        before.save(update_fields=["ends_on"])
    person = (Person.objects.filter(user=user).first() if user else None) or Person(user=user)
    person.title, person.name = title.strip(), name
    person.honours, person.salutation = honours.strip(), salutation.strip()
    person.save()
    kind = Post.Kind.CHIEF_OFFICER if isinstance(of, Force) else Post.Kind.HM_INSPECTOR
    made: Post = Post.objects.create(kind=kind, title=post_title.strip(), person=person, starts_on=starts_on, **where)
    slug = of.slug if isinstance(of, Force) else ""
    audit.record(Action.POST_FILLED, by, made, force=slug, starts_on=starts_on)
    return made
