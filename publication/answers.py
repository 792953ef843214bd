"""The first public response of a release after its instant, asked for from outside, as any reader would.

The public website may only read, so it keeps no record of its readers that a proof could rest on. Instead a worker asks
it each second, from the instant on, for a frozen file of the release, until it is answered; what came back, and when
by the database's clock, is written down once. It decides nothing and holds no lock while it waits.
"""

import datetime as dt
import http.client
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from hmic_core import audit, clock, files
from hmic_core.audit import Action
from hmic_core.clock import ClockTimestamp
from hmic_core.models import AuditEntry
from inspections.models import Release
from publication import addresses
from publication.addresses import Address

#: For so long after its instant a release is asked for; then somebody has looked (its lateness opens an incident).
AWAITED = dt.timedelta(hours=1)
#: Seconds until an answer is given up and asked for again.
PATIENCE = 5


def awaited() -> QuerySet[Release]:
    """Releases whose instant has come, within the hour, and that were seen from outside by nobody yet."""
    now = ClockTimestamp()
    public = Q(state=Release.State.RELEASED) | Q(
        state=Release.State.APPROVED, approved_installation=settings.INSTALLATION
    )
    answered = AuditEntry.objects.filter(action=Action.RELEASE_ANSWERED, subject_id=Cast(OuterRef("pk"), CharField()))
    due = Release.objects.filter(public, embargo_until__lte=now, embargo_until__gt=now - AWAITED, is_archive=False)
    return due.filter(~Exists(answered)).order_by("embargo_until")


def ask(release: Release) -> bool:
    """Ask for one of its files; whether it was answered, and that is written down. Raises OSError, HTTPException."""
    address = next((each for each in addresses.of(release) if each.what == "PDF"), None)
    if address is None:
        return False
    status, body = _get(address.path)
    return status == http.client.OK and _record(release, address, files.digest(body))


@transaction.atomic
def _record(release: Release, address: Address, digest: str) -> bool:
    """Once for each release, however many workers asked."""
    now = clock.now()
    locked = Release.objects.select_for_update().get(pk=release.pk)
    if not awaited().filter(pk=locked.pk).exists():
        return False
    late = (now - locked.embargo_until).total_seconds() if locked.embargo_until else 0
    audit.record(
        Action.RELEASE_ANSWERED,
        None,
        locked,
        path=address.path,
        late_seconds=round(late, 3),
        sha256=digest,
        as_frozen=digest == address.item.file_hash,
    )
    return True


def _get(path: str) -> tuple[int, bytes]:
    site = urlsplit(settings.WEBSITE_URL)
    kind = http.client.HTTPSConnection if site.scheme == "https" else http.client.HTTPConnection
    connection = kind(site.hostname or "", site.port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
