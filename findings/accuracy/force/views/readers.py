"""Who of the force has read what, for the pages that show it. Reads; decides nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from findings.accuracy.draft import Draft
from findings.models import Round
from forces.models import Contact


@dataclass
class Looker:
    """One person who may read the draft."""

    contact: Contact
    opened: datetime | None = None
    checked: int = 0
    points: int = 0
    #: References of the paragraphs that are theirs to check; `left` of those nobody has checked.
    given: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def is_reviewer(self) -> bool:
        return bool(self.contact.capacity == Contact.Capacity.REVIEWER)


def people(round: Round, draft: Draft, contacts: Sequence[Contact]) -> list[Looker]:
    """Each contact once, with what they have done in this check."""
    opened: dict[UUID, datetime] = dict(round.openings.values_list("by", "at"))
    checked = Counter(passage.check.by_id for passage in draft.passages if passage.check)
    points = Counter(noted.point.author_id for noted in draft.points)
    found = []
    for contact in contacts:
        user: Any = contact.user_id
        mine = [passage for passage in draft.passages if passage.given and passage.given.pk == user]
        found.append(
            Looker(
                contact,
                opened.get(user),
                checked[user],
                points[user],
                [passage.paragraph.reference for passage in mine],
                [passage.paragraph.reference for passage in mine if passage.check is None],
            )
        )
    return found
