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
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from hmic_core import audit, clock, files
from hmic_core.audit import Action
from hmic_core.models import AuditEntry
from inspections.models import Release, ReleaseItem
from publication import addresses
from publication.addresses import Address

#: For so long after its instant a release is asked for; then somebody has looked (its lateness opens an incident).
AWAITED = dt.timedelta(hours=1)
#: The newest that are looked at: more releases than have their instant in an hour.
AT_ONCE = 50
#: Seconds until an answer is given up and asked for again.
PATIENCE = 5


def awaited() -> list[Release]:
    """Releases that are public, had their instant within the hour, and were seen from outside by nobody yet."""
    public = ReleaseItem.objects.public().filter(release=OuterRef("pk"))
    answered = AuditEntry.objects.filter(action=Action.RELEASE_ANSWERED, subject_id=Cast(OuterRef("pk"), CharField()))
    unseen = Release.objects.filter(Exists(public), ~Exists(answered), is_archive=False)
    newest = list(unseen.order_by("-embargo_until")[:AT_ONCE])
    since = clock.now() - AWAITED
    return [each for each in newest if each.embargo_until and each.embargo_until > since]


def ask(release: Release) -> bool:
    """Ask for one of its files; whether it was answered, and that is written down. Raises OSError, HTTPException."""
    address = next((each for each in addresses.of(release) if each.what == "PDF"), None)
    if address is None:
        return False
    status, body = get_public(address.path)
    return status == http.client.OK and _record(release, address, files.digest(body))


@transaction.atomic
def _record(release: Release, address: Address, digest: str) -> bool:
    """Once for each release, however many workers asked."""
    now = clock.now()
    locked = Release.objects.select_for_update().get(pk=release.pk)
    if locked not in awaited():
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


def get_public(path: str, *, patience: float = PATIENCE) -> tuple[int, bytes]:
    """Status and body of a page of the public website, as anybody gets it. Waits for `patience` seconds at most.

    Raises OSError or HTTPException where there is no answer.
    """
    site = urlsplit(settings.WEBSITE_URL)
    kind = http.client.HTTPSConnection if site.scheme == "https" else http.client.HTTPConnection
    connection = kind(site.hostname or "", site.port, timeout=patience)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
