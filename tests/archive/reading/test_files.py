"""Letters as Word and PDF files: read to the truth, or refused in a sentence, in bounded time."""

import io
import time
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from archive.reading.fidelity import account
from archive.reading.files.docx import read_docx
from archive.reading.files.lines import Extracted
from archive.reading.files.pdf import read_pdf
from archive.reading.importer import ImportRefused, open_file, read
from archive.reading.result import ReadLetter
from tests.archive.reading.distortions import FORCES, ORIGINALS, Truth
from tests.archive.reading.files import FILES, as_docx, repacked, with_a_table, with_a_text_box, with_tracked_changes
from tests.archive.reading.layouts import paragraphs

REAL, CUSTODY = ORIGINALS[0][1], ORIGINALS[2][1]


def opened(data: bytes, name: str, *, child: bool = False) -> tuple[Extracted, ReadLetter]:
    """`child`: in the process of its own that the product uses; without it quicker, and the same otherwise."""
    here = {".docx": read_docx, ".pdf": read_pdf}.get(Path(name).suffix)
    given = open_file(data, name) if child or here is None else here(data)
    letter = read(given, known_forces=FORCES)
    assert account(given.text, letter).is_whole
    return given, letter


def is_true(letter: ReadLetter, truth: Truth) -> None:
    shown = letter.as_json()
    assert {key: shown[key] for key in truth.fields} == truth.fields
    assert [(theme["title"], theme["findings"]) for theme in shown["themes"]] == truth.themes
    assert letter.unmatched == ()


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_a_file_is_read_to_the_truth(path: Path) -> None:
    _, letter = opened(path.read_bytes(), path.name, child=path.stem == "bold")
    is_true(letter, CUSTODY if "custody" in path.name else REAL)


def test_what_stands_on_every_page_is_set_aside() -> None:
    given, letter = opened((FILES / "footnote.pdf").read_bytes(), "footnote.pdf")
    kinds = [item.kind for item in letter.furniture]
    assert kinds.count("page number") == 4
    assert kinds.count("running header") == 3
    assert kinds.count("footnote") == kinds.count("footnote mark") == 1
    assert any("taken as a footnote" in asked for asked in letter.uncertain)
    assert len(given.pages) == 4


def test_tracked_changes_are_read_as_accepted_and_said() -> None:
    given, letter = opened(as_docx(paragraphs(), change=with_tracked_changes), "letter.docx")
    assert letter.themes[0].findings[3].text.endswith("anti-social behaviour. Inserted words.")
    assert "Deleted" not in given.text
    assert given.notices[0] == "3 words were deleted by tracked changes: not read"
    assert "inserted" in given.notices[1]
    assert any("tracked changes" in asked for asked in letter.uncertain)


def test_a_text_box_is_read_once_and_asked() -> None:
    given, letter = opened(as_docx(paragraphs(), change=with_a_text_box), "letter.docx")
    assert given.text.count("By hand and by post") == 1
    assert any("text box" in asked for asked in letter.uncertain)


def test_a_table_is_read_cell_by_cell_and_asked() -> None:
    given, letter = opened(as_docx(paragraphs(), change=with_a_table), "letter.docx")
    assert [line.text for line in given.lines if "Devices" in line.text or "Two" in line.text] == [
        "Devices in use",
        "Two thousand",
    ]
    assert any("table" in asked for asked in letter.uncertain)


# What is refused


def protected() -> bytes:
    file = io.BytesIO()
    with pikepdf.open(FILES / "bold.pdf") as pdf:
        pdf.save(file, encryption=pikepdf.Encryption(owner="owner", user="secret"))
    return file.getvalue()


def scanned() -> bytes:
    """Two pages, each a picture."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(2):
            page = pdf.add_blank_page(page_size=(595, 842))
            picture = pdf.make_stream(b"\xff" * 100, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
            picture.Width = picture.Height = 10
            picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceGray, 8
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
            page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
        pdf.save(file)
    return file.getvalue()


def many_pages() -> bytes:
    file = io.BytesIO()
    with pikepdf.open(FILES / "bold.pdf") as pdf:
        for _ in range(61):
            pdf.pages.append(pdf.pages[0])
        pdf.save(file)
    return file.getvalue()


def pdf_bomb() -> bytes:
    """A page whose content unpacks to a hundred megabytes of operators."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"0 0 m " * 2**20) for _ in range(16)) + packer.flush()
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        stream = pikepdf.Stream(pdf, packed)
        stream.write(packed, filter=pikepdf.Name.FlateDecode)
        page.Contents = pdf.make_indirect(stream)
        pdf.save(file, compress_streams=False)
    return file.getvalue()


WORD = as_docx(paragraphs())
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("protected.pdf", protected, "protected with a password"),
        ("scanned.pdf", scanned, "it is a scan"),
        ("broken.pdf", lambda: b"%PDF-1.7\n" + b"nonsense " * 50, "."),
        ("many.pdf", many_pages, "more than 60 pages"),
        ("old.doc.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "password"),
        ("text.docx", lambda: b"Dear Adrian", "not what its name says"),
        ("cut.docx", lambda: WORD[: len(WORD) // 2], "damaged"),
        ("sheet.docx", lambda: WORD.replace(b"word/document", b"xord/document"), "not a Word document"),
        ("entities.docx", lambda: repacked(WORD, word__document=ENTITIES), "defines entities"),
        ("utf16.docx", lambda: repacked(WORD, word__document=ENTITIES.decode().encode("utf-16")), "defines entities"),
        ("bomb.docx", lambda: repacked(WORD, word__media=b"<a/>" * 2_000_000), "unpacks to far more"),
        ("notes.txt", lambda: bytes(range(256)) * 20, "not plain text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_letter_is_refused_in_a_sentence(name: str, data: Any, sentence: str) -> None:
    with pytest.raises(ImportRefused, match=sentence) as refused:
        open_file(data(), name)
    assert str(refused.value).endswith(".")
    assert "Traceback" not in str(refused.value)


def test_a_bomb_is_left_in_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = pdf_bomb()
    assert len(bomb) < 1024**2
    monkeypatch.setattr("archive.reading.files.opening.PATIENCE", 3)
    started = time.perf_counter()
    with pytest.raises(ImportRefused, match="more time or memory"):
        open_file(bomb, "bomb.pdf")
    assert time.perf_counter() - started < 15


def test_the_child_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What opens the file is started with nothing of this process's environment."""
    import subprocess

    seen: dict[str, Any] = {}
    run = subprocess.run

    def watched(*args: Any, **kwargs: Any) -> Any:
        seen.update(kwargs["env"])
        return run(*args, **kwargs)

    monkeypatch.setenv("SECRET_KEY", "secret")
    monkeypatch.setattr(subprocess, "run", watched)
    open_file((FILES / "bold.docx").read_bytes(), "bold.docx")
    assert set(seen) <= {"PATH", "LANG"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252"])
def test_text_in_any_encoding(encoding: str) -> None:
    text = "\r\n".join(paragraphs()).replace("•", "-")
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    _, letter = opened(marks.get(encoding, b"") + text.encode(encoding), "letter.txt")
    is_true(letter, REAL)
