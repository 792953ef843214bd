"""Passages of the national report that name forces: their words, which forces, and why each name stays."""

from django.db import transaction
from django.db.models import Max

from forces.models import Force
from hmic_core import audit
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.text import markdown
from hmic_core.text.folding import clean
from inspections import national_entries
from inspections.locking import differs, lock, shown
from inspections.models import ForceInScope, Inspection, NationalEntry, ReportPassage

NAMED = ("reason", "words")


@transaction.atomic
def add_passage(inspection: Inspection, *, words: str, by: User) -> ReportPassage:
    """A passage at the end, naming no force yet."""
    inspection = lock(inspection, by)
    words = checked(words)
    last = inspection.report_passages.aggregate(last=Max("position"))["last"] or 0
    made = ReportPassage.objects.create(inspection=inspection, position=last + 1, text=words)
    audit.record(Action.PASSAGE_ADDED, by, inspection, passage=made.pk)
    return made


@transaction.atomic
def save_passage(passage: ReportPassage, *, seen: str, words: str, by: User) -> ReportPassage:
    """New words of the report. Forces that are shown words of their own go on being shown those. Raises `Stale`."""
    inspection = lock(passage.inspection, by)
    passage = ReportPassage.objects.select_for_update().get(pk=passage.pk)
    before, after = {"words": passage.text}, {"words": checked(words)}
    if not differs(before, after, seen):
        return passage
    held = list(passage.entries.select_for_update(of=("self",)).select_related("force"))
    reading = [entry for entry in held if not entry.words]
    national_entries.refuse(national_entries.CHANGE, reading)
    passage.text = after["words"]
    passage.save(update_fields=["text"])
    for entry in reading:
        entry.passage = passage
    national_entries.keep_next(reading, by)
    audit.record(Action.PASSAGE_CHANGED, by, inspection, passage=passage.pk)
    return passage


@transaction.atomic
def remove_passage(passage: ReportPassage, *, by: User) -> None:
    """Take out a passage that no force was shown."""
    inspection = lock(passage.inspection, by)
    national_entries.refuse(national_entries.REMOVE, passage.entries.select_related("force", "passage"))
    audit.record(Action.PASSAGE_REMOVED, by, inspection, passage=passage.pk)
    passage.delete()


@transaction.atomic
def name_force(passage: ReportPassage, *, force: Force, reason: str, words: str = "", by: User) -> NationalEntry:
    """Note that the passage names a force and why the name stays; that force checks it for accuracy.

    `words`: what it is shown where others are named too (docs/adr/0007-passages-that-name-several-forces.md).
    """
    inspection = lock(passage.inspection, by)
    if not ForceInScope.objects.filter(inspection=inspection, force=force).exists():
        raise NotAllowed(f"{force} is not in this inspection.")
    if passage.entries.filter(force=force).exists():
        raise NotAllowed(f"{force} is noted already: change its line.")
    last = NationalEntry.objects.filter(passage__inspection=inspection, force=force).aggregate(last=Max("number"))
    made: NationalEntry = NationalEntry.objects.create(
        passage=passage, force=force, number=(last["last"] or 0) + 1, **_named(reason, words)
    )
    national_entries.keep_first([made], by)
    audit.record(Action.PASSAGE_NAMED, by, inspection, passage=passage.pk, force=force.slug, reference=made.reference)
    return made


@transaction.atomic
def save_name(entry: NationalEntry, *, seen: str, reason: str, words: str, by: User) -> NationalEntry:
    """A new reason, or other words for this force. Raises `Stale`."""
    assert entry.passage is not None  # noqa: S101
    inspection = lock(entry.passage.inspection, by)
    of = NationalEntry.objects.select_for_update(of=("self",)).select_related("passage", "force")
    entry = of.get(pk=entry.pk)
    before, after = shown(entry, NAMED), _named(reason, words)
    if not differs(before, after, seen):
        return entry
    read = entry.text
    entry.reason, entry.words = after["reason"], after["words"]
    if entry.text != read:
        national_entries.refuse(national_entries.CHANGE, [entry])
        national_entries.keep_next([entry], by)
    else:
        entry.save(update_fields=NAMED)
    audit.record(Action.PASSAGE_NAME_CHANGED, by, inspection, force=entry.force.slug, reference=entry.reference)
    return entry


@transaction.atomic
def unname_force(entry: NationalEntry, *, by: User) -> None:
    """The passage names that force no more, and it was never shown it."""
    assert entry.passage is not None  # noqa: S101
    inspection = lock(entry.passage.inspection, by)
    national_entries.refuse(national_entries.REMOVE, [entry])
    audit.record(Action.PASSAGE_NAME_REMOVED, by, inspection, force=entry.force.slug, reference=entry.reference)
    entry.delete()


def _named(reason: str, words: str) -> dict[str, str]:
    if not reason.strip():
        raise NotAllowed("Say why the name stays in the report.")
    return {"reason": reason.strip(), "words": checked(words) if words.strip() else ""}


def checked(words: str) -> str:
    """The words of a passage as they are kept. Raises NotAllowed for none, and for what a letter could not print."""
    words = clean(words.replace("\r\n", "\n")).strip()
    if not words:
        raise NotAllowed("Enter the passage.")
    if errors := markdown.check(words):
        raise NotAllowed(errors[0])
    return words
