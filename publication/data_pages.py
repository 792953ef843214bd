"""Freezing the data of an inspection: what was measured and asked, and each force's figures and answers.

Public are all indicators, and the answers to those criteria that the inspection makes public.
"""

from collections.abc import Iterable
from typing import Any, cast

from findings.models import CriterionAnswer
from forces.models import Force
from inspections.frozen import FrozenAnswer, FrozenData, FrozenDefinitions, FrozenFigure
from inspections.models import Criterion, Indicator, Inspection, NationalEntry

NOT_ASSESSED = CriterionAnswer.Answer.NOT_ASSESSED


def freeze_definitions(inspection: Inspection) -> FrozenDefinitions | None:
    """What every force was measured by and asked; None where nothing of it is public."""
    indicators, criteria = list(inspection.indicators.all()), _criteria(inspection)
    if not indicators and not criteria:
        return None
    return {
        "title": f"{inspection.short_title}: data on each force",
        "inspection_title": inspection.title,
        "inspection_short_title": inspection.short_title,
        "fieldwork": inspection.fieldwork_words,
        "force_count": inspection.scope.count(),
        "indicators": [
            {
                "reference": each.reference,
                "title": each.title,
                "definition": each.definition,
                "unit": each.unit,
                "period": each.period,
                "source": each.source,
                "better": each.better,
                "national": each.national,
            }
            for each in indicators
        ],
        "criteria": [
            {"reference": each.reference, "theme": each.theme.title, "question": each.question} for each in criteria
        ],
        "is_demonstration": inspection.is_demonstration,
    }


def freeze_data(inspection: Inspection, forces: Iterable[Force]) -> dict[Force, FrozenData]:
    """Each force's data page; empty where nothing of the inspection's data is public. Five queries for any number."""
    forces = list(forces)
    indicators, criteria = list(inspection.indicators.all()), _criteria(inspection)
    if not indicators and not criteria:
        return {}
    values = NationalEntry.objects.filter(indicator__in=indicators, force__in=forces)
    figures = {(each.force_id, each.indicator_id): each for each in values}
    given = CriterionAnswer.objects.filter(criterion__in=criteria, force__in=forces)
    answers = {(each.force_id, each.criterion_id): each.answer for each in given}
    return {
        force: {
            "title": f"{force.name}: data of {inspection.short_title}",
            "inspection_title": inspection.title,
            "inspection_short_title": inspection.short_title,
            "force_name": force.name,
            "indicators": [_figure(each, figures.get((force.pk, each.pk))) for each in indicators],
            "answers": [_answer(each, answers.get((force.pk, each.pk), NOT_ASSESSED)) for each in criteria],
            "grades": [],
            "is_demonstration": inspection.is_demonstration,
        }
        for force in forces
    }


def refrozen(inspection: Inspection, force: Force | None) -> dict[str, Any] | None:
    """What the inspection says now of one force, or of what was measured; for a correction."""
    now = freeze_data(inspection, [force]).get(force) if force else freeze_definitions(inspection)
    return cast(dict[str, Any] | None, now)


def _criteria(inspection: Inspection) -> list[Criterion]:
    return list(Criterion.objects.filter(theme__inspection=inspection, is_public=True).select_related("theme"))


def _figure(indicator: Indicator, entry: NationalEntry | None) -> FrozenFigure:
    return {
        "reference": indicator.reference,
        "title": indicator.title,
        "value": entry.value if entry else "",
        "unit": indicator.unit,
        "period": indicator.period,
        "status": entry.status if entry else NationalEntry.Status.MISSING.value,
        "note": entry.note if entry else "not returned",
    }


def _answer(criterion: Criterion, answer: str) -> FrozenAnswer:
    return {"reference": criterion.reference, "question": criterion.question, "answer": str(answer)}
