"""Letters as Word and PDF files, for the importer's tests.

`python -m tests.archive.reading.files` makes those in `tests/data/letter-files` again; it needs LibreOffice, the tests
do not.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from tests.archive.reading.layouts import ROOT, paragraphs, titles
from tests.archive.reading.others import OTHERS

FILES = ROOT / "tests" / "data" / "letter-files"


def as_docx(
    kept: Sequence[str],
    *,
    styles: bool = True,
    mark: str = "",
    footer: str = "",
    change: Callable[[Any], None] | None = None,
) -> bytes:
    """A Word document of paragraphs. `styles`: headings and lists by style; else bold type and a typed `mark`."""
    made = docx.Document()
    if footer:
        made.sections[0].footer.paragraphs[0].text = footer
    heads = titles(list(kept))
    for n, paragraph in enumerate(kept):
        if paragraph.startswith(("• ", "- ")):
            made.add_paragraph(paragraph[2:], style="List Bullet") if styles else made.add_paragraph(
                mark + paragraph[2:]
            )
        elif n in heads and styles:
            made.add_heading(paragraph, 2)
        elif n in heads:
            made.add_paragraph().add_run(paragraph).bold = True
        else:
            made.add_paragraph(paragraph)
    if change:
        change(made)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def with_tracked_changes(made: Any) -> None:
    """In the third paragraph from the end of the findings: "all" inserted, "hardly any" deleted."""
    paragraph = next(p for p in made.paragraphs if p.text.startswith("The force has provided some training"))
    for tag, words, text in (("w:ins", "w:t", " Inserted words."), ("w:del", "w:delText", " Deleted words here.")):
        change = OxmlElement(tag)
        change.set(qn("w:author"), "Role")
        run, content = OxmlElement("w:r"), OxmlElement(words)
        content.text = text
        content.set(qn("xml:space"), "preserve")
        run.append(content)
        change.append(run)
        paragraph._p.append(change)


def with_a_text_box(made: Any) -> None:
    """A note in a text box, written twice as Word does, for new readers and for old ones."""
    box = "<w:txbxContent><w:p><w:r><w:t>By hand and by post</w:t></w:r></w:p></w:txbxContent>"
    made.paragraphs[2]._p.append(
        parse_xml(
            f'<w:r {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
            ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="urn:wps"><mc:AlternateContent>'
            f'<mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx></mc:Choice>'
            f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )


def with_a_table(made: Any) -> None:
    """The last finding goes into a table of one row and two cells."""
    last = next(p for p in made.paragraphs if p.text.startswith("The force has made a clear investment"))
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Devices in use", "Two thousand"
    last._p.addnext(table._tbl)


def repacked(data: bytes, **changed: bytes) -> bytes:
    """A Word file with parts put in or replaced; "__" stands for "/", and ".xml" is added."""
    file = io.BytesIO()
    names = {f"{name.replace('__', '/')}.xml": content for name, content in changed.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in names:
                new.writestr(part.filename, old.read(part))
        for name, content in names.items():
            new.writestr(name, content)
    return file.getvalue()


STYLE = """
@page { size: A4; margin: 25mm; @top-left { content: "HMIC letter, not for sharing"; font: 9pt serif }
  @bottom-center { content: "Page " counter(page) " of " counter(pages); font: 9pt serif } }
@page :first { @top-left { content: none } }
body { font: 12pt/1.35 "Liberation Serif", serif; hyphens: auto; text-align: justify }
h2 { font-size: 13pt; margin: 18pt 0 6pt } p, li { margin: 0 0 9pt } .note { font-size: 8pt; float: footnote }
@page { @footnote { border-top: .5pt solid } }
"""


def as_html(kept: Sequence[str], *, note: str = "") -> str:
    heads = titles(list(kept))
    parts: list[str] = []
    for n, paragraph in enumerate(kept):
        if paragraph.startswith(("• ", "- ")):
            parts.append(f"<ul><li>{paragraph[2:]}</li></ul>")
        else:
            parts.append(f"<h2>{paragraph}</h2>" if n in heads else f"<p>{paragraph}</p>")
    body = "".join(parts)
    if note:
        body = body.replace("longterm", f'longterm<span class="note">{note}</span>', 1)
    return f'<html lang="en-GB"><style>{STYLE}</style><body>{body}</body></html>'


def main() -> None:
    from weasyprint import HTML

    real, custody = paragraphs(), OTHERS[1].paragraphs
    FILES.mkdir(exist_ok=True)
    documents = {
        "styles.docx": as_docx(real, footer="HMIC letter to Northamptonshire Police"),
        "bold.docx": as_docx(real, styles=False, mark="• "),
        "plain-custody.docx": as_docx(custody, styles=False),
    }
    for name, data in documents.items():
        (FILES / name).write_bytes(data)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / name).write_bytes(data)
            command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(FILES), str(Path(folder) / name)]
            subprocess.run(command, check=True, capture_output=True)
    HTML(string=as_html(real)).write_pdf(FILES / "justified.pdf")
    HTML(string=as_html(real, note="See the glossary of the national report.")).write_pdf(FILES / "footnote.pdf")
    sys.stdout.write(f"{len(list(FILES.iterdir()))} files in {FILES}\n")


if __name__ == "__main__":
    main()
