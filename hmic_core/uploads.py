"""What may come in as a file: judged by its name, its bytes and, where one is set, by a virus scanner.

    content_type = uploads.examine(data, name)    # or Refused, with the sentence for the screen

Extension and bytes must agree; files that need a password or carry macros are refused, since nobody can read the one
or trust the other. Nothing is unpacked: of a Word or Excel file only the list of its parts is read. The scanner is
asked over the network, so call this outside a transaction.
"""

import io
import socket
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath

import pikepdf
from django.conf import settings

from hmic_core.files import ALLOWED
from hmic_core.outside import Outside

#: Office files from before 2007, and those of today that need a password, are such containers.
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_PARTS = 5_000
#: More than any manifest holds.
MOST_MANIFEST = 1 << 20
#: Where each kind of Office file keeps its own parts.
FOLDERS = {".docx": "word/", ".xlsx": "xl/", ".ods": "content.xml"}
MACROS = ("vbaproject.bin", "vbadata.xml", "macrosheets/", "activex/", "basic/script", "scripts/python")
CHUNK = 1 << 20
#: Whether the scanner answers at all is asked first: the scan itself may take long.
SCANNER = Outside("the virus scanner", 1.0)


class Refused(Exception):
    """The file is not taken; the message is the sentence for the screen, with what to do next."""


def examine(data: bytes, name: str) -> str:
    """The content type of a file that may be kept. Raises `Refused`."""
    extension = PurePath(name).suffix.lower()
    kind = ALLOWED.get(extension)
    if kind is None:
        raise Refused(f"“{name}” is of a kind that can’t be kept. Choose a file of another kind.")
    content_type, beginning = kind
    if data.startswith(OLD_OFFICE):
        raise Refused(
            f"“{name}” needs a password, or was saved by an old program. Save it again without a password, "
            "in today’s format."
        )
    if not data.startswith(beginning):
        raise Refused(f"“{name}” is not what its name says. Save it in its own program again first.")
    if look := _LOOKS.get(extension):
        look(data, name, extension)
    scan(data, name)
    return content_type


def _office(data: bytes, name: str, extension: str) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Refused(f"“{name}” is damaged. Save it in its own program again first.") from None
    names = [part.filename.lower() for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(f"“{name}” needs a password. Save it without one first.")
    if len(parts) > MOST_PARTS or not any(each.startswith(FOLDERS[extension]) for each in names):
        raise Refused(f"“{name}” is not what its name says. Save it in its own program again first.")
    if any(macro in each for each in names for macro in MACROS):
        raise Refused(f"“{name}” carries macros. Save it as {extension} without them first.")
    if extension == ".ods" and _is_locked(data):
        raise Refused(f"“{name}” needs a password. Save it without one first.")


def _is_locked(data: bytes) -> bool:
    """Whether an OpenDocument file is encrypted: it says so in its manifest, not in the zip as Office files do."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, packed.open("META-INF/manifest.xml") as manifest:
            return b"encryption-data" in manifest.read(MOST_MANIFEST)
    except KeyError:
        return False
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        return True


def _pdf(data: bytes, name: str, extension: str) -> None:
    try:
        # One that only forbids printing or editing opens without a password: that forbids nothing that is done here.
        pikepdf.open(io.BytesIO(data)).close()
    except pikepdf.PasswordError:
        raise Refused(f"“{name}” needs a password. Save it without one first.") from None
    except pikepdf.PdfError:
        raise Refused(f"“{name}” is damaged. Save it as a PDF again first.") from None


def _text(data: bytes, name: str, extension: str) -> None:
    known = any(begins and data.startswith(begins) for _, begins in ALLOWED.values())
    if known or b"\0" in data:
        raise Refused(f"“{name}” is not plain text, as its name says. Give it the name of what it is.")


_LOOKS: dict[str, Callable[[bytes, str, str], None]] = {
    ".docx": _office,
    ".xlsx": _office,
    ".ods": _office,
    ".pdf": _pdf,
    ".txt": _text,
    ".csv": _text,
}


# The virus scanner


def scan(data: bytes, name: str) -> None:
    """Ask clamd (`HMIC_CLAMD`, host:port) whether the file is clean. Raises `Refused` when it is not, and also when
    nobody answers: a scanner that is set is never skipped. Without the setting nothing is asked."""
    if not settings.CLAMD:
        return
    try:
        if SCANNER.ask(lambda: _say(settings.CLAMD, [b"zPING\0"], seconds=1)) != "PONG":
            raise ValueError("no scanner is there")
        answer = _say(settings.CLAMD, _stream(data), seconds=settings.CLAMD_SECONDS)
    except (OSError, ValueError):
        raise Refused(
            f"“{name}” could not be checked for viruses, because the scanner does not answer. Nothing was kept: "
            "try again in a few minutes."
        ) from None
    if answer.endswith("FOUND"):
        raise Refused(f"“{name}” was refused by the virus scanner. Don’t open it; tell your system admin.")
    if answer != "stream: OK":
        raise Refused(f"“{name}” could not be checked for viruses. Nothing was kept: try again in a few minutes.")


def _stream(data: bytes) -> Iterator[bytes]:
    """clamd's INSTREAM: the bytes in chunks, each after its length, and an empty one as the end."""
    yield b"zINSTREAM\0"
    for start in range(0, len(data), CHUNK):
        chunk = data[start : start + CHUNK]
        yield struct.pack("!I", len(chunk)) + chunk
    yield struct.pack("!I", 0)


def _say(address: str, words: Iterable[bytes], *, seconds: float) -> str:
    """What clamd answers, all of it within so many seconds. Raises OSError."""
    host, _, port = address.rpartition(":")
    until = time.monotonic() + seconds
    with socket.create_connection((host, int(port)), timeout=min(seconds, 2)) as scanner:
        for each in words:
            scanner.settimeout(max(0.01, until - time.monotonic()))
            scanner.sendall(each)
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < 4096:
            scanner.settimeout(max(0.01, until - time.monotonic()))
            received = scanner.recv(4096)
            if not received:
                break
            answer += received
    return answer.rstrip(b"\0\n").decode("ascii", "replace")
