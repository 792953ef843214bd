"""A force letter as pure data: what is signed, what is frozen, and what a page is made of.

No models and no database here. `build` makes a LetterDocument from plain data, `canonical`
gives the bytes whose hash is signed, `frozen` fills the placeholders for one variant, and
`html` / `render_pdf` print it. Web page, PDF and frozen item all come from `frozen`.

Two things may change after signing without a new signature, and are therefore **named
placeholders** in what is signed: the publication sentence (it quotes the instant) and the
letter's date. Findings are never searched for placeholders: they print as typed.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string

from hmic_core import pdf, text
from letters.wording import (
    ACCURACY_WORDS,
    KIND_LABELS,
    LEAD_IN,
    LETTER_DATE,
    PLACEHOLDER_WORDS,
    Accuracy,
    date_words,
    day_words,
    opening_words,
    publication_words,
)

__all__ = [
    "ACCURACY_WORDS",
    "Accuracy",
    "Addressee",
    "CopiedTo",
    "FindingText",
    "HMInspector",
    "Inspectorate",
    "KIND_LABELS",
    "LEAD_IN",
    "LetterDocument",
    "LetterIncomplete",
    "PlaceholderValues",
    "ThemeText",
    "Variant",
    "build",
    "canonical",
    "content_hash",
    "date_words",
    "day_words",
    "from_json",
    "frozen",
    "html",
    "missing",
    "opening_words",
    "pdf_metadata",
    "publication_words",
    "render_key",
    "render_pdf",
    "to_json",
]

SCHEMA = 1
MAX_FINDINGS = 400

_PLACEHOLDER = re.compile(r"\{\{\s*(\w*)\s*\}\}")
_ROOT = Path(__file__).resolve().parent.parent
_TEMPLATES = tuple(_ROOT / "templates" / "letters" / name for name in ("letter.html", "_letter_body.html"))


class LetterIncomplete(Exception):
    """Something that the letter must say is not known yet; ``missing`` lists it for the screen."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = list(missing)
        super().__init__(f"The letter is not complete. Missing: {'; '.join(self.missing)}.")


