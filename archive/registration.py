"""Publications of before this system: submitted for approval by one publication admin, confirmed by another.

Past instants only. The original file is kept and served as the record; our page is marked as a transcription.
"""

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from archive.importing import mark_confirmed
from archive.models import ImportedLetter
from archive.publications import Past, read_past
from hmic_core import audit, clock, files
from hmic_core.audit import Action
from hmic_core.clock import LONDON
from hmic_core.errors import NotAllowed
from hmic_core.models import StoredFile, User
from hmic_core.pdf import rendering
from inspections.models import ForceInScope, FormerTitle, Inspection, Release, ReleaseItem, Theme
from letters.document import building, printing
from letters.document.parts import PlaceholderValues, Variant
from letters.models import Letter
from publication.permissions import require_admin
from publication.release import freezing
from publication.states import begin, move_to

Kind = ReleaseItem.Kind


def propose_archive(imported: ImportedLetter, *, by: User) -> Release:
    """Put a past publication forward: its inspection, letter and original, frozen, waiting for a second person.

    Renders the PDF, so it belongs in a worker or a command. Raises NotAllowed for an instant that has not passed, for
    an import that lacks something, and for one that was submitted for approval already.
    """
    past = check(imported, by=by)
    data = render(past)
    with transaction.atomic():
        imported = ImportedLetter.objects.select_for_update().get(pk=imported.pk)
        check(imported, by=by)
        return _propose(imported, past, data, by)


def check(imported: ImportedLetter, *, by: User) -> Past:
    """The past publication that an import holds; raises NotAllowed where it cannot be submitted for approval."""
    require_admin(by)
    if imported.state == ImportedLetter.State.DISCARDED:
        raise NotAllowed("This import was discarded. Upload the letter again.")
    if proposal_of(imported) is not None:
        raise NotAllowed("This letter was submitted for approval for the archive already.")
    past = read_past(imported)
    if past.instant >= clock.now():
        raise NotAllowed("The letter is still to be published, it says. The archive is for publications of the past.")
    return past


def proposal_of(imported: ImportedLetter) -> Release | None:
    """The release that an import became, unless that was cancelled."""
    originals = ReleaseItem.objects.filter(kind=Kind.ORIGINAL, source_id=imported.pk)
    item = originals.exclude(release__state=Release.State.CANCELLED).select_related("release").first()
    return item.release if item else None


def imports_at_hand() -> dict[str, list[ImportedLetter]]:
    """`waiting`: imports that nobody has submitted for approval yet, or whose proposal was cancelled. `corrected`:
    those whose letter is in the archive, and which were opened again."""
    taken = ReleaseItem.objects.filter(kind=Kind.ORIGINAL).exclude(release__state=Release.State.CANCELLED)
    state, sources = ImportedLetter.State, taken.values("source_id")
    rows = ImportedLetter.objects.select_related("file").order_by("read_at")
    return {
        "waiting": list(rows.filter(state__in=[state.CONFIRMED, state.READ]).exclude(pk__in=sources)),
        "corrected": list(rows.filter(state=state.READ, pk__in=sources)),
    }


def _propose(imported: ImportedLetter, past: Past, data: bytes, by: User) -> Release:
    now = clock.now()
    inspection = past.inspection or _make_inspection(past, by)
    if imported.state == ImportedLetter.State.READ:
        mark_confirmed(imported, by=by)
    release = Release.objects.create(
        inspection=inspection,
        title=f"{past.force.name}: {inspection.short_title}",
        state=Release.State.SEALED,
        embargo_until=past.instant,
        embargo_wall_time=past.instant.astimezone(LONDON).replace(tzinfo=None).isoformat(timespec="seconds"),
        created_by=by,
        created_at=now,
        sealed_by=by,
        sealed_at=now,
        is_archive=True,
    )
    name = freezing.letter_file_name(inspection, past.force)
    letter_pdf = files.store(data, name, "application/pdf", by)
    items = ReleaseItem.objects.bulk_create(_items(release, imported, past, letter_pdf, data))
    freezing.keep_files(items)
    audit.record(
        Action.RELEASE_ARCHIVE_PROPOSED,
        by,
        release,
        force=past.force.slug,
        instant=past.instant,
        source=imported.source_hash,
        hashes={item.kind: item.content_hash for item in items},
    )
    return release


