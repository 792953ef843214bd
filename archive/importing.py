"""An existing letter into the database, as a draft that a person confirms: the verbs around
`archive.reading.importer`.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from django.db import connection, transaction

from archive import answers, body, word_count
from archive.letter_data import letter_data
from archive.models import ImportedLetter
from archive.reading import fidelity as reading_fidelity
from archive.reading import importer
from archive.reading.files.lines import Extracted
from archive.reading.files.opening import KINDS
from archive.reading.importer import ImportRefused
from archive.reading.registers import KnownForce, KnownInspection
from archive.reading.result import ReadLetter
from forces.models import Force, ForceName
from hmic_core import audit, clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed, Stale
from hmic_core.models import StoredFile, User
from inspections.models import FormerTitle, Inspection, Theme
from letters.document import building, parts
from letters.document.parts import LetterDocument
from letters.models import Letter

State = ImportedLetter.State
TRANSITIONS: dict[str, tuple[frozenset[ImportedLetter.State], ImportedLetter.State]] = {
    "read": (frozenset({State.READ, State.DISCARDED}), State.READ),
    "answer": (frozenset({State.READ}), State.READ),
    "correct": (frozenset({State.READ}), State.READ),
    "confirm": (frozenset({State.READ}), State.CONFIRMED),
    "discard": (frozenset({State.READ}), State.DISCARDED),
    # archive.reopening
    "reopen": (frozenset({State.CONFIRMED}), State.READ),
    "put_back": (frozenset({State.READ}), State.CONFIRMED),
}


def known_forces() -> list[KnownForce]:
    """The register: every force with the names and aliases that it has or had."""
    names: dict[Any, list[str]] = {}
    for force, name in ForceName.objects.filter(is_alias=False).values_list("force_id", "name"):
        names.setdefault(force, []).append(name)
    return [
        KnownForce(force.name, tuple(names.get(force.pk, ())), force.slug) for force in Force.objects.order_by("name")
    ]


def known_inspections() -> list[KnownInspection]:
    former: dict[Any, list[str]] = {}
    for inspection, title in FormerTitle.objects.values_list("inspection_id", "title"):
        former.setdefault(inspection, []).append(title)
    return [
        KnownInspection(each.title, tuple(former.get(each.pk, ())), each.slug)
        for each in Inspection.objects.order_by("title")
    ]


def read_letter(data: bytes, name: str = "letter.txt") -> tuple[Extracted, ReadLetter]:
    """The lines of a file and what was read from them; writes nothing. Raises NotAllowed with the reason."""
    try:
        given = importer.open_file(data, name)
        return given, importer.read(given, known_forces=known_forces(), known_inspections=known_inspections())
    except ImportRefused as refusal:
        raise NotAllowed(str(refusal)) from None


def find(data: bytes) -> ImportedLetter | None:
    """The import of exactly this file."""
    return ImportedLetter.objects.filter(source_hash=files.digest(data)).first()


def read_upload(data: bytes, name: str, *, by: User | None, file: StoredFile | None = None) -> ImportedLetter:
    """Keep a file and what was read from it, to be confirmed. The same file again changes nothing.

    One that was discarded comes back to be confirmed. `file`: where the bytes lie already. Raises NotAllowed when no
    letter can be read from it. The file is read before anything is locked: opening a PDF takes a second.
    """
    kept = find(data)
    if kept and kept.state != State.DISCARDED:
        return kept
    return _keep(data, name, read_letter(data, name), by=by, file=file)


@transaction.atomic
def _keep(
    data: bytes, name: str, found: tuple[Extracted, ReadLetter], *, by: User | None, file: StoredFile | None
) -> ImportedLetter:
    digest = files.digest(data)
    # Two workers with the same file: the second waits here for the first one's row.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import {digest}"])
    kept: ImportedLetter | None = ImportedLetter.objects.select_for_update().filter(source_hash=digest).first()
    if kept and kept.state != State.DISCARDED:
        return kept
    given, read = found
    if kept is None:
        file = file or files.store(data, name, files.ALLOWED[suffix(name)][0], by)
    imported = kept or ImportedLetter(source_hash=digest, file=file)
    _enter(imported, "read")
    imported.source_text = given.text
    imported.reading = kept_result(read, given)
    imported.answers, imported.corrections = {}, {}
    imported.read_by, imported.read_at = by, clock.now()
    settle(imported)
    imported.save()
    audit.record(Action.IMPORT_READ, by, imported, sha256=digest, counts=list(read.counts))
    return imported


def suffix(name: str) -> str:
    """The kind that a file is kept as."""
    own = PurePath(name).suffix.lower()
    return own if own in KINDS else ".txt"


def kept_result(read: ReadLetter, given: Extracted) -> dict[str, Any]:
    """What is kept of a reading: all that is printed as JSON, and what the confirm screen and the archive need."""
    return {
        **reading_json(read, given),
        "force_known": read.force_known,
        "addressee_title": read.addressee_title,
        "subject": read.subject,
        "paragraphs": [[list(finding.paragraphs) for finding in theme.findings] for theme in read.themes],
        "lines": [[[finding.first_line, finding.last_line] for finding in theme.findings] for theme in read.themes],
        "kinds": {str(line): list(kinds) for line, kinds in read.kinds_by_line().items()},
        "spans": [
            {"kind": span.kind, "first_line": span.first_line, "last_line": span.last_line, "text": span.text}
            for span in read.spans
        ],
        "unmatched_lines": [
            {"line": missed.line, "text": missed.text, "start": missed.line} for missed in read.unmatched
        ],
        "pieces": list(_pieces(read)),
        "questions": [*_asked(read), *_theme_questions(read)],
    }


def reading_json(read: ReadLetter, given: Extracted) -> dict[str, Any]:
    """What the command prints of a reading: its own keys, the account of every word, and what the file told."""
    fidelity = reading_fidelity.account(given.text, read)
    return {**read.as_json(), "fidelity": fidelity.as_json(), "notices": list(given.notices), "unread": given.unread}


def _pieces(read: ReadLetter) -> Iterator[dict[str, Any]]:
    for theme in read.themes:
        if theme.title:
            yield {"role": "heading", "text": theme.title, "start": theme.start, "line": theme.line}
        for finding in theme.findings:
            for piece in finding.pieces:
                last = finding.last_line if piece is finding.pieces[-1] else piece.line
                yield {
                    "role": piece.role,
                    "text": piece.text,
                    "start": piece.start,
                    "line": piece.line,
                    "last_line": last,
                    "confidence": finding.confidence,
                }
    for piece in read.closing_pieces:
        yield {"role": "closing", "text": piece.text, "start": piece.start, "line": piece.line}


def _asked(read: ReadLetter) -> Iterator[dict[str, Any]]:
    for asked in read.questions:
        yield {
            "key": answers.key_of(asked.kind, asked.text, asked.start),
            "kind": asked.kind,
            "text": asked.text,
            "taken": asked.taken,
            "line": asked.line,
            "start": asked.start,
            "about": list(asked.about),
        }
    for missed in read.unmatched:
        yield {
            "key": f"unmatched-{missed.line}",
            "kind": "unmatched",
            "text": f"line {missed.line} was not recognised: ‘{missed.text}’",
            "taken": "",
            "line": missed.line,
            "start": -1,
        }


def _theme_questions(read: ReadLetter) -> Iterator[dict[str, Any]]:
    """Headings that are not worded like any theme of the inspection in the register."""
    titles = list(Theme.objects.filter(inspection__title=read.inspection).values_list("title", flat=True))
    known = {title.casefold() for title in titles}
    for theme in read.themes:
        if titles and theme.start >= 0 and theme.title.casefold() not in known:
            words = f"‘{theme.title}’ is not the name of a theme of this inspection: which theme is it"
            key = answers.key_of("theme", words, theme.start)
            yield {
                "key": key,
                "kind": "theme",
                "text": words,
                "taken": "",
                "line": theme.line,
                "start": theme.start,
                "titles": titles,
            }


# Answers and corrections


def questions(imported: ImportedLetter) -> list[answers.Open]:
    names = list(Force.objects.order_by("name").values_list("name", flat=True))
    return answers.questions(imported.reading, imported.answers, imported.corrections, names)


def settle(imported: ImportedLetter) -> None:
    """Fill in the letter as it stands after its answers and corrections, and how many questions are left."""
    result = answers.stand(imported.reading, imported.answers, imported.corrections)
    recount = word_count.of_result(imported.reading, imported.corrections, result)
    imported.result = {**result, "recount": recount.as_json()}
    imported.open_questions = sum(asked.is_open for asked in questions(imported))


@transaction.atomic
def answer(imported: ImportedLetter, given: dict[str, str], *, by: User) -> ImportedLetter:
    """Keep answers, by the keys of their questions; the others stay as they are. Raises NotAllowed for no choice."""
    imported = move(imported, "answer")
    if answers.invalid(questions(imported), given):
        raise NotAllowed("One of the answers is not among those that can be chosen. Choose it again.")
    changed = {key: value for key, value in given.items() if imported.answers.get(key) != value}
    if changed:
        imported.answers = {**imported.answers, **changed}
        imported.version += 1
        settle(imported)
        imported.save()
        audit.record(Action.IMPORT_ANSWERED, by, imported, answers=len(changed), open=imported.open_questions)
    return imported


def accept_as_read(imported: ImportedLetter, *, by: User) -> ImportedLetter:
    """Answer what is open with what was read. What was not read at all stays open: nobody guesses it."""
    return answer(imported, answers.as_read(questions(imported)), by=by)


@transaction.atomic
def correct(
    imported: ImportedLetter, *, fields: dict[str, Any], text: str, version: int, words_change: bool, by: User
) -> ImportedLetter:
    """Put a reading right by hand. Raises Stale, or NotAllowed where words change without that being said."""
    imported = move(imported, "correct")
    if imported.version != version:
        raise Stale("Somebody else changed this import meanwhile. Your text is kept below: compare, then save again.")
    corrections = dict(imported.corrections)
    if text.strip() and body.parse_body(text) != body.parse_body(body.body_text(imported.result)):
        out, put = body.changed_words(imported.reading, text)
        if (out or put) and not words_change:
            way_on = "Put them right, or say below that the words are meant to change."
            raise NotAllowed(_words_differ(out, put) + way_on)
        corrections |= {"body": text, "taken_out": out, "put_in": put}
    present = {name: value for name, value in fields.items() if imported.result.get(name) != value}
    if present:
        corrections["fields"] = {**corrections.get("fields", {}), **present}
    if corrections != imported.corrections:
        settled = answers.put_right(imported.reading, imported.answers, corrections)
        imported.answers = {key: value for key, value in imported.answers.items() if key not in settled}
        imported.corrections = corrections
        imported.version += 1
        settle(imported)
        imported.save()
        audit.record(Action.IMPORT_CORRECTED, by, imported, fields=sorted(present), body="body" in corrections)
    return imported


def _words_differ(out: Sequence[str], put: Sequence[str]) -> str:
    lost = f"These words of the letter are missing: {', '.join(out[:20])}. " if out else ""
    new = f"These are not in the letter: {', '.join(put[:20])}. " if put else ""
    return lost + new


def why_not_confirm(imported: ImportedLetter) -> str:
    """Why an import can't become a record yet; empty when it can."""
    fidelity = imported.reading.get("fidelity") or {"whole": True}
    if not fidelity["whole"]:
        return "Words of the letter were lost or added in reading, so it cannot be kept. Report this file to support."
    recount = imported.result.get("recount") or {"whole": True}
    if not recount["whole"]:
        return "Words were lost or added after reading, so it cannot be kept. Put the text right by hand and save it."
    if imported.open_questions:
        some = "1 question is" if imported.open_questions == 1 else f"{imported.open_questions} questions are"
        return f"{some} still to be answered. Answer on the page of the import, then submit it for approval."
    return ""


