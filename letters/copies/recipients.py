"""The pre-release list of a release: who may have an embargoed copy, from when and why, and what became of it.

After a release is locked its words cannot change; this list can, by a publication admin, and each change is audited.
Each verb locks the release, so that nobody is added while it goes back, is withdrawn, or becomes public.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from forces.models import Contact
from hmic_core import audit, clock, confirming
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.templatetags.times import london
from inspections.models import Release
from letters import notices, permissions
from letters.copies.issuing import issue_copy
from letters.copies.recall import recall_copy
from letters.models import Copy, Letter, Recipient
from letters.versions import is_public

#: Whose force's letter it is: they are on every list unless they are taken off.
USUAL = (Contact.Capacity.CHIEF_OFFICER, Contact.Capacity.LIAISON_OFFICER)
_ENDED = (Release.State.RELEASED, Release.State.WITHDRAWN, Release.State.CANCELLED)


@dataclass(frozen=True)
class Standing:
    """One person of the list, and how far their copy has come. `key` is what filters and exports say."""

    contact: Contact
    reason: str
    not_before: dt.datetime | None
    recipient: Recipient | None
    copy: Copy | None
    accepted: bool
    downloads: int
    last_download: dt.datetime | None
    opens_later: bool
    #: Their copies of before: recalled or superseded, oldest first.
    earlier: Sequence[Copy] = ()

    @property
    def key(self) -> str:
        if self.copy is None:
            return "not_issued"
        if self.copy.recalled_at:
            return "recalled"
        if self.opens_later:
            return "later"
        if self.downloads and self.accepted:
            return "collected"
        return "accepted" if self.accepted else "waiting"

    @property
    def words(self) -> str:
        return STANDINGS[self.key]

    @property
    def tone(self) -> str:
        return _TONES[self.key]

    @property
    def to_be_rung(self) -> bool:
        """Has a copy and has not accepted the embargo for the present instant."""
        return self.key == "waiting"


STANDINGS = {
    "not_issued": "No copy yet",
    "later": "Opens later",
    "waiting": "Embargo not accepted",
    "accepted": "Accepted, not collected",
    "collected": "Collected",
    "recalled": "Recalled",
}
_TONES = {
    "not_issued": "none",
    "later": "none",
    "waiting": "warn",
    "accepted": "ready",
    "collected": "ok",
    "recalled": "stop",
}


# Who is on the list


def _letters(release: Release) -> list[Letter]:
    return list(Letter.objects.in_release(release).select_related("force").order_by("force__name"))


def _reachable(force_ids: Iterable[UUID]) -> Any:
    """The verified people of these forces who hold an account today."""
    contacts = Contact.objects.on(clock.today()).filter(force__in=list(force_ids), verified_at__isnull=False)
    return contacts.filter(user__is_active=True).select_related("force", "user")


def usual_recipients(release: Release) -> list[Contact]:
    """Chief officers and liaison officers of the release's forces who were neither listed nor taken off."""
    people = _reachable(letter.force_id for letter in _letters(release)).filter(capacity__in=USUAL)
    return list(people.exclude(listings__release=release).order_by("force__name", "capacity", "name"))


def candidates(release: Release) -> list[Contact]:
    """Whoever could be put on the list by hand: verified people of the release's forces who are not on it."""
    people = _reachable(letter.force_id for letter in _letters(release))
    return list(people.exclude(listings__in=release.recipients.listed()).order_by("force__name", "name"))


def standings(release: Release) -> list[Standing]:
    """The whole list with what became of each copy, by force: six queries, however long it is."""
    letters = {letter.force_id: letter for letter in _letters(release)}
    listing = release.recipients.listed().filter(contact__force__in=letters)
    rows = list(listing.select_related("contact__force", "contact__user"))
    copies = _copies(release, letters.values())
    listed = {row.contact_id for row in rows}
    found = [_standing(row.contact, row.reason, row.not_before, row, copies) for row in rows]
    # A copy that went out stays on the page although its person was taken off the list since.
    found += [
        _standing(copy.contact, copy.reason, copy.not_before, None, copies)
        for copy in copies.values()
        if copy.contact_id not in listed
    ]
    taken = listed | {copy.contact_id for copy in copies.values()}
    found += [
        _standing(contact, usual_reason(contact), None, None, copies)
        for contact in usual_recipients(release)
        if contact.pk not in taken
    ]
    return sorted(found, key=lambda each: (each.contact.force.name, each.contact.capacity, each.contact.name))


def _copies(release: Release, letters: Iterable[Letter]) -> dict[UUID, Copy]:
    """Each person's newest copy, and in `earlier` those that were recalled from them or superseded before it."""
    copies: Any = Copy.objects.filter(letter__in=[letter.pk for letter in letters]).order_by("number")
    copies = copies.select_related("contact__force", "contact__user").annotate(
        accepted=Count(
            "acknowledgements", filter=Q(acknowledgements__embargo_until=release.embargo_until), distinct=True
        ),
        fetched=Count("downloads", distinct=True),
        fetched_at=Max("downloads__at"),
        asked_at=TransactionNow(),
    )
    newest: dict[UUID, Any] = {}
    for copy in copies:
        before = newest.get(copy.contact_id)
        copy.earlier = [*before.earlier, before] if before else []
        newest[copy.contact_id] = copy
    return newest


