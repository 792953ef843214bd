"""The content-addressed store of rendered letters: the same input is rendered once, by one worker.

Only workers and commands call `rendition`, which loads WeasyPrint. The web process asks `find`, and shows that a
letter is being prepared while there is none. What could not be rendered keeps its reason until somebody asks again.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction

from hmic_core import audit, clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import StoredFile
from hmic_core.pdf import pictures, rendering
from letters.document import parts, printing
from letters.document.parts import Variant
from letters.models import Letter, Rendition
from letters.versions import moved, values_of, version_of

log = logging.getLogger(__name__)
#: How long a letter that cannot be rendered keeps its reason for the screen.
PROBLEM_SECONDS = 24 * 60 * 60
#: How many seconds one worker waits for another that renders the same letter: longer than a task may take.
LONGEST_WAIT = 50
#: So often a renderer may end without a word (killed, out of memory) before the letter waits for a person.
MAX_ATTEMPTS = 3
TOO_SLOW = "The letter took longer than 30 seconds to prepare. Shorten its longest finding, then try again."
GAVE_UP = (
    f"The renderer ended {MAX_ATTEMPTS} times without finishing the letter. Try again; if it happens again, tell the "
    "operator."
)
NO_INK = (
    "The picture of the signature is missing from the store. Have its file restored, or have the letter signed again "
    "with another picture."
)
Wanted = tuple[Letter, Variant]


def key_of(letter: Letter, variant: Variant, *, language: str = "en", moved_releases: set[Any] | None = None) -> str:
    """SHA-256 over all that decides the PDF's bytes (see `document.render_key`)."""
    values = values_of(letter, moved_releases=moved_releases)
    return printing.render_key(version_of(letter, variant, language), values, variant)


def find(letter: Letter, variant: Variant, language: str = "en") -> Rendition | None:
    """The stored PDF of the letter as it now stands, or None while it is being prepared."""
    found = Rendition.objects.filter(key=key_of(letter, variant, language=language))
    return found.select_related("file").first()


def find_all(letters: Iterable[Letter], variant: Variant) -> dict[Any, Rendition]:
    """The same for many letters, by letter id, in two queries. Pass letters with their release."""
    return {pk: found for (pk, _), found in find_each((letter, variant) for letter in letters).items()}


def find_each(wanted: Iterable[Wanted]) -> dict[tuple[Any, Variant], Rendition]:
    """The same where each letter wants other variants: still two queries."""
    keys = _keys(wanted)
    found = Rendition.objects.filter(key__in=keys).select_related("file", "picture")
    return {keys[each.key]: each for each in found}


def standing(
    wanted: Iterable[Wanted], moved_releases: set[Any] | None = None
) -> tuple[dict[tuple[Any, Variant], Rendition], dict[tuple[Any, Variant], str]]:
    """What is stored of these, and why some of the others could not be rendered."""
    keys = _keys(wanted, moved_releases)
    found = {keys[each.key]: each for each in Rendition.objects.filter(key__in=keys).select_related("file", "picture")}
    names = {_problem_key(key): pair for key, pair in keys.items() if pair not in found}
    problems = cache.get_many(list(names)) if names else {}
    return found, {names[name]: str(why) for name, why in problems.items()}


def _keys(wanted: Iterable[Wanted], moved_releases: set[Any] | None = None) -> dict[str, tuple[Any, Variant]]:
    pairs = list(wanted)
    moved_ones = moved([letter.release for letter, _ in pairs]) if moved_releases is None else moved_releases
    return {key_of(letter, variant, moved_releases=moved_ones): (letter.pk, variant) for letter, variant in pairs}


def rendition(letter: Letter, variant: Variant | str, language: str = "en") -> Rendition:
    """The PDF of one variant, rendered now if the store has none. For workers and commands.

    Two workers never render the same letter: the second waits for the first and takes its work. Raises PdfError or
    LetterIncomplete, whose sentence `problem` then gives to the screen.
    """
    variant = Variant(variant)
    key = key_of(letter, variant, language=language)
    with _alone(key) as alone:
        if not alone:
            raise rendering.PdfError("Another worker has been preparing this letter for too long.")
        kept = Rendition.objects.filter(key=key).select_related("file").first()
        return kept or _attempt(letter, variant, language, key)


