"""What search engines and other programs read in a page: JSON-LD, in the words of schema.org."""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inspections.models import ReleaseItem

LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
_PUBLISHER = {"@type": "GovernmentOrganization", "name": "Her Majesty’s Inspectorate of Constabulary"}
#: What would end the element, or begin another, inside JSON.
_UNSAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def letter(item: ReleaseItem) -> SafeString:
    """A letter as a report about one force."""
    force = item.force
    page = reverse("letter-show", args=[item.inspection_slug, force.slug if force else ""])
    about = {"@type": "GovernmentOrganization", "name": item.content["force_name"]}
    return _element({**_work(item, "Report", page), "about": about})


def data(item: ReleaseItem) -> SafeString:
    """The data of an inspection as a data set with its files."""
    slug = item.inspection_slug
    files = [("data-figures", "text/csv"), ("data-answers", "text/csv"), ("data-json", "application/json")]
    described = {
        "description": f"Figures and answers of each police force, {item.content['inspection_title']}",
        "isAccessibleForFree": True,
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": _whole(reverse(name, args=[slug]))}
            for name, kind in files
        ],
    }
    return _element({**_work(item, "Dataset", reverse("data-show", args=[slug])), **described})


def _work(item: ReleaseItem, kind: str, page: str) -> dict[str, Any]:
    changed = item.approved_at or item.published_at
    return {
        "@context": "https://schema.org",
        "@type": kind,
        "name": item.title,
        "url": _whole(page),
        "identifier": f"urn:uuid:{item.pk}",
        "datePublished": item.published_at.isoformat(timespec="seconds"),
        "dateModified": changed.isoformat(timespec="seconds"),
        "inLanguage": "en-GB",
        "license": LICENCE,
        "publisher": _PUBLISHER,
    }


def _whole(page: str) -> str:
    return f"{settings.WEBSITE_URL}{page}"


def _element(content: dict[str, Any]) -> SafeString:
    text = json.dumps(content, ensure_ascii=False).translate(_UNSAFE)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(text))
