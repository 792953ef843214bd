"""An import as it stands into the data of a letter, in the words of its source."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.dateparse import parse_date

from archive.reading.wording import bare_question
from inspections.models import Theme
from letters.document import wording
from letters.models import Letterhead

_MINOR_WORDS = frozenset(["a", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "up", "with"])


def letter_data(result: dict[str, Any]) -> dict[str, Any]:
    day = parse_date(result["letter_date"] or "")
    parts = _opening_parts(result)
    return {
        "inspectorate": _inspectorate(result),
        "signatory": {
            "name": result["signatory"] or "",
            "honours": result["signatory_honours"] or "",
            "post": result["signatory_post"] or "",
            "region": result["region"] or "",
        },
        "addressee": {
            "title": result["addressee_title"] or "",
            "name": result["addressee"] or "",
            "honours": result["addressee_honours"] or "",
            "post": result["addressee_post"] or "",
            "force": result["force"] or "",
            "salutation": result["salutation"] or "",
        },
        "subject": result["subject"] or result["inspection"] or "",
        "former_titles": result["former_titles"],
        **parts,
        "themes": _themes(result),
        "closing": result["closing"],
        "valediction": _span(result, "closing words") or "Yours sincerely",
        "copied_to": [_copied(words) for words in result["copied_to"]],
        "enclosures": result["enclosures"],
        "letter_date": wording.date_words(day) if day else "",
    }


def _inspectorate(result: dict[str, Any]) -> dict[str, str]:
    """The letterhead of the letter's day, which corrects a scan error in its name; else the source's own words."""
    day = parse_date(result["letter_date"] or "")
    head = Letterhead.objects.on(day).order_by("-starts_on").first() if day else None
    if head:
        return {"name": head.name, "short_name": head.short_name, "address": head.address}
    name = _span(result, "letterhead")
    initials = "".join(word[0] for word in name.split() if word[0].isupper())
    return {"name": name, "short_name": initials, "address": _span(result, "inspectorate address")}


def _opening_parts(result: dict[str, Any]) -> dict[str, Any]:
    """The opening as its parts: before the questions, the embargo, the accuracy check, the rest.

    A question is left to the theme that holds it; one that no theme holds stays, as a paragraph.
    """
    parts: dict[str, Any] = {"opening": [], "publication": "", "accuracy": "", "context": []}
    held = [_question(theme["question"]) for theme in result["themes"] if theme["question"]]
    asked = False
    for paragraph in result["opening"]:
        if paragraph.startswith("- "):
            asked = True
            if _question(paragraph[2:]) in held:
                held.remove(_question(paragraph[2:]))
            else:
                parts["opening"].append(bare_question(paragraph[2:]) + ".")
        elif not asked:
            parts["opening"].append(paragraph)
        elif not parts["publication"] and re.search(r"\bpublished\b.*\bon\b", paragraph):
            parts["publication"] = paragraph
        elif not parts["accuracy"] and "factual accuracy" in paragraph:
            parts["accuracy"] = paragraph
        else:
            parts["context"].append(paragraph)
    lead_in = _span(result, "findings heading")
    parts["lead_in"] = lead_in or wording.LEAD_IN
    parts["context"] = [paragraph for paragraph in parts["context"] if paragraph != lead_in]
    return parts


def _question(words: str) -> str:
    return bare_question(words).casefold()


def _themes(result: dict[str, Any]) -> list[dict[str, Any]]:
    themes = Theme.objects.filter(inspection__title=result["inspection"]).values_list("title", "prefix")
    known = {title.casefold(): prefix for title, prefix in themes}
    prefixes: list[str] = []
    for theme in result["themes"]:
        named = theme.get("register") or theme["title"]
        prefixes.append(known.get(named.casefold()) or _prefix(theme["title"], prefixes))
    return [
        {
            "title": theme["title"],
            "question": theme["question"] or "",
            "prefix": prefix,
            "findings": ["\n\n".join(paragraphs) for paragraphs in texts],
        }
        for theme, prefix, texts in zip(result["themes"], prefixes, result["paragraphs"], strict=True)
    ]


def _prefix(title: str, taken: Sequence[str]) -> str:
    """Two to four capitals from a theme's title: "Preventing Crime" gives PC."""
    words = [re.sub(r"[^A-Za-z]", "", word) for word in title.split() if word.lower() not in _MINOR_WORDS]
    initials = "".join(word[0] for word in words if word)[:4].upper()
    tries = [initials if len(initials) > 1 else "".join(words)[:2].upper()]
    tries += [f"{tries[0][:3]}{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    return next(each for each in tries if len(each) > 1 and each not in taken)


def _copied(words: str) -> dict[str, str]:
    name, _, role = words.partition(", ")
    return {"name": name, "role": role}


def _span(result: dict[str, Any], kind: str) -> str:
    texts = (" ".join(str(span["text"]).split()) for span in result["spans"] if span["kind"] == kind)
    return next(texts, "")
