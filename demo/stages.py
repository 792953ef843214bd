"""The stages to which the demonstration can be set up, each built on the one before."""

import datetime as dt
import logging
import time
from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from archive import importing, registration
from demo import comparing, scenario
from demo.cast import NORTHAMPTONSHIRE, make_cast, person
from findings.models import Round
from forces.models import Force
from forces.register import load_register
from hmic_core import clock, notices
from hmic_core.models import Notice
from inspections.models import Inspection, Release
from inspections.setup import inspection as setup
from letters.models import Letter
from publication.release.triggers import release_due

log = logging.getLogger(__name__)
STAGES = ("drafting", "accuracy", "letters", "approved", "released")
SLUG = "demonstration"
REAL_LETTER = Path(importing.__file__).parent / "data" / "northamptonshire-2014.txt"
#: How far ahead the instant lies: long enough to look around; for `released` just long enough to get ready.
LEAD = {"letters": dt.timedelta(days=3), "approved": dt.timedelta(minutes=30), "released": dt.timedelta(minutes=3)}

Say = Callable[[str], None]


def build(stage: str, seed: int, say: Say) -> None:
    """Make the demonstration at `stage`. On a database that has one already, nothing changes.

    `say` is told each step in a sentence. Raises NotAllowed if a verb refuses, which would be a fault here.
    """
    say("The register of 43 forces")
    load_register()
    make_cast()
    scenario.ensure_letterheads()
    import_real_letter(say)
    if Inspection.objects.filter(slug=SLUG).exists():
        say("The demonstration inspection is there already")
        return
    say("A demonstration inspection of all forces, with invented findings")
    inspection = scenario.make_inspection(SLUG, scenario.SHORT_TITLE, Force.objects.all())
    comparing.add_indicators(inspection, seed)
    _draft(inspection, seed, stage)
    if stage == "drafting":
        comparing.nothing_is_new(inspection)
        return
    say("Drafts sent to the forces for their factual accuracy checks")
    inspection = setup.move_state(inspection, "begin_checks", by=person("lead-inspector"))
    _check(inspection, everything=stage != "accuracy")
    _read_what_is_dealt_with(inspection)
    comparing.nothing_is_new(inspection)
    if stage != "accuracy":
        inspection = setup.move_state(inspection, "begin_finalising", by=person("lead-inspector"))
        _release(inspection, stage, say)


def import_real_letter(say: Say) -> None:
    """The letter of 2014, through the importer and the archive verb: public since its true instant."""
    if Release.objects.filter(is_archive=True).exists():
        return
    say("The real letter of 3 September 2014, read and registered as published")
    imported = importing.read_upload(REAL_LETTER.read_bytes(), REAL_LETTER.name, by=person("admin"))
    importing.accept_as_read(imported, by=person("admin"))
    imported.refresh_from_db()
    release = registration.propose_archive(imported, by=person("admin"))
    registration.confirm_archive(release, by=person("second-admin"))


def _draft(inspection: Inspection, seed: int, stage: str) -> None:
    """At `drafting` forces are at every step; afterwards all is moderated."""
    for number, scope in enumerate(inspection.scope.select_related("force").order_by("force__name")):
        until = ("draft", "ready", "moderated")[number % 3] if stage == "drafting" else "moderated"
        # One commit for a force, not one for each verb: a newcomer is waiting.
        with transaction.atomic():
            scenario.draft(inspection, scope.force, seed, until=until)


def _check(inspection: Inspection, *, everything: bool) -> None:
    """Forces at each step of their check; with `everything` all are closed.

    Otherwise Northamptonshire is left for the visitor, who takes it from a draft to its letter.
    """
    forces = [scope.force for scope in inspection.scope.select_related("force").order_by("force__name")]
    for number, force in enumerate(forces):
        if force.slug == NORTHAMPTONSHIRE and not everything:
            continue
        round = scenario.issue(inspection, force)
        step = 4 if everything else number % 5
        if step == 0:
            continue
        with transaction.atomic():
            points = scenario.respond(round, points=3 if force.slug == NORTHAMPTONSHIRE else number % 3)
            if step >= 2:
                scenario.decide(points)
            if step >= 3:
                scenario.close(round)


def _read_what_is_dealt_with(inspection: Inspection) -> None:
    """Who decided a response has read the notice of it: only those that still wait are new to the visitor."""
    dealt_with = inspection.rounds.exclude(state=Round.State.RESPONDED).values_list("pk", flat=True)
    events = [f"response_received:{pk}" for pk in dealt_with]
    notices.mark_read(Notice.objects.filter(event__in=events))


def _release(inspection: Inspection, stage: str, say: Say) -> None:
    say("A release is scheduled; letters are assembled")
    release = scenario.schedule(inspection, LEAD[stage])
    letters = [scenario.assemble(release, round.force) for round in _closed(inspection)]
    scenario.add_report(release)
    if stage == "letters":
        letters = [letter for letter in letters if letter.force.slug != NORTHAMPTONSHIRE]
    say(f"{len(letters)} letters are signed and rendered")
    for letter in letters:
        scenario.sign(Letter.objects.get(pk=letter.pk))
    if stage == "letters":
        notices.deliver(500)
        return
    say("The release is locked for publication and approved")
    scenario.seal_and_approve(release)
    if stage == "released":
        _wait_for(release, say)
    notices.deliver(500)


def _closed(inspection: Inspection) -> list[Round]:
    return list(inspection.rounds.filter(state=Round.State.CLOSED).select_related("force").order_by("force__name"))


def _wait_for(release: Release, say: Say) -> None:
    """Let the instant pass: nothing can be published sooner, not even here."""
    release.refresh_from_db()
    assert release.embargo_until is not None  # noqa: S101
    left = (release.embargo_until - clock.now()).total_seconds()
    say(f"Waiting {max(left, 0):.0f} s for the instant")
    time.sleep(max(left, 0))
    release_due()
