"""Private files. Bytes lie under random keys and leave only through a view that has asked its own gate."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from hmic_core.errors import NotAllowed
from hmic_core.models import StoredFile, User, random_key
from hmic_core.outside import Outside, Silent

T = TypeVar("T")
STORE = Outside("the file store", 1.5)
#: Bytes a second that a store may take to keep a file, beyond that.
SLOWEST = 5 * 1024 * 1024
#: What may be uploaded: extension -> (content type, how the bytes must begin).
ALLOWED = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    ".ods": ("application/vnd.oasis.opendocument.spreadsheet", b"PK\x03\x04"),
    ".png": ("image/png", b"\x89PNG"),
    ".jpg": ("image/jpeg", b"\xff\xd8"),
    ".txt": ("text/plain; charset=utf-8", b""),
    ".csv": ("text/csv; charset=utf-8", b""),
}


class StoreAway(NotAllowed):
    """The folder of files is there and does not answer."""


def store(data: bytes, name: str, content_type: str, by: User | None) -> StoredFile:
    """Keep `data` under a new random key and return its row. The name is only ever shown, never a path."""
    key = random_key()
    _ask_store(lambda: default_storage.save(key, ContentFile(data)), len(data))
    return StoredFile.objects.create(
        key=key, name=name[:255], content_type=content_type, size=len(data), sha256=digest(data), created_by=by
    )


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read(key: str) -> bytes:
    """The bytes under a storage key. Raises StoreAway while the store does not answer, OSError where they are missing."""
    return _ask_store(lambda: _bytes_of(key), 0)


def _bytes_of(key: str) -> bytes:
    with default_storage.open(key) as handle:
        data: bytes = handle.read()
    return data


def _ask_store(question: Callable[[], T], size: int) -> T:
    """A share of a network that is gone hangs for ever; a large file on a slow disk takes its time."""
    try:
        return STORE.ask(question, more=size / SLOWEST)
    except Silent:
        raise StoreAway("The file store does not answer. Try again in a few minutes.") from None


def respond(data: bytes, name: str, content_type: str, *, inline: bool = False) -> HttpResponse:
    """A download. The caller has asked the gate. Sandboxed, so that an uploaded page can run nothing here."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
