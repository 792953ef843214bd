"""Which reader opens a file, and the process of its own in which it does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PurePath

from archive.reading.encodings import decode, decoded_once
from archive.reading.files.lines import Extracted, Unreadable, from_json, from_text

KINDS = (".txt", ".docx", ".pdf")
#: Seconds that a Word or PDF file may take, start of the process included.
PATIENCE = 25
_ROOT = Path(__file__).resolve().parents[3]
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b]")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_letter_file(name: str) -> bool:
    return PurePath(name).suffix.lower() in KINDS


def extract(data: bytes, name: str) -> Extracted:
    """The lines of a file; its kind is told by its bytes, its name decides only for text. Raises Unreadable."""
    if data.startswith(_COMPOUND):
        raise Unreadable(
            "The file is an old Word document (.doc) or is protected with a password. Open it in Word, take the"
            " password off and save it as .docx."
        )
    if b"%PDF-" in data[:1024]:
        return _in_a_child("pdf", data)
    if data.startswith(b"PK\x03\x04"):
        return _in_a_child("docx", data)
    suffix = PurePath(name).suffix.lower()
    if suffix in (".docx", ".pdf"):
        raise Unreadable(f"“{PurePath(name).name}” is not what its name says. Save it in its own program again first.")
    if suffix and suffix != ".txt":
        raise Unreadable(f"“{PurePath(name).name}” is not a letter’s file: give it as {', '.join(KINDS)}.")
    _refuse_markup(data)
    text = _plain_text(data)
    mended = decoded_once(text)
    if mended != text:
        return replace(from_text(mended), notices=("its characters had been saved in a wrong encoding: corrected",))
    if "\ufffd" in text:
        return replace(from_text(text), notes=("characters of the file are lost: they stand as “\ufffd”",))
    return from_text(text)


def _refuse_markup(data: bytes) -> None:
    """Rich text and web pages are text to look at, and full of words that no letter has."""
    begins = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begins.startswith(b"{\\rtf"):
        raise Unreadable("The file is rich text (.rtf). Open it in Word and save it as .docx.")
    if begins.startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise Unreadable("The file is a web page or XML. Open it, copy the letter’s text and save that as .txt.")


def _plain_text(data: bytes) -> str:
    text = decode(data)
    if len(_CONTROLS.findall(text)) * 100 > len(text):
        raise Unreadable("The file is not plain text. Choose a .txt, .docx or .pdf file.")
    return text.replace("\x00", " ")


def _in_a_child(kind: str, data: bytes) -> Extracted:
    """Read a file in a process that has no settings, no secrets, little memory and little time."""
    command = [sys.executable, "-m", "archive.reading.files.child", kind]
    bare = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603
            command, input=data, capture_output=True, timeout=PATIENCE, cwd=_ROOT, env=bare, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(_TOO_MUCH) from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise Unreadable(_TOO_MUCH) from None
    if refused := answer.get("refused"):
        raise Unreadable(str(refused))
    return from_json(answer)


_TOO_MUCH = (
    "The file takes more time or memory to open than any letter does, so it was left. Save it in its own program"
    " again, or copy the letter’s text into a text file."
)
