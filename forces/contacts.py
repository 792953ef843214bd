"""Who speaks for a force: kept by system admins, dated, never overwritten.

A contact counts once somebody has made sure that it is the right person, and has said how (domain.md: nothing is sent
to an unverified contact). Whoever works for the inspectorate speaks for no force.
"""

from django.db import transaction

from forces.accounts import A_DAY, require_system_admin
from forces.models import Contact, Force
from hmic_core import audit, clock
from hmic_core.accounts import roles
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
    roles.require_free(found, roles.Kind.FORCE)
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
    if found.user:
        roles.require_free(found.user, roles.Kind.FORCE)
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
