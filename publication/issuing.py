"""Issuing embargoed copies once a release is approved, to the people who speak for each force."""

import uuid

from forces.models import Contact
from hmic_core import clock
from hmic_core.models import User
from inspections.models import Release
from letters.models import Copy, Letter
from letters.workflow import issue_copy
from publication.readiness import RECIPIENTS, letters_of


def issue_copies(release: Release, *, by: User) -> list[Copy]:
    """A copy of each letter to its force's chief officer and liaison officers, from now on. Part of `approve`.

    Approved again after a move, the same people get the new text under the same numbers.
    """
    now, contacts = clock.now(), recipients_by_force(release)
    return [
        issue_copy(letter, contact=contact, not_before=now, reason=_reason(contact), by=by)
        for letter in letters_of(release)
        for contact in contacts.get(letter.force_id, [])
    ]


def issue_letter(letter: Letter, *, by: User) -> list[Copy]:
    """Copies of one letter that takes another's place in an approved release, to the same kind of people."""
    now = clock.now()
    return [
        issue_copy(letter, contact=contact, not_before=now, reason=_reason(contact), by=by)
        for contact in _verified([letter.force_id]).get(letter.force_id, [])
    ]


def recipients_by_force(release: Release) -> dict[uuid.UUID, list[Contact]]:
    """The verified people to whom copies of the release's letters go by default."""
    return _verified([letter.force_id for letter in letters_of(release)])


def _verified(forces: list[uuid.UUID]) -> dict[uuid.UUID, list[Contact]]:
    contacts = Contact.objects.on(clock.today()).filter(
        capacity__in=RECIPIENTS,
        verified_at__isnull=False,
        user__is_active=True,
        force__in=forces,
    )
    found: dict[uuid.UUID, list[Contact]] = {}
    for contact in contacts.select_related("force", "user").order_by("capacity", "name"):
        found.setdefault(contact.force_id, []).append(contact)
    return found


def _reason(contact: Contact) -> str:
    return f"{contact.get_capacity_display()} of {contact.force.name}"
