"""One item of a release that is locked or public already: replaced, corrected, added.

Two people, always. The first *proposes*: the exact words and bytes are frozen as an item that is not part of the
release (`proposed`), which the gate shows to nobody. The second *confirms* it: from that moment it is part of the
release, and what it supersedes is not. The rest of the release stays approved.
"""

import datetime as dt
import uuid
from typing import Any, cast

from django.db import transaction

from forces.models import Force
from hmic_core import audit, installation
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections import legal_hold
from inspections.frozen import content_hash
from inspections.models import Release, ReleaseItem, Reopening
from letters.models import Letter
from publication import notices
from publication.permissions import require_admin, why_not_confirm_item
from publication.readiness import checks
from publication.release import corrections, freezing
from publication.release.issuing import issue_letter
from publication.release.triggers import materialise
from publication.states import begin, is_public, move_item, move_to, require_reason

Kind, ItemState = ReleaseItem.Kind, ReleaseItem.State
#: What may be added once a release is public.
ADDITIONS = (Kind.UPDATE, Kind.RESPONSE, Kind.RECOMMENDATION)
CORRECTABLE = (Kind.LETTER, Kind.REPORT, Kind.INSPECTION, Kind.DATA, *ADDITIONS)


@transaction.atomic
def reopen_item(item: ReleaseItem, *, reason: str, by: User, version: int | None = None) -> Release:
    """Let one letter be assembled and signed anew although its release is locked or public.

    What is frozen stays, and is what becomes public, until a second person confirms the replacement or correction.
    """
    require_admin(by)
    require_reason(reason)
    release = item.release
    now = begin(release, "reopen_item", version)
    _require_active(item)
    if item.kind != Kind.LETTER or release.is_archive:
        raise NotAllowed("Only a letter that was assembled here is opened again.")
    if Reopening.objects.filter(item=item).exists():
        raise NotAllowed("This letter is open already: assemble it and have it signed.")
    Reopening.objects.create(item=item, reason=reason.strip(), by=by, at=now)
    move_to(release, "reopen_item")
    audit.record(Action.ITEM_REOPENED, by, release, force=_slug(item), item=item.pk, reason=reason.strip())
    return release


@transaction.atomic
def replace_item(item: ReleaseItem, *, by: User, version: int | None = None) -> ReleaseItem:
    """Propose that the letter as it was signed anew takes the place of the frozen one, before publication."""
    require_admin(by)
    release = item.release
    now = begin(release, "replace_item", version)
    _require_active(item)
    _require_alone(item)
    made = _from_letter(item)
    return _propose(release, "replace_item", made, item, by, now)


@transaction.atomic
def correct(
    item: ReleaseItem,
    *,
    note: str,
    by: User,
    version: int | None = None,
    **words: Any,
) -> ReleaseItem:
    """Propose a correction of what is public; `note` is what the public is told was corrected.

    A letter is corrected by the one signed anew (`reopen_item` first), the inspection's page and data by what the
    inspection says now, reports and additions by `words` (`correcting.rewritten`). Confirmed, it supersedes the old
    item, and its page and the page of corrections carry the note. Its address stays, and so does its file unless
    another is given.
    """
    now = begin_correction(item, note=note, by=by, version=version)
    if item.kind not in CORRECTABLE:
        raise NotAllowed("This cannot be corrected in place. Withdraw it, and publish it anew.")
    if item.kind == Kind.LETTER and item.release.is_archive:
        raise NotAllowed("A letter of the archive is corrected where it was imported. Open its import.")
    made = _from_letter(item) if item.kind == Kind.LETTER else corrections.rewritten(item, by=by, **words)
    return propose_correction(item, made, note=note, by=by, now=now)


def begin_correction(item: ReleaseItem, *, note: str, by: User, version: int | None = None) -> dt.datetime:
    """Lock the release of what is public and refuse where it cannot be corrected; returns the database's time."""
    require_admin(by)
    require_reason(note)
    now = begin(item.release, "correct", version)
    _record_if_public(item.release, now)
    _require_active(item)
    _require_alone(item)
    return now


def propose_correction(item: ReleaseItem, made: ReleaseItem, *, note: str, by: User, now: dt.datetime) -> ReleaseItem:
    """Freeze `made` as what takes the place of `item`, with its earlier corrections and what readers are told."""
    made.content["corrections"] = corrections.history(item, note.strip())
    made.content_hash = content_hash(made.content)
    made.published_at = item.published_at
    return _propose(item.release, "correct", made, item, by, now)


@transaction.atomic
def add_item(
    release: Release,
    *,
    kind: str,
    title: str,
    markdown: str,
    author: str,
    force: Force | None = None,
    data: bytes = b"",
    name: str = "",
    source: uuid.UUID | None = None,
    by: User,
    version: int | None = None,
) -> ReleaseItem:
    """Propose an addition to a public release: a force's update, a 56-day response, a recommendation's status.

    `author` is whose words they are, `data` a PDF that goes with them, `source` the row of a higher room that they came
    from. It becomes public when a second person confirms it.
    """
    require_admin(by)
    now = begin(release, "add_item", version)
    _record_if_public(release, now)
    if kind not in ADDITIONS:
        raise NotAllowed("Choose what is added: a force update, a 56-day response or a recommendation's status.")
    if force is None and kind != Kind.RECOMMENDATION:
        raise NotAllowed("Choose the force it is about.")
    if force is not None and not release.inspection.scope.filter(force=force).exists():
        raise NotAllowed(f"{force.name} is not part of this inspection.")
    title, author = " ".join(title.split()), " ".join(author.split())
    if not (title and author and markdown.strip()):
        raise NotAllowed("Give it a title, say whose words it is, and write them.")
    content = freezing.freeze_addition(
        title=title, markdown=markdown, author=author, is_demonstration=release.inspection.is_demonstration
    )
    stored = corrections.stored_pdf(data, name, by) if data else None
    made = freezing.item(
        release,
        Kind(kind),
        title,
        cast(dict[str, Any], content),
        force=force,
        source=source or uuid.uuid4(),
        file=stored,
    )
    made.published_at = now
    return _propose(release, "add_item", made, None, by, now)


