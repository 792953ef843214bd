"""The content-addressed store of rendered letters: the same input is rendered once, by one worker.

Only workers and commands call `rendition`, which loads WeasyPrint. The web process asks `find`, and shows that a
letter is being prepared while there is none.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction

from hmic_core import audit, clock, files, pdf
from hmic_core.audit import Action
from letters import document
from letters.assembling import document_of, moved, values_of
from letters.document import Variant
from letters.models import Letter, Rendition

log = logging.getLogger(__name__)
#: How long a letter that cannot be rendered keeps its reason for the screen.
PROBLEM_SECONDS = 24 * 60 * 60


def key_of(letter: Letter, variant: Variant, *, moved_releases: set[Any] | None = None) -> str:
    """SHA-256 over all that decides the PDF's bytes (see `document.render_key`)."""
    values = values_of(letter, moved_releases=moved_releases)
    return document.render_key(document_of(letter), values, variant)


def find(letter: Letter, variant: Variant) -> Rendition | None:
    """The stored PDF of the letter as it now stands, or None while it is being prepared."""
    return Rendition.objects.filter(key=key_of(letter, variant)).select_related("file").first()


def find_all(letters: Iterable[Letter], variant: Variant) -> dict[Any, Rendition]:
    """The same for many letters, by letter id, in two queries. Pass letters with their release."""
    return {pk: found for (pk, _), found in find_each((letter, variant) for letter in letters).items()}


def find_each(wanted: Iterable[tuple[Letter, Variant]]) -> dict[tuple[Any, Variant], Rendition]:
    """The same where each letter wants other variants: still two queries."""
    pairs = list(wanted)
    moved_ones = moved([letter.release for letter, _ in pairs])
    keys = {key_of(letter, variant, moved_releases=moved_ones): (letter.pk, variant) for letter, variant in pairs}
    return {keys[each.key]: each for each in Rendition.objects.filter(key__in=keys).select_related("file")}


def rendition(letter: Letter, variant: Variant) -> Rendition:
    """The PDF of one variant, rendered now if the store has none. For workers and commands.

    Two workers never render the same letter: the second waits for the first and takes its work. Raises PdfError or
    LetterIncomplete, whose sentence `problem` then gives to the screen.
    """
    key = key_of(letter, variant)
    with _alone(key):
        kept = Rendition.objects.filter(key=key).select_related("file").first()
        return kept or _render(letter, variant, key)


def _render(letter: Letter, variant: Variant, key: str) -> Rendition:
    try:
        data = document.render_pdf(document_of(letter), values_of(letter), variant)
    except (pdf.PdfError, document.LetterIncomplete) as error:
        cache.set(_problem_key(key), str(error), PROBLEM_SECONDS)
        raise
    cache.delete(_problem_key(key))
    with transaction.atomic():
        stored = files.store(data, file_name(letter), "application/pdf", None)
        made: Rendition = Rendition.objects.create(
            letter=letter,
            variant=variant,
            key=key,
            embargo_until=letter.release.embargo_until,
            file=stored,
            pages=pdf.page_count(data),
            problems=pdf.validate(data),
            rendered_at=clock.now(),
        )
        audit.record(
            Action.LETTER_RENDERED,
            None,
            letter,
            force=letter.force.slug,
            variant=str(variant),
            sha256=stored.sha256,
            pages=made.pages,
            problems=len(made.problems),
        )
    return made


def problem(letter: Letter, variant: Variant) -> str:
    """Why the letter could not be rendered as it now stands, in one sentence; empty when nothing is known."""
    return str(cache.get(_problem_key(key_of(letter, variant)), ""))


def file_name(letter: Letter) -> str:
    """Says nothing but whose letter it is."""
    return f"{letter.force.slug}.pdf"


def _problem_key(key: str) -> str:
    return f"letters:problem:{key}"


@contextmanager
def _alone(key: str) -> Iterator[None]:
    """Hold this letter's advisory lock for the session, so that no transaction stays open while it renders."""
    number = int(key[:15], 16)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
