"""A letter with its placeholders filled: what the templates print and what a release item freezes."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC
from typing import Any

from letters.document import languages
from letters.document.building import absent_parts, content_hash, to_json
from letters.document.parts import (
    DifferenceText,
    LetterDocument,
    LetterIncomplete,
    PlaceholderValues,
    ThemeText,
    Variant,
)
from letters.document.wording import PLACEHOLDER, PLACEHOLDER_WORDS


def missing(document: LetterDocument, values: PlaceholderValues) -> list[str]:
    """What an embargoed or final letter cannot do without, in words; empty means complete."""
    known = _fillings(document, values)
    found = absent_parts(document)
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
    labels = languages.LABELS[document.language]
    post = ", ".join(filter(None, (signatory.post, signatory.region)))
    return {
        "variant": str(variant),
        "content_hash": content_hash(document),
        "document": to_json(document),
        "language": document.language,
        "labels": labels,
        "title": labels["title"].format(force=addressee.force, subject=document.subject),
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
        "themes": [_theme_view(theme, labels) for theme in document.themes],
        "closing": [_fill(words, fillings) for words in document.closing],
        "valediction": document.valediction,
        "differences": [_difference_view(document, each, labels) for each in document.differences],
        "copied_to": [asdict(entry) for entry in document.copied_to],
        "enclosures": list(document.enclosures),
        "ink": bool(values.ink) and variant is not Variant.DRAFT,
        "signed_for": values.signed_for if variant is not Variant.DRAFT else "",
        "corrected": labels["corrected"].format(languages.date_words(values.corrected_on, document.language))
        if values.corrected_on
        else "",
        "embargo": _embargo(values, document.language),
    }


def _fillings(document: LetterDocument, values: PlaceholderValues) -> dict[str, str]:
    return {
        "letter_date": languages.date_words(values.letter_date, document.language) if values.letter_date else "",
        "publication_sentence": values.publication_sentence(document.inspectorate.short_name, document.language),
    }


def _placeholders(document: LetterDocument) -> Iterator[str]:
    worded = (document.letter_date, document.publication, *document.opening, *document.context, *document.closing)
    for words in worded:
        yield from PLACEHOLDER.findall(words)


def _fill(words: str, fillings: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: fillings.get(match[1], match[0]), words)


def _embargo(values: PlaceholderValues, language: str) -> dict[str, str] | None:
    """The instant in words, for the banner: wall time with its zone, and UTC."""
    local = values.local()
    if local is None or values.embargo_until is None:
        return None
    utc = values.embargo_until.astimezone(UTC)
    return {
        "instant": utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "local": f"{languages.moment_words(local, language)} {local.tzname()}",
        "utc": f"{languages.moment_words(utc, language)} UTC",
        "zone": values.zone,
    }


def _questions(document: LetterDocument) -> list[str]:
    """As one sentence in bullets: "…;", "…; and", "…."."""
    last_but_one = f"; {languages.LABELS[document.language]['and']}"
    asked = [theme.question.rstrip(" .;") for theme in document.themes if theme.question]
    ends = [";"] * (len(asked) - 2) + [last_but_one] * (len(asked) > 1) + ["."]
    return [question + end for question, end in zip(asked, ends, strict=False)]


def _difference_view(document: LetterDocument, difference: DifferenceText, labels: Mapping[str, Any]) -> dict[str, Any]:
    prefix = difference.reference.rpartition("-")[0]
    theme = next((theme.title for theme in document.themes if theme.prefix == prefix), "")
    return {
        "about": ", ".join(filter(None, (theme, difference.reference))) or labels["whole_draft"],
        "reference": difference.reference,
        "decision": labels["decisions"][difference.decision],
        "reason": list(difference.reason),
        "force_says": list(difference.force_says),
    }


def _theme_view(theme: ThemeText, labels: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": theme.title,
        "question": theme.question[:1].upper() + theme.question[1:].rstrip(" .;") + "." if theme.question else "",
        "anchor": f"theme-{theme.prefix}",
        "prefix": theme.prefix,
        "findings": [
            {
                "reference": finding.reference,
                "kind": finding.kind,
                "label": labels["kinds"].get(finding.kind, ""),
                "markdown": finding.markdown,
            }
            for finding in theme.findings
        ],
    }