@transaction.atomic
def confirm_item(item: ReleaseItem, *, by: User, version: int | None = None) -> Release:
    """The second person confirms a proposal: it is part of its release, and what it supersedes is not.

    Public at once where the release is. Where it is approved and not yet public, the force's people get their copies of
    the new letter. Refuses who proposed it, and a replacement that was overtaken by the instant.
    """
    require_admin(by)
    installation.refuse_elsewhere()
    release = item.release
    now = begin(release, "confirm_item", version)
    public = _record_if_public(release, now)
    item.refresh_from_db()
    if item.state != ItemState.PROPOSED:
        raise NotAllowed("This proposal was settled already.")
    if sentence := why_not_confirm_item(by, item):
        raise NotAllowed(sentence)
    former = item.supersedes
    if former is not None:
        _require_active(former)
        if public and "corrections" not in item.content:
            raise NotAllowed("It was published meanwhile. Refuse this, and propose it as a correction.")
    if not public and item.force is not None:
        legal_hold.refuse(release.inspection, item.force)
    if item.file_key:
        freezing.check_stored(item.file_key, item.file_hash, item.title)
    freezing.check_public([item])
    if former is not None:
        move_item(former, "supersede")
        former.save(update_fields=["state"])
    else:
        item.published_at = now
    move_item(item, "confirm")
    item.approved_by, item.approved_at = by, now
    item.save(update_fields=["state", "approved_by", "approved_at", "published_at"])
    move_to(release, "confirm_item")
    _record(Action.ITEM_CONFIRMED, release, item, by, public=public)
    if item.kind == Kind.LETTER and release.state == Release.State.APPROVED:
        issue_letter(Letter.objects.get(pk=item.source_id), by=by)
    notices.item_settled(item, by, "confirmed")
    return release


@transaction.atomic
def refuse_item(item: ReleaseItem, *, reason: str, by: User, version: int | None = None) -> Release:
    """Leave a proposal, with a reason: it never becomes part of the release. Who proposed it may take it back so."""
    require_admin(by)
    require_reason(reason)
    release = item.release
    begin(release, "refuse_item", version)
    item.refresh_from_db()
    if item.state != ItemState.PROPOSED:
        raise NotAllowed("This proposal was settled already.")
    move_item(item, "refuse")
    item.save(update_fields=["state"])
    move_to(release, "refuse_item")
    _record(Action.ITEM_REFUSED, release, item, by, reason=reason.strip())
    notices.item_settled(item, by, "refused")
    return release


def _record_if_public(release: Release, now: dt.datetime) -> bool:
    """A release whose instant has come is recorded first, so that the record stands in the order of what happened."""
    public = is_public(release, now)
    if public and release.state == Release.State.APPROVED:
        materialise(release, now)
    return public


def _require_active(item: ReleaseItem) -> None:
    item.refresh_from_db()
    if item.state != ItemState.ACTIVE:
        raise NotAllowed(f"This item is {item.get_state_display().lower()}: it is no longer what stands there.")


def _require_alone(item: ReleaseItem) -> None:
    if item.superseded_by.filter(state=ItemState.PROPOSED).exists():
        raise NotAllowed("Something waits for a second person to take its place already. Settle that first.")


def _from_letter(item: ReleaseItem) -> ReleaseItem:
    """The force's letter as it is signed now, frozen. Every readiness check of this one letter must be in order."""
    release = item.release
    current = Letter.objects.select_for_update(of=("self",)).in_release(release).filter(force=item.force)
    letter = current.select_related(*checks.LETTER_PARTS).first()
    if letter is None or letter.signed_hash in ("", item.content["signed_hash"]):
        raise NotAllowed(
            "There is no letter that was signed anew. Open the letter again, assemble it and have it signed first."
        )
    for check, result in checks.errors_of_letter(release, letter):
        raise NotAllowed(f"{check.label}: {result.found.rstrip('.')}.")
    return freezing.letter_item(release, letter, checks.final_renditions([letter])[letter.pk])


def _propose(
    release: Release, verb: str, made: ReleaseItem, former: ReleaseItem | None, by: User, now: dt.datetime
) -> ReleaseItem:
    move_item(made, "propose")
    made.supersedes = former
    made.proposed_by, made.proposed_at = by, now
    made.save(force_insert=True)
    freezing.keep_files([made])
    move_to(release, verb)
    _record(Action.ITEM_PROPOSED, release, made, by, verb=verb)
    notices.item_proposed(made, by)
    return made


def _record(action: Action, release: Release, item: ReleaseItem, by: User, **facts: Any) -> None:
    audit.record(
        action,
        by,
        release,
        force=_slug(item),
        item=item.pk,
        kind=item.kind,
        supersedes=item.supersedes_id,
        hash=item.content_hash,
        file=item.file_hash,
        **facts,
    )


def _slug(item: ReleaseItem) -> str:
    return item.force.slug if item.force else ""


def waiting(release: Release) -> list[ReleaseItem]:
    """Proposals of a release that wait for their second person."""
    rows = release.items.filter(state=ItemState.PROPOSED).select_related("force", "proposed_by", "supersedes")
    return list(rows.order_by("proposed_at"))
