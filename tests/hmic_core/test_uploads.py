"""The virus scanner at the gate: a small server that speaks clamd's INSTREAM stands in for it."""

import io
import socket
import struct
import threading
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from hmic_core import uploads


class Clamd:
    """Answers as clamd does, with `answer`, and keeps what it was sent."""

    def __init__(self) -> None:
        self.answer = b"stream: OK\0"
        self.received = b""
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            with client, client.makefile("rb") as stream:
                word = stream.read(6)
                if word == b"zPING\0":
                    client.sendall(b"PONG\0")
                    continue
                assert word + stream.read(4) == b"zINSTREAM\0"
                while length := struct.unpack("!I", stream.read(4))[0]:
                    self.received += stream.read(length)
                client.sendall(self.answer)


@pytest.fixture
def clamd(settings: Any) -> Iterator[Clamd]:
    server = Clamd()
    settings.CLAMD, settings.CLAMD_SECONDS = server.address, 2
    yield server
    server.listening.close()


def test_a_clean_file_comes_in_whole(clamd: Clamd) -> None:
    data = b"words " * 400_000  # more than one chunk
    assert uploads.examine(data, "notes.txt") == "text/plain; charset=utf-8"
    assert clamd.received == data


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"stream: Eicar-Test-Signature FOUND\0", "refused by the virus scanner"),
        (b"INSTREAM size limit exceeded. ERROR\0", "could not be checked"),
        (b"", "could not be checked"),
    ],
)
def test_anything_but_clean_is_refused(clamd: Clamd, answer: bytes, why: str) -> None:
    clamd.answer = answer
    with pytest.raises(uploads.Refused, match=why):
        uploads.examine(b"words", "notes.txt")


def test_a_scanner_that_does_not_answer_is_never_skipped(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        settings.CLAMD = f"127.0.0.1:{gone.getsockname()[1]}"
    with pytest.raises(uploads.Refused, match="does not answer"):
        uploads.examine(b"words", "notes.txt")


def test_without_the_setting_nothing_is_asked(settings: Any) -> None:
    settings.CLAMD = ""
    assert uploads.examine(b"words", "notes.txt")


def open_document(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, data in {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", **parts}.items():
            packed.writestr(name, data)
    return made.getvalue()


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"word/document.xml": b"<x/>"}, "is not what its name says"),
        ({"content.xml": b"<x/>", "Basic/script-lc.xml": b"<x/>"}, "carries macros"),
        ({"content.xml": b"<x/>", "Scripts/python/run.py": b"x"}, "carries macros"),
        ({"content.xml": b"?", "META-INF/manifest.xml": b"<manifest:encryption-data/>"}, "needs a password"),
    ],
)
def test_an_open_document_is_looked_into_as_office_files_are(parts: dict[str, bytes], why: str) -> None:
    with pytest.raises(uploads.Refused, match=why):
        uploads.examine(open_document(**parts), "log.ods")


def test_an_open_document_without_any_of_these_is_taken() -> None:
    data = open_document(**{"content.xml": b"<x/>", "META-INF/manifest.xml": b"<manifest:manifest/>"})
    assert uploads.examine(data, "log.ods") == "application/vnd.oasis.opendocument.spreadsheet"
