"""Doors for Celery: each task calls one verb. None is ever given a time: the work is rows (docs/embargo.md)."""

import http.client
import logging

from celery import shared_task

from hmic_core import heartbeats
from hmic_core.pdf.rendering import PdfError
from publication.evidence import first_response, proof_pdf
from publication.readiness import runs
from publication.release import triggers

log = logging.getLogger(__name__)


@shared_task
def release() -> None:
    """The first trigger: Celery beat sends this every second."""
    triggers.release_due()
    heartbeats.beat("trigger-celery")


@shared_task
def check_readiness() -> None:
    """The evening before, an hour and five minutes before an instant: what the checks find goes to the admins."""
    runs.run_due()


@shared_task
def ask_from_outside() -> None:
    """From each instant on, until the public website has answered: for the proof of embargo."""
    for release in first_response.awaited():
        try:
            first_response.ask(release)
        except (OSError, http.client.HTTPException) as failure:
            log.warning("release %s was not answered from outside yet: %s", release.pk, type(failure).__name__)


@shared_task
def make_proofs() -> None:
    """The proofs of embargo that somebody asked for as PDF."""
    try:
        proof_pdf.make_waiting()
    except PdfError as error:
        log.warning("a proof of embargo cannot be made: %s", type(error).__name__)
