"""Pages of a PDF as pictures (thumbnails for the contact sheet, golden pictures) and as words.

`pypdfium2` brings its renderer along, so that the same version draws the same dots on every machine; where it is not
installed, poppler's `pdftoppm` does.
"""

import io
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from hmic_core.pdf.rendering import PdfError

#: The library behind pypdfium2 is not safe for threads.
_lock = threading.Lock()
NO_RENDERER = "Pages cannot be drawn on this machine. Install the Python package pypdfium2, or poppler-utils."


def first_page(data: bytes, *, width: int = 420) -> bytes:
    """The first page as PNG, `width` dots wide. Raises PdfError where this machine cannot draw pages."""
    return pages(data, width=width, last=1)[0]


def pages(data: bytes, *, width: int, last: int | None = None) -> list[bytes]:
    """Each page (up to the `last`) as PNG. Raises PdfError where this machine cannot draw pages, or not this file."""
    try:
        import pypdfium2
    except ImportError:
        return _with_poppler(data, width, last)
    try:
        with _lock:
            return _with_pdfium(pypdfium2, data, width, last)
    except pypdfium2.PdfiumError as error:
        raise PdfError("The PDF cannot be drawn: it is damaged.") from error


def _with_pdfium(library: object, data: bytes, width: int, last: int | None) -> list[bytes]:
    made = []
    document = library.PdfDocument(data)  # type: ignore[attr-defined]
    try:
        for number in range(min(len(document), last or len(document))):
            page = document[number]
            drawn = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
            output = io.BytesIO()
            drawn.save(output, "PNG")
            made.append(output.getvalue())
    finally:
        document.close()
    return made


def _with_poppler(data: bytes, width: int, last: int | None) -> list[bytes]:
    program = shutil.which("pdftoppm")
    if program is None:
        raise PdfError(NO_RENDERER)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "letter.pdf"
        source.write_bytes(data)
        limits = ["-l", str(last)] if last else []
        line = [program, "-png", "-scale-to-x", str(width), "-scale-to-y", "-1", *limits, "letter.pdf", "page"]
        try:
            subprocess.run(line, cwd=folder, check=True, capture_output=True, timeout=30)  # noqa: S603
        except (subprocess.SubprocessError, OSError) as error:
            raise PdfError("The PDF cannot be drawn.") from error
        return [path.read_bytes() for path in sorted(Path(folder).glob("page-*.png"))]


def words(data: bytes, *, last: int | None = None) -> list[str]:
    """The words of each page, up to the `last`, each page in one line. Raises PdfError for a damaged or locked file."""
    import pypdfium2

    with _lock:
        try:
            document = pypdfium2.PdfDocument(data)
            try:
                numbers = range(min(len(document), last or len(document)))
                return [" ".join(document[number].get_textpage().get_text_range().split()) for number in numbers]
            finally:
                document.close()
        except pypdfium2.PdfiumError as error:
            raise PdfError("The PDF cannot be read: it is damaged or has a password.") from error
