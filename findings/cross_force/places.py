"""Two lists by which other forces are found in a text: the places of each force, and its short names.

Public knowledge, kept by lead inspectors and system admins.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from findings import permissions
from forces.models import Force, ForceName, Place
from forces.register import SINCE
from hmic_core import audit
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.text.folding import clean


@dataclass(frozen=True)
class Listing:
    """One list: its rows, the words of its pages, and what goes on record."""

    rows: Any
    title: str
    lead: str
    one: str
    several: str
    hint: str
    urls: str
    listed: Action
    changed: Action
    removed: Action
    #: What a new row holds besides its name and force.
    more: tuple[tuple[str, Any], ...] = ()


PLACES = Listing(
    Place.objects.all(),
    "Places",
    "Towns and districts by the force that polices them. A place of another force in a finding is pointed out.",
    "place",
    "places",
    "A town or district that only one force polices, written as letters write it.",
    "place",
    Action.PLACE_LISTED,
    Action.PLACE_CHANGED,
    Action.PLACE_REMOVED,
)
ALIASES = Listing(
    ForceName.objects.filter(is_alias=True),
    "Short names of forces",
    "Abbreviations, short and former names. A finding that names another force is held up until it is settled.",
    "short name",
    "short names",
    "Written as people write it: “GMP” is found in capitals only, “the Met” only with its capital.",
    "alias",
    Action.ALIAS_LISTED,
    Action.ALIAS_CHANGED,
    Action.ALIAS_REMOVED,
    (("is_alias", True), ("starts_on", SINCE)),
)


@transaction.atomic
def list_place(*, name: str, force: Force, by: User, of: Listing = PLACES) -> Any:
    """Put a place, or a short name, on its list. One that is there already stays as it is."""
    name = _checked(name, by, of)
    made, created = of.rows.get_or_create(name=name, force=force, defaults=dict(of.more))
    if created:
        audit.record(of.listed, by, made, force=force.slug, name=name)
    return made


@transaction.atomic
def change_place(place: Any, *, name: str, force: Force, by: User, of: Listing = PLACES) -> Any:
    """Spell it otherwise, or give it to another force."""
    name = _checked(name, by, of)
    found = of.rows.select_for_update(of=("self",)).select_related("force").get(pk=place.pk)
    before = f"{found.name}, {found.force.slug}"
    if of.rows.filter(name=name, force=force).exclude(pk=found.pk).exists():
        raise NotAllowed(f"{name} is on the list of {force} already. Remove this entry instead.")
    found.name, found.force = name, force
    found.save()
    audit.record(of.changed, by, found, force=force.slug, before=before, name=name)
    return found


@transaction.atomic
def remove_place(place: Any, *, by: User, of: Listing = PLACES) -> None:
    """Take it off its list; what it was stays in the audit trail."""
    _check(by, of)
    found = of.rows.select_for_update(of=("self",)).select_related("force").filter(pk=place.pk).first()
    if found is not None:
        audit.record(of.removed, by, found, force=found.force.slug, name=found.name)
        found.delete()


def _checked(name: str, by: User, of: Listing) -> str:
    _check(by, of)
    name = " ".join(clean(name).split())
    if not (name[:1].isupper() if of is PLACES else any(letter.isupper() for letter in name) and len(name) > 1):
        raise NotAllowed("Write the name with a capital letter, as letters do.")
    return name


def _check(by: User, of: Listing) -> None:
    if not permissions.can_list_places(by):
        raise NotAllowed(f"Only lead inspectors and system admins keep the list of {of.several}.")
