"""HTML to accessible, archival PDF: PDF/UA-1 and PDF/A-2a in one file.

The only module that imports WeasyPrint, and only inside functions: importing it
loads native libraries that a web process neither needs nor always has. Rendering
belongs in Celery's prefork children. A FontConfiguration shared between threads
corrupts memory, hence the lock; one kept per process halves the cost of a letter.

The same HTML gives the same bytes, in any process and at any time: dates come from
the metadata, fonts and styles from the files shipped in ``static/``.
"""

import io
import logging
import os
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

from django.core import checks

from hmic_core.pdf_tags import rebuild_tags
from hmic_core.pdf_validate import validate

__all__ = ["Metadata", "PdfError", "check_renders", "missing_characters", "page_count", "render", "stamp", "validate"]

STATIC = Path(__file__).resolve().parent.parent / "static"
FONTS = STATIC / "fonts"
FONT = FONTS / "LiberationSans-Regular.ttf"
LETTER_STYLE = STATIC / "letter.css"

_lock = threading.Lock()
logger = logging.getLogger(__name__)


class PdfError(Exception):
    """A document that cannot be rendered; the message says why, for the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the file says about itself. ``created`` is aware; ``identifier`` is a content hash."""

    title: str
    author: str
    created: datetime
    subject: str = ""
    identifier: str = ""
    language: str = "en-GB"


def render(html: str, metadata: Metadata, styles: Sequence[Path] = (LETTER_STYLE,)) -> bytes:
    """The document as PDF bytes.

    Raises PdfError when the HTML asks for anything that is not shipped in ``static/``,
    holds a link or a picture, or uses a character that the shipped font lacks.
    """
    if missing := missing_characters(html):
        shown = " ".join(f"“{character}” (U+{ord(character):04X})" for character in missing)
        raise PdfError(f"The letter’s typeface cannot print {shown}. Replace it in the text.")
    with _lock:
        return _render(html, metadata, tuple(styles))


def _render(html: str, metadata: Metadata, styles: tuple[Path, ...]) -> bytes:
    engine = _engine(os.getpid())
    sheets = [engine.sheet(path, path.stat().st_mtime_ns) for path in styles]
    try:
        document = engine.weasyprint.HTML(
            string=html, base_url=STATIC.as_uri() + "/", url_fetcher=engine.fetcher
        ).render(font_config=engine.fonts, stylesheets=sheets)
        if document.metadata.attachments:
            raise PdfError("The document asks for a file to be attached to it. Remove it.")
        _describe(document.metadata, metadata)
        return _unambiguous(lambda attempt: _write(document, metadata, attempt))
    except engine.fatal as error:
        raise PdfError(str(error)) from None


def _write(document: Any, metadata: Metadata, attempt: int) -> bytes:
    """The identifier in the trailer is a hash of the content: no clock, no chance."""
    made: bytes = document.write_pdf(
        pdf_variant="pdf/a-2a",
        pdf_identifier=True,
        finisher=lambda pages, pdf: _finish(pages, pdf, metadata, attempt),
    )
    return made


def _unambiguous(write: Callable[[int], bytes]) -> bytes:
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


@dataclass(frozen=True, eq=False)
class _Engine:
    """WeasyPrint with our fonts and fetcher, made once per process."""

    weasyprint: Any
    fonts: Any
    fetcher: Any
    fatal: type[BaseException]

    @lru_cache(maxsize=8)  # noqa: B019  (an engine lives as long as its process)
    def sheet(self, path: Path, changed_ns: int) -> Any:
        return self.weasyprint.CSS(filename=path, font_config=self.fonts, url_fetcher=self.fetcher)


@lru_cache(maxsize=1)
def _engine(pid: int) -> _Engine:
    """``pid`` is the key: a forked child must not use its parent's native objects."""
    with _shipped_fonts_only():
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

        fonts = FontConfiguration()

    class ShippedAssets(URLFetcher):  # type: ignore[misc]
        """Reads the fonts and pictures in ``static/``; anything else stops the rendering.

        By default a link to an attachment embeds any file of the machine.
        """

        def fetch(self, url: str, headers: Any = None) -> Any:
            path = _shipped(url)
            if path is None:
                raise FatalURLFetchingError(f"The document asks for {url!r}, which is not part of it. Remove it.")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": _TYPES[path.suffix]})

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return _Engine(weasyprint, fonts, ShippedAssets(), FatalURLFetchingError)


_TYPES = {".ttf": "font/ttf", ".svg": "image/svg+xml"}


def _shipped(url: str) -> Path | None:
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    path = Path(unquote(parts.path)).resolve()
    return path if path.is_relative_to(STATIC) and path.suffix in _TYPES and path.is_file() else None


