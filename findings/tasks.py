"""Doors for Celery: each task calls one verb."""

import logging

from celery import shared_task

from findings import accuracy
from hmic_core import clock
from hmic_core.errors import NotAllowed

log = logging.getLogger(__name__)


@shared_task
def end_overdue_checks() -> None:
    """A force's silence never blocks: once its time has passed, the check goes on without a response."""
    for round in accuracy.overdue(clock.now()):
        try:
            accuracy.record_no_response(round)
        except NotAllowed as refusal:
            log.info("check %s goes on otherwise: %s", round.pk, refusal.sentence)
