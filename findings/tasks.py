"""Doors for Celery: each task calls one verb."""

import logging

from celery import shared_task

from findings.accuracy import reminders, rounds
from findings.accuracy.documents import rendering
from findings.accuracy.force import answers, receipts
from hmic_core import clock
from hmic_core.errors import NotAllowed
from hmic_core.pdf.rendering import PdfError

log = logging.getLogger(__name__)


@shared_task
def end_overdue_checks() -> None:
    """A force's silence never blocks: once its time has passed, the check goes on without a response."""
    for round in rounds.overdue(clock.now()):
        try:
            answers.record_no_response(round)
        except NotAllowed as refusal:
            log.info("check %s goes on otherwise: %s", round.pk, refusal.sentence)


@shared_task
def make_check_documents() -> None:
    """The PDFs of drafts that were sent and of checks that were completed; one that cannot be made stops no other."""
    with rendering.alone() as first:
        if first:
            _make_documents()


def _make_documents() -> None:
    for round, kind in rendering.missing():
        try:
            rendering.make(round, kind)
        except PdfError as error:
            log.warning("the %s of check %s cannot be made: %s", kind, round.pk, type(error).__name__)


@shared_task
def remind_forces() -> None:
    """Forces that have not answered hear of it when the setting says, each time once."""
    for round, which in reminders.to_remind(clock.now()):
        try:
            reminders.remind(round, which)
        except NotAllowed as refusal:
            log.info("check %s needs no reminder: %s", round.pk, refusal.sentence)


@shared_task
def make_receipts() -> None:
    """A response that has come gets its receipt as PDF. What a dead worker leaves undone, the next sweep makes."""
    for round in receipts.to_make():
        try:
            receipts.make_receipt(round)
        except PdfError as error:
            log.warning("the receipt of check %s was not made: %s", round.pk, type(error).__name__)
