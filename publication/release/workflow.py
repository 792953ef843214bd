"""The verbs of a release, up to its publication (docs/workflow.md).

Each one locks the row, then compares the database's clock, writes its audit entry and queues its notices in the same
transaction, and refuses with the screen's sentence.

`publication.release.withdrawal` takes back, `publication.release.triggers` publishes at the instant,
`archive.registration` registers publications of before this system.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction

from hmic_core import audit, clock, installation
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.templatetags.times import duration
from inspections.embargo import instant_of
from inspections.models import Announcement, Inspection, Release, ReleaseChange, ReleaseItem
from letters.models import Letter, NationalReport
from letters.signing.signatures import instant_moved
from publication import notices
from publication.permissions import require_admin, why_not_approve
from publication.readiness import checks
from publication.release import calendar, freezing
from publication.release.issuing import issue_copies
from publication.states import begin, move_items, move_to, require_reason

LONDON = "Europe/London"
Said = Announcement.Standing
NOT_LEFT = [ReleaseItem.State.ACTIVE, ReleaseItem.State.PROPOSED]


@transaction.atomic
def create_release(*, inspection: Inspection, title: str, by: User) -> Release:
    """A new release. It has no instant: "publish now" is the dangerous default (domain.md, rule 4)."""
    require_admin(by)
    if not title.strip():
        raise NotAllowed("Give the release a name, such as the title of the report.")
    release = Release.objects.create(inspection=inspection, title=title.strip(), created_by=by, created_at=clock.now())
    audit.record(Action.RELEASE_CREATED, by, release, inspection=inspection.slug)
    return release


@transaction.atomic
def schedule(
    release: Release, *, wall: dt.datetime, zone: str = LONDON, by: User, version: int | None = None
) -> Release:
    """Give a draft its instant: `wall` is naive, as the clocks of `zone` will show it.

    Refuses a time that does not exist or exists twice there, or that is less than the shortest lead time ahead.
    Letters are assembled after it, since they quote it.
    """
    require_admin(by)
    now = begin(release, "schedule", version)
    instant = check_instant(wall, zone, now)
    move_to(release, "schedule", **_instant(wall, zone, instant), scheduled_by=by, scheduled_at=now)
    audit.record(Action.RELEASE_SCHEDULED, by, release, instant=instant, wall=release.embargo_wall_time, zone=zone)
    return release


def check_instant(wall: dt.datetime, zone: str, now: dt.datetime) -> dt.datetime:
    """The instant in UTC of a wall time. Raises NotAllowed unless it is real, unique, whole and far enough ahead."""
    if wall.microsecond:
        raise NotAllowed("An instant stands on a whole second.")
    instant = instant_of(wall, zone)
    lead = dt.timedelta(seconds=settings.MIN_LEAD_SECONDS)
    if instant <= now:
        raise NotAllowed("That time has passed. Choose a time to come.")
    if instant - now < lead:
        raise NotAllowed(f"That is less than {duration(lead)} ahead. Choose a later time.")
    return instant


def _instant(wall: dt.datetime, zone: str, instant: dt.datetime) -> dict[str, object]:
    return {"embargo_until": instant, "embargo_wall_time": wall.isoformat(timespec="seconds"), "embargo_zone": zone}


@transaction.atomic
def seal(release: Release, *, version: int, by: User) -> Release:
    """Lock for publication: freeze the exact words and bytes. Nothing is public; a second person has to approve.

    Refuses while any readiness check is an error, or a stored file is not what was hashed.
    """
    require_admin(by)
    now = begin(release, "seal", version)
    list(Letter.objects.select_for_update(of=("self",)).ever_of(release))
    refuse_errors(release)
    letters = checks.letters_of(release)
    finals = checks.final_renditions(letters)
    report = NationalReport.objects.select_related("file").filter(release=release).first()
    release.items.filter(state__in=NOT_LEFT).delete()
    items = ReleaseItem.objects.bulk_create(freezing.freeze(release, letters, finals, report))
    freezing.keep_files(items)
    move_to(release, "seal", sealed_by=by, sealed_at=now)
    hashes = {f"{item.kind}:{item.force.slug if item.force else ''}": item.content_hash for item in items}
    files = {f"{item.kind}:{item.force.slug if item.force else ''}": item.file_hash for item in items if item.file_hash}
    audit.record(
        Action.RELEASE_SEALED, by, release, instant=release.embargo_until, items=len(items), hashes=hashes, files=files
    )
    notices.approval_wanted(release, by)
    return release


def refuse_errors(release: Release) -> None:
    """Raise NotAllowed with the first readiness error, and how many more there are."""
    errors = checks.errors(release)
    if not errors:
        return
    check, result = errors[0]
    more = f" {len(errors) - 1} more under Readiness." if len(errors) > 1 else ""
    raise NotAllowed(f"{check.label}: {result.found.rstrip('.')}.{more}")


@transaction.atomic
def unseal(release: Release, *, by: User, version: int | None = None) -> Release:
    """Take the lock back before approval: letters keep their signatures, what was frozen is dropped."""
    require_admin(by)
    begin(release, "unseal", version)
    _thaw(release, "unseal")
    audit.record(Action.RELEASE_UNSEALED, by, release)
    return release


def _thaw(release: Release, verb: str, **changes: object) -> None:
    """Back to scheduled: what was frozen for the old wording never was and never becomes public.

    What was dropped or withdrawn stays as it is: locking again must not bring it back.
    """
    nobody = {"sealed_by": None, "sealed_at": None, "approved_by": None, "approved_at": None}
    move_to(release, verb, approved_installation="", state_reason="", **{**nobody, **changes})
    release.items.filter(state__in=NOT_LEFT).delete()


@transaction.atomic
def approve(release: Release, *, expected_version: int, by: User) -> Release:
    """The second person confirms the instant and what was frozen; from the instant on it is public by itself.

    Refuses who scheduled or locked it. Issues the embargoed copies to each force's recipients.
    """
    require_admin(by)
    installation.refuse_elsewhere()
    now = begin(release, "approve", expected_version)
    if sentence := why_not_approve(by, release):
        raise NotAllowed(sentence)
    refuse_errors(release)
    freezing.check_public(release.items.standing())
    move_to(release, "approve", approved_by=by, approved_at=now, approved_installation=settings.INSTALLATION)
    audit.record(
        Action.RELEASE_APPROVED, by, release, instant=release.embargo_until, installation=settings.INSTALLATION
    )
    issue_copies(release, by=by)
    calendar.note(release, Said.CONFIRMED, now)
    notices.approved(release, by)
    return release


@transaction.atomic
def hold(release: Release, *, reason: str, public_reason: str = "", by: User, version: int | None = None) -> Release:
    """Stop an approved release, with a reason. Nothing becomes public until it is resumed or given a new instant.

    `public_reason` is what the public calendar says of it, where the release was announced; it may be empty.
    """
    require_admin(by)
    require_reason(reason)
    now = begin(release, "hold", version)
    move_to(release, "hold", state_reason=reason.strip())
    calendar.note(release, Said.HELD, now, reason=public_reason)
    audit.record(Action.RELEASE_HELD, by, release, reason=reason.strip())
    notices.held(release, by)
    return release


@transaction.atomic
def resume(release: Release, *, by: User, version: int | None = None) -> Release:
    """Let a held release go on to the instant it was approved for."""
    require_admin(by)
    installation.refuse_elsewhere()
    now = begin(release, "resume", version)
    if release.approved_installation != settings.INSTALLATION:
        raise NotAllowed(
            "This release was approved in another installation. Give it a new instant and approve it here."
        )
    move_to(release, "resume", state_reason="")
    calendar.note(release, Said.CONFIRMED, now)
    audit.record(Action.RELEASE_RESUMED, by, release, instant=release.embargo_until)
    notices.resumed(release, by)
    return release


@transaction.atomic
def reschedule(
    release: Release,
    *,
    wall: dt.datetime,
    zone: str = LONDON,
    reason: str,
    public_reason: str = "",
    by: User,
    version: int | None = None,
) -> Release:
    """A new instant, with a reason that is kept. Back to scheduled: wording confirmed, locked and approved again.

    No letter is signed again. Every recipient and signatory is told. Where the date was announced, `public_reason` is
    what the public calendar says of the change.
    """
    require_admin(by)
    require_reason(reason)
    now = begin(release, "reschedule", version)
    instant, old = check_instant(wall, zone, now), release.embargo_until
    if instant == old:
        raise NotAllowed("That is the instant it already has. Choose another.")
    calendar.require_public_reason(release, public_reason)
    ReleaseChange.objects.create(
        release=release, old_instant=old, new_instant=instant, reason=reason.strip(), by=by, at=now
    )
    _thaw(release, "reschedule", **_instant(wall, zone, instant), scheduled_by=by, scheduled_at=now)
    calendar.note(release, Said.PROVISIONAL, now, changed_from=old, reason=public_reason)
    audit.record(Action.RELEASE_RESCHEDULED, by, release, old=old, new=instant, reason=reason.strip())
    instant_moved(release, by=by)
    notices.moved(release, by)
    return release


@transaction.atomic
def cancel(release: Release, *, reason: str, public_reason: str = "", by: User, version: int | None = None) -> Release:
    """Give up a release that was never public. What was frozen is dropped, the reason is kept.

    Where it was announced, `public_reason` is what the public calendar says of it.
    """
    require_admin(by)
    require_reason(reason)
    now = begin(release, "cancel", version)
    calendar.require_public_reason(release, public_reason)
    move_items(release.items.all(), "cancel")
    calendar.note(release, Said.CANCELLED, now, reason=public_reason)
    move_to(release, "cancel", state_reason=reason.strip())
    audit.record(Action.RELEASE_CANCELLED, by, release, reason=reason.strip())
    notices.stopped(release, by, "cancelled")
    return release
