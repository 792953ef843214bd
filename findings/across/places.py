"""The list of places: which force polices which town. Public knowledge, kept by lead inspectors and system admins."""

from django.db import IntegrityError, transaction

from findings import permissions
from forces.models import Force, Place
from hmic_core import audit
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User


@transaction.atomic
def list_place(*, name: str, force: Force, by: User) -> Place:
    """Put a place on the list. One that is there already stays as it is."""
    name = _checked(name, by)
    made, created = Place.objects.get_or_create(name=name, force=force)
    if created:
        audit.record(Action.PLACE_LISTED, by, made, force=force.slug, name=name)
    return made


@transaction.atomic
def change_place(place: Place, *, name: str, force: Force, by: User) -> Place:
    """Spell it otherwise, or give it to another force."""
    name = _checked(name, by)
    found = Place.objects.select_for_update().get(pk=place.pk)
    before = f"{found.name}, {found.force.slug}"
    found.name, found.force = name, force
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise NotAllowed(f"{name} is on the list of {force} already. Remove this entry instead.") from None
    audit.record(Action.PLACE_CHANGED, by, found, force=force.slug, before=before, name=name)
    return found


@transaction.atomic
def remove_place(place: Place, *, by: User) -> None:
    _check(by)
    found = Place.objects.select_for_update().select_related("force").filter(pk=place.pk).first()
    if found is not None:
        audit.record(Action.PLACE_REMOVED, by, found, force=found.force.slug, name=found.name)
        found.delete()


def _checked(name: str, by: User) -> str:
    _check(by)
    name = " ".join(name.split())
    if not name[:1].isupper():
        raise NotAllowed("Write the name with a capital letter, as letters do.")
    return name


def _check(by: User) -> None:
    if not permissions.can_list_places(by):
        raise NotAllowed("Only lead inspectors and system admins keep the list of places.")
