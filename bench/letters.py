"""Letters: the pipeline against a plain WeasyPrint loop, processes, the store, stamping, growth, memory, LibreOffice.

Every ratio is of runs that took turns in this one process (or in children that took turns), since machines are noisy.
"""

import json
import logging
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.harness import Figure, interleaved, ratio
from hmic_core.pdf import rendering
from letters.document.parts import LetterDocument, Variant
from letters.document.printing import html, pdf_metadata, render_key, render_pdf

LETTERS = 43
ROOT = Path(__file__).resolve().parent.parent


def run(short: bool) -> list[Figure]:
    """Print nothing; return each line of the table in the design of letters."""
    # The plain loop would tell each step of each letter.
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
    rounds = 3 if short else 7
    letters = _letters(8 if short else LETTERS)
    figures = [_against_plain(letters, rounds)]
    figures.append(_two_processes(letters, 2 if short else 4))
    figures.append(_unchanged(letters))
    figures.append(_stamping(letters[0], rounds))
    figures.append(_per_finding(2 if short else 3))
    figures.append(_memory(short))
    figures.append(_against_libreoffice(letters[: 4 if short else LETTERS], 2 if short else 3))
    return figures


def _letters(number: int) -> list[LetterDocument]:
    """The real letter to so many forces: as long as real ones, none the same."""
    from tests.letters.real_letter import document

    real = document()
    return [replace(real, addressee=replace(real.addressee, force=f"Force {n} Police")) for n in range(1, number + 1)]


def _values() -> Any:
    from tests.letters.real_letter import VALUES

    return VALUES


def _for_each(letters: list[LetterDocument], work: Callable[[LetterDocument], object]) -> Callable[[], None]:
    def run_all() -> None:
        for letter in letters:
            work(letter)

    return run_all


def _pipeline(letter: LetterDocument) -> bytes:
    """All that a worker does: key, template, render, repair of the tags, claims, hash, a file."""
    from hmic_core import files

    render_key(letter, _values(), Variant.FINAL)
    made = render_pdf(letter, _values(), Variant.FINAL)
    files.digest(made)
    with tempfile.TemporaryFile() as kept:
        kept.write(made)
    return made


def _plain(letter: LetterDocument) -> bytes:
    """What one would write first: the same page, WeasyPrint's own PDF/UA."""
    from weasyprint import CSS, HTML

    page = html(letter, _values(), Variant.FINAL)
    made: bytes = HTML(string=page, base_url=rendering.STATIC.as_uri() + "/").write_pdf(
        stylesheets=[CSS(filename=rendering.LETTER_STYLE)], pdf_variant="pdf/ua-1"
    )
    return made


def _against_plain(letters: list[LetterDocument], rounds: int) -> Figure:
    rendering.render("<html lang=en><title>Warm</title><body><p>Warm", pdf_metadata(letters[0], _values()))
    seconds = interleaved(rounds, ours=_for_each(letters, _pipeline), plain=_for_each(letters, _plain))
    found = ratio(seconds["ours"], seconds["plain"])
    each = statistics.median(seconds["ours"]) / len(letters)
    spread = _spread([a / b for a, b in zip(seconds["ours"], seconds["plain"], strict=True)])
    return Figure(
        "pipeline per letter / plain WeasyPrint loop",
        f"{found:.2f}",
        "≤ 1.0",
        found <= 1.0,
        f"{each * 1000:.0f} ms a letter; {spread}; the plain loop’s PDFs fail the validator",
    )


def _two_processes(letters: list[LetterDocument], rounds: int) -> Figure:
    """Children that are forked like Celery's, warm, and share the letters."""
    import multiprocessing

    context = multiprocessing.get_context("fork")
    with context.Pool(1) as one, context.Pool(2) as two:
        seconds = interleaved(
            rounds,
            one=lambda: one.map(_pipeline_size, letters, chunksize=1),
            two=lambda: two.map(_pipeline_size, letters, chunksize=1),
            plain_one=lambda: one.map(_nothing_but_counting, letters, chunksize=1),
            plain_two=lambda: two.map(_nothing_but_counting, letters, chunksize=1),
        )
    found, most = ratio(seconds["one"], seconds["two"]), ratio(seconds["plain_one"], seconds["plain_two"])
    return Figure(
        f"{len(letters)} letters, two processes against one",
        f"{found:.2f} × faster",
        "≥ 1.7 ×",
        found >= 1.7,
        f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; work that shares nothing, in the "
        f"same rounds, was {most:.2f} × faster",
    )


def _nothing_but_counting(letter: LetterDocument) -> int:
    """As long as a letter, without memory, files or libraries: what a second process can gain on this machine."""
    return sum(number * number for number in range(2_500_000))


def _pipeline_size(letter: LetterDocument) -> int:
    return len(_pipeline(letter))


def _unchanged(letters: list[LetterDocument]) -> Figure:
    """Asking for letters that the store has: their keys are made and looked up, and nothing is rendered."""
    kept = {render_key(letter, _values(), Variant.FINAL): _pipeline(letter) for letter in letters}
    rendered = 0

    def ask(letter: LetterDocument) -> None:
        nonlocal rendered
        if render_key(letter, _values(), Variant.FINAL) not in kept:
            rendered += 1

    seconds = interleaved(3, unchanged=_for_each(letters, ask), rendering=_for_each(letters, _pipeline))
    found = ratio(seconds["unchanged"], seconds["rendering"])
    return Figure(
        f"{len(letters)} unchanged letters / rendering them",
        f"{found:.2%}, {rendered} renders",
        "≤ 2 %, 0 renders",
        found <= 0.02 and rendered == 0,
    )


