"""An existing letter (text, Word, PDF) into a draft that a person reviews.

The way in for the upload page, the command and the archive: `open_file` and `read`, or `read_file` for both.
Deterministic: no network, no database, no clock. Nothing is lost and nothing is invented: each word
of the source stands in a recognised part, in `furniture` (page numbers, running headers) or in
`unmatched`, and each word of the result stands in the source. Where the layout does not tell,
`uncertain` asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.reading.body import Opening, find_findings, read_opening
from archive.reading.doubts import look_again
from archive.reading.files.lines import Extracted, Unreadable, from_text
from archive.reading.files.opening import extract
from archive.reading.findings import read_themes
from archive.reading.head import Head, Tail, find_closing, read_head, read_tail
from archive.reading.phrases import Instant, find_instant
from archive.reading.registers import KnownForce, KnownInspection, find_forces
from archive.reading.result import Piece, ReadLetter, ReadTheme
from archive.reading.source import Desk
from archive.reading.words import plain

MAX_CHARACTERS = 300_000


class ImportRefused(Exception):
    """The text can't be read as a letter; the message is the sentence for the screen."""


def read_file(
    path: Path | str,
    *,
    known_forces: Sequence[KnownForce],
    known_inspections: Sequence[KnownInspection] = (),
) -> ReadLetter:
    """As `read`, for a file of any kind and of any of the encodings that `decode` knows."""
    given = open_file(Path(path).read_bytes(), Path(path).name)
    return read(given, known_forces=known_forces, known_inspections=known_inspections)


def open_file(data: bytes, name: str) -> Extracted:
    """The lines of a .txt, .docx or .pdf file. Raises ImportRefused with the reason and the next step."""
    try:
        return extract(data, name).composed()
    except Unreadable as refusal:
        raise ImportRefused(str(refusal)) from None


def read(
    text: str | Extracted,
    *,
    known_forces: Sequence[KnownForce],
    known_inspections: Sequence[KnownInspection] = (),
) -> ReadLetter:
    """Read a letter.

    Raises `ImportRefused` if no finding is found: a letter without findings is never imported
    silently.
    """
    given = from_text(text) if isinstance(text, str) else text
    if len(given.text) > MAX_CHARACTERS:
        raise ImportRefused("The file is too long to be a letter. Import one letter at a time.")
    frame = _read_frame(Desk(given), known_forces, known_inspections)
    if frame.opening.subject and frame.desk.comes_again(plain(frame.opening.subject)):
        desk = Desk(given, header=frame.opening.subject)
        frame = _read_frame(desk, known_forces, known_inspections)
    desk, head, opening = frame.desk, frame.head, frame.opening
    themes, closing = read_themes(desk, frame.findings, frame.closing, opening.questions)
    if not any(theme.findings for theme in themes):
        raise ImportRefused(
            "No findings were found in the letter, so nothing was imported. Check that the file is"
            " a force letter with its findings under headings."
        )
    tail = read_tail(desk, head, frame.tail)
    instant = _read_instant(desk, head)
    _check_names(desk, head, themes, known_forces)
    look_again(desk, themes)
    return _letter(desk, head, opening, tail, instant, themes, closing)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around the findings; indexes of words where they, the closing and the foot begin."""

    desk: Desk
    head: Head
    opening: Opening
    findings: int
    closing: int
    tail: int


def _read_frame(desk: Desk, forces: Sequence[KnownForce], inspections: Sequence[KnownInspection]) -> _Frame:
    if not desk.words:
        raise ImportRefused("The file holds no text. Choose a file with the text of a letter.")
    head = read_head(desk, forces)
    closing, tail = find_closing(desk, head.end)
    intro, findings = find_findings(desk, head.end, closing)
    opening = read_opening(desk, head.end, intro, inspections)
    return _Frame(desk, head, opening, findings, closing, tail)


def _read_instant(desk: Desk, head: Head) -> Instant | None:
    instant = find_instant(desk.plain)
    if instant is None:
        desk.ask("no day with a time of publication was found", "embargo_local")
        return None
    desk.mark_text("embargo", instant.start, instant.end)
    if instant.doubt:
        desk.ask(instant.doubt, about=("embargo_local",))
    if head.letter_date and head.letter_date > instant.local.date():
        desk.ask("the letter is dated after the publication it announces", about=("letter_date", "embargo_local"))
    return instant


def _check_names(desk: Desk, head: Head, themes: Sequence[ReadTheme], forces: Sequence[KnownForce]) -> None:
    others = {match.name for match in find_forces(desk.plain, forces)} - {head.force}
    for theme in themes:
        if find_forces(theme.title, forces):
            words = f"the theme '{theme.title}' names a force: part of it may be a running header"
            desk.ask(words, at=desk.word_at(theme.start))
    for name in sorted(others):
        desk.ask(f"the letter also names {name}")


def _letter(
    desk: Desk,
    head: Head,
    opening: Opening,
    tail: Tail,
    instant: Instant | None,
    themes: tuple[ReadTheme, ...],
    closing: tuple[Piece, ...],
) -> ReadLetter:
    person = head.addressee
    return ReadLetter(
        force=head.force,
        force_known=head.force_known,
        inspection=opening.inspection,
        inspection_known=opening.inspection_known,
        former_titles=opening.former_titles,
        fieldwork=opening.fieldwork,
        letter_date=head.letter_date,
        embargo_at=instant.local if instant else None,
        embargo_until=instant.utc if instant else None,
        embargo_local=instant.words if instant else None,
        rescheduled=opening.rescheduled,
        signatory=head.signatory,
        signatory_honours=head.signatory_honours,
        signatory_post=head.signatory_post,
        region=head.region,
        addressee=person.name if person else None,
        addressee_title=(person.title or None) if person else None,
        addressee_honours=(person.honours or None) if person else None,
        addressee_post=head.addressee_post,
        salutation=head.salutation,
        subject=opening.subject,
        copied_to=tail.copied_to,
        enclosures=tuple(dict.fromkeys((*opening.enclosures, *tail.enclosures))),
        follow_up=opening.follow_up,
        opening=opening.paragraphs,
        closing=tuple(piece.text for piece in closing),
        closing_pieces=closing,
        themes=themes,
        uncertain=desk.uncertain,
        questions=tuple(desk.questions),
        scan_errors=tuple(desk.scan_errors),
        unmatched=desk.unmatched(),
        furniture=tuple(desk.source.furniture),
        spans=tuple(sorted(desk.spans, key=lambda span: (span.start, -span.end, span.kind))),
        source_lines=tuple(desk.source.lines),
    )
