"""Who else has a finding open: shown, never a lock. A sign of life every few seconds; without one it goes out."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from findings.models import Finding, Presence, WorkingCopy
from hmic_core.clock import ClockTimestamp
from hmic_core.models import User

#: Three signs of life missed.
GONE_AFTER = dt.timedelta(seconds=45)

_SEEN = """
INSERT INTO findings_presence AS there (finding_id, user_id, opened_at, seen_at)
VALUES (%s, %s, clock_timestamp(), clock_timestamp())
ON CONFLICT (finding_id, user_id) DO UPDATE SET seen_at = EXCLUDED.seen_at,
  opened_at = CASE WHEN there.seen_at < EXCLUDED.seen_at - make_interval(secs => %s)
    THEN EXCLUDED.opened_at ELSE there.opened_at END
"""


@dataclass(frozen=True)
class Reader:
    """Somebody else who has the finding open."""

    name: str
    since: dt.datetime
    writing: bool

    @property
    def initials(self) -> str:
        words = [word for word in self.name.replace(",", " ").split() if word[0].isalnum()]
        return "".join(word[0] for word in words[:2]).upper()


def touch(finding: Finding, user: User) -> None:
    """A sign of life of somebody who has the finding open."""
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [finding.pk, user.pk, GONE_AFTER.total_seconds()])


def leave(finding: Finding, user: User) -> None:
    Presence.objects.filter(finding=finding, user=user).delete()


def others(finding: Finding, user: User) -> list[Reader]:
    """Everybody else who has it open now, the first to come first; `writing` says that they hold unsaved words."""
    typing: Any = WorkingCopy.objects.filter(finding=OuterRef("finding"), by=OuterRef("user"), closed_at=None)
    here = Presence.objects.filter(finding=finding, seen_at__gte=ClockTimestamp() - GONE_AFTER).exclude(user=user)
    here = here.filter(user__is_active=True).select_related("user").annotate(typing=Exists(typing))
    return [Reader(each.user.name, each.opened_at, each.typing) for each in here.order_by("opened_at")]
