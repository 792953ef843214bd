"""Taking back: one letter dropped before publication, and withdrawal, the only verb inside the freeze window.

What was public leaves a frozen notice, shown through the same gate, that says honestly that copies may exist. What was
not public is plainly missing.
"""

import datetime as dt

from django.conf import settings
from django.db import models, transaction

from hmic_core import audit
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.frozen import FrozenNotice
from inspections.models import Announcement, Release, ReleaseItem
from publication import notices
from publication.permissions import require_admin
from publication.release import calendar, freezing
from publication.release.corrections import corrections_of
from publication.release.triggers import materialise
from publication.states import begin, is_public, move_item, move_items, move_to, require_reason

Kind, ItemState, Said = ReleaseItem.Kind, ReleaseItem.State, Announcement.Standing


class Withdrawal(models.TextChoices):
    """Why something is taken down: what its notice says."""

    ERROR = "error", "It was published in error"
    REPLACED = "replaced", "It will be replaced"


SENTENCES = {
    Withdrawal.ERROR: "This was published in error and has been withdrawn.",
    Withdrawal.REPLACED: "This has been withdrawn and will be replaced.",
}


@transaction.atomic
def drop_item(
    item: ReleaseItem, *, reason: str, by: User, version: int | None = None, follow_on: bool = False
) -> Release:
    """One letter leaves a locked or approved release; the others stay approved.

    With `follow_on` it gets a release of its own, a draft without an instant: scheduled, assembled, signed and approved
    like any other, without a report of its own.
    """
    require_admin(by)
    require_reason(reason)
    release = item.release
    now = begin(release, "drop_item", version)
    item.refresh_from_db()
    if item.kind != Kind.LETTER or item.state != ItemState.ACTIVE:
        raise NotAllowed("Only a letter that is still part of the release can be dropped.")
    move_item(item, "drop")
    item.save(update_fields=["state"])
    # What the letter does not say yet, its data must not say either.
    move_items(release.items.filter(kind=Kind.DATA, force=item.force_id), "drop")
    move_to(release, "drop_item")
    audit.record(Action.ITEM_DROPPED, by, release, force=_slug(item), item=item.pk, reason=reason.strip())
    notices.letter_stopped(item, "dropped")
    if follow_on:
        _follow(release, item, by, now)
    return release


def _follow(release: Release, item: ReleaseItem, by: User, now: dt.datetime) -> Release:
    made = Release.objects.create(
        inspection=release.inspection,
        title=f"{release.title}: {item.force}"[:200],
        follows=release,
        created_by=by,
        created_at=now,
    )
    audit.record(Action.RELEASE_CREATED, by, made, force=_slug(item), follows=release.pk, letter=item.source_id)
    return made


@transaction.atomic
def withdraw(
    what: Release | ReleaseItem, *, reason: str, kind: str = Withdrawal.ERROR, by: User, version: int | None = None
) -> Release:
    """Take down a release, or one item of it, at any time; seen everywhere within two seconds.

    `kind` is a Withdrawal. A release whose instant has come is recorded as published first, so that the record says
    what was public from when until when.
    """
    require_admin(by)
    require_reason(reason)
    if kind not in Withdrawal.values:
        raise NotAllowed("Say whether it was published in error or will be replaced.")
    if isinstance(what, ReleaseItem):
        return _withdraw_item(what, reason.strip(), Withdrawal(kind), by, version)
    return _withdraw_release(what, reason.strip(), Withdrawal(kind), by, version)


def _withdraw_release(release: Release, reason: str, kind: Withdrawal, by: User, version: int | None) -> Release:
    now = begin(release, "withdraw", version)
    was_public = is_public(release, now)
    if was_public and release.state == Release.State.APPROVED:
        materialise(release, now)
    active = list(release.items.filter(state=ItemState.ACTIVE).select_related("force"))
    move_items(release.items.all(), "withdraw")
    move_items(release.items.all(), "refuse")
    move_to(release, "withdraw", state_reason=reason)
    audit.record(Action.RELEASE_WITHDRAWN, by, release, reason=reason, kind=kind.value, was_public=was_public)
    if was_public:
        _leave_notices(release, active, reason, kind, by, now)
    calendar.note(release, Said.WITHDRAWN if was_public else Said.CANCELLED, now)
    notices.stopped(release, by, "withdrawn")
    return release


