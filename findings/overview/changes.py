"""What changed since somebody last looked: in the findings that they may see, by others.

What happened is asked of the audit trail, which knows every verb and who did it; only findings that changed since are
looked up there, by its index on the subject.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Cast

from findings.models import Finding, LastLook
from findings.overview.timetable import Timetable
from findings.permissions import coverage
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, User
from inspections.models import Inspection

#: Of a finding, and no change of it: comments are told of by themselves (`findings.overview.news`).
_NO_CHANGE = (
    Action.FINDING_SAVE_REFUSED,
    Action.COMMENT_WRITTEN,
    Action.COMMENT_REPLIED,
    Action.COMMENT_RESOLVED,
    Action.COMMENT_REOPENED,
)


def done_by_others(user: User, since: Any) -> Any:
    """Entries of the audit trail about a finding (the outer query), by others, after `since`."""
    entries = AuditEntry.objects.filter(
        subject_type="findings.finding", subject_id=Cast(OuterRef("pk"), CharField()), at__gt=since
    )
    return entries.exclude(actor=user).exclude(action__in=_NO_CHANGE).order_by("-id")


def is_new(user: User, since: dt.datetime) -> Q:
    """A condition on findings: somebody else changed them after `since`."""
    return Q(changed_at__gt=since) & Q(Exists(done_by_others(user, since)))


def changed(user: User, timetables: dict[Any, Timetable]) -> Any:
    """The findings that others changed since the reader looked at each inspection, newest first, with what was done
    last (`last_action`) and by whom (`last_actor`). One query for all inspections."""
    news = Q(pk=None)
    for inspection, known in timetables.items():
        news |= Q(inspection=inspection, changed_at__gt=known.since)
    earliest = min((known.since for known in timetables.values()), default=None)
    found = Finding.objects.visible_to(user).filter(news)
    if earliest is None:
        return found.none()
    entries = done_by_others(user, earliest)
    return (
        found.annotate(
            last_action=Subquery(entries.values("action")[:1]), last_actor=Subquery(entries.values("actor__name")[:1])
        )
        .exclude(last_action=None)
        .select_related("inspection", "force", "theme")
        .order_by("-changed_at", "pk")
    )


def in_words(finding: Any) -> str:
    """ "Finding moderated by Moderator": what was done last, as the audit trail calls it."""
    label = str(Action(finding.last_action).label)
    return f"{label} by {finding.last_actor}" if finding.last_actor else label


@transaction.atomic
def mark_seen(inspection: Inspection, *, until: dt.datetime, by: User) -> None:
    """They have seen what changed until then: the moment their page was made, not the moment of the click."""
    if not coverage(by, inspection):
        raise NotAllowed("You don’t work on this inspection.")
    until = min(until, clock.now())
    look, new = LastLook.objects.select_for_update().get_or_create(
        user=by, inspection=inspection, defaults={"at": until}
    )
    if not new and look.at < until:
        look.at = until
        look.save(update_fields=["at"])
