"""Doors for Celery (queue `letters`): ids in, one call each. A bad letter never stops the others."""

import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import Q

from hmic_core.errors import NotAllowed
from hmic_core.pdf.rendering import PdfError
from inspections.models import Release
from letters import renditions
from letters.document.parts import LetterIncomplete, Variant
from letters.models import Letter
from letters.rendering import ensure_renditions

log = logging.getLogger(__name__)
#: A letter may take so long. The longest that the limits allow (400 findings) takes a few seconds.
SECONDS = 30


@shared_task(soft_time_limit=SECONDS, time_limit=SECONDS + 15)
def render(letter_id: str, variant: str, language: str = "en") -> None:
    letter = Letter.objects.select_related("release", "inspection", "force", "ink__file").get(pk=letter_id)
    try:
        renditions.rendition(letter, Variant(variant), language)
    except (PdfError, LetterIncomplete, NotAllowed) as error:
        log.warning("letter %s was not rendered: %s", letter_id, type(error).__name__)
    except SoftTimeLimitExceeded:
        renditions.remember_problem(letter, Variant(variant), renditions.TOO_SLOW, language)


@shared_task
def render_missing() -> None:
    """What was lost with a broker or a worker: everything that a release still lacks, a letter signed anew included."""
    state = Release.State
    under_way = Q(state__in=[state.SCHEDULED, state.SEALED, state.APPROVED])
    reopened = Q(items__reopening__isnull=False, items__state="active")
    for release in Release.objects.filter(under_way | reopened).distinct():
        ensure_renditions(release)