@contextmanager
def _shipped_fonts_only() -> Iterator[None]:
    """Fontconfig reads this variable once, here; the processes we start must not inherit it."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


@lru_cache(maxsize=1)
def _printable() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_characters(text: str) -> list[str]:
    """The characters of ``text`` that the letter's font has no picture for."""
    unknown = {character for character in set(text) if ord(character) > 0xFF}
    return sorted(
        character
        for character in unknown
        if ord(character) not in _printable() and unicodedata.category(character) != "Cf"
    )


# -- what the file says about itself ----------------------------------------------------


def _describe(target: Any, metadata: Metadata) -> None:
    target.title = metadata.title
    target.authors = [metadata.author]
    target.description = metadata.subject or None
    target.lang = metadata.language
    target.created = target.modified = metadata.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    target.keywords, target.attachments, target.custom, target.xmp_metadata = [], [], {}, []
    target.generator = None


def _finish(document: Any, pdf: Any, metadata: Metadata, attempt: int) -> None:
    try:
        rebuild_tags(document, pdf)
    except ValueError as error:
        raise PdfError(str(error)) from None
    _claim(pdf, metadata)
    if attempt:
        _vary(pdf, attempt)


def _vary(pdf: Any, attempt: int) -> None:
    """Other bytes for the same pages: empty objects, blanks after content, zeros after a font file."""
    import pydyf

    for item in pdf.objects:
        if not isinstance(item, pydyf.Stream) or not item.compress:
            continue
        if "Length1" in item.extra:
            item.stream.append(b"\0" * attempt)
            item.extra["Length1"] += attempt + 1
        elif "N" not in item.extra:
            item.stream.append(b" " * attempt)
    for _ in range(attempt):
        pdf.add_object(pydyf.Dictionary({}))


# PDF/A asks for a description of every XMP property that it does not know itself.
_CLAIMS = """\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""

_IDENTIFIER = """\
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">\
<dc:identifier>{}</dc:identifier></rdf:Description>"""


def _claim(pdf: Any, metadata: Metadata) -> None:
    """Write both conformance claims, and the hash of what was signed, to the XMP packet."""
    number = int(pdf.catalog["Metadata"].split()[0])
    stream = pdf.objects[number]
    additions = _CLAIMS
    if metadata.identifier:
        additions += _IDENTIFIER.format(escape(metadata.identifier))
    packet = b"".join(part if isinstance(part, bytes) else part.encode() for part in stream.stream)
    stream.compress = False
    stream.stream = [packet.replace(b"</rdf:RDF>", additions.encode() + b"</rdf:RDF>")]


# -- copies for one recipient -----------------------------------------------------------


def stamp(pdf: bytes, lines: Sequence[str], *, grey: float = 0.25) -> bytes:
    """A copy of ``pdf`` with ``lines`` printed in the top margin of every page.

    The words go into a content stream of their own **before** the page's: the page's
    own stream leaves its mirrored coordinates behind, and what follows it is printed
    mirrored while every validator still passes it. Marked as an artifact, with an
    embedded font, the copy stays PDF/UA and PDF/A.
    """
    text = [" ".join(unicodedata.normalize("NFC", line).split()) for line in lines]
    return _unambiguous(lambda attempt: _stamp(pdf, text, grey, attempt))


def _stamp(pdf: bytes, lines: list[str], grey: float, attempt: int) -> bytes:
    import pikepdf

    from hmic_core.pdf_font import embed, show

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


# -- checks -----------------------------------------------------------------------------


def page_count(pdf: bytes) -> int:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as file:
        return len(file.pages)


_TRIAL = """
from datetime import UTC, datetime
from hmic_core import pdf
made = pdf.render("<html lang=en><title>Trial</title><body><h1>Trial</h1><p>Words</p>",
    pdf.Metadata(title="Trial", author="Trial", created=datetime(2014, 9, 3, tzinfo=UTC)))
raise SystemExit("; ".join(pdf.validate(made)) or 0)
"""


@checks.register("pdf", deploy=True)
def check_renders(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """A trial render in a process of its own: a missing library may end it with a signal."""
    try:
        trial = subprocess.run(  # noqa: S603  (our own program)
            [sys.executable, "-c", _TRIAL],
            cwd=STATIC.parent,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [_cannot_render("the trial took longer than 60 seconds")]
    if trial.returncode == 0:
        return []
    lines = trial.stderr.strip().splitlines()
    return [_cannot_render(lines[-1] if lines else f"it ended with signal {-trial.returncode}")]


def _cannot_render(why: str) -> checks.Error:
    return checks.Error(
        f"Letters cannot be made into PDF: {why}.",
        hint="Install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0 (macOS: brew install pango).",
        id="pdf.E001",
    )