class Variant(StrEnum):
    """draft: a preview, instant may be open. embargoed: banner and watermark. final: as published."""

    DRAFT = "draft"
    EMBARGOED = "embargoed"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspectorate:
    name: str
    short_name: str
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HMInspector:
    name: str
    post: str
    region: str = ""
    honours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    name: str
    post: str
    force: str
    salutation: str
    title: str = ""
    honours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingText:
    reference: str
    markdown: str
    kind: str = "finding"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeText:
    title: str
    question: str
    prefix: str
    findings: tuple[FindingText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedTo:
    name: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDocument:
    """The signed text. ``opening`` to ``closing`` are plain paragraphs, findings are Markdown."""

    inspectorate: Inspectorate
    signatory: HMInspector
    addressee: Addressee
    subject: str
    opening: tuple[str, ...]
    publication: str
    accuracy: str
    themes: tuple[ThemeText, ...]
    context: tuple[str, ...] = ()
    lead_in: str = LEAD_IN
    closing: tuple[str, ...] = ()
    valediction: str = "Yours sincerely"
    copied_to: tuple[CopiedTo, ...] = ()
    enclosures: tuple[str, ...] = ()
    former_titles: tuple[str, ...] = ()
    letter_date: str = LETTER_DATE
    schema: int = SCHEMA

    @property
    def findings(self) -> Iterator[FindingText]:
        return (finding for theme in self.themes for finding in theme.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceholderValues:
    """What fills the placeholders. ``embargo_until`` is aware (UTC); ``zone`` is the wall clock it was entered in."""

    embargo_until: datetime | None = None
    letter_date: date | None = None
    rescheduled: bool = False
    zone: str = "Europe/London"

    def local(self) -> datetime | None:
        return self.embargo_until and self.embargo_until.astimezone(ZoneInfo(self.zone))

    def publication_sentence(self, publisher: str) -> str:
        """ "will now be published by HMIC on Thursday 4 September 2014 at 00:01"; empty without an instant."""
        local = self.local()
        if local is None:
            return ""
        will = "will now be" if self.rescheduled else "will be"
        return f"{will} published by {publisher} on {day_words(local)} at {local:%H:%M}"


# -- making one -----------------------------------------------------------------------------


def build(data: Mapping[str, Any]) -> LetterDocument:
    """A letter from plain data (the shape of `to_json`; what has a default may be left out).

    Paragraphs may come as one text, parted by empty lines; an address as one line parted by "|";
    a finding without a reference gets its theme's next one. ``accuracy`` is an `Accuracy`,
    or the paragraph itself where a letter of the past had its own.
    Raises LetterIncomplete for what is missing, ValueError for a text that cannot be kept.
    """
    accuracy = data.get("accuracy", "")
    document = LetterDocument(
        inspectorate=Inspectorate(
            name=_words(data, "inspectorate", "name"),
            short_name=_words(data, "inspectorate", "short_name"),
            address=_address(data.get("inspectorate", {}).get("address", ())),
        ),
        signatory=HMInspector(**_part(data, "signatory", "name", "post", "region", "honours")),
        addressee=Addressee(**_part(data, "addressee", "name", "post", "force", "salutation", "title", "honours")),
        subject=_words(data, "subject"),
        opening=_paragraphs(data.get("opening", ())),
        publication=_words(data, "publication"),
        accuracy=ACCURACY_WORDS.get(accuracy, accuracy).strip(),
        themes=tuple(_theme(theme) for theme in data.get("themes", ())),
        context=_paragraphs(data.get("context", ())),
        lead_in=data.get("lead_in", LEAD_IN),
        closing=_paragraphs(data.get("closing", ())),
        valediction=data.get("valediction", "Yours sincerely"),
        copied_to=tuple(CopiedTo(**_plain(entry)) for entry in data.get("copied_to", ())),
        enclosures=tuple(data.get("enclosures", ())),
        former_titles=tuple(data.get("former_titles", ())),
        letter_date=data.get("letter_date", LETTER_DATE),
    )
    if absent := _absent(document):
        raise LetterIncomplete(absent)
    _check_limits(document)
    return document


def from_json(data: Mapping[str, Any]) -> LetterDocument:
    """A letter that was kept by `to_json`. Raises ValueError for a schema that this code does not know."""
    if data.get("schema") != SCHEMA:
        raise ValueError(f"This letter was kept in form {data.get('schema')!r}; only form {SCHEMA} can be read.")
    return build(data)


def to_json(document: LetterDocument) -> dict[str, Any]:
    """Plain lists and dictionaries, placeholders unfilled: what a letter's row and a frozen item keep."""
    result: dict[str, Any] = json.loads(canonical(document))
    return result


def canonical(document: LetterDocument) -> bytes:
    """The bytes that are signed: JSON with sorted keys, no spaces, UTF-8, placeholders unfilled."""
    return json.dumps(asdict(document), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def content_hash(document: LetterDocument) -> str:
    """SHA-256 of `canonical`, in hexadecimal: the signature covers it and every variant carries it."""
    return hashlib.sha256(canonical(document)).hexdigest()


# -- filling it -----------------------------------------------------------------------------


def missing(document: LetterDocument, values: PlaceholderValues) -> list[str]:
    """What an embargoed or final letter cannot do without, in words; empty means complete."""
    known = _fillings(document, values)
    found = _absent(document)
    for name in sorted(set(_placeholders(document))):
        if name not in known:
            found.append(f"the placeholder “{name}”, which nothing can fill")
        elif not known[name]:
            found.append(PLACEHOLDER_WORDS[name])
    return found


def frozen(document: LetterDocument, values: PlaceholderValues, variant: Variant) -> dict[str, Any]:
    """The letter with its placeholders filled, as JSON data: what the templates print and an item freezes.

    The website prints it without this module: `{% include "letters/_letter_body.html" with letter=… %}`.
    ``document`` inside it is the signed form. Raises LetterIncomplete, except for a draft, which shows gaps.
    """
    if variant is not Variant.DRAFT and (gaps := missing(document, values)):
        raise LetterIncomplete(gaps)
    fillings = {
        name: value or f"[{PLACEHOLDER_WORDS[name]}: not yet known]"
        for name, value in _fillings(document, values).items()
    }
    signatory, addressee = document.signatory, document.addressee
    post = ", ".join(filter(None, (signatory.post, signatory.region)))
    return {
        "variant": str(variant),
        "content_hash": content_hash(document),
        "document": to_json(document),
        "title": f"Letter to {addressee.force}: {document.subject}",
        "inspectorate": {
            "name": document.inspectorate.name,
            "short_name": document.inspectorate.short_name,
            "address": " | ".join(document.inspectorate.address),
        },
        "signatory": {"name": signatory.name, "honours": signatory.honours, "post": post},
        "letter_date": _fill(document.letter_date, fillings),
        "addressee": {
            "name": " ".join(filter(None, (addressee.title, addressee.name, addressee.honours))),
            "post": " - ".join(filter(None, (addressee.post, addressee.force))),
            "force": addressee.force,
        },
        "salutation": addressee.salutation,
        "subject": document.subject,
        "former_titles": list(document.former_titles),
        "opening": [_fill(words, fillings) for words in document.opening],
        "questions": _questions(document),
        "publication": _fill(document.publication, fillings),
        "accuracy": document.accuracy,
        "context": [_fill(words, fillings) for words in document.context],
        "lead_in": document.lead_in,
        "themes": [_theme_view(theme) for theme in document.themes],
        "closing": [_fill(words, fillings) for words in document.closing],
        "valediction": document.valediction,
        "copied_to": [asdict(entry) for entry in document.copied_to],
        "enclosures": list(document.enclosures),
        "embargo": _embargo(values),
    }


def html(document: LetterDocument, values: PlaceholderValues, variant: Variant) -> str:
    """The whole page that becomes the PDF."""
    return render_to_string(
        "letters/letter.html", {"letter": frozen(document, values, variant), "draft": variant is Variant.DRAFT}
    )


def render_pdf(document: LetterDocument, values: PlaceholderValues, variant: Variant) -> bytes:
    """The PDF of one variant: the same bytes for the same arguments. For Celery's children (see hmic_core.pdf)."""
    return pdf.render(html(document, values, variant), pdf_metadata(document, values))


def pdf_metadata(document: LetterDocument, values: PlaceholderValues) -> pdf.Metadata:
    day = values.letter_date or date(2000, 1, 1)
    return pdf.Metadata(
        title=f"Letter to {document.addressee.force}: {document.subject}",
        author=document.inspectorate.name,
        subject=f"Findings about {document.addressee.force}",
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
    files = (*_TEMPLATES, pdf.LETTER_STYLE, *sorted(pdf.FONTS.glob("*.ttf")), *sorted(pdf.STATIC.glob("letter-*.svg")))
    code = (Path(__file__), *sorted((_ROOT / "hmic_core").glob("pdf*.py")), _ROOT / "hmic_core" / "text.py")
    for path in (*files, *code):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for library in ("weasyprint", "pydyf", "fonttools", "markdown-it-py", "nh3"):
        digest.update(f"{library} {version(library)}".encode())
    return digest.digest()


# -- parts ----------------------------------------------------------------------------------


def _fillings(document: LetterDocument, values: PlaceholderValues) -> dict[str, str]:
    return {
        "letter_date": date_words(values.letter_date) if values.letter_date else "",
        "publication_sentence": values.publication_sentence(document.inspectorate.short_name),
    }


def _placeholders(document: LetterDocument) -> Iterator[str]:
    worded = (document.letter_date, document.publication, *document.opening, *document.context, *document.closing)
    for words in worded:
        yield from _PLACEHOLDER.findall(words)


def _fill(words: str, fillings: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: fillings.get(match[1], match[0]), words)


def _embargo(values: PlaceholderValues) -> dict[str, str] | None:
    """The instant in words, for the banner: wall time with its zone, and UTC."""
    local = values.local()
    if local is None or values.embargo_until is None:
        return None
    utc = values.embargo_until.astimezone(UTC)
    return {
        "instant": utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "local": f"{day_words(local)} at {local:%H:%M} {local.tzname()}",
        "utc": f"{day_words(utc)} at {utc:%H:%M} UTC",
        "zone": values.zone,
    }


def _questions(document: LetterDocument) -> list[str]:
    """As one sentence in bullets: "…;", "…; and", "…."."""
    asked = [theme.question.rstrip(" .;") for theme in document.themes if theme.question]
    ends = [";"] * (len(asked) - 2) + ["; and"] * (len(asked) > 1) + ["."]
    return [question + end for question, end in zip(asked, ends, strict=False)]


def _theme_view(theme: ThemeText) -> dict[str, Any]:
    return {
        "title": theme.title,
        "question": theme.question[:1].upper() + theme.question[1:].rstrip(" .;") + "." if theme.question else "",
        "anchor": f"theme-{theme.prefix}",
        "prefix": theme.prefix,
        "findings": [
            {
                "reference": finding.reference,
                "kind": finding.kind,
                "label": KIND_LABELS.get(finding.kind, ""),
                "markdown": finding.markdown,
            }
            for finding in theme.findings
        ],
    }


def _absent(document: LetterDocument) -> list[str]:
    wanted = {
        "the inspectorate’s name": document.inspectorate.name,
        "the inspectorate’s short name": document.inspectorate.short_name,
        "the inspectorate’s address": document.inspectorate.address,
        "the signatory": document.signatory.name,
        "the signatory’s post": document.signatory.post,
        "the addressee": document.addressee.name,
        "the addressee’s post": document.addressee.post,
        "the force": document.addressee.force,
        "the salutation": document.addressee.salutation,
        "the subject": document.subject,
        "the opening paragraph": document.opening,
        "how the factual accuracy check ended": document.accuracy,
        "the themes": document.themes,
        "a finding": tuple(document.findings),
    }
    absent = [words for words, value in wanted.items() if not value]
    return absent + [
        f"the text of {finding.reference}" for finding in document.findings if not finding.markdown.strip()
    ]


def _check_limits(document: LetterDocument) -> None:
    findings = list(document.findings)
    if len(findings) > MAX_FINDINGS:
        raise ValueError(
            f"The letter has {len(findings)} findings; the most that one letter can hold is {MAX_FINDINGS}."
        )
    references = [finding.reference for finding in findings]
    if repeated := sorted({reference for reference in references if references.count(reference) > 1}):
        raise ValueError(f"These references stand twice in the letter: {', '.join(repeated)}.")
    for finding in findings:
        if errors := text.check(finding.markdown):
            raise ValueError(f"{finding.reference}: {errors[0]}")


def _theme(data: Any) -> ThemeText:
    values = _plain(data)
    prefix = values["prefix"]
    findings = []
    for number, entry in enumerate(values.get("findings", ()), start=1):
        finding = {"markdown": entry} if isinstance(entry, str) else _plain(entry)
        finding["reference"] = finding.get("reference") or f"{prefix}-{number}"
        findings.append(FindingText(**finding))
    return ThemeText(
        title=values["title"], question=values.get("question", ""), prefix=prefix, findings=tuple(findings)
    )


def _plain(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else asdict(value)


def _words(data: Mapping[str, Any], *path: str) -> str:
    value: Any = data
    for name in path:
        value = value.get(name) or "" if isinstance(value, Mapping) else ""
    return str(value).strip()


def _part(data: Mapping[str, Any], name: str, *keys: str) -> dict[str, str]:
    return {key: _words(data, name, key) for key in keys}


def _paragraphs(value: str | Sequence[str]) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else value
    parts = (part for whole in texts for part in re.split(r"\n\s*\n", whole.replace("\r\n", "\n")))
    return tuple(" ".join(part.split()) for part in parts if part.strip())


def _address(value: str | Sequence[str]) -> tuple[str, ...]:
    lines = value.split("|") if isinstance(value, str) else value
    return tuple(line.strip() for line in lines if line.strip())
