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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core import checks

from hmic_core.pdf.claims import claim
from hmic_core.pdf.stamp import stamp, unambiguous
from hmic_core.pdf.tags import rebuild_tags
from hmic_core.pdf.validation import validate

__all__ = ["Metadata", "PdfError", "check_renders", "missing_characters", "page_count", "render", "stamp", "validate"]

STATIC = Path(__file__).resolve().parents[2] / "static"
FONTS = STATIC / "fonts"
FONT = FONTS / "LiberationSans-Regular.ttf"
LETTER_STYLE = STATIC / "letter.css"
#: Only where a document comes with pictures.
INK_STYLE = STATIC / "letter-ink.css"

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


def render(
    html: str,
    metadata: Metadata,
    styles: Sequence[Path] = (LETTER_STYLE,),
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """The document as PDF bytes. ``pictures`` are PNGs that a style may name as ``picture:NAME``.

    They are backgrounds: decoration that nobody reads out. Raises PdfError when the HTML asks for anything that is not
    shipped in ``static/``, holds a link or a picture, or uses a character that the shipped font lacks.
    """
    if missing := missing_characters(html):
        shown = " ".join(f"“{character}” (U+{ord(character):04X})" for character in missing)
        raise PdfError(f"The letter’s typeface cannot print {shown}. Replace it in the text.")
    with _lock:
        return _render(html, metadata, (*styles, INK_STYLE) if pictures else tuple(styles), dict(pictures or {}))


def _render(html: str, metadata: Metadata, styles: tuple[Path, ...], pictures: dict[str, bytes]) -> bytes:
    engine = _engine(os.getpid())
    engine.fetcher.pictures = pictures
    sheets = [engine.sheet(path, path.stat().st_mtime_ns) for path in styles]
    try:
        document = engine.weasyprint.HTML(
            string=html, base_url=STATIC.as_uri() + "/", url_fetcher=engine.fetcher
        ).render(font_config=engine.fonts, stylesheets=sheets)
        if document.metadata.attachments:
            raise PdfError("The document asks for a file to be attached to it. Remove it.")
        _describe(document.metadata, metadata)
        return unambiguous(lambda attempt: _write(document, metadata, attempt))
    except engine.fatal as error:
        raise PdfError(str(error)) from None
    except RecursionError:
        raise PdfError("The document is nested too deeply to be laid out. Take some of its levels away.") from None


def _write(document: Any, metadata: Metadata, attempt: int) -> bytes:
    """The identifier in the trailer is a hash of the content: no clock, no chance."""
    made: bytes = document.write_pdf(
        pdf_variant="pdf/a-2a",
        pdf_identifier=True,
        finisher=lambda pages, pdf: _finish(pages, pdf, metadata, attempt),
    )
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
        """Reads the fonts and pictures in ``static/``, and those given with the document; anything else stops it.

        By default a link to an attachment embeds any file of the machine.
        """

        pictures: Mapping[str, bytes] = {}

        def fetch(self, url: str, headers: Any = None) -> Any:
            scheme, _, name = url.partition(":")
            if scheme == "picture" and name in self.pictures:
                return URLFetcherResponse(url, self.pictures[name], {"Content-Type": "image/png"})
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
    claim(pdf, metadata.identifier)
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


# -- checks -----------------------------------------------------------------------------


def page_count(pdf: bytes) -> int:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as file:
        return len(file.pages)


_TRIAL = """
from datetime import UTC, datetime
from hmic_core.pdf import rendering as pdf
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
