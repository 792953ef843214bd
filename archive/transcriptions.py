"""The transcription of a letter of the past, corrected while it is public.

The import was opened again and corrected in `letters` (`archive.reopening`). Here the first publication admin says
what readers are told; the second confirms it, as any correction (`publication.release.additions`). The original file
stays the record.
"""

from dataclasses import dataclass, replace

from django.db import transaction

from archive import registration
from archive.importing import mark_confirmed
from archive.models import ImportedLetter
from archive.publications import Past, read_past
from hmic_core import clock, files
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.pdf import rendering
from inspections.models import Release, ReleaseItem
from letters.document import building
from letters.document.comparison import Change, differences
from publication.permissions import require_admin
from publication.release import freezing
from publication.release.additions import begin_correction, propose_correction


@dataclass(frozen=True)
class Correction:
    """A letter as it was corrected, and the item that is public in its place."""

    past: Past
    item: ReleaseItem

    @property
    def changes(self) -> list[Change]:
        return differences(self.item.content["document"], building.to_json(self.past.letter))


def public_letter(imported: ImportedLetter) -> ReleaseItem | None:
    """The letter of the archive that came from an import, as it is public now."""
    letters = ReleaseItem.objects.filter(kind=ReleaseItem.Kind.LETTER, source_id=imported.pk)
    standing = letters.filter(state=ReleaseItem.State.ACTIVE, release__state=Release.State.RELEASED)
    return standing.select_related("release__inspection", "force").first()


def check(imported: ImportedLetter, *, by: User) -> Correction:
    """The correction that an import holds; raises NotAllowed where it cannot be submitted for approval.

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
    if building.content_hash(past.letter) == item.content["signed_hash"]:
        raise NotAllowed("Nothing differs from what is public. Leave the letter as it was confirmed.")
    return Correction(past, item)


def propose(imported: ImportedLetter, *, note: str, by: User) -> ReleaseItem:
    """Put a corrected transcription forward; `note` is what readers are told. Nothing public changes.

    Renders the PDF, so it belongs in a worker or a command.
    """
    correction = check(imported, by=by)
    data = registration.render(correction.past)
    with transaction.atomic():
        now = begin_correction(correction.item, note=note, by=by)
        locked = ImportedLetter.objects.select_for_update().get(pk=imported.pk)
        if locked.version != imported.version:
            raise NotAllowed("Somebody changed the letter meanwhile. Look at it again, then submit it for approval.")
        imported = mark_confirmed(locked, by=by)
        past, release = correction.past, correction.item.release
        letter_pdf = files.store(data, freezing.letter_file_name(release.inspection, past.force), "application/pdf", by)
        made = registration.letter_item(release, imported, past, letter_pdf, rendering.page_count(data))
        return propose_correction(correction.item, made, note=note, by=by, now=now)
