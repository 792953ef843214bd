"""Golden pictures: each variant's pages as they were when somebody last looked at them beside the real letter.

Two things are kept for each variant. Where every line of words stands (page, place, size, font), whatever draws the
page; and a hash of the dots, for the versions of the libraries that decide them. Fonts and styles are shipped; Pango
and HarfBuzz are the distribution's (Debian 12: Pango 1.50, Debian 13: 1.56; both draw the same dots). Another version
may round a letter's width otherwise. Versions that are not listed are therefore the one change that is let through:
every line must still hold the same words in the same font and size on the same page, and stand within a point of its
place. Nothing else is tolerated.

After a wanted change: look at the pages (`HMIC_GOLDEN=write` writes them as PNG beside the new golden file), then keep
the new file.
"""

import hashlib
import io
import json
import os
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar, LTTextContainer, LTTextLine
from PIL import Image

from hmic_core.pdf import pictures, rendering
from letters.document.parts import Variant
from letters.document.printing import render_pdf
from tests.letters.real_letter import VALUES, document

GOLDEN = Path(__file__).parent / "golden"
WRITING = os.environ.get("HMIC_GOLDEN") == "write"


@lru_cache
def made(variant: Variant) -> bytes:
    return render_pdf(document(), VALUES, variant)


@lru_cache
def lines_of(data: bytes) -> list[list[Any]]:
    """Every line of words: page, left edge and base to half a point, size, font, words."""
    found = []
    for number, page in enumerate(extract_pages(io.BytesIO(data)), start=1):
        for line in (line for box in page if isinstance(box, LTTextContainer) for line in box):
            letters = [each for each in line if isinstance(each, LTChar)] if isinstance(line, LTTextLine) else []
            if letters:
                first = letters[0]
                place = [round(line.x0 * 2) / 2, round(line.y0 * 2) / 2, round(first.size * 2) / 2]
                found.append([number, *place, first.fontname.split("+")[-1], line.get_text().strip()])
    return sorted(found, key=str)


def drawn_by() -> str:
    """The versions that decide the dots: what lays out, what shapes, what draws."""
    from weasyprint.text.ffi import pango

    parts = [f"weasyprint {version('weasyprint')}", f"pango {pango.pango_version()}"]
    try:
        return ", ".join([*parts, f"pypdfium2 {version('pypdfium2')}"])
    except PackageNotFoundError:
        return ""


def dots_of(data: bytes) -> str:
    digest = hashlib.sha256()
    for page in pictures.pages(data, width=900):
        with Image.open(io.BytesIO(page)) as opened:
            digest.update(opened.tobytes())
    return digest.hexdigest()


def kept(variant: Variant) -> dict[str, Any]:
    result: dict[str, Any] = json.loads((GOLDEN / f"{variant}.json").read_text(encoding="utf-8"))
    return result


@pytest.mark.skipif(not WRITING, reason="only when somebody has looked at the pages")
@pytest.mark.parametrize("variant", Variant)
def test_write(variant: Variant) -> None:
    path, data = GOLDEN / f"{variant}.json", made(variant)
    lines = lines_of(data)
    dots = kept(variant)["dots"] if path.exists() and kept(variant)["lines"] == lines else {}
    if by := drawn_by():
        dots[by] = dots_of(data)
    rows = ",\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(f'{{"dots": {json.dumps(dots, indent=1)},\n"lines": [\n{rows}\n]}}\n', encoding="utf-8")
    for number, page in enumerate(pictures.pages(data, width=900), start=1):
        (Path(os.environ.get("HMIC_GOLDEN_PICTURES", "/tmp")) / f"{variant}-{number}.png").write_bytes(page)


def moved(found: list[list[Any]], known: list[list[Any]], most: float) -> list[tuple[list[Any], list[Any]]]:
    """The lines that say something else, or stand further than `most` points from where they stood."""

    def in_words(line: list[Any]) -> tuple[Any, ...]:
        page, _, _, size, font, words = line
        return page, words, font, size

    pairs = zip(sorted(found, key=str_of(in_words)), sorted(known, key=str_of(in_words)), strict=True)
    return [
        (new, old)
        for new, old in pairs
        if in_words(new) != in_words(old) or max(abs(new[1] - old[1]), abs(new[2] - old[2])) > most
    ]


def str_of(key: Any) -> Any:
    """Lines with the same words in order of their places."""
    return lambda line: (str(key(line)), line[2], line[1])


@pytest.mark.parametrize("variant", Variant)
def test_every_line_stands_where_it_stood(variant: Variant) -> None:
    most = 0.0 if drawn_by() in kept(variant)["dots"] else 1.0
    found, known = lines_of(made(variant)), kept(variant)["lines"]
    assert len(found) == len(known)
    assert moved(found, known, most) == []


@pytest.mark.parametrize("variant", Variant)
def test_every_dot_is_what_it_was(variant: Variant) -> None:
    by, known = drawn_by(), kept(variant)["dots"]
    if not by:
        pytest.skip("pypdfium2 is not installed: the lines were compared, the dots were not")
    if by not in known:
        pytest.skip(f"new versions ({by}): the lines were compared. Look at the pages, then keep their hash")
    assert dots_of(made(variant)) == known[by]


def test_a_change_of_half_a_millimetre_is_seen() -> None:
    """The comparison can fail."""
    data = made(Variant.FINAL)
    stamped = rendering.stamp(data, ["Copy 1"])
    assert lines_of(stamped) != kept(Variant.FINAL)["lines"]
    known = kept(Variant.FINAL)["lines"]
    aside = [
        [page, left + 1.5, *rest] if n == 3 else [page, left, *rest] for n, (page, left, *rest) in enumerate(known)
    ]
    assert len(moved(aside, known, 1.0)) == 1
    assert len(moved([[*line[:5], "other"] if n == 3 else line for n, line in enumerate(known)], known, 1.0)) > 0
    assert dots_of(stamped) != dots_of(data)
