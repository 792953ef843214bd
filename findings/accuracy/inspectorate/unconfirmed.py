"""What a sender confirms one by one before a draft goes to a force: facts that may be meant, and may be a slip.

Each has a key of its own that holds for exactly this fact; the verb asks for the keys under its lock.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from findings.models import CriterionAnswer, Finding
from forces.models import Force
from hmic_core import clock
from hmic_core.errors import NotAllowed
from inspections.models import Criterion, Inspection

_BEFORE_CHECKS = (Inspection.State.PLANNED, Inspection.State.FIELDWORK, Inspection.State.DRAFTING)


@dataclass(frozen=True)
class ToConfirm:
    """One fact. `kind` goes on record; `key` comes back with the form that confirms it."""

    kind: str
    sentence: str
    #: Empty for what is the same for every force of the inspection.
    about: str = ""

    @property
    def key(self) -> str:
        said = "\0".join((self.kind, self.about, self.sentence))
        return hashlib.sha256(said.encode()).hexdigest()[:20]


def to_confirm(inspection: Inspection, forces: Sequence[Force]) -> dict[UUID, list[ToConfirm]]:
    """By force, what is to be confirmed before its draft is sent; what holds for the whole inspection first.

    As many queries for 43 forces as for one.
    """
    whole = of_inspection(inspection)
    findings = _findings(inspection, forces)
    unanswered = _unanswered(inspection, forces)
    themes = list(inspection.themes.all())
    found = {}
    for force in forces:
        own, filled = findings[force.pk], {each.theme_id for each in findings[force.pk]}
        about = str(force.pk)
        found[force.pk] = [
            *whole,
            *(
                ToConfirm("without-evidence", f"{each.reference} rests on no evidence", about)
                for each in own
                if not each.supported
            ),
            *(
                ToConfirm("empty-theme", f"“{theme.title}” has no finding", about)
                for theme in themes
                if theme.pk not in filled
            ),
            *(
                ToConfirm("unanswered", f"A criterion is not answered: “{each}”", about)
                for each in unanswered[force.pk]
            ),
        ]
    return found


def of_inspection(inspection: Inspection) -> list[ToConfirm]:
    """What is to be confirmed of the inspection itself: its stage, and fieldwork that is still to come."""
    found = []
    if inspection.state in _BEFORE_CHECKS:
        stage = inspection.get_state_display()
        found.append(ToConfirm("stage", f"The inspection’s stage is still “{stage}”"))
    today = clock.today()
    ends = inspection.fieldwork_until or inspection.fieldwork_from
    if ends and ends > today:
        found.append(ToConfirm("fieldwork", f"Fieldwork is still to come: it ends on {ends:%-d %B %Y}"))
    return found


def refuse_unconfirmed(inspection: Inspection, force: Force, confirmed: Collection[str]) -> list[str]:
    """The kinds of what was confirmed, for the record. Raises NotAllowed while anything else is left to confirm."""
    held = to_confirm(inspection, [force])[force.pk]
    left = [each.sentence for each in held if each.key not in confirmed]
    if left:
        raise NotAllowed(f"Confirm each of these before the draft goes to {force}: {'; '.join(left)}.")
    return sorted({each.kind for each in held})


def _findings(inspection: Inspection, forces: Iterable[Force]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    rows = Finding.objects.filter(inspection=inspection, force__in=forces).present().with_support()
    for each in rows.in_order().select_related("theme").only("force", "number", "theme__prefix"):
        found[each.force_id].append(each)
    return found


def _unanswered(inspection: Inspection, forces: Iterable[Force]) -> dict[UUID, list[str]]:
    """By force, the questions of the inspection that have no answer there, in their order. Two queries."""
    asked = Criterion.objects.filter(theme__inspection=inspection).order_by("theme__position", "position")
    questions = list(asked.values_list("pk", "question"))
    answers = CriterionAnswer.objects.filter(inspection=inspection, force__in=forces)
    answered = set(answers.values_list("force", "criterion"))
    return {force.pk: [question for pk, question in questions if (force.pk, pk) not in answered] for force in forces}
