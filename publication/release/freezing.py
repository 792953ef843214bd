"""Freezing a release: the exact words and bytes that become public, as release items (`inspections.frozen`).

Nothing is rendered at the instant. What is written here, hashed, is what was approved and what readers get.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.template.loader import render_to_string

from forces.models import Force
from hmic_core import files
from hmic_core.errors import NotAllowed
from hmic_core.models import StoredFile
from hmic_core.text import markdown as text_markdown
from inspections.frozen import (
    FrozenAddition,
    FrozenInspection,
    FrozenLetter,
    FrozenLetterTheme,
    FrozenReport,
    FrozenWelsh,
    content_hash,
)
from inspections.models import Inspection, PublicFile, Release, ReleaseItem
from letters.document import filling, parts
from letters.document.parts import Variant
from letters.models import Letter, NationalReport, Rendition
from letters.signing import welsh
from letters.signing.assembly import values_of
from letters.versions import public_document_of
from publication import data_pages

Kind = ReleaseItem.Kind
POSITIONS = {Kind.INSPECTION: 0, Kind.REPORT: 1, Kind.LETTER: 2, Kind.ORIGINAL: 3, Kind.NOTICE: 4}
POSITIONS |= {Kind.DATA: 8, Kind.UPDATE: 5, Kind.RESPONSE: 6, Kind.RECOMMENDATION: 7}


def freeze(
    release: Release,
    letters: Iterable[Letter],
    renditions: Mapping[uuid.UUID, Rendition],
    report: NationalReport | None,
) -> list[ReleaseItem]:
    """The items of a release, not yet saved: inspection page, report, data, each letter with its final PDF.

    `renditions` holds the final one of each letter. A release that follows another has letters and their forces' data
    only: page and report were frozen there. Raises NotAllowed where a stored file is not what was hashed.
    """
    inspection, letters = release.inspection, list(letters)
    made = [letter_item(release, letter, renditions[letter.pk]) for letter in letters]
    made += data_items(release, [letter.force for letter in letters], definitions=report is not None)
    if report is None:
        return made
    page = item(release, Kind.INSPECTION, inspection.title, freeze_inspection(inspection, summary=report.summary))
    national = item(
        release,
        Kind.REPORT,
        report.title,
        freeze_report(report, inspection),
        source=report.pk,
        file=report.file,
        file_name=f"{inspection.slug}-report.pdf",
    )
    return [page, national, *made]


def item(
    release: Release,
    kind: ReleaseItem.Kind,
    title: str,
    content: Mapping[str, Any],
    *,
    force: Force | None = None,
    source: uuid.UUID | None = None,
    file: StoredFile | None = None,
    file_name: str = "",
) -> ReleaseItem:
    """One item, not yet saved. Its file's bytes are read and compared with their hash now, not at the instant."""
    if release.embargo_until is None:
        raise NotAllowed("The release has no day and time yet. Schedule it first.")
    made = ReleaseItem(
        release=release,
        kind=kind,
        inspection_slug=release.inspection.slug,
        force=force,
        position=POSITIONS[kind],
        title=title[:300],
        published_at=release.embargo_until,
        content=content,
        content_hash=content_hash(content),
        source_id=source or release.inspection_id,
    )
    if file is not None:
        check_stored(file.key, file.sha256, title)
        made.file_key, made.file_name, made.file_type = file.key, file_name or file.name, file.content_type
        made.file_size, made.file_hash = file.size, file.sha256
    return made


def check_stored(key: str, sha256: str, title: str) -> bytes:
    """The bytes in storage; raises NotAllowed unless they are those whose hash was kept."""
    try:
        data = files.read(key)
    except OSError:
        data = None
    if data is None or files.digest(data) != sha256:
        raise NotAllowed(f"The stored file of “{title}” is missing or was damaged. Render or upload it again.")
    return data


def keep_files(items: Iterable[ReleaseItem]) -> None:
    """Copy the files of items that were just saved to where the public reads them, through the gate alone.

    Nothing has to be done with them at the instant (docs/adr/0010-public-bytes.md).
    """
    for each in items:
        for key, sha256 in files_of(each).items():
            PublicFile.objects.create(item=each, sha256=sha256, data=check_stored(key, sha256, each.title))


def check_public(items: Iterable[ReleaseItem]) -> None:
    """Raise NotAllowed unless every file of these items is where the public will read it."""
    for each in items:
        kept = set(each.files.values_list("sha256", flat=True))
        if not set(files_of(each).values()) <= kept:
            raise NotAllowed(
                f"A file of “{each.title}” is not ready for the public. Take the lock back and lock again."
            )


def files_of(item: ReleaseItem) -> dict[str, str]:
    """Storage key and SHA-256 of each file that an item names, each once: its own, that of its Welsh version, and those
    of an addition's earlier versions.
    """
    others = [item.content.get("welsh"), *(each.get("former") for each in item.content.get("corrections", []))]
    named = {each["file_hash"]: each["file_key"] for each in others if each}
    named |= {item.file_hash: item.file_key}
    return {key: sha256 for sha256, key in named.items() if key}


