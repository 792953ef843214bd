"""The letter that visitors watch become public: one force, one letter, every step by the verbs, ninety seconds."""

import datetime as dt
import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from demo import scenario
from demo.models import WatchRun
from hmic_core import clock
from hmic_core.errors import NotAllowed
from inspections.models import Release, ReleaseItem
from letters.models import Copy

log = logging.getLogger(__name__)
LEAD = dt.timedelta(seconds=90)


@dataclass(frozen=True)
class Watched:
    """What the page shows of the present run; nothing is known before a visitor has begun one."""

    step: str = ""
    failed: bool = False
    release: Release | None = None
    copy: Copy | None = None
    letter_path: str = ""
    is_public: bool = False

    @property
    def public_address(self) -> str:
        return f"{settings.WEBSITE_URL}{self.letter_path}"

    @property
    def copy_address(self) -> str:
        return reverse("letters:copy-show", args=[self.copy.pk]) if self.copy else ""


def begin() -> WatchRun:
    """A visitor asks for a run. One that is still being prepared, or still ahead of its instant, is shared."""
    with transaction.atomic():
        latest = WatchRun.objects.select_for_update().order_by("-number").first()
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
        run.failed, run.step = True, refusal.sentence[:200]
        run.save()


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
    run.release = release
    run.say("Approved. Nobody has to press anything now")
    log.info("watched letter %s is ready", letter.pk)


def present() -> Watched:
    """The newest run as its page shows it."""
    run = WatchRun.objects.select_related("release__inspection").order_by("-number").first()
    if run is None:
        return Watched()
    if run.release is None:
        return Watched(step=run.step, failed=run.failed)
    path = f"/inspections/{run.release.inspection.slug}/letters/northamptonshire/"
    copy = Copy.objects.filter(letter__release=run.release, contact__capacity="liaison_officer").first()
    items = ReleaseItem.objects.public().filter(release=run.release)
    return Watched(run.step, False, run.release, copy, path, items.exists())
