"""Doors for Celery: each task calls one verb. None is ever given a time: the work is rows (docs/embargo.md)."""

import http.client
import logging

from celery import shared_task

from hmic_core import heartbeats
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.pdf import PdfError
from letters.models import ImportedLetter
from publication import answers, archive, proof_papers, readiness_runs, transcriptions, workflow

log = logging.getLogger(__name__)


@shared_task
def release() -> None:
    """The first trigger: Celery beat sends this every second."""
    workflow.release_due()
    heartbeats.beat("trigger-celery")


@shared_task
def check_readiness() -> None:
    """The evening before, an hour and five minutes before an instant: what the checks find goes to the admins."""
    readiness_runs.run_due()


@shared_task
def propose_archive(imported_id: str, user_id: str) -> None:
    """For the archive page: putting a letter forward renders its PDF, which web processes do not."""
    imported, by = ImportedLetter.objects.get(pk=imported_id), User.objects.get(pk=user_id)
    try:
        archive.propose_archive(imported, by=by)
    except NotAllowed as refusal:
        log.warning("import %s was not put forward: %s", imported_id, refusal.sentence)


@shared_task
def correct_archive(imported_id: str, user_id: str, note: str) -> None:
    """As `propose_archive`, for the correction of a letter that is in the archive."""
    imported, by = ImportedLetter.objects.get(pk=imported_id), User.objects.get(pk=user_id)
    try:
        transcriptions.propose(imported, note=note, by=by)
    except NotAllowed as refusal:
        log.warning("the correction of import %s was not put forward: %s", imported_id, refusal.sentence)


@shared_task
def ask_from_outside() -> None:
    """From each instant on, until the public website has answered: for the proof of embargo."""
    for release in answers.awaited():
        try:
            answers.ask(release)
        except (OSError, http.client.HTTPException) as failure:
            log.warning("release %s was not answered from outside yet: %s", release.pk, type(failure).__name__)


@shared_task
def make_proofs() -> None:
    """The proofs of embargo that somebody asked for as PDF."""
    try:
        proof_papers.make_waiting()
    except PdfError as error:
        log.warning("a proof of embargo cannot be made: %s", type(error).__name__)
