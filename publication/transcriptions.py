"""The transcription of a letter of the past, corrected while it is public.

The import was opened again and put right in `letters` (`letters.reopening`). Here the first publication admin says
what readers are told; the second confirms it, as any correction (`publication.additions`). The original file stays the
record.
"""

from dataclasses import dataclass, replace

from django.db import transaction

from hmic_core import clock, files, pdf
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import Release, ReleaseItem
from letters import document
from letters.comparing import Change, changes, parts_of_document
from letters.importing import mark_confirmed
from letters.models import ImportedLetter
from publication import archive, freezing
from publication.additions import begin_correction, propose_correction
from publication.past import Past, read_past
from publication.permissions import require_admin


@dataclass(frozen=True)
class Correction:
    """A letter as it was put right, and the item that is public in its place."""

    past: Past
    item: ReleaseItem

    @property
    def changes(self) -> list[Change]:
        return differences(self.item.content["document"], document.to_json(self.past.letter))


def differences(before: dict[str, object], after: dict[str, object]) -> list[Change]:
    """What differs between two letters as items keep them."""
    return changes(*(parts_of_document(document.from_json(kept)) for kept in (before, after)))


def public_letter(imported: ImportedLetter) -> ReleaseItem | None:
    """The letter of the archive that came from an import, as it is public now."""
    letters = ReleaseItem.objects.filter(kind=ReleaseItem.Kind.LETTER, source_id=imported.pk)
    standing = letters.filter(state=ReleaseItem.State.ACTIVE, release__state=Release.State.RELEASED)
    return standing.select_related("release__inspection", "force").first()


def check(imported: ImportedLetter, *, by: User) -> Correction:
    """The correction that an import holds; raises NotAllowed where it cannot be put forward.

    A correction changes the words of a letter. It moves it to no other force, inspection or instant.
    """
    require_admin(by)
    item = public_letter(imported)
    if item is None:
        raise NotAllowed("No public letter came from this import, so there is nothing to correct.")
    if imported.state != ImportedLetter.State.READ:
        raise NotAllowed("This letter is not being corrected. Open its import first.")
    past = replace(read_past(imported), corrected_on=clock.today())
    moved = {
        "force": past.force == item.force,
        "inspection": past.inspection == item.release.inspection,
        "instant of publication": past.instant == item.release.embargo_until,
    }
    if others := [words for words, is_same in moved.items() if not is_same]:
        raise NotAllowed(
            f"It names another {' and another '.join(others)} than the letter that is public. "
            "Put that right, or withdraw the public letter."
        )
    if document.content_hash(past.letter) == item.content["signed_hash"]:
        raise NotAllowed("Nothing differs from what is public. Leave the letter as it was confirmed.")
    return Correction(past, item)


def propose(imported: ImportedLetter, *, note: str, by: User) -> ReleaseItem:
    """Put a corrected transcription forward; `note` is what readers are told. Nothing public changes.

    Renders the PDF, so it belongs in a worker or a command.
    """
    correction = check(imported, by=by)
    data = archive.render(correction.past)
    with transaction.atomic():
        now = begin_correction(correction.item, note=note, by=by)
        locked = ImportedLetter.objects.select_for_update().get(pk=imported.pk)
        if locked.version != imported.version:
            raise NotAllowed("Somebody changed the letter meanwhile. Look at it again, then put it forward.")
        imported = mark_confirmed(locked, by=by)
        past, release = correction.past, correction.item.release
        letter_pdf = files.store(data, freezing.letter_file_name(release.inspection, past.force), "application/pdf", by)
        made = archive.letter_item(release, imported, past, letter_pdf, pdf.page_count(data))
        return propose_correction(correction.item, made, note=note, by=by, now=now)
