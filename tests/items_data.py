"""Frozen data pages for tests of the gate and the website, made directly: the verbs have tests of their own."""

from typing import Any

from forces.models import Force
from hmic_core import clock
from inspections.frozen import content_hash
from inspections.models import Release, ReleaseItem
from tests.cast import Cast


def definitions(cast: Cast, words: str) -> dict[str, Any]:
    return {
        "title": f"Data {words}",
        "inspection_title": f"{cast.inspection.title} {words}",
        "inspection_short_title": f"Subject {words}",
        "fieldwork": words,
        "force_count": 3,
        "indicators": [
            {
                "reference": "IN-1",
                "title": f"Crimes {words}",
                "definition": words,
                "unit": f"per cent of {words}",
                "period": words,
                "source": words,
                "better": "neither",
                "national": "60.0",
            }
        ],
        "criteria": [{"reference": "PC-Q1", "theme": words, "question": f"Is there a plan for {words}?"}],
        "is_demonstration": False,
    }


def page(cast: Cast, force: Force, words: str, value: str, status: str, answer: str) -> dict[str, Any]:
    return {
        "title": f"{force.name} {words}",
        "inspection_title": f"{cast.inspection.title} {words}",
        "inspection_short_title": f"Subject {words}",
        "force_name": force.name,
        "indicators": [
            {
                "reference": "IN-1",
                "title": f"Crimes {words}",
                "value": value,
                "unit": f"per cent of {words}",
                "period": words,
                "status": status,
                "note": "" if value else f"under 10 {words}",
            }
        ],
        "answers": [{"reference": "PC-Q1", "question": f"Is there a plan for {words}?", "answer": answer}],
        "grades": [],
        "is_demonstration": False,
    }


def freeze_data(cast: Cast, release: Release, words: str) -> list[ReleaseItem]:
    """What was measured and asked, and three forces: a final figure, a provisional one, a suppressed one."""
    pages = [
        (cast.northamptonshire, "71.5", "final", "yes"),
        (cast.kent, "48.0", "provisional", "no"),
        (cast.nottinghamshire, "", "suppressed", "yes"),
    ]
    made = [_item(cast, release, None, definitions(cast, words))]
    made += [_item(cast, release, force, page(cast, force, words, *rest)) for force, *rest in pages]
    return made


def _item(cast: Cast, release: Release, force: Force | None, content: dict[str, Any]) -> ReleaseItem:
    return ReleaseItem.objects.create(
        release=release,
        kind=ReleaseItem.Kind.DATA,
        inspection_slug=cast.inspection.slug,
        force=force,
        title=content["title"],
        published_at=release.embargo_until or clock.now(),
        content=content,
        content_hash=content_hash(content),
    )
