"""A letter as page and PDF, and the key under which its PDF is kept."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from django.template.loader import render_to_string

from hmic_core.pdf import rendering
from letters.document import languages
from letters.document.building import canonical, content_hash
from letters.document.filling import frozen
from letters.document.parts import LetterDocument, PlaceholderValues, Variant

_ROOT = Path(__file__).resolve().parents[2]
_TEMPLATES = tuple(_ROOT / "templates" / "letters" / name for name in ("letter.html", "_letter_body.html"))


def html(document: LetterDocument, values: PlaceholderValues, variant: Variant) -> str:
    """The whole page that becomes the PDF."""
    return render_to_string(
        "letters/letter.html", {"letter": frozen(document, values, variant), "draft": variant is Variant.DRAFT}
    )


def render_pdf(document: LetterDocument, values: PlaceholderValues, variant: Variant, ink: bytes = b"") -> bytes:
    """The PDF of one variant: the same bytes for the same arguments. For Celery's children (see
    hmic_core.pdf.rendering).

    ``ink`` is the PNG of a signature whose hash ``values`` names.
    """
    pictures: Mapping[str, bytes] = {"ink": ink} if ink else {}
    return rendering.render(html(document, values, variant), pdf_metadata(document, values), pictures=pictures)


def pdf_metadata(document: LetterDocument, values: PlaceholderValues) -> rendering.Metadata:
    day = values.letter_date or date(2000, 1, 1)
    labels = languages.LABELS[document.language]
    return rendering.Metadata(
        title=labels["title"].format(force=document.addressee.force, subject=document.subject),
        author=document.inspectorate.name,
        subject=labels["about"].format(force=document.addressee.force),
        language=labels["code"],
        created=datetime.combine(day, time(12), UTC),
        identifier=f"sha256:{content_hash(document)}",
    )


def render_key(document: LetterDocument, values: PlaceholderValues, variant: Variant) -> str:
    """SHA-256 over everything that decides the PDF's bytes: an unchanged letter is never rendered again."""
    parts = (
        canonical(document),
        repr((values.embargo_until and values.embargo_until.astimezone(UTC), values)).encode(),
        str(variant).encode(),
        _machinery(),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


@lru_cache(maxsize=1)
def _machinery() -> bytes:
    """Templates, style, fonts, our own code and the libraries, as one hash."""
    digest = hashlib.sha256()
    files = (
        *_TEMPLATES,
        rendering.LETTER_STYLE,
        rendering.INK_STYLE,
        *sorted(rendering.FONTS.glob("*.ttf")),
        *sorted(rendering.STATIC.glob("letter-*.svg")),
    )
    code = (
        *sorted(Path(__file__).parent.glob("*.py")),
        _ROOT / "letters" / "document" / "languages.py",
        *sorted((_ROOT / "hmic_core" / "pdf").glob("*.py")),
        _ROOT / "hmic_core" / "text" / "markdown.py",
    )
    for path in (*files, *code):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for library in ("weasyprint", "pydyf", "fonttools", "markdown-it-py", "nh3"):
        digest.update(f"{library} {version(library)}".encode())
    return digest.digest()
