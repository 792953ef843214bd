"""Themes and criteria of an inspection: added, changed, put in order, and removed while nothing rests on them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from hmic_core import audit
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections import usage
from inspections.locking import differs, lock, shown
from inspections.models import PREFIX, Criterion, Inspection, Theme
from inspections.setup.ordering import swap

THEME = ("title", "question", "prefix")
CRITERION = ("question", "is_public")
#: Prefixes of other references: indicators, passages of the national report, evidence.
TAKEN = frozenset({"IN", "NR", "EV"})


@transaction.atomic
def add_theme(inspection: Inspection, *, title: str, question: str, prefix: str, by: User) -> Theme:
    """A theme at the end. Its prefix makes references (PC-3) and belongs to one theme of the inspection."""
    inspection = lock(inspection, by)
    _check_theme(inspection, title, question, prefix)
    last = inspection.themes.aggregate(last=Max("position"))["last"] or 0
    theme = Theme.objects.create(
        inspection=inspection, position=last + 1, title=title.strip(), question=question.strip(), prefix=prefix
    )
    audit.record(Action.THEME_ADDED, by, inspection, theme=theme.pk, prefix=prefix)
    return theme


@transaction.atomic
def save_theme(theme: Theme, *, seen: str, title: str, question: str, prefix: str, by: User) -> Theme:
    """New words of a theme. Its prefix stays once something refers to it. Raises `Stale`."""
    inspection = lock(theme.inspection, by)
    theme = Theme.objects.select_for_update().get(pk=theme.pk)
    before, after = shown(theme, THEME), {"title": title.strip(), "question": question.strip(), "prefix": prefix}
    if not differs(before, after, seen):
        return theme
    _check_theme(inspection, title, question, prefix, but=theme)
    if prefix != theme.prefix and usage.of_theme(theme):
        raise NotAllowed(f"The prefix stays {theme.prefix}: references to its findings stand elsewhere already.")
    theme.title, theme.question, theme.prefix = after["title"], after["question"], after["prefix"]
    theme.save(update_fields=THEME)
    audit.record(Action.THEME_CHANGED, by, inspection, theme=theme.pk, fields=_changed(before, after))
    return theme


@transaction.atomic
def move_theme(theme: Theme, *, up: bool, by: User) -> None:
    """Change places with the theme before (`up`) or after it. Letters print themes in this order."""
    inspection = lock(theme.inspection, by)
    if swap(list(inspection.themes.all()), theme.pk, up=up):
        audit.record(Action.THEME_MOVED, by, inspection, theme=theme.pk, up=up)


@transaction.atomic
def remove_theme(theme: Theme, *, by: User) -> None:
    """Take out a theme that nothing rests on, with its criteria."""
    inspection = lock(theme.inspection, by)
    if said := usage.of_theme(theme):
        raise NotAllowed(said)
    audit.record(Action.THEME_REMOVED, by, inspection, theme=theme.pk, prefix=theme.prefix)
    theme.delete()


@transaction.atomic
def add_criterion(theme: Theme, *, question: str, is_public: bool = False, by: User) -> Criterion:
    """A question at the end of a theme, asked of every force from now on. `is_public`: its answers are published."""
    inspection = lock(theme.inspection, by)
    _check_question(question)
    last = theme.criteria.aggregate(position=Max("position"), number=Max("number"))
    criterion = Criterion.objects.create(
        theme=theme,
        position=(last["position"] or 0) + 1,
        number=(last["number"] or 0) + 1,
        question=question.strip(),
        is_public=is_public,
    )
    audit.record(Action.CRITERION_ADDED, by, inspection, criterion=criterion.pk, reference=criterion.reference)
    return criterion


@transaction.atomic
def save_criterion(criterion: Criterion, *, seen: str, question: str, is_public: bool = False, by: User) -> Criterion:
    """Other words of a question that no force has been answered for, or whether its answers are published.

    Another question would need other answers; whether they are published may change until the release is locked.
    """
    inspection = lock(criterion.theme.inspection, by)
    criterion = Criterion.objects.select_for_update(of=("self",)).select_related("theme").get(pk=criterion.pk)
    before, after = shown(criterion, CRITERION), {"question": question.strip(), "is_public": is_public}
    if not differs(before, after, seen):
        return criterion
    _check_question(question)
    if before["question"] != after["question"] and (said := usage.of_criterion(criterion)):
        raise NotAllowed(f"{said} Add a new question instead.")
    criterion.question, criterion.is_public = question.strip(), is_public
    criterion.save(update_fields=CRITERION)
    fields = _changed(before, after)
    audit.record(
        Action.CRITERION_CHANGED, by, inspection, criterion=criterion.pk, reference=criterion.reference, fields=fields
    )
    return criterion


@transaction.atomic
def move_criterion(criterion: Criterion, *, up: bool, by: User) -> None:
    inspection = lock(criterion.theme.inspection, by)
    if swap(list(criterion.theme.criteria.all()), criterion.pk, up=up):
        audit.record(Action.CRITERION_MOVED, by, inspection, criterion=criterion.pk, up=up)


@transaction.atomic
def remove_criterion(criterion: Criterion, *, by: User) -> None:
    """Take out a question that no force has been answered for."""
    inspection = lock(criterion.theme.inspection, by)
    if said := usage.of_criterion(criterion):
        raise NotAllowed(said)
    audit.record(Action.CRITERION_REMOVED, by, inspection, criterion=criterion.pk, reference=criterion.reference)
    criterion.delete()


def _check_theme(inspection: Inspection, title: str, question: str, prefix: str, but: Theme | None = None) -> None:
    if not title.strip():
        raise NotAllowed("Enter the theme’s title.")
    if not question.strip():
        raise NotAllowed("Enter the question that the theme answers.")
    try:
        PREFIX(prefix)
    except ValidationError as error:
        raise NotAllowed(error.messages[0]) from None
    if prefix in TAKEN:
        raise NotAllowed(f"{prefix} begins other references already. Choose another prefix.")
    others = inspection.themes.exclude(pk=but.pk) if but else inspection.themes.all()
    if others.filter(prefix=prefix).exists():
        raise NotAllowed(f"Another theme has the prefix {prefix}. Choose another one.")


def _check_question(question: str) -> None:
    if not question.strip():
        raise NotAllowed("Enter the question that is asked of every force.")


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [name for name in after if before[name] != after[name]]
