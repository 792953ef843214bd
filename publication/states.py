"""The release's state table, and how a verb begins: lock the row, then look at the clock, then compare.

In that order, always. A hold that waited for the lock past the instant and had looked at the clock before passed its
check, and readers saw hidden, public, hidden (docs/embargo.md).
"""

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.db.models import QuerySet

from hmic_core import clock, confirming
from hmic_core.errors import NotAllowed, Stale
from hmic_core.templatetags.times import duration, london
from inspections.models import Release, ReleaseItem

State = Release.State
Item = ReleaseItem.State


class When(Enum):
    """When, seen from the release's instant, a verb is possible."""

    ANY = "at any time"
    BEFORE = "until the freeze window begins"
    BEFORE_OR_MISSED = "until the freeze window begins, or once the instant was missed"
    AT = "from the instant on"
    NOT_FROZEN = "until the freeze window begins, or once it is published"


@dataclass(frozen=True)
class Move:
    """One verb: what the screen calls it, from which states, to which (None: the state stays), and when."""

    words: str
    sources: tuple[State, ...]
    target: State | None
    when: When
    #: Whether it applies to a publication of before this system, which has no instant to come.
    archive: bool = False


_OPEN = (State.SCHEDULED, State.SEALED, State.APPROVED, State.HELD)

TRANSITIONS: dict[str, Move] = {
    "schedule": Move("Schedule", (State.DRAFT,), State.SCHEDULED, When.ANY),
    "seal": Move("Lock for publication", (State.SCHEDULED,), State.SEALED, When.BEFORE),
    "unseal": Move("Unlock", (State.SEALED,), State.SCHEDULED, When.BEFORE),
    "approve": Move("Approve", (State.SEALED,), State.APPROVED, When.BEFORE),
    "hold": Move("Hold", (State.APPROVED,), State.HELD, When.BEFORE),
    "resume": Move("Resume", (State.HELD,), State.APPROVED, When.BEFORE),
    "reschedule": Move("Reschedule", _OPEN, State.SCHEDULED, When.BEFORE_OR_MISSED),
    "release_due": Move("Publish (by itself)", (State.APPROVED,), State.RELEASED, When.AT),
    "drop_item": Move("Drop one letter", (State.SEALED, State.APPROVED), None, When.BEFORE),
    "announce": Move("Announce", (State.SCHEDULED,), None, When.BEFORE),
    "reopen_item": Move("Open one letter again", (State.SEALED, State.APPROVED, State.RELEASED), None, When.NOT_FROZEN),
    "replace_item": Move("Replace one letter", (State.SEALED, State.APPROVED), None, When.BEFORE),
    "correct": Move("Correct one item", (State.RELEASED,), None, When.ANY, archive=True),
    "add_item": Move("Add an item", (State.RELEASED,), None, When.ANY, archive=True),
    "confirm_item": Move(
        "Confirm an item", (State.SEALED, State.APPROVED, State.RELEASED), None, When.NOT_FROZEN, archive=True
    ),
    "refuse_item": Move(
        "Refuse an item", (State.SEALED, State.APPROVED, State.HELD, State.RELEASED), None, When.ANY, archive=True
    ),
    "adopt": Move("Adopt", (State.APPROVED,), State.SEALED, When.ANY),
    "withdraw": Move("Withdraw", (*_OPEN, State.RELEASED), State.WITHDRAWN, When.ANY, archive=True),
    "withdraw_item": Move(
        "Withdraw one item", (State.SEALED, State.APPROVED, State.HELD, State.RELEASED), None, When.ANY, archive=True
    ),
    "cancel": Move("Cancel", (State.DRAFT, *_OPEN), State.CANCELLED, When.BEFORE_OR_MISSED, archive=True),
    "confirm_archive": Move("Confirm for the archive", (State.SEALED,), State.RELEASED, When.ANY, archive=True),
}


#: The same for one item of a release: verb -> the states in which it may be done, and the one it leads to.
ITEM_TRANSITIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "propose": ((Item.ACTIVE,), Item.PROPOSED),  # as it is made
    "confirm": ((Item.PROPOSED,), Item.ACTIVE),
    "refuse": ((Item.PROPOSED,), Item.DROPPED),
    "drop": ((Item.ACTIVE,), Item.DROPPED),
    "supersede": ((Item.ACTIVE,), Item.SUPERSEDED),
    "withdraw": ((Item.ACTIVE,), Item.WITHDRAWN),
    "cancel": ((Item.ACTIVE, Item.PROPOSED), Item.DROPPED),
}


def move_item(item: ReleaseItem, verb: str) -> None:
    """Give an item the state that the verb leads to, not yet saved. Raises NotAllowed in another state."""
    before, after = ITEM_TRANSITIONS[verb]
    if item.state not in before:
        raise NotAllowed(f"This item is {item.get_state_display().lower()} already.")
    item.state = after


