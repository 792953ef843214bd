"""HTML to PDF: valid twice over, tagged as the HTML is, the same bytes every time, nothing from outside."""

import io
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from hmic_core.pdf import rendering
from hmic_core.pdf.rendering import Metadata, PdfError

META = Metadata(
    title="A <letter> & more", author="HMIC", created=datetime(2014, 9, 3, 12, tzinfo=UTC), identifier="sha256:abc"
)
LONG = (
    "<h1>Title</h1><ul>"
    + "<li><p>One <em>two</em> three.</p><p>Second paragraph, long enough to be broken over two lines of a page.</p>"
    "<ul><li>nested</li></ul></li><li>tight</li>"
    * 60
    + "</ul><table><thead><tr><th>A</th><th>B</th></tr></thead><tbody>"
    + "<tr><th scope='row'>1</th><td>2</td></tr>" * 60
    + "</tbody></table>"
)


def page(body: str) -> str:
    return f'<!doctype html><html lang="en-GB"><head><title>T</title></head><body class="paper">{body}</body></html>'


def tags(made: bytes) -> list[str]:
    """The structure elements in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append(str(node.S)[1:])
            kids = node.get("/K", [])
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                walk(kid)

    with pikepdf.open(io.BytesIO(made)) as file:
        walk(file.Root.StructTreeRoot.K[0])
    return found


def picture(made: bytes, folder: Path, dots: int = 40) -> bytes:
    """The first page as grey pixels (a PGM file)."""
    source = folder / "page.pdf"
    source.write_bytes(made)
    subprocess.run(
        ["pdftoppm", "-gray", "-r", str(dots), "-f", "1", "-l", "1", "-singlefile", str(source), str(folder / "page")],
        check=True,
    )
    return (folder / "page.pgm").read_bytes()


def test_valid_for_both_standards_before_and_after_stamping() -> None:
    made = rendering.render(page(LONG), META)
    assert rendering.page_count(made) > 5
    assert rendering.validate(made) == []
    assert rendering.validate(rendering.stamp(made, ["Copy 3, for Zoë Ŵilliams", "Wednesday 3 September 2014"])) == []


def test_the_validator_finds_what_is_wrong() -> None:
    made = rendering.render(page(LONG), META)
    with pikepdf.open(io.BytesIO(made)) as file:
        del file.Root.StructTreeRoot
        file.pages[0].contents_add(file.make_stream(b"0 0 9 9 re f"), prepend=True)
        output = io.BytesIO()
        file.save(output)
    problems = rendering.validate(output.getvalue())
    assert "the file is not marked as tagged" in problems
    assert "a page holds content that is neither tagged nor an artifact" in problems


def test_an_element_over_several_pages_is_one_tag() -> None:
    found = tags(rendering.render(page(LONG), META))
    count = {name: found.count(name) for name in set(found)}
    assert count == {
        "Document": 1,
        "H1": 1,
        "L": 1 + 60,
        "LI": 120 + 60,
        "Lbl": 120 + 60,
        "LBody": 120 + 60,
        "P": 120,
        "Table": 1,
        "THead": 1,
        "TBody": 1,
        "TR": 61,
        "TH": 62,
        "TD": 60,
    }


def test_page_numbers_are_not_read_out() -> None:
    made = rendering.render(page(LONG), META)
    with pikepdf.open(io.BytesIO(made)) as file:
        last = file.pages[-1]
        marks = [
            str(operands[0])
            for operands, operator in pikepdf.parse_content_stream(last)
            if str(operator) == "BDC" and "/Type" in operands[1]
        ]
        owners = file.Root.StructTreeRoot.ParentTree.Nums[2 * len(file.pages) - 1]
        assert "/Artifact" in marks
        assert any(owner is None for owner in owners)


def test_the_file_says_what_it_is() -> None:
    with pikepdf.open(io.BytesIO(rendering.render(page("<p>x</p>"), META))) as file, file.open_metadata() as xmp:
        assert xmp["dc:title"] == "A <letter> & more"
        assert xmp["pdfuaid:part"] == "1"
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "A")
        assert xmp["dc:identifier"] == "sha256:abc"
        assert xmp["xmp:CreateDate"] == "2014-09-03T12:00:00Z"
        assert str(file.Root.Lang) == "en-GB"


def test_the_same_html_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import sys; from datetime import UTC, datetime; from hmic_core.pdf import rendering as pdf;"
        "from tests.hmic_core.pdf.test_rendering import LONG, META, page;"
        "pdf.render(page('<p>something else first</p>'), META);"
        "sys.stdout.buffer.write(pdf.stamp(pdf.render(page(LONG), META), ['Copy 1']))"
    )
    other = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, cwd=rendering.STATIC.parent
    )
    assert other.stdout == rendering.stamp(rendering.render(page(LONG), META), ["Copy 1"])


@pytest.mark.parametrize(
    "intruder",
    [
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="http://127.0.0.1:9/x.png" alt="x">',
        '<img src="data:image/png;base64,AAAA" alt="x">',
        '<img src="../hmic_core/settings.py" alt="x">',
        '<img src="fonts/../../manage.py" alt="x">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<style>@import "file:///etc/passwd";</style>',
        '<style>@font-face { font-family: x; src: url("file:///etc/passwd") } p { font-family: x }</style>',
        '<p style="background: url(file:///etc/passwd)">x</p>',
        '<object data="file:///etc/passwd">x</object>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        '<a href="https://example.org">x</a>',
    ],
)
def test_nothing_from_outside_gets_in(intruder: str) -> None:
    with pytest.raises(PdfError):
        rendering.render(page(f"<p>before</p>{intruder}"), META)
    assert rendering.render(page("<p>and the next one works</p>"), META).startswith(b"%PDF-1.7")


def test_no_stream_ends_in_a_carriage_return() -> None:
    """One compressed stream in 256 would, and its length would then be read wrongly."""
    assert rendering.unambiguous(lambda attempt: [b"\r\nendstream", b"\r\nendstream", b"good"][attempt]) == b"good"
    for copy in range(40):
        assert b"\r\nendstream" not in rendering.stamp(rendering.render(page(f"<p>{copy}</p>"), META), [f"Copy {copy}"])


@pytest.mark.parametrize("attempt", [1, 2])
def test_other_bytes_for_the_same_pages_are_valid_too(monkeypatch: pytest.MonkeyPatch, attempt: int) -> None:
    first = rendering.render(page(LONG), META)
    monkeypatch.setattr(rendering, "unambiguous", lambda write: write(attempt))
    other = rendering.render(page(LONG), META)
    assert other != first
    assert tags(other) == tags(first)
    problems = rendering.validate(other) + rendering.validate(rendering.stamp(other, ["Copy 1"]))
    assert [problem for problem in problems if "STREAM-LENGTH" not in problem] == []


def test_a_character_that_cannot_be_printed_is_named() -> None:
    assert rendering.missing_characters("Zoë, Ŵyn, “so” – 10 €\u200b") == []
    with pytest.raises(PdfError, match=r"U\+1F600"):
        rendering.render(page("<p>\U0001f600</p>"), META)


def test_a_stamp_is_readable_and_the_right_way_up(tmp_path: Path) -> None:
    plain = rendering.render(page("<p>Words</p>"), META)
    stamped = rendering.stamp(plain, ["FFFFFFFFFFFFFFFFFFFF"])
    before, after = picture(plain, tmp_path, 144), picture(stamped, tmp_path, 144)
    width, height = (int(part) for part in before.split(maxsplit=3)[1:3])
    pixels = after[-width * height :]
    dark = [
        (at % width, at // width)
        for at, (old, new) in enumerate(zip(before[-width * height :], pixels, strict=True))
        if new < old
    ]
    columns, rows = [x for x, _ in dark], [y for _, y in dark]
    assert min(columns) < width / 4
    assert max(rows) < 0.08 * height, "the stamp stands in the top margin"
    middle = (min(rows) + max(rows)) / 2
    above = sum(1 for y in rows if y < middle)
    assert above > 1.15 * (len(rows) - above), "an F has more ink above its middle"
    first = [x for x in columns if x < min(columns) + 9]
    assert sum(1 for x in first if x < min(columns) + 3) > len(first) / 3, "an F begins with its stem"


def test_a_stamp_stays_on_every_page_and_in_the_text(tmp_path: Path) -> None:
    stamped = rendering.stamp(rendering.render(page(LONG), META), ["Copy 3, for Jan McMillan", "漢 is not in the font"])
    (tmp_path / "s.pdf").write_bytes(stamped)
    text = subprocess.run(["pdftotext", "s.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert len(re.findall("Copy 3, for Jan McMillan", text)) == rendering.page_count(stamped)
    assert "? is not in the font" in text


def test_a_machine_that_cannot_render_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rendering.check_renders() == []
    monkeypatch.setattr(rendering, "_TRIAL", "raise SystemExit('cannot load library pango')")
    (message,) = rendering.check_renders()
    assert "pango" in message.msg
    assert "libpango-1.0-0" in str(message.hint)
    monkeypatch.setattr(rendering, "_TRIAL", "import os; os.kill(os.getpid(), 11)")
    assert "signal 11" in rendering.check_renders()[0].msg


def test_a_web_process_never_loads_the_renderer() -> None:
    program = "import sys, hmic_core.pdf.rendering, letters.document; raise SystemExit('weasyprint' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=rendering.STATIC.parent)
