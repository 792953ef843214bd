"""Recording the standard words and the letterhead, and showing them in a letter before that."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from hmic_core import audit, clock
from hmic_core.accounts import access
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from letters.document import building, filling, wording
from letters.document.parts import PlaceholderValues, Variant
from letters.models import Letterhead, Wording
from letters.signing.assembly import blocks_on


@transaction.atomic
def record_wording(kind: str, words: str, starts_on: dt.date, *, by: User) -> Wording:
    """From that day on (its letters' date), a block reads so. Earlier editions stay; signed letters stay what they are.

    Raises NotAllowed for words that cannot be filled: that is an error here, never a hole in a letter.
    """
    _check(by, starts_on)
    words = words.replace("\r\n", "\n").strip()
    if wrong := wording.problems(kind, words):
        raise NotAllowed(f"{wrong[0]}.")
    made: Wording = Wording.objects.create(
        kind=kind, text=words, starts_on=starts_on, recorded_by=by, recorded_at=clock.now()
    )
    audit.record(Action.WORDING_RECORDED, by, made, kind=kind, starts_on=starts_on)
    return made


@transaction.atomic
def record_letterhead(*, name: str, short_name: str, address: str, starts_on: dt.date, by: User) -> Letterhead:
    """From that day on, the inspectorate's letters bear this name and address."""
    _check(by, starts_on)
    made: Letterhead = Letterhead.objects.create(
        name=name,
        short_name=short_name,
        address=address,
        starts_on=starts_on,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    audit.record(Action.LETTERHEAD_RECORDED, by, made, starts_on=starts_on)
    return made


def _check(by: User, starts_on: dt.date) -> None:
    if not access.is_publication_admin(by):
        raise NotAllowed("Only a publication admin changes what letters say by themselves.")
    if starts_on < clock.today():
        raise NotAllowed("Choose today or a later day: letters of the past keep the words they had.")


def preview(changed: Mapping[str, str], letterhead: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A sample letter with these blocks, as `letters/_letter_body.html` prints it. It is about no force's findings."""
    blocks = {**blocks_on(clock.today()), **changed}
    head = {"name": "Inspectorate", "short_name": "HMIC", "address": "6th Floor | London", **(letterhead or {})}
    says = {
        kind: wording.fill(kind, words, {**wording.SAMPLE, "publication_sentence": wording.PUBLICATION_SENTENCE})
        for kind, words in blocks.items()
    }
    accuracy = next((kind for kind in changed if kind.startswith("accuracy_")), "accuracy_amended")
    publication = "publication_alone" if "publication_alone" in changed else "publication"
    updates = "updates" if "updates" in changed else "updates_considered"
    sample = building.build(
        {
            "inspectorate": {key: head[key] or "-" for key in ("name", "short_name", "address")},
            "signatory": {
                "name": "The HM Inspector",
                "post": "HM Inspector of Constabulary",
                "region": "Eastern Region",
            },
            "addressee": {
                "name": "The chief constable",
                "post": "Chief Constable",
                "force": wording.SAMPLE["force"],
                "salutation": "Dear chief constable",
            },
            "subject": "Core business: An inspection of crime prevention, police attendance and use of police time",
            "opening": says["opening"],
            "publication": says[publication],
            "accuracy": says[accuracy],
            "context": [words for words in (says["report_note"], says[updates]) if words],
            "lead_in": says["lead_in"],
            "closing": says["closing"],
            "valediction": says["valediction"],
            "themes": [
                {
                    "title": "Preventing Crime",
                    "question": "how well forces are preventing crime and anti-social behaviour",
                    "prefix": "PC",
                    "findings": ["The findings stand here."],
                }
            ],
            "copied_to": [{"name": "the liaison officer"}],
        }
    )
    instant = dt.datetime(2014, 9, 3, 23, 1, tzinfo=dt.UTC)
    values = PlaceholderValues(embargo_until=instant, letter_date=dt.date(2014, 9, 3))
    return filling.frozen(sample, values, Variant.DRAFT)
