"""Copying the set-up of an earlier inspection: themes, criteria, scope and settings; people only when asked; findings,
evidence and answers never."""

from typing import Any

from hmic_core import audit, clock
from hmic_core.audit import Action
from hmic_core.models import User
from inspections.models import Assignment, Criterion, ForceInScope, Inspection, Theme
from inspections.setup.people import unsuitable

#: What may be copied, in words for the form.
PARTS = {
    "themes": "Themes and their questions",
    "criteria": "Criteria asked of every force",
    "scope": "Forces in scope",
    "settings": "Settings of the factual accuracy check, contact and letter wording",
    "people": "People, each assigned from today",
}
USUAL = ("themes", "criteria", "scope", "settings")
_SETTINGS = (
    "check_days",
    "check_hour",
    "second_look_days",
    "more_evidence_days",
    "independent_decider",
    "deciders_shown",
    "differences_printed",
    "contact_name",
    "contact_telephone",
    "report_title",
    "opening",
    "updates_invited",
)


def copy(source: Inspection, target: Inspection, parts: list[str], *, by: User) -> None:
    """Copy the named parts, in the transaction that made `target`. Criteria come with their themes only."""
    themes = _themes(source, target, with_criteria="criteria" in parts) if "themes" in parts else {}
    if "scope" in parts:
        ForceInScope.objects.bulk_create(
            ForceInScope(inspection=target, force_id=force) for force in source.scope.values_list("force", flat=True)
        )
    if "settings" in parts:
        for name in _SETTINGS:
            setattr(target, name, getattr(source, name))
        target.save(update_fields=_SETTINGS)
    if "people" in parts:
        _people(source, target, themes)
    audit.record(Action.INSPECTION_CHANGED, by, target, copied_from=source.pk, parts=sorted(parts))


def _themes(source: Inspection, target: Inspection, *, with_criteria: bool) -> dict[Any, Theme]:
    """Old theme's key -> its copy."""
    made = {}
    for theme in source.themes.prefetch_related("criteria"):
        made[theme.pk] = Theme.objects.create(
            inspection=target,
            position=theme.position,
            title=theme.title,
            question=theme.question,
            prefix=theme.prefix,
        )
        if with_criteria:
            Criterion.objects.bulk_create(
                Criterion(theme=made[theme.pk], position=place, number=place, question=each.question)
                for place, each in enumerate(theme.criteria.all(), start=1)
            )
    return made


def _people(source: Inspection, target: Inspection, themes: dict[Any, Theme]) -> None:
    """Today's assignments of who may still have one. One for a single theme comes along only where that theme was
    copied; one for a single force only where the force is in scope."""
    scope = set(target.scope.values_list("force", flat=True))
    for held in Assignment.objects.on(clock.Today()).filter(inspection=source).select_related("user"):
        if unsuitable(held.user):
            continue
        if (held.theme_id and held.theme_id not in themes) or (held.force_id and held.force_id not in scope):
            continue
        Assignment.objects.get_or_create(
            inspection=target,
            user_id=held.user_id,
            role=held.role,
            force_id=held.force_id,
            theme=themes.get(held.theme_id),
            defaults={"starts_on": clock.today()},
        )
