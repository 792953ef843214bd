"""Frozen items for tests of the gate and the website, made directly: the verbs have tests of their own."""

import datetime as dt
from typing import Any

from django.conf import settings

from hmic_core import clock, files
from inspections.frozen import content_hash
from inspections.models import Release, ReleaseItem
from publication.release.freezing import keep_files
from tests.cast import Cast

SOON = dt.timedelta(seconds=2)


def release_of(cast: Cast, state: str = "approved", *, in_seconds: float = 3600, **changes: Any) -> Release:
    """A release of the cast's inspection whose instant is `in_seconds` from now by the database's clock."""
    now = clock.now()
    instant = (now + dt.timedelta(seconds=in_seconds)).replace(microsecond=0)
    approved = state in {"approved", "released", "held"}
    values: dict[str, Any] = {
        "inspection": cast.inspection,
        "title": "Release",
        "state": state,
        "embargo_until": None if state == "draft" else instant,
        "created_at": now,
        "scheduled_by": cast.admin,
        "sealed_by": cast.admin if approved else None,
        "approved_by": cast.second_admin if approved else None,
        "approved_at": now if approved else None,
        "approved_installation": settings.INSTALLATION if approved else "",
        "released_at": instant if state == "released" else None,
    }
    return Release.objects.create(**{**values, **changes})


def letter_content(cast: Cast, words: str) -> dict[str, Any]:
    return {
        "html": f"<p>{words}</p>",
        "document": {},
        "signed_hash": "ab" * 32,
        "inspection_title": cast.inspection.title,
        "inspection_short_title": cast.inspection.short_title,
        "force_name": cast.northamptonshire.name,
        "letter_date": "3 September 2014",
        "addressee": "Mr Adrian Lee QPM",
        "signatory": "Zoë Billingham",
        "pages": 1,
        "themes": [
            {
                "title": "Preventing Crime",
                "question": "how well",
                "findings": [{"reference": "PC-1", "kind": "finding", "html": f"<p>{words}</p>"}],
            }
        ],
        "is_demonstration": False,
        "is_archive": False,
    }


def inspection_content(cast: Cast, words: str) -> dict[str, Any]:
    return {
        "title": f"{cast.inspection.title} {words}",
        "short_title": cast.inspection.short_title,
        "former_titles": [],
        "kind": "Thematic",
        "fieldwork": "January to April 2014",
        "summary": words,
        "themes": [{"title": "Preventing Crime", "question": "how well", "prefix": "PC"}],
        "force_count": 3,
        "follow_up_title": "",
        "follow_up_due": "",
        "is_demonstration": False,
        "is_archive": False,
    }


def welsh_content(cast: Cast, words: str) -> dict[str, Any]:
    """What a letter's item holds of its signed Welsh version."""
    stored = files.store(f"%PDF-1.7 {words}".encode(), f"{words}.pdf", "application/pdf", cast.admin)
    return {
        "title": f"Llythyr {words}",
        "html": f'<div lang="cy"><p>Llythyr {words}</p></div>',
        "document": {},
        "signed_hash": "cd" * 32,
        "pages": 2,
        "file_key": stored.key,
        "file_name": f"{words}-cy.pdf",
        "file_size": stored.size,
        "file_hash": stored.sha256,
    }


def freeze(cast: Cast, release: Release, words: str, *, welsh: str = "") -> list[ReleaseItem]:
    """An inspection page, a report and a letter with its PDF, each with `words` in every text, name and file.

    `welsh`: the same for the letter's Welsh version, where it has one.
    """
    contents = {
        ReleaseItem.Kind.INSPECTION: inspection_content(cast, words),
        ReleaseItem.Kind.REPORT: {
            "title": f"Report {words}",
            "summary": words,
            "inspection_title": words,
            "is_demonstration": False,
        },
        ReleaseItem.Kind.LETTER: letter_content(cast, words),
        ReleaseItem.Kind.ORIGINAL: {},
    }
    if welsh:
        contents[ReleaseItem.Kind.LETTER]["welsh"] = welsh_content(cast, welsh)
    items = [_item(cast, release, kind, content, words) for kind, content in contents.items()]
    keep_files(items)
    return items


def _item(cast: Cast, release: Release, kind: ReleaseItem.Kind, content: dict[str, Any], words: str) -> ReleaseItem:
    stored = files.store(f"%PDF-1.7 {words}".encode(), f"{words}.pdf", "application/pdf", cast.admin)
    of_force = kind in {ReleaseItem.Kind.LETTER, ReleaseItem.Kind.ORIGINAL}
    return ReleaseItem.objects.create(
        release=release,
        kind=kind,
        inspection_slug=cast.inspection.slug,
        force=cast.northamptonshire if of_force else None,
        title=f"{kind.label} {words}",
        published_at=release.embargo_until or clock.now(),
        content=content,
        content_hash=content_hash(content),
        file_key=stored.key,
        file_name=stored.name,
        file_type=stored.content_type,
        file_size=stored.size,
        file_hash=stored.sha256,
    )