def _standing(
    contact: Contact,
    reason: str,
    not_before: dt.datetime | None,
    row: Recipient | None,
    copies: dict[UUID, Copy],
) -> Standing:
    copy: Any = copies.get(contact.pk)
    return Standing(
        contact=contact,
        reason=reason,
        not_before=not_before,
        recipient=row,
        copy=copy,
        accepted=bool(copy and copy.accepted),
        downloads=copy.fetched if copy else 0,
        last_download=copy.fetched_at if copy else None,
        opens_later=bool(copy and copy.not_before > copy.asked_at),
        earlier=copy.earlier if copy else (),
    )


def usual_reason(contact: Contact) -> str:
    return f"{contact.get_capacity_display()} of {contact.force.name}"


def reachable(release: Release) -> "QuerySet[Contact]":
    """Who is on the list, or will be put there by themselves, and can be given a copy today."""
    off = release.recipients.exclude(removed_at=None).values("contact")
    today = Contact.objects.on(clock.Today()).filter(verified_at__isnull=False, user__is_active=True)
    usual = Q(capacity__in=USUAL) & ~Q(pk__in=off)
    named = Q(pk__in=release.recipients.listed().values("contact"))
    found: QuerySet[Contact] = today.filter(usual | named)
    return found


# Changing it


@transaction.atomic
def list_usual(release: Release, *, by: User | None) -> list[Recipient]:
    """Write the usual people down as the list's entries, each with their office as the reason. Part of `approve`."""
    release = _open(release, by)
    return [
        _list(release, contact, not_before=None, reason=usual_reason(contact), by=by)
        for contact in usual_recipients(release)
    ]


@transaction.atomic
def add_recipient(
    release: Release, *, contact: Contact, not_before: dt.datetime | None, reason: str, by: User
) -> Recipient:
    """Put one person on the list; with an approved release their copy goes out at once, readable from `not_before`.

    Refuses people of forces without a letter in the release, people without a confirmed account, and a missing reason.
    """
    release = _open(release, by)
    reason = _reason(reason)
    letter = _letter_for(release, contact)
    _check_time(release, not_before)
    if release.recipients.listed().filter(contact=contact).exists():
        raise NotAllowed(f"{contact.name} is on the list already. Change their entry there.")
    row = _list(release, contact, not_before=not_before, reason=reason, by=by)
    _issue(release, letter, row, by=by)
    return row


@transaction.atomic
def issue_again(row: Recipient, *, by: User) -> Copy:
    """A new copy for somebody on the list whose copy was recalled, or who has had none. Who holds one gets no other."""
    release, row = _open(row.release, by), _locked(row)
    if row.removed_at:
        raise NotAllowed(f"{row.contact.name} is no longer on the list. Put them on it again instead.")
    letter = _letter_for(release, row.contact)
    if Copy.objects.current().filter(letter=letter, contact=row.contact_id).exists():
        raise NotAllowed(f"{row.contact.name} holds a copy already.")
    made = _issue(release, letter, row, by=by)
    if made is None:
        raise NotAllowed("Embargoed copies are issued once a second person has approved the release.")
    return made


@transaction.atomic
def change_recipient(row: Recipient, *, not_before: dt.datetime | None, reason: str, by: User) -> Recipient:
    """Another time or another reason. With another time, a copy that is out is superseded by one that opens then."""
    release, row = _open(row.release, by), _locked(row)
    if row.removed_at:
        raise NotAllowed(f"{row.contact.name} is no longer on the list. Put them on it again instead.")
    _check_time(release, not_before)
    before = {"not_before": row.not_before, "reason": row.reason}
    row.not_before, row.reason = not_before, _reason(reason)
    row.save(update_fields=["not_before", "reason"])
    _record(Action.RECIPIENT_CHANGED, row, by, before=before, not_before=not_before, reason=row.reason)
    if Copy.objects.current().filter(letter__release=release, contact=row.contact_id).exists():
        _issue(release, _letter_for(release, row.contact), row, by=by)
    return row


@transaction.atomic
def remove_recipient(row: Recipient, *, reason: str, by: User) -> Recipient:
    """Take a person off the list. A copy that is out is recalled in the same moment, for the same reason."""
    release = _open(row.release, by)
    reason = _reason(reason)
    row = _locked(row)
    if row.removed_at:
        raise NotAllowed(f"{row.contact.name} was already taken off the list.")
    row.removed_by, row.removed_at, row.removal_reason = by, clock.now(), reason
    row.save(update_fields=["removed_by", "removed_at", "removal_reason"])
    _record(Action.RECIPIENT_REMOVED, row, by, reason=reason)
    for copy in Copy.objects.current().filter(letter__release=release, contact=row.contact_id):
        recall_copy(copy, reason=reason, by=by)
    return row


