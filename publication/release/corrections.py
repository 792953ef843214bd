"""What takes the place of something public: it begins with what is there, and keeps what nobody changed.

An addition's earlier versions stay readable below it, with their dates and what was corrected: they are part of what
is frozen and confirmed. Whatever nobody may read any more is withdrawn instead.
"""

from typing import Any, cast

from forces import naming
from hmic_core import files
from hmic_core.errors import NotAllowed
from hmic_core.models import StoredFile, User
from hmic_core.pdf import pictures
from hmic_core.pdf.rendering import PdfError
from inspections.frozen import FrozenCorrection, FrozenFormer
from inspections.models import ReleaseItem
from letters.copies.report import report_pages
from publication import data_pages
from publication.release import freezing

Kind = ReleaseItem.Kind


def begins_with(item: ReleaseItem) -> dict[str, str]:
    """What a correction of a report or an addition begins with: the words that are public."""
    return {name: item.content.get(name, "") for name in ("title", "summary", "author", "markdown")}


def rewritten(
    item: ReleaseItem,
    *,
    by: User,
    data: bytes = b"",
    name: str = "",
    without_file: bool = False,
    title: str = "",
    summary: str | None = None,
    author: str = "",
    markdown: str = "",
) -> ReleaseItem:
    """A report, a page or an addition with other words, not yet saved. What is not given stays as it is public.

    `data`: another PDF; without one the present file stays, unless `without_file`. Raises NotAllowed where nothing
    differs, or the PDF cannot be read.
    """
    release, was = item.release, {key: value for key, value in item.content.items() if key != "corrections"}
    title, author = " ".join(title.split()) or was["title"], " ".join(author.split()) or was.get("author", "")
    if item.kind == Kind.INSPECTION:
        page = freezing.freeze_inspection(release.inspection, summary=was["summary"], is_archive=was["is_archive"])
        content = cast(dict[str, Any], page)
    elif item.kind == Kind.DATA:
        content = data_pages.refrozen(release.inspection, item.force) or was
    elif item.kind == Kind.REPORT:
        content = {**was, "title": title, "summary": was["summary"] if summary is None else summary.strip()}
    else:
        words = (markdown.strip() and markdown) or was["markdown"]
        content = cast(
            dict[str, Any],
            freezing.freeze_addition(
                title=title, markdown=words, author=author, is_demonstration=was["is_demonstration"]
            ),
        )
    stored = stored_pdf(data, name, by) if data else None
    gone = without_file and item.kind != Kind.REPORT and not stored
    if stored is None and content == was and not (gone and item.file_key):
        raise NotAllowed("Nothing differs from what is public, so there is nothing to correct.")
    made = freezing.item(
        release,
        Kind(item.kind),
        content.get("title", item.title),
        content,
        force=item.force,
        source=item.source_id,
        file=stored,
        file_name=item.file_name if item.kind == Kind.REPORT else "",
    )
    made.inspection_slug = item.inspection_slug
    if stored is None and not gone:
        _keep_file(made, item)
    return made


def _keep_file(made: ReleaseItem, item: ReleaseItem) -> None:
    if item.file_key:
        freezing.check_stored(item.file_key, item.file_hash, item.title)
    for name in ("file_key", "file_name", "file_type", "file_size", "file_hash"):
        setattr(made, name, getattr(item, name))


def stored_pdf(data: bytes, name: str, by: User) -> StoredFile:
    """The PDF, stored. Raises NotAllowed if it is none, or cannot be read."""
    report_pages(data)
    return files.store(data, name or "document.pdf", "application/pdf", by)


def named_in(item: ReleaseItem) -> list[str]:
    """Whom a national report names in its title, summary and PDF, by the register of names: aliases, officers, places.

    A report whose PDF cannot be read says so: nobody must take it for one that names nobody.
    """
    if item.kind != Kind.REPORT:
        return []
    told = [str(item.content.get(name, "")) for name in ("title", "summary")]
    unread = []
    try:
        told += pictures.words(files.read(item.file_key)) if item.file_key else []
    except (OSError, PdfError):
        unread = ["its PDF cannot be read here"]
    named = naming.register().found("\n\n".join(told), None)
    return [*dict.fromkeys(f"“{each.words}” ({each.sentence})" for each in named), *unread]


def corrections_of(item: ReleaseItem) -> list[FrozenCorrection]:
    """The corrections that the item is itself the result of, the last one with when it became public."""
    earlier: list[FrozenCorrection] = [
        cast(FrozenCorrection, dict(each)) for each in item.content.get("corrections", [])
    ]
    if earlier and item.approved_at:
        earlier[-1]["at"] = item.approved_at.isoformat(timespec="seconds")
    return earlier


def history(item: ReleaseItem, note: str) -> list[FrozenCorrection]:
    """The corrections of what takes the item's place: those before, and this one."""
    latest: FrozenCorrection = {"note": note, "former_hash": item.content_hash, "at": ""}
    if item.kind in (Kind.UPDATE, Kind.RESPONSE, Kind.RECOMMENDATION):
        latest["former"] = _former(item)
    return [*corrections_of(item), latest]


def _former(item: ReleaseItem) -> FrozenFormer:
    since = item.approved_at or item.published_at
    return {
        "title": item.content["title"],
        "html": item.content["html"],
        "author": item.content["author"],
        "since": since.isoformat(timespec="seconds"),
        "file_key": item.file_key,
        "file_name": item.file_name,
        "file_size": item.file_size,
        "file_hash": item.file_hash,
    }
