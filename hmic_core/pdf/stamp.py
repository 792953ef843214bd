"""A copy of a finished PDF for one recipient, with who, when and which copy on every page."""

import io
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

FONT = Path(__file__).resolve().parents[2] / "static" / "fonts" / "LiberationSans-Regular.ttf"


def unambiguous(write: Callable[[int], bytes]) -> bytes:
    """Write, again if need be, until no stream's last byte is a carriage return.

    The line feed that follows would make one line end of both, and validators (rightly,
    by ISO 19005-2, 6.1.7.1) find the stream's length wrong: one stream in 256. ``attempt``
    changes something that nobody sees.
    """
    for attempt in range(9):
        made = write(attempt)
        if b"\r\nendstream" not in made:
            break
    return made


def stamp(pdf: bytes, lines: Sequence[str], *, grey: float = 0.25) -> bytes:
    """A copy of ``pdf`` with ``lines`` printed in the top margin of every page.

    The words go into a content stream of their own **before** the page's: the page's
    own stream leaves its mirrored coordinates behind, and what follows it is printed
    mirrored while every validator still passes it. Marked as an artifact, with an
    embedded font, the copy stays PDF/UA and PDF/A.
    """
    text = [" ".join(unicodedata.normalize("NFC", line).split()) for line in lines]
    return unambiguous(lambda attempt: _stamp(pdf, text, grey, attempt))


def _stamp(pdf: bytes, lines: list[str], grey: float, attempt: int) -> bytes:
    import pikepdf

    from hmic_core.pdf.font import embed, show

    with pikepdf.open(io.BytesIO(pdf)) as file:
        font, codes = embed(file, FONT, "".join(lines), padding=attempt)
        for page in file.pages:
            operators = _stamp_operators([show(line, codes) for line in lines], float(page.mediabox[3]), grey)
            page.contents_add(file.make_stream(operators + b" " * attempt), prepend=True)
            _own_resources(file, page)["/Font"]["/Stamp"] = font
        output = io.BytesIO()
        file.save(output, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return output.getvalue()


def _stamp_operators(lines: list[str], height: float, grey: float) -> bytes:
    """Text from 11 mm below the top edge, in points, 24 mm from the left."""
    top = height - 11 * 72 / 25.4
    shown = "\n".join(f"{line} Tj T*" for line in lines)
    return (
        f"/Artifact <</Type /Pagination /Subtype /Header>> BDC\nq\n{grey:g} g\nBT\n/Stamp 8 Tf\n10 TL\n"
        f"1 0 0 1 {24 * 72 / 25.4:.2f} {top:.2f} Tm\n{shown}\nET\nQ\nEMC\n"
    ).encode("ascii")


def _own_resources(file: Any, page: Any) -> Any:
    """Pages share one resource dictionary; the stamp's font is added once to it."""
    resources = page.obj.get("/Resources")
    if resources is None:
        resources = page.obj["/Resources"] = file.make_indirect({})
    if "/Font" not in resources:
        resources["/Font"] = file.make_indirect({})
    return resources
