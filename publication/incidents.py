"""What should not have happened, opened in the transaction of the verb that finds it."""

import datetime as dt
from typing import Any

from findings.models import Round
from hmic_core import audit, clock
from hmic_core.audit import Action
from hmic_core.models import User
from inspections.models import Release
from letters.models import Copy
from publication.models import Incident


def late(release: Release, by: dt.timedelta, now: dt.datetime) -> Incident:
    """A publication was written down `by` so much after its instant."""
    summary = f"Publication was recorded {by.total_seconds():.0f} seconds after its instant. "
    summary += "Readers could see it from the instant on."
    incident = Incident.objects.create(release=release, kind=Incident.Kind.LATE, summary=summary, opened_at=now)
    audit.record(Action.INCIDENT_OPENED, None, incident, release=release.pk, kind=incident.kind)
    return incident


def recalled(round: Round, by: User, **_: Any) -> Incident:
    """A force had a draft that it should not have had, or not so. Receives `inspectorate.issuing.on_recalled`."""
    summary = f"The draft of “{round.inspection.short_title}” was recalled from {round.force.name}."
    incident = Incident.objects.create(kind=Incident.Kind.RECALL, summary=summary, opened_at=clock.now(), opened_by=by)
    audit.record(Action.INCIDENT_OPENED, by, incident, force=round.force.slug, kind=incident.kind, round=round.pk)
    return incident


def copy_recalled(copy: Copy, by: User, **_: Any) -> Incident:
    """Receives `letters.copies.recall.on_recalled`: somebody read a copy that was not, or is no longer, theirs."""
    release = copy.letter.release
    summary = f"Copy {copy.number} of the letter to {copy.letter.force.name} was recalled after it had been opened."
    incident = Incident.objects.create(
        release=release, kind=Incident.Kind.WRONG_PERSON, summary=summary, opened_at=clock.now(), opened_by=by
    )
    audit.record(
        Action.INCIDENT_OPENED, by, incident, force=copy.letter.force.slug, release=release.pk, kind=incident.kind
    )
    return incident
