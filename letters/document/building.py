"""Making a letter from plain data, and the canonical bytes that are signed."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from hmic_core.text import markdown
from letters.document.parts import (
    SCHEMA,
    Addressee,
    CopiedTo,
    DifferenceText,
    FindingText,
    HMInspector,
    Inspectorate,
    LetterDocument,
    LetterIncomplete,
    ThemeText,
)
from letters.document.wording import ACCURACY_WORDS, LEAD_IN, LETTER_DATE

MAX_FINDINGS = 400


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
        differences=tuple(_difference(entry) for entry in data.get("differences", ())),
        letter_date=data.get("letter_date", LETTER_DATE),
        language=data.get("language", "en"),
    )
    if absent := absent_parts(document):
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
    """The bytes that are signed: JSON with sorted keys, no spaces, UTF-8, placeholders unfilled.

    A part that came with a later version of this code stands in them only where it says something, so that letters
    signed before keep their hash.
    """
    data = asdict(document)
    if data["language"] == "en":
        del data["language"]
    if not data["differences"]:
        del data["differences"]
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def content_hash(document: LetterDocument) -> str:
    """SHA-256 of `canonical`, in hexadecimal: the signature covers it and every variant carries it."""
    return hashlib.sha256(canonical(document)).hexdigest()


def absent_parts(document: LetterDocument) -> list[str]:
    """What no letter can do without and this one lacks, in words."""
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
    for label, words in _plain_texts(document):
        if errors := markdown.check(words):
            raise ValueError(f"{label}: {errors[0]}")
    for finding in findings:
        if errors := markdown.check(finding.markdown):
            raise ValueError(f"{finding.reference}: {errors[0]}")


def _plain_texts(document: LetterDocument) -> Iterator[tuple[str, str]]:
    """Everything that is printed as typed, with what it is."""
    yield "The subject", document.subject
    yield "The signatory", f"{document.signatory.name} {document.signatory.honours} {document.signatory.post}"
    yield "The addressee", " ".join(asdict(document.addressee).values())
    for words in document.opening:
        yield "The opening", words
    for words in (document.publication, document.accuracy, *document.context, document.lead_in):
        yield "A paragraph", words
    for words in (
        *document.closing,
        document.valediction,
        *(f"{each.name} {each.role}" for each in document.copied_to),
    ):
        yield "The closing", words
    for theme in document.themes:
        yield "A theme", f"{theme.title} {theme.question}"
    for each in document.differences:
        for words in (*each.reason, *each.force_says):
            yield f"The annex, {each.reference or 'the whole draft'}", words


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


def _difference(data: Any) -> DifferenceText:
    values = _plain(data)
    said = {side: _paragraphs(values[side]) for side in ("reason", "force_says")}
    return DifferenceText(**{**values, **said})


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
