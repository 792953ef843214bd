"""The public release calendar: what was announced of a release, frozen, with the reason for every change of a date.

Announcing is the one thing about a release that is public before its instant, on purpose: that something is to come,
and when. Rows are only ever added. From the first one on, the verbs that change when, or whether, it comes add theirs
in the same transaction.
"""

import datetime as dt

from django.db import transaction

from hmic_core import audit
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import Announcement, Release
from publication.permissions import require_admin
from publication.states import begin, move_to

Said = Announcement.Standing


@transaction.atomic
def announce(release: Release, *, title: str, by: User, version: int | None = None) -> Announcement:
    """Put a scheduled release into the public calendar under `title`, public at once, as provisional.

    Again with another title: the calendar says the new one; what it said before is kept.
    """
    require_admin(by)
    now = begin(release, "announce", version)
    title = " ".join(title.split())
    if not title:
        raise NotAllowed("Write what the public calendar is to say, such as the title of the report.")
    if len(title) > 200:
        raise NotAllowed("Keep what the calendar says under 200 characters.")
    before = latest(release)
    if before and (before.title, before.planned_for) == (title, release.embargo_until):
        raise NotAllowed("The calendar says exactly that already.")
    move_to(release, "announce")
    made = _add(release, title, Said.PROVISIONAL, now)
    audit.record(Action.RELEASE_ANNOUNCED, by, release, title=title, instant=release.embargo_until)
    return made


def latest(release: Release) -> Announcement | None:
    """What the calendar says of the release now; None while it was not announced."""
    return release.announcements.order_by("-number").first()


def require_public_reason(release: Release, reason: str) -> None:
    """Raise NotAllowed where what was announced changes without a reason for the public."""
    if not reason.strip() and latest(release) is not None:
        raise NotAllowed("The date was announced. Say for the public calendar why it changes.")
    if len(reason.strip()) > 500:
        raise NotAllowed("Keep the reason for the public calendar under 500 characters.")


def note(
    release: Release, standing: Said, now: dt.datetime, *, changed_from: dt.datetime | None = None, reason: str = ""
) -> None:
    """Add what a verb changed, if the release was announced. Part of that verb's transaction."""
    before = latest(release)
    if before is not None:
        _add(release, before.title, standing, now, changed_from=changed_from, reason=reason.strip())


def _add(release: Release, title: str, standing: Said, now: dt.datetime, **more: object) -> Announcement:
    """The caller holds the release's lock, so that numbers follow one another."""
    number = release.announcements.count() + 1
    made: Announcement = Announcement.objects.create(
        release=release,
        number=number,
        title=title,
        standing=standing,
        planned_for=release.embargo_until or release.announcements.latest("number").planned_for,
        at=now,
        **more,
    )
    return made
