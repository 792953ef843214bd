"""Which copy is this? A PDF that turned up somewhere, compared with the bytes and the stamps of what went out.

The bytes settle it. Where they were changed (saved again, printed to PDF), the stamp on the pages and the letter's hash
in the metadata still say which copy it was made from, as far as a record of that download exists.
"""

import datetime as dt
import io
import re
from dataclasses import dataclass, field

import pikepdf
from django.db import models, transaction
from django.db.models import Q

from hmic_core import audit, clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import StoredFile, User
from hmic_core.pdf import pictures
from hmic_core.pdf.rendering import PdfError
from letters import permissions
from letters.models import Copy, Download, Letter

#: Pages that are read for a stamp: it stands on each, so the first few tell.
_PAGES = 5
#: How long a page's text may be before it is no page of ours.
_TEXT = 200_000
_STAMP = re.compile(
    r"Copy\s+(?P<number>\d{1,5}):\s*(?P<name>.{1,150}?),\s*(?P<force>[^,]{1,120})\.\s*"
    r"Downloaded\s+(?P<at>\d{2}\s+\w+\s+\d{4},\s+\d{2}:\d{2}:\d{2})\s+(?P<zone>GMT|BST)"
)
_HASH = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Identified:
    """What was found. `how` is bytes, stamp, letter, master or nothing; the lists are empty where nothing fits."""

    sha256: str
    how: str
    downloads: list[Download] = field(default_factory=list)
    letter: Letter | None = None
    stamp: str = ""


def identify(data: bytes, *, by: User) -> Identified:
    """Say which copy `data` is. Raises NotAllowed for what is no PDF or cannot be opened; audited, with its hash."""
    if not permissions.can_issue(by):
        raise NotAllowed("Only a publication admin compares documents with the copies that went out.")
    if not data.startswith(b"%PDF-"):
        raise NotAllowed("The file is not a PDF. A photograph or a print: type what its stamp says into the list.")
    found = _by_bytes(data) or _by_words(data)
    _record(found, by)
    return found


def _by_bytes(data: bytes) -> Identified | None:
    sha256 = files.digest(data)
    downloads = list(_downloads().filter(copy_hash=sha256))
    if downloads:
        return Identified(sha256, "bytes", downloads, downloads[0].copy.letter)
    stored = StoredFile.objects.filter(sha256=sha256).values("pk")
    letter = Letter.objects.filter(renditions__file__in=stored).select_related("force", "inspection").first()
    return Identified(sha256, "master", [], letter) if letter else None


def _by_words(data: bytes) -> Identified:
    sha256 = files.digest(data)
    text, described = _read(data)
    stamp = _STAMP.search(text)
    downloads = _stamped(stamp) if stamp else []
    words = " ".join(stamp.group(0).split()) if stamp else ""
    if downloads:
        return Identified(sha256, "stamp", downloads, downloads[0].copy.letter, words)
    named = _HASH.search(described)
    letter = None
    if named:
        letter = Letter.objects.filter(content_hash=named.group(1)).select_related("force", "inspection").first()
    return Identified(sha256, "letter" if letter else "nothing", [], letter, words)


def _read(data: bytes) -> tuple[str, str]:
    """The words of the first pages, and the metadata. A damaged or protected file is refused with a next step."""
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            xmp = document.Root.get("/Metadata")
            described = f"{dict(document.docinfo)} {xmp.read_bytes().decode('utf-8', 'replace') if xmp else ''}"
        return " ".join(page[:_TEXT] for page in pictures.words(data, last=_PAGES)), described
    except pikepdf.PasswordError:
        raise NotAllowed("The PDF has a password. Save it without one, then choose it again.") from None
    except (pikepdf.PdfError, PdfError) as error:
        raise NotAllowed("The PDF cannot be opened: it is damaged. Try the file as it was found.") from error


def _stamped(stamp: re.Match[str]) -> list[Download]:
    """The recorded downloads that put exactly this stamp on their pages."""
    try:
        wall = dt.datetime.strptime(" ".join(stamp["at"].split()), "%d %B %Y, %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return []
    offset = dt.timedelta(hours=1 if stamp["zone"] == "BST" else 0)
    second = wall.replace(tzinfo=dt.UTC) - offset
    recorded = Q(at__gte=second, at__lt=second + dt.timedelta(seconds=1), copy__number=int(stamp["number"]))
    return [each for each in _downloads().filter(recorded) if each.by.name == stamp["name"].strip()]


def _downloads() -> "models.QuerySet[Download]":
    return Download.objects.select_related(
        "by", "copy__contact__force", "copy__letter__force", "copy__letter__inspection", "copy__letter__release"
    ).order_by("at")


@transaction.atomic
def _record(found: Identified, by: User) -> None:
    subject: Copy | Letter | User = found.downloads[0].copy if found.downloads else found.letter or by
    copies = sorted({str(each.copy_id) for each in found.downloads})
    force = found.letter.force.slug if found.letter else ""
    audit.record(
        Action.COPY_IDENTIFIED,
        by,
        subject,
        force=force,
        sha256=found.sha256,
        how=found.how,
        copies=copies,
        at=clock.now(),
    )
