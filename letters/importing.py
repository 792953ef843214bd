"""An existing letter into the database, as a draft that a person confirms: the verbs around `letters.importer`."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_date

from forces.models import Force, ForceName
from hmic_core import audit, clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import FormerTitle, Inspection, Theme
from letters import document, importer
from letters.document import LetterDocument
from letters.importer import ImportRefused, KnownForce, KnownInspection, ReadLetter
from letters.models import ImportedLetter, Letter, Letterhead

State = ImportedLetter.State
TRANSITIONS: dict[str, tuple[frozenset[ImportedLetter.State], ImportedLetter.State]] = {
    "read": (frozenset({State.READ, State.DISCARDED}), State.READ),
    "confirm": (frozenset({State.READ}), State.CONFIRMED),
    "discard": (frozenset({State.READ}), State.DISCARDED),
}
_MINOR_WORDS = frozenset(["a", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "up", "with"])


def known_forces() -> list[KnownForce]:
    """The register: every force with the names and aliases that it has or had."""
    names: dict[Any, list[str]] = {}
    for force, name in ForceName.objects.values_list("force_id", "name"):
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


def read_letter(data: bytes) -> tuple[str, ReadLetter]:
    """The text of a file and what was read from it; writes nothing. Raises NotAllowed with the reason."""
    try:
        source = importer.decode(data)
        return source, importer.read(source, known_forces=known_forces(), known_inspections=known_inspections())
    except (ImportRefused, UnicodeError) as refusal:
        words = (
            str(refusal) if isinstance(refusal, ImportRefused) else "The file is not plain text. Choose a .txt file."
        )
        raise NotAllowed(words) from None


@transaction.atomic
def read_upload(data: bytes, name: str, *, by: User | None) -> ImportedLetter:
    """Keep a file and what was read from it, to be confirmed. The same file again changes nothing.

    One that was discarded comes back to be confirmed. Raises NotAllowed when no letter can be read from it.
    """
    digest = files.digest(data)
    kept: ImportedLetter | None = ImportedLetter.objects.select_for_update().filter(source_hash=digest).first()
    if kept and kept.state != State.DISCARDED:
        return kept
    source, read = read_letter(data)
    imported = kept or ImportedLetter(source_hash=digest, file=files.store(data, name, "text/plain; charset=utf-8", by))
    imported.state, imported.source_text, imported.result = State.READ, source, kept_result(read)
    imported.read_by, imported.read_at = by, clock.now()
    imported.save()
    audit.record(Action.IMPORT_READ, by, imported, sha256=digest, counts=list(read.counts))
    return imported


def kept_result(read: ReadLetter) -> dict[str, Any]:
    """What is kept of a reading: all that is printed as JSON, and what the confirm screen and the archive need."""
    return {
        **read.as_json(),
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
        "unmatched_lines": [{"line": missed.line, "text": missed.text} for missed in read.unmatched],
    }


@transaction.atomic
def mark_confirmed(imported: ImportedLetter, *, by: User, letter: Letter | None = None) -> ImportedLetter:
    """A person has compared what was read with the source; `letter` is what the archive made of it."""
    imported = _move(imported, "confirm")
    imported.confirmed_by, imported.confirmed_at, imported.letter = by, clock.now(), letter
    imported.save()
    audit.record(Action.IMPORT_CONFIRMED, by, imported, sha256=imported.source_hash)
    return imported


@transaction.atomic
def discard(imported: ImportedLetter, *, by: User) -> ImportedLetter:
    """Not a letter to keep. The file and the reading stay, and reading the file again brings it back."""
    imported = _move(imported, "discard")
    imported.save(update_fields=["state"])
    audit.record(Action.IMPORT_DISCARDED, by, imported, sha256=imported.source_hash)
    return imported


def _move(imported: ImportedLetter, verb: str) -> ImportedLetter:
    locked: ImportedLetter = ImportedLetter.objects.select_for_update().get(pk=imported.pk)
    before, after = TRANSITIONS[verb]
    if locked.state not in before:
        raise NotAllowed(f"This letter is {locked.get_state_display().lower()} already.")
    locked.state = after
    return locked


# From what was read to the letter as data


def imported_document(imported: ImportedLetter) -> LetterDocument:
    """The letter in the words of its source, for the archive: nothing in it is a placeholder, since nothing will move.

    Raises NotAllowed with what the source does not say.
    """
    result = imported.result
    try:
        return document.build(_data(result))
    except (document.LetterIncomplete, ValueError) as error:
        raise NotAllowed(str(error)) from None


def _data(result: dict[str, Any]) -> dict[str, Any]:
    day = parse_date(result["letter_date"] or "")
    parts = _opening_parts(result)
    return {
        "inspectorate": _inspectorate(result),
        "signatory": {
            "name": result["signatory"] or "",
            "honours": result["signatory_honours"] or "",
            "post": result["signatory_post"] or "",
            "region": result["region"] or "",
        },
        "addressee": {
            "title": result["addressee_title"] or "",
            "name": result["addressee"] or "",
            "honours": result["addressee_honours"] or "",
            "post": result["addressee_post"] or "",
            "force": result["force"] or "",
            "salutation": result["salutation"] or "",
        },
        "subject": result["subject"] or result["inspection"] or "",
        "former_titles": result["former_titles"],
        **parts,
        "themes": _themes(result),
        "closing": result["closing"],
        "valediction": _span(result, "closing words") or "Yours sincerely",
        "copied_to": [_copied(words) for words in result["copied_to"]],
        "enclosures": result["enclosures"],
        "letter_date": document.date_words(day) if day else "",
    }


def _inspectorate(result: dict[str, Any]) -> dict[str, str]:
    """The letterhead of the letter's day, which corrects a scan error in its name; else the source's own words."""
    day = parse_date(result["letter_date"] or "")
    head = Letterhead.objects.on(day).order_by("-starts_on").first() if day else None
    if head:
        return {"name": head.name, "short_name": head.short_name, "address": head.address}
    name = _span(result, "letterhead")
    initials = "".join(word[0] for word in name.split() if word[0].isupper())
    return {"name": name, "short_name": initials, "address": _span(result, "inspectorate address")}


def _opening_parts(result: dict[str, Any]) -> dict[str, Any]:
    """The opening as its parts: before the questions, the embargo, the accuracy check, the rest.

    The questions are left out: the themes hold them.
    """
    parts: dict[str, Any] = {"opening": [], "publication": "", "accuracy": "", "context": []}
    asked = False
    for paragraph in result["opening"]:
        if paragraph.startswith("- "):
            asked = True
        elif not asked:
            parts["opening"].append(paragraph)
        elif not parts["publication"] and re.search(r"\bpublished\b.*\bon\b", paragraph):
            parts["publication"] = paragraph
        elif not parts["accuracy"] and "factual accuracy" in paragraph:
            parts["accuracy"] = paragraph
        else:
            parts["context"].append(paragraph)
    lead_in = _span(result, "findings heading")
    parts["lead_in"] = lead_in or document.LEAD_IN
    parts["context"] = [paragraph for paragraph in parts["context"] if paragraph != lead_in]
    return parts


def _themes(result: dict[str, Any]) -> list[dict[str, Any]]:
    known = dict(Theme.objects.filter(inspection__title=result["inspection"]).values_list("title", "prefix"))
    prefixes: list[str] = []
    for theme in result["themes"]:
        prefixes.append(known.get(theme["title"]) or _prefix(theme["title"], prefixes))
    return [
        {
            "title": theme["title"],
            "question": theme["question"] or "",
            "prefix": prefix,
            "findings": ["\n\n".join(paragraphs) for paragraphs in texts],
        }
        for theme, prefix, texts in zip(result["themes"], prefixes, result["paragraphs"], strict=True)
    ]


def _prefix(title: str, taken: Sequence[str]) -> str:
    """Two to four capitals from a theme's title: "Preventing Crime" gives PC."""
    words = [re.sub(r"[^A-Za-z]", "", word) for word in title.split() if word.lower() not in _MINOR_WORDS]
    initials = "".join(word[0] for word in words if word)[:4].upper()
    tries = [initials if len(initials) > 1 else "".join(words)[:2].upper()]
    tries += [f"{tries[0][:3]}{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    return next(each for each in tries if len(each) > 1 and each not in taken)


def _copied(words: str) -> dict[str, str]:
    name, _, role = words.partition(", ")
    return {"name": name, "role": role}


def _span(result: dict[str, Any], kind: str) -> str:
    texts = (" ".join(str(span["text"]).split()) for span in result["spans"] if span["kind"] == kind)
    return next(texts, "")