def freeze_inspection(inspection: Inspection, *, summary: str, is_archive: bool = False) -> FrozenInspection:
    return {
        "title": inspection.title,
        "short_title": inspection.short_title,
        "former_titles": [former.title for former in inspection.former_titles.all()],
        "kind": inspection.get_kind_display(),
        "fieldwork": inspection.fieldwork_words,
        "summary": summary,
        "themes": [
            {"title": theme.title, "question": theme.question, "prefix": theme.prefix}
            for theme in inspection.themes.all()
        ],
        "force_count": inspection.scope.count(),
        "follow_up_title": inspection.follow_up_title,
        "follow_up_due": inspection.follow_up_due,
        "is_demonstration": inspection.is_demonstration,
        "is_archive": is_archive,
    }


def freeze_report(report: NationalReport, inspection: Inspection) -> FrozenReport:
    return {
        "title": report.title,
        "summary": report.summary,
        "inspection_title": inspection.title,
        "is_demonstration": inspection.is_demonstration,
    }


def freeze_letter(letter: Letter, *, pages: int, corrected_on: dt.date | None = None) -> FrozenLetter:
    """A letter as its public page and its data. Its Markdown becomes HTML here and never again.

    `corrected_on`: the day on which the transcription of a letter of the past was corrected.
    """
    made = public_document_of(letter)
    view = filling.frozen(made, replace(values_of(letter), corrected_on=corrected_on), Variant.FINAL)
    body = {"letter": view, "anchors": True, "links": True}
    frozen: FrozenLetter = {
        "html": render_to_string("letters/_letter_body.html", body),
        "document": view["document"],
        "signed_hash": letter.public_hash or letter.signed_hash or letter.content_hash,
        "inspection_title": letter.inspection.title,
        "inspection_short_title": letter.inspection.short_title,
        "force_name": view["addressee"]["force"],
        "letter_date": view["letter_date"],
        "addressee": f"{view['addressee']['name']}, {view['addressee']['post']}",
        "signatory": f"{view['signatory']['name']}, {view['signatory']['post']}",
        "pages": pages,
        "themes": [_theme(theme) for theme in made.themes],
        "is_demonstration": letter.inspection.is_demonstration,
        "is_archive": letter.release.is_archive,
    }
    if in_welsh := _welsh(letter):
        frozen["welsh"] = in_welsh
    return frozen


def _welsh(letter: Letter) -> FrozenWelsh | None:
    """The signed Welsh version with its own hash and PDF, inside the letter's item: neither is ever public alone."""
    kept, made = welsh.current(letter), welsh.final_rendition(letter)
    if kept is None or made is None or not kept.signed_hash:
        return None
    check_stored(made.file.key, made.file.sha256, f"{letter.force.name}, in Welsh")
    view = welsh.view_of(letter, kept, Variant.FINAL)
    return {
        "title": view["subject"],
        "html": render_to_string("letters/_letter_body.html", {"letter": view, "anchors": False, "links": True}),
        "document": view["document"],
        "signed_hash": kept.signed_hash,
        "pages": made.pages,
        "file_key": made.file.key,
        "file_name": f"{letter.inspection.slug}-{letter.force.slug}-cy.pdf",
        "file_size": made.file.size,
        "file_hash": made.file.sha256,
    }


def _theme(theme: parts.ThemeText) -> FrozenLetterTheme:
    return {
        "title": theme.title,
        "question": theme.question,
        "findings": [
            {
                "reference": finding.reference,
                "kind": finding.kind,
                "html": str(text_markdown.render_html(finding.markdown, links=True)),
            }
            for finding in theme.findings
        ],
    }


def letter_file_name(inspection: Inspection, force: Force) -> str:
    return f"{inspection.slug}-{force.slug}.pdf"


def freeze_addition(*, title: str, markdown: str, author: str, is_demonstration: bool) -> FrozenAddition:
    return {
        "title": title,
        "html": str(text_markdown.render_html(markdown, links=True)),
        "markdown": markdown,
        "author": author,
        "is_demonstration": is_demonstration,
    }


def data_items(release: Release, forces: Iterable[Force], *, definitions: bool) -> list[ReleaseItem]:
    """The data pages of forces, and with `definitions` the item that says what was measured and asked."""
    inspection, made = release.inspection, []
    if definitions and (measured := data_pages.freeze_definitions(inspection)):
        made.append(item(release, Kind.DATA, measured["title"], measured))
    for force, content in data_pages.freeze_data(inspection, forces).items():
        made.append(item(release, Kind.DATA, content["title"], content, force=force))
    return made


def letter_item(release: Release, letter: Letter, rendition: Rendition) -> ReleaseItem:
    return item(
        release,
        Kind.LETTER,
        f"{letter.force.name}: {release.inspection.short_title}",
        freeze_letter(letter, pages=rendition.pages),
        force=letter.force,
        source=letter.pk,
        file=rendition.file,
        file_name=letter_file_name(release.inspection, letter.force),
    )