def _stamping(letter: LetterDocument, rounds: int) -> Figure:
    master = _pipeline(letter)
    lines = ["Copy 1: Jan McMillan, Northamptonshire Police. Downloaded 3 September 2014, 16:02:11 BST."]
    seconds = interleaved(rounds, stamp=lambda: rendering.stamp(master, lines), render=lambda: _pipeline(letter))
    found = ratio(seconds["stamp"], seconds["render"])
    return Figure("stamped copy / re-render", f"{found:.1%}", "≤ 5 %", found <= 0.05)


def _per_finding(rounds: int) -> Figure:
    from tests.letters.real_letter import long_document

    short, long = long_document(50), long_document(400)
    seconds = interleaved(rounds, short=lambda: _pipeline(short), long=lambda: _pipeline(long))
    found = ratio(seconds["long"], seconds["short"]) * 50 / 400
    return Figure("cost per finding, 400 / 50 findings", f"{found:.2f}", "≤ 1.1", found <= 1.1)


_MEMORY = """
import json, sys, django
django.setup()
from tests.letters.real_letter import VALUES, document
from letters.document import Variant, render_pdf
from dataclasses import replace
import psutil
letter, at = document(), {}
for number in range(1, int(sys.argv[2]) + 1):
    render_pdf(replace(letter, subject=f"Letter {number}"), VALUES, Variant.FINAL)
    if number in (int(sys.argv[1]), int(sys.argv[2])):
        at[number] = psutil.Process().memory_info().rss
first, last = sorted(at)
print(json.dumps(at[last] - at[first]))
"""


def _memory(short: bool) -> Figure:
    """In a process of its own, as a worker's child: what stays between two renders far apart."""
    first, last = (20, 80) if short else (50, 500)
    try:
        import psutil  # noqa: F401  (the child needs it)
    except ImportError:
        return Figure("memory growth from render 50 to 500", "-", "≤ 10 MB", None, "not run: psutil is not installed")
    child = subprocess.run(
        [sys.executable, "-c", _MEMORY, str(first), str(last)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    grown = json.loads(child.stdout.splitlines()[-1]) / 1e6
    return Figure(f"memory growth from render {first} to {last}", f"{grown:.1f} MB", "≤ 10 MB", grown <= 10)


def _against_libreoffice(letters: list[LetterDocument], rounds: int) -> Figure:
    name = "LibreOffice converting the same letters from Word / ours"
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return Figure(name, "-", "≥ 2.5 ×", None, "not run: LibreOffice is not installed")
    with tempfile.TemporaryDirectory() as folder:
        words = [_as_word(letter, Path(folder) / f"letter-{number}.docx") for number, letter in enumerate(letters)]
        seconds = interleaved(
            rounds,
            ours=_for_each(letters, _pipeline),
            office=lambda: [_convert(program, [word], Path(folder)) for word in words],
            batch=lambda: _convert(program, words, Path(folder)),
        )
        made = len(list((Path(folder) / "made").glob("*.pdf")))
    if made != len(letters):
        return Figure(name, "-", "≥ 2.5 ×", None, f"LibreOffice made {made} of {len(letters)} PDFs")
    found, batch = ratio(seconds["office"], seconds["ours"]), ratio(seconds["batch"], seconds["ours"])
    each = statistics.median(seconds["office"]) / len(letters)
    note = (
        f"started for each letter, as when one is assembled: {each:.2f} s each. All letters in one call, its best "
        f"case: {batch:.2f} of our time"
    )
    return Figure(name, f"{found:.1f} × faster per letter", "≥ 2.5 ×", found >= 2.5, note)


def _as_word(letter: LetterDocument, path: Path) -> Path:
    """The letter as somebody would type it in Word: headings, paragraphs, bullets."""
    import docx

    word = docx.Document()
    word.add_paragraph(letter.inspectorate.name)
    word.add_paragraph(f"{letter.addressee.name}, {letter.addressee.force}")
    word.add_heading(letter.subject, 1)
    for words in (*letter.opening, letter.publication, letter.accuracy, *letter.context):
        word.add_paragraph(words)
    for theme in letter.themes:
        word.add_heading(theme.title, 2)
        for finding in theme.findings:
            word.add_paragraph(finding.markdown, style="List Bullet")
    word.add_paragraph(letter.valediction)
    word.add_paragraph(letter.signatory.name)
    word.save(str(path))
    return path


def _convert(program: str, words: list[Path], folder: Path) -> None:
    """All in one call, which is LibreOffice's best case: it starts once."""
    made = folder / "made"
    options = '{"PDFUACompliance":{"type":"boolean","value":"true"},"SelectPdfVersion":{"type":"long","value":"2"}}'
    subprocess.run(
        [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            f"pdf:writer_pdf_Export:{options}",
            "--outdir",
            str(made),
            *map(str, words),
        ],
        check=True,
        capture_output=True,
        timeout=600,
    )


def _spread(values: list[float]) -> str:
    return f"{min(values):.2f} to {max(values):.2f} over {len(values)} rounds"