def _withdraw_item(item: ReleaseItem, reason: str, kind: Withdrawal, by: User, version: int | None) -> Release:
    release = item.release
    now = begin(release, "withdraw_item", version)
    item.refresh_from_db()
    move_item(item, "withdraw")
    was_public = is_public(release, now)
    if was_public and release.state == Release.State.APPROVED:
        materialise(release, now)
    item.save(update_fields=["state"])
    if item.kind == Kind.LETTER:
        # The original holds the same words, and the data what the force was told of with it.
        move_items(release.items.filter(kind__in=[Kind.ORIGINAL, Kind.DATA], force=item.force_id), "withdraw")
    move_items(release.items.filter(supersedes=item), "refuse")
    move_to(release, "withdraw_item")
    audit.record(
        Action.ITEM_WITHDRAWN,
        by,
        release,
        force=_slug(item),
        item=item.pk,
        reason=reason,
        kind=kind.value,
        was_public=was_public,
    )
    if was_public and item.kind != Kind.NOTICE:
        notice(release, item, reason, kind, now).save()
    notices.letter_stopped(item, "withdrawn")
    return release


def _leave_notices(
    release: Release, items: list[ReleaseItem], reason: str, kind: Withdrawal, by: User, now: dt.datetime
) -> None:
    """Notices of a withdrawn release stand in a release of their own, public at once: withdrawing waits for nobody."""
    standing = Release.objects.create(
        inspection=release.inspection,
        notice_of=release,
        title=f"Notice of withdrawal: {release.title}"[:200],
        state=Release.State.RELEASED,
        embargo_until=now.replace(microsecond=0),
        created_by=by,
        created_at=now,
        approved_by=by,
        approved_at=now,
        approved_installation=settings.INSTALLATION,
        released_at=now,
        state_reason=reason,
    )
    left = [item for item in items if item.kind not in (Kind.ORIGINAL, Kind.NOTICE)]
    # Notices of what was withdrawn before stay; but a release of nothing but notices may itself be withdrawn.
    earlier = [item for item in items if item.kind == Kind.NOTICE] if left else []
    made = [notice(standing, item, reason, kind, now) for item in left]
    ReleaseItem.objects.bulk_create([*made, *(_kept(standing, item) for item in earlier)])
    audit.record(Action.RELEASE_PUBLISHED, by, standing, notice_of=release.pk, items=len(left) + len(earlier))


def _kept(release: Release, earlier: ReleaseItem) -> ReleaseItem:
    """A notice that stands already, as it was, in the release of notices: not yet saved."""
    made = freezing.item(
        release, Kind.NOTICE, earlier.title, earlier.content, force=earlier.force, source=earlier.source_id
    )
    made.published_at, made.supersedes, made.inspection_slug = earlier.published_at, earlier, earlier.inspection_slug
    return made


def notice(release: Release, item: ReleaseItem, reason: str, kind: Withdrawal, now: dt.datetime) -> ReleaseItem:
    """What stands where something public was: not yet saved."""
    content: FrozenNotice = {
        "about": item.kind,
        "place": str(item.source_id),
        "sentence": SENTENCES[kind],
        "reason": reason,
        "withdrawn_at": now.isoformat(timespec="seconds"),
        "corrected": corrections_of(item),
    }
    made = freezing.item(release, Kind.NOTICE, f"Withdrawn: {item.title}", content, force=item.force, source=item.pk)
    made.published_at, made.supersedes = now, item
    made.inspection_slug = item.inspection_slug
    return made


def _slug(item: ReleaseItem) -> str:
    return item.force.slug if item.force else ""