def issue_listed(release: Release, *, by: User, only: Letter | None = None) -> list[Copy]:
    """A copy for everybody on the list: part of `approve`, in its transaction.

    Approved again after a move, the same people get new copies. Whoever can no longer be
    given one (left, account ended) is passed over; the page of recipients shows them without a copy. `only`: one
    letter's people, when it takes the place of another.
    """
    list_usual(release, by=by)
    letters = {letter.force_id: letter for letter in ([only] if only else _letters(release))}
    can_be_given = set(_reachable(letters).values_list("pk", flat=True))
    rows = release.recipients.listed().select_related("contact__force", "contact__user")
    rows = rows.order_by("contact__force__name", "contact__capacity", "contact__name")
    issued = [
        _issue(release, letters[row.contact.force_id], row, by=by)
        for row in rows
        if row.contact.force_id in letters and row.contact_id in can_be_given
    ]
    return [copy for copy in issued if copy]


def how_many_get_copies(release: Release) -> int:
    """How many people approving the release now would give a copy: `issue_listed`, counted."""
    return reachable(release).filter(force__in=Letter.objects.in_release(release).values("force")).count()


@confirming.shows("nudge")
def nudged_shown(release: Release) -> confirming.Facts:
    """Whose copy waits."""
    return {each.contact.name: str(each.key) for each in waiting(standings(release))}


def waiting(rows: Iterable[Standing]) -> list[Standing]:
    """Those whose copy waits for them."""
    return [each for each in rows if each.copy is not None and each.key in ("waiting", "accepted")]


@transaction.atomic
def nudge(release: Release, standings: Iterable[Standing], *, by: User) -> int:
    """Remind people whose copy waits, once a day at most; returns to how many a reminder goes."""
    confirming.compare("nudge", _open(release, by))
    day, reminded = clock.today(), 0
    for each in standings:
        if each.copy is None or each.key not in ("waiting", "accepted"):
            continue
        if notices.copy_waits(each.copy, day):
            _record(Action.RECIPIENT_NUDGED, each.copy, by, contact=each.contact.pk)
            reminded += 1
    return reminded


# Ground


def _open(release: Release, by: User | None) -> Release:
    """The release, locked. The list is a publication admin's, until the release is public or has ended."""
    if by is not None and not permissions.can_issue(by):
        raise NotAllowed("Only a publication admin decides who may see an embargoed release.")
    locked: Release = Release.objects.select_for_update(of=("self",)).select_related("inspection").get(pk=release.pk)
    if locked.is_archive or locked.state in _ENDED:
        raise NotAllowed("This release is no longer under embargo, so its list of recipients is closed.")
    if any(is_public(letter) for letter in _letters(locked)[:1]):
        raise NotAllowed("The letters are public now: everybody may read them, and the list is closed.")
    return locked


def _locked(row: Recipient) -> Recipient:
    rows = Recipient.objects.select_for_update(of=("self",)).select_related("contact__force", "contact__user")
    found: Recipient = rows.get(pk=row.pk)
    return found


def _letter_for(release: Release, contact: Contact) -> Letter:
    letter = next((each for each in _letters(release) if each.force_id == contact.force_id), None)
    if letter is None:
        raise NotAllowed(f"No letter to {contact.force.name} is part of this release, so there is nothing to give.")
    if not _reachable([contact.force_id]).filter(pk=contact.pk).exists():
        raise NotAllowed(f"{contact.name} has no confirmed account, so no copy can be issued to them.")
    return letter


def _list(
    release: Release, contact: Contact, *, not_before: dt.datetime | None, reason: str, by: User | None
) -> Recipient:
    row = Recipient.objects.create(
        release=release, contact=contact, not_before=not_before, reason=reason, added_by=by, added_at=clock.now()
    )
    _record(Action.RECIPIENT_LISTED, row, by, not_before=not_before, reason=reason)
    return row


def _issue(release: Release, letter: Letter, row: Recipient, *, by: User | None) -> Copy | None:
    if release.state != Release.State.APPROVED:
        return None
    # At once means from this transaction on: what its readers may see is judged by the transaction's time.
    not_before = max(filter(None, [row.not_before, clock.transaction()]))
    return issue_copy(letter, contact=row.contact, not_before=not_before, reason=row.reason, by=by)


def _check_time(release: Release, not_before: dt.datetime | None) -> None:
    if not_before and release.embargo_until and not_before >= release.embargo_until:
        raise NotAllowed(
            f"Everything is public from {london(release.embargo_until)} on. Choose a time before that, or leave it out."
        )


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise NotAllowed("Say why this person may see it. The reason is kept and shown in the proof of embargo.")
    if len(reason) > 300:
        raise NotAllowed("Keep the reason under 300 characters.")
    return reason


def _record(action: Action, row: Recipient | Copy, by: User | None, **facts: Any) -> None:
    audit.record(action, by, row, force=row.contact.force.slug, **facts)
