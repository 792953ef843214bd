"""The letter that visitors watch become public: one force, one letter, every step by the verbs, ninety seconds."""

import datetime as dt
import http.client
import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from demo import scenario
from demo.models import WatchRun
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry
from inspections.models import Release, ReleaseItem
from letters.copies import issuing
from letters.models import Copy
from publication.evidence.first_response import get_public

log = logging.getLogger(__name__)
LEAD = dt.timedelta(seconds=90)
NEVER_EXISTED = "/inspections/watch-0/letters/northamptonshire/"
#: Seconds to wait for the public website before the page says what the database says.
PATIENCE = 1.0


@dataclass(frozen=True)
class Outside:
    """What the public website just answered to a request of ours; zero and None where it could not be asked."""

    status: int
    #: Bytes in which the answer differs from that for an address that never existed.
    differing: int | None = None
    #: Whether the force's own page leads to the letter.
    listed: bool | None = None


@dataclass(frozen=True)
class Watched:
    """What the page shows of the present run; nothing is known before a visitor has begun one."""

    step: str = ""
    failed: bool = False
    release: Release | None = None
    copy: Copy | None = None
    letter_path: str = ""
    is_public: bool = False
    outside: Outside = Outside(404)
    views: int = 0

    @property
    def is_done(self) -> bool:
        """Public, and recorded as released: nothing more will change."""
        return self.is_public and self.release is not None and self.release.released_at is not None

    @property
    def public_address(self) -> str:
        return f"{settings.WEBSITE_URL}{self.letter_path}"

    @property
    def public_shown(self) -> str:
        """As an address bar shows it, without the scheme."""
        return self.public_address.partition("://")[2]

    @property
    def copy_shown(self) -> str:
        return f"{settings.WORKSPACE_URL}{self.copy_address}".partition("://")[2]

    @property
    def copy_address(self) -> str:
        return reverse("letters:copy-show", args=[self.copy.pk]) if self.copy else ""


def begin(*, again: bool = False) -> WatchRun:
    """A visitor asks for a run. One that is still being prepared, or still ahead of its instant, is shared.

    `again` gives up one that is still being prepared: its worker may have died.
    """
    with transaction.atomic():
        latest = WatchRun.objects.select_for_update().order_by("-number").first()
        if latest and again and latest.release is None:
            latest.fail("Given up")
        if latest and not latest.failed and (latest.release is None or _ahead(latest.release)):
            return latest
        number = latest.number + 1 if latest else 1
        return WatchRun.objects.create(number=number, step="Waiting for a worker")


def _ahead(release: Release) -> bool:
    return release.embargo_until is not None and release.embargo_until > clock.now() and release.released_at is None


def prepare() -> None:
    """Take the newest run that nobody has prepared through every step, up to its approval."""
    with transaction.atomic():
        run = (
            WatchRun.objects.select_for_update(skip_locked=True).filter(release=None, taken=False, failed=False).first()
        )
        if run is None:
            return
        run.taken = True
        run.save(update_fields=["taken"])
    try:
        _prepare(run)
    except NotAllowed as refusal:
        log.warning("the watched letter was refused: %s", refusal)
        run.fail(refusal.sentence)
    except Exception:
        run.fail("Something went wrong; the worker’s log says what")
        raise


def _prepare(run: WatchRun) -> None:
    force = scenario.northamptonshire()
    run.say("An inspector drafts findings; a second person moderates them")
    inspection = scenario.make_inspection(f"watch-{run.number}", f"Watched letter {run.number}", [force])
    scenario.draft(inspection, force, run.number)
    run.say("The force checks the facts; the lead inspector decides its points")
    round = scenario.issue(inspection, force)
    scenario.decide(scenario.respond(round, points=2))
    scenario.close(round)
    run.say("The release is scheduled; the letter is assembled and signed")
    release = scenario.schedule(inspection, LEAD)
    letter = scenario.sign(scenario.assemble(release, force))
    scenario.add_report(release)
    run.say("The release is locked for publication and approved by a second person")
    scenario.seal_and_approve(release)
    _accept_embargo(release)
    run.release = release
    run.say("Approved. Nobody has to press anything now")
    log.info("watched letter %s is ready", letter.pk)


def _accept_embargo(release: Release) -> None:
    """So that the liaison officer's window opens on the letter, not on the terms of its embargo."""
    copy = _copy(release)
    if copy and copy.contact.user:
        issuing.acknowledge(copy, by=copy.contact.user)


def _copy(release: Release) -> Copy | None:
    copies = Copy.objects.current().select_related("contact__user")
    return copies.filter(letter__release=release, contact__capacity="liaison_officer").first()


def present() -> Watched:
    """The newest run as its page shows it."""
    run = WatchRun.objects.select_related("release__inspection").order_by("-number").first()
    if run is None:
        return Watched()
    if run.release is None:
        return Watched(step=run.step, failed=run.failed)
    path = f"/inspections/{run.release.inspection.slug}/letters/northamptonshire/"
    copy = _copy(run.release)
    is_public = ReleaseItem.objects.public().filter(release=run.release).exists()
    # Asked after the database: what it calls public, the website must answer.
    outside = _ask_outside(path) or Outside(200 if is_public else 404)
    return Watched(run.step, False, run.release, copy, path, is_public, outside, _views(copy))


def _views(copy: Copy | None) -> int:
    if copy is None:
        return 0
    seen = AuditEntry.objects.filter(action=Action.LETTER_VIEWED, subject_id=str(copy.letter_id))
    return seen.filter(facts__copy=copy.number).count()


def _ask_outside(path: str) -> Outside | None:
    """Ask the public website as anybody would. None where this process cannot reach it."""
    try:
        status, body = get_public(path, patience=PATIENCE)
        _, missing = get_public(NEVER_EXISTED, patience=PATIENCE)
        _, of_force = get_public("/forces/northamptonshire/", patience=PATIENCE)
    except (OSError, http.client.HTTPException):
        return None
    return Outside(status, _differing(body, missing), path.encode() in of_force)


def _differing(one: bytes, other: bytes) -> int:
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))