def move_items(items: "QuerySet[Any]", verb: str) -> None:
    """The same for many, saved: those in another state stay as they are."""
    before, after = ITEM_TRANSITIONS[verb]
    items.filter(state__in=before).update(state=after)


def is_public(release: Release, now: dt.datetime) -> bool:
    """What the gate says of this row at `now`: for verbs, which hold its lock. Readers ask the SQL function."""
    return release.state == State.RELEASED or bool(
        release.state == State.APPROVED
        and release.approved_installation == settings.INSTALLATION
        and release.embargo_until
        and release.embargo_until <= now
    )


def is_missed(release: Release, now: dt.datetime) -> bool:
    """The instant has passed and nothing became public: it needs a new instant, and never goes out late by itself."""
    passed = release.embargo_until is not None and release.embargo_until <= now
    return passed and not release.is_archive and release.state in _OPEN and not is_public(release, now)


def standing(release: Release, now: dt.datetime) -> State:
    """The state that counts: an approved release whose instant has come is published, recorded or not."""
    return State.RELEASED if is_public(release, now) else State(release.state)


def frozen_from(release: Release) -> dt.datetime | None:
    """When the freeze window begins: from then on only Withdraw is left."""
    return release.embargo_until and release.embargo_until - dt.timedelta(seconds=settings.FREEZE_SECONDS)


def refusal(release: Release, verb: str, now: dt.datetime) -> str:
    """Why `verb` is not possible at `now`, as the sentence for the screen; empty when it is."""
    move = TRANSITIONS[verb]
    if release.is_archive and not move.archive:
        return "This is a publication of before this system. It can only be confirmed, cancelled or withdrawn."
    if verb == "confirm_archive" and not release.is_archive:
        return "This is not a publication of the past: it becomes public at its instant, once it is approved."
    state = standing(release, now)
    if state not in move.sources:
        return _wrong_state(release, state, move)
    return "" if release.is_archive else _wrong_time(release, move, now)


def _wrong_state(release: Release, state: State, move: Move) -> str:
    if state == State.RELEASED and release.embargo_until:
        since = f"This release has been public since {london(release.embargo_until)}."
        left = "It can be withdrawn, corrected or added to."
        return f"{since} {left}" if not release.is_archive else since
    wanted = " or ".join(source.label.lower() for source in move.sources)
    return f"This release is {state.label.lower()}. “{move.words}” is possible while it is {wanted}."


def _wrong_time(release: Release, move: Move, now: dt.datetime) -> str:
    if move.when is When.ANY or release.embargo_until is None:
        return ""
    left = release.embargo_until - now
    if move.when is When.AT:
        return "" if left <= dt.timedelta(0) else "Its instant has not come yet."
    if left <= dt.timedelta(0):
        if move.when is When.NOT_FROZEN and is_public(release, now):
            return ""
        if move.when is When.BEFORE_OR_MISSED:
            return ""
        return f"Its instant, {london(release.embargo_until)}, has passed. Give the release a new instant first."
    if left <= dt.timedelta(seconds=settings.FREEZE_SECONDS):
        window = duration(settings.FREEZE_SECONDS)
        return f"Publication is {duration(left)} away. From {window} before it only Withdraw is left."
    return ""


def begin(release: Release, verb: str, version: int | None = None) -> dt.datetime:
    """Lock the release's row, bring `release` up to date, and return the database's time now that it is held.

    Raises NotAllowed where the table or the clock forbids `verb`, Stale where somebody acted since `version` was shown,
    Changed where anything else that the form showed is different now.
    """
    lock(release)
    now = clock.now()
    confirming.compare(verb, release)
    if version is not None and version != release.version:
        raise Stale("Somebody changed this release while you were looking at it. Read it again, then decide.")
    if sentence := refusal(release, verb, now):
        raise NotAllowed(sentence)
    return now


def lock(release: Release) -> None:
    """Take the row's lock and read it afresh. Raises NotAllowed if somebody else holds it for too long."""
    try:
        release.refresh_from_db(from_queryset=Release.objects.select_for_update(of=("self",)))
    except OperationalError as error:
        raise NotAllowed("Somebody else is changing this release just now. Try again in a few seconds.") from error


def move_to(release: Release, verb: str, **changes: object) -> None:
    """Write the verb's new state, raise the version, and save whatever else the verb changed."""
    target = TRANSITIONS[verb].target
    if target is not None:
        release.state = target
    for name, value in changes.items():
        setattr(release, name, value)
    release.version += 1
    release.save()


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise NotAllowed("Give a reason. It is kept, and shown to whoever looks into this later.")
    if len(reason.strip()) > 500:
        raise NotAllowed("Keep the reason under 500 characters.")