def _items(
    release: Release, imported: ImportedLetter, past: Past, letter_pdf: StoredFile, data: bytes
) -> list[ReleaseItem]:
    inspection, force = release.inspection, past.force
    items = [
        letter_item(release, imported, past, letter_pdf, rendering.page_count(data)),
        freezing.item(
            release,
            Kind.ORIGINAL,
            f"Original of the letter to {force.name}",
            {"name": imported.file.name, "sha256": imported.source_hash},
            force=force,
            source=imported.pk,
            file=imported.file,
        ),
    ]
    if not _has_page(inspection):
        page = freezing.freeze_inspection(inspection, summary="", is_archive=True)
        items.insert(0, freezing.item(release, Kind.INSPECTION, inspection.title, page))
    return items


def letter_item(
    release: Release, imported: ImportedLetter, past: Past, letter_pdf: StoredFile, pages: int
) -> ReleaseItem:
    """The transcription, frozen, with its PDF."""
    inspection, force = release.inspection, past.force
    content = freezing.freeze_letter(_as_letter(release, past), pages=pages, corrected_on=past.corrected_on)
    content["original"] = imported.file.name
    return freezing.item(
        release,
        Kind.LETTER,
        f"{force.name}: {inspection.short_title}",
        content,
        force=force,
        source=imported.pk,
        file=letter_pdf,
        file_name=freezing.letter_file_name(inspection, force),
    )


def render(past: Past) -> bytes:
    """The transcription's PDF. For a worker or a command; raises NotAllowed where it cannot be made."""
    values = PlaceholderValues(embargo_until=past.instant, letter_date=past.letter_date, corrected_on=past.corrected_on)
    try:
        return printing.render_pdf(past.letter, values, Variant.FINAL)
    except rendering.PdfError as error:
        raise NotAllowed(str(error)) from None


def _as_letter(release: Release, past: Past) -> Letter:
    """The transcription in the shape that letters freeze from. Never saved: nobody assembled or signed it here."""
    return Letter(
        release=release,
        inspection=release.inspection,
        force=past.force,
        letter_date=past.letter_date,
        content=building.to_json(past.letter),
        content_hash=building.content_hash(past.letter),
    )


def _has_page(inspection: Inspection) -> bool:
    """Whether a page of this inspection is public or waits to be: forty-three old letters make one page."""
    pages = ReleaseItem.objects.filter(kind=Kind.INSPECTION, inspection_slug=inspection.slug)
    gone = [Release.State.CANCELLED, Release.State.WITHDRAWN]
    return bool(pages.filter(state=ReleaseItem.State.ACTIVE).exclude(release__state__in=gone).exists())


def _make_inspection(past: Past, by: User) -> Inspection:
    follow_up = past.result.get("follow_up") or {}
    inspection = Inspection.objects.create(
        title=past.title,
        short_title=past.short_title,
        slug=slugify(past.short_title),
        state=Inspection.State.CLOSED,
        fieldwork_words=past.result.get("fieldwork") or "",
        follow_up_title=follow_up.get("inspection") or "",
        follow_up_due=follow_up.get("due") or "",
        updates_invited=bool(follow_up.get("updates_invited")),
    )
    for title in past.result.get("former_titles") or []:
        FormerTitle.objects.create(inspection=inspection, title=title)
    for position, theme in enumerate(past.letter.themes, start=1):
        Theme.objects.create(
            inspection=inspection, position=position, title=theme.title, question=theme.question, prefix=theme.prefix
        )
    ForceInScope.objects.bulk_create(ForceInScope(inspection=inspection, force=force) for force in past.scope)
    audit.record(Action.INSPECTION_CREATED, by, inspection, archive=True)
    return inspection


@transaction.atomic
def confirm_archive(release: Release, *, by: User, version: int | None = None) -> Release:
    """The second person registers a past publication: public at once, with its true instant.

    Refuses whoever submitted it. The stored files are compared with their hashes once more.
    """
    require_admin(by)
    now = begin(release, "confirm_archive", version)
    if sentence := why_not_confirm(by, release):
        raise NotAllowed(sentence)
    if release.embargo_until is None or release.embargo_until >= now:
        raise NotAllowed("The archive is for publications of the past.")
    for item in release.items.exclude(file_key=""):
        freezing.check_stored(item.file_key, item.file_hash, item.title)
    freezing.check_public(release.items.standing())
    move_to(
        release,
        "confirm_archive",
        approved_by=by,
        approved_at=now,
        approved_installation=settings.INSTALLATION,
        released_at=release.embargo_until,
    )
    audit.record(Action.RELEASE_ARCHIVED, by, release, instant=release.embargo_until)
    return release


def why_not_confirm(user: User, release: Release) -> str:
    """Why `user` may not be the second person; empty when they may."""
    if release.sealed_by_id == user.pk:
        return "You put this publication forward. Another publication admin has to confirm it."
    return ""