@transaction.atomic
def mark_confirmed(imported: ImportedLetter, *, by: User, letter: Letter | None = None) -> ImportedLetter:
    """A person has compared what was read with the source; `letter` is what the archive made of it."""
    imported = move(imported, "confirm")
    if problem := why_not_confirm(imported):
        raise NotAllowed(problem)
    imported.confirmed_by, imported.confirmed_at, imported.letter = by, clock.now(), letter
    imported.save()
    audit.record(Action.IMPORT_CONFIRMED, by, imported, sha256=imported.source_hash)
    return imported


@transaction.atomic
def discard(imported: ImportedLetter, *, by: User) -> ImportedLetter:
    """Not a letter to keep. The file and the reading stay, and reading the file again brings it back."""
    imported = move(imported, "discard")
    if imported.earlier.exists():
        raise NotAllowed("This letter was confirmed before. Leave it as it was confirmed instead.")
    imported.save(update_fields=["state"])
    audit.record(Action.IMPORT_DISCARDED, by, imported, sha256=imported.source_hash)
    return imported


def move(imported: ImportedLetter, verb: str) -> ImportedLetter:
    """The import, locked and in the state that `verb` leads to, not yet saved. Raises NotAllowed in another state."""
    locked: ImportedLetter = ImportedLetter.objects.select_for_update().get(pk=imported.pk)
    _enter(locked, verb)
    return locked


def _enter(imported: ImportedLetter, verb: str) -> None:
    before, after = TRANSITIONS[verb]
    if imported.state not in before:
        raise NotAllowed(f"This letter is {imported.get_state_display().lower()} already.")
    imported.state = after


# From what was read to the letter as data


def imported_document(imported: ImportedLetter) -> LetterDocument:
    """The letter in the words of its source, for the archive: nothing in it is a placeholder, since nothing will move.

    Raises NotAllowed with what the source does not say.
    """
    if problem := why_not_confirm(imported):
        raise NotAllowed(problem)
    try:
        letter = building.build(letter_data(imported.result))
    except (parts.LetterIncomplete, ValueError) as error:
        raise NotAllowed(str(error)) from None
    recount = word_count.of_letter(imported.result, letter)
    if not recount.is_whole:
        words = _words_differ(recount.lost, recount.added)
        raise NotAllowed(f"The letter cannot be kept word for word. {words}Put the text right by hand.")
    return letter
