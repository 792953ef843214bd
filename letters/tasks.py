"""Doors for Celery (queue `letters`): ids in, one call each. A bad letter never stops the others."""

import logging
from collections.abc import Iterable

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import Q

from hmic_core.asking import ask
from hmic_core.errors import NotAllowed
from hmic_core.pdf import PdfError
from inspections.models import Release
from letters import batches, store, welsh
from letters.document import LetterIncomplete, Variant
from letters.models import ImportFile, Letter

log = logging.getLogger(__name__)
#: A letter may take so long. The longest that the limits allow (400 findings) takes a few seconds.
SECONDS = 30


@shared_task(soft_time_limit=SECONDS, time_limit=SECONDS + 15)
def render(letter_id: str, variant: str, language: str = "en") -> None:
    letter = Letter.objects.select_related("release", "inspection", "force", "ink__file").get(pk=letter_id)
    try:
        store.rendition(letter, Variant(variant), language)
    except (PdfError, LetterIncomplete, NotAllowed) as error:
        log.warning("letter %s was not rendered: %s", letter_id, type(error).__name__)
    except SoftTimeLimitExceeded:
        store.remember_problem(letter, Variant(variant), store.TOO_SLOW, language)


@shared_task
def read_import_file(file_id: str) -> None:
    try:
        batches.read_file(file_id)
    except SoftTimeLimitExceeded:
        batches.refuse_file(file_id, "The file took too long to read, so it was left. Try it again alone.")


def read_later(rows: Iterable[ImportFile]) -> bool:
    """Ask the workers to read files of a batch. False where the broker does not answer: `read_waiting` reads them."""
    return all(ask(read_import_file, str(row.pk)) for row in rows)


@shared_task
def read_waiting() -> None:
    """What was lost with a broker or a worker: the file of a batch that has waited longest."""
    if longest := batches.waits_longest():
        read_import_file(str(longest.pk))


@shared_task
def render_missing() -> None:
    """What was lost with a broker or a worker: everything that a release still lacks, a letter signed anew included."""
    state = Release.State
    under_way = Q(state__in=[state.SCHEDULED, state.SEALED, state.APPROVED])
    reopened = Q(items__reopening__isnull=False, items__state="active")
    for release in Release.objects.filter(under_way | reopened).distinct():
        ensure_renditions(release)


def variants_needed(letter: Letter) -> list[Variant]:
    """A signed letter goes out embargoed, then final; before that there is a draft to look at."""
    if letter.state in (Letter.State.SIGNED, Letter.State.ISSUED):
        return [Variant.EMBARGOED, Variant.FINAL]
    return [Variant.DRAFT] if letter.state != Letter.State.SUPERSEDED else []


def render_later(letter: Letter, variants: Iterable[Variant] | None = None) -> None:
    """Ask the workers for these variants (by default those needed) once the present transaction is committed.

    A broker that is away loses the request, not the verb: `render_missing` asks again.
    """
    for variant in variants_needed(letter) if variants is None else variants:
        _ask_after_commit(str(letter.pk), str(variant))


def render_welsh_later(letter: Letter) -> None:
    """The same for the letter's Welsh version."""
    for variant in variants_needed(letter):
        _ask_after_commit(str(letter.pk), str(variant), "cy")


def _ask_after_commit(letter_id: str, variant: str, *language: str) -> None:
    transaction.on_commit(lambda: ask(render, letter_id, variant, *language), robust=True)


def render_release(release: Release) -> int:
    """Ask for every variant that any letter of the release needs; returns how many letters."""
    letters = list(_letters(release))
    for letter in letters:
        render_later(letter)
    return len(letters)


def ensure_renditions(release: Release) -> int:
    """Ask only for what is missing and has not failed; returns how many PDFs are still being prepared."""
    missing, _ = standing(_letters(release))
    for letter, variant in missing:
        render_later(letter, [variant])
    for letter in welsh.lacking(release):
        render_welsh_later(letter)
    return len(missing)


def retry_failed(release: Release) -> int:
    """Ask again for what could not be rendered, and for nothing else; returns how many PDFs."""
    _, failed = standing(_letters(release))
    for letter, variant in failed:
        store.forget_problem(letter, variant)
        render_later(letter, [variant])
    return len(failed)


def standing(letters: Iterable[Letter]) -> tuple[list[store.Wanted], list[store.Wanted]]:
    """What these letters still lack: what is being prepared, and what could not be rendered."""
    wanted = [(letter, variant) for letter in letters for variant in variants_needed(letter)]
    found, problems = store.standing(wanted)
    lacking = [(letter, variant) for letter, variant in wanted if (letter.pk, variant) not in found]
    failed = [(letter, variant) for letter, variant in lacking if (letter.pk, variant) in problems]
    return [each for each in lacking if each not in failed], failed


def _letters(release: Release) -> Iterable[Letter]:
    current = Letter.objects.filter(release=release).exclude(state=Letter.State.SUPERSEDED)
    return current.select_related("release", "inspection", "force")