def _attempt(letter: Letter, variant: Variant, language: str, key: str) -> Rendition:
    """Render, and keep the reason where that cannot be done. An attempt is counted before it begins."""
    attempts = int(cache.get(_attempts_key(key), 0)) + 1
    if attempts > MAX_ATTEMPTS:
        cache.set(_problem_key(key), GAVE_UP, PROBLEM_SECONDS)
        raise rendering.PdfError(GAVE_UP)
    cache.set(_attempts_key(key), attempts, PROBLEM_SECONDS)
    try:
        made = _render(letter, variant, language, key)
    except (rendering.PdfError, parts.LetterIncomplete, NotAllowed) as error:
        cache.set(_problem_key(key), str(error), PROBLEM_SECONDS)
        raise
    cache.delete_many([_problem_key(key), _attempts_key(key)])
    return made


def _render(letter: Letter, variant: Variant, language: str, key: str) -> Rendition:
    ink = b"" if variant is Variant.DRAFT else _ink_of(letter)
    data = printing.render_pdf(version_of(letter, variant, language), values_of(letter), variant, ink)
    picture = _picture(data)
    with transaction.atomic():
        stored = files.store(data, file_name(letter), "application/pdf", None)
        made: Rendition = Rendition.objects.create(
            letter=letter,
            variant=variant,
            language=language,
            key=key,
            embargo_until=letter.release.embargo_until,
            file=stored,
            picture=picture,
            pages=rendering.page_count(data),
            problems=rendering.validate(data),
            rendered_at=clock.now(),
        )
        audit.record(
            Action.LETTER_RENDERED,
            None,
            letter,
            force=letter.force.slug,
            variant=str(variant),
            language=language,
            sha256=stored.sha256,
            pages=made.pages,
            problems=len(made.problems),
        )
    return made


def _ink_of(letter: Letter) -> bytes:
    """The picture of the signature, if the letter was signed with one."""
    if not (letter.ink_hash and letter.ink):
        return b""
    try:
        return files.read(letter.ink.file.key)
    except OSError:
        raise rendering.PdfError(NO_INK) from None


def _picture(data: bytes) -> StoredFile | None:
    """The first page for the contact sheet. A machine that cannot draw it still has its letter."""
    try:
        return files.store(pictures.first_page(data), "first-page.png", "image/png", None)
    except rendering.PdfError as error:
        log.warning("no picture of the first page: %s", error)
        return None


def problem(letter: Letter, variant: Variant) -> str:
    """Why the letter could not be rendered as it now stands, in one sentence; empty when nothing is known."""
    return str(cache.get(_problem_key(key_of(letter, variant)), ""))


def remember_problem(letter: Letter, variant: Variant, why: str, language: str = "en") -> None:
    cache.set(_problem_key(key_of(letter, variant, language=language)), why, PROBLEM_SECONDS)


def forget_problem(letter: Letter, variant: Variant) -> None:
    """Let the letter be tried again."""
    key = key_of(letter, variant)
    cache.delete_many([_problem_key(key), _attempts_key(key)])


def file_name(letter: Letter) -> str:
    """Says nothing but whose letter it is."""
    return f"{letter.force.slug}.pdf"


def _problem_key(key: str) -> str:
    return f"letters:problem:{key}"


def _attempts_key(key: str) -> str:
    return f"letters:attempts:{key}"


@contextmanager
def _alone(key: str) -> Iterator[bool]:
    """Hold this letter's advisory lock for the session, so that no transaction stays open while it renders.

    It is asked for again and again rather than waited for, since the connection's lock timeout is short. A worker that
    is killed loses its session, and with it the lock.
    """
    number, until = int(key[:15], 16), time.monotonic() + LONGEST_WAIT
    while not (mine := _ask("SELECT pg_try_advisory_lock(%s)", number)) and time.monotonic() < until:
        time.sleep(0.1)
    try:
        yield mine
    finally:
        if mine:
            _ask("SELECT pg_advisory_unlock(%s)", number)


def _ask(sql: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [number])
        return bool(cursor.fetchone()[0])
