"""Indicators of an inspection and the value of each force: added, changed, put in order, removed."""

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from forces.models import Force
from hmic_core import audit
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections import national_entries
from inspections.locking import differs, lock, shown
from inspections.models import MARKS, NUMBER, Indicator, Inspection, NationalEntry
from inspections.setup.ordering import swap

#: What a force is shown with its value; a change of them is a new version of what it checks.
SHOWN = ("title", "unit", "period", "source")
FIELDS = (*SHOWN, "definition", "better", "national")
#: What somebody types in place of a value to take it out.
NONE = "-"


@transaction.atomic
def add_indicator(
    inspection: Inspection,
    *,
    title: str,
    unit: str,
    period: str,
    source: str,
    definition: str = "",
    better: str = Indicator.Better.NEITHER,
    national: str = "",
    by: User,
) -> Indicator:
    """An indicator at the end, with no value yet. `national`: England and Wales, if the source has that figure."""
    inspection = lock(inspection, by)
    words = _checked(title=title, unit=unit, period=period, source=source)
    words |= _described(definition, better, national)
    last = inspection.indicators.aggregate(position=Max("position"), number=Max("number"))
    made = Indicator.objects.create(
        inspection=inspection, position=(last["position"] or 0) + 1, number=(last["number"] or 0) + 1, **words
    )
    audit.record(Action.INDICATOR_ADDED, by, inspection, indicator=made.pk, reference=made.reference)
    return made


@transaction.atomic
def save_indicator(
    indicator: Indicator,
    *,
    seen: str,
    title: str,
    unit: str,
    period: str,
    source: str,
    definition: str = "",
    better: str = Indicator.Better.NEITHER,
    national: str = "",
    by: User,
) -> Indicator:
    """New words of an indicator, for every force that has a value. Raises `Stale`."""
    inspection = lock(indicator.inspection, by)
    indicator = Indicator.objects.select_for_update().get(pk=indicator.pk)
    before, after = shown(indicator, FIELDS), _checked(title=title, unit=unit, period=period, source=source)
    after |= _described(definition, better, national)
    if not differs(before, after, seen):
        return indicator
    rewords = any(before[name] != after[name] for name in SHOWN)
    held = [] if not rewords else list(indicator.entries.select_for_update(of=("self",)).select_related("force"))
    national_entries.refuse(national_entries.CHANGE, held)
    for name, value in after.items():
        setattr(indicator, name, value)
    indicator.save(update_fields=FIELDS)
    for entry in held:
        entry.indicator = indicator
    national_entries.keep_next(held, by)
    fields = [name for name in FIELDS if before[name] != after[name]]
    audit.record(Action.INDICATOR_CHANGED, by, inspection, indicator=indicator.pk, fields=fields)
    return indicator


@transaction.atomic
def move_indicator(indicator: Indicator, *, up: bool, by: User) -> None:
    """Change places with the one before (`up`) or after it. Its reference stays."""
    inspection = lock(indicator.inspection, by)
    if swap(list(inspection.indicators.all()), indicator.pk, up=up):
        audit.record(Action.INDICATOR_MOVED, by, inspection, indicator=indicator.pk, up=up)


@transaction.atomic
def remove_indicator(indicator: Indicator, *, by: User) -> None:
    """Take out an indicator with its values, as long as no force was shown one."""
    inspection = lock(indicator.inspection, by)
    national_entries.refuse(national_entries.REMOVE, indicator.entries.select_related("force", "indicator"))
    audit.record(Action.INDICATOR_REMOVED, by, inspection, indicator=indicator.pk, reference=indicator.reference)
    indicator.delete()


@transaction.atomic
def save_values(inspection: Inspection, values: Mapping[tuple[Force, Indicator], str], *, by: User) -> int:
    """Several values at once, each new, changed, or taken out (`NONE`). One that is refused stops all. How many."""
    inspection = lock(inspection, by)
    held = {(each.force_id, each.indicator_id): each for each in _held(inspection)}
    new, changed, gone = [], [], []
    for (force, indicator), written in values.items():
        entry = held.get((force.pk, indicator.pk))
        if written == NONE:
            gone += [entry] if entry else []
            continue
        before = entry.written if entry else ""
        entry = entry or NationalEntry(force=force, indicator=indicator)
        put(entry, written)
        if not before:
            new.append(entry)
        elif entry.written != before:
            changed.append(entry)
    national_entries.refuse(national_entries.CHANGE, changed)
    national_entries.refuse(national_entries.REMOVE, gone)
    NationalEntry.objects.bulk_create(new)
    national_entries.keep_first(new, by)
    national_entries.keep_next(changed, by)
    NationalEntry.objects.filter(pk__in=[entry.pk for entry in gone]).delete()
    if count := len(new) + len(changed) + len(gone):
        names = _names(new), _names(changed), _names(gone)
        audit.record(Action.VALUES_SAVED, by, inspection, added=names[0], changed=names[1], removed=names[2])
    return count


def put(entry: NationalEntry, written: str) -> None:
    """Give an entry its value as it is typed: "62.5", "62.5 [p]" for provisional, "[c] why" or "[x] why" for none.

    `[c]`: suppressed, since a person could be recognised. `[x]`: not available. Raises NotAllowed for anything else.
    """
    plain = " ".join(written.split())
    for status, mark in MARKS.items():
        if status == NationalEntry.Status.PROVISIONAL and plain.endswith(mark):
            entry.value, entry.status, entry.note = number(plain.removesuffix(mark)), status, ""
            return
        if status != NationalEntry.Status.PROVISIONAL and plain.startswith(mark):
            entry.value, entry.status, entry.note = "", status, plain.removeprefix(mark).strip()[:120]
            return
    entry.value, entry.status, entry.note = number(plain), NationalEntry.Status.FINAL, ""


def as_typed(written: str) -> str:
    """A cell of a table as it would be kept. Raises NotAllowed like `put`."""
    entry = NationalEntry()
    put(entry, written)
    return entry.written


def number(written: str) -> str:
    """A value as it is kept: "1,204.50" as "1204.50". Raises NotAllowed where it is no number."""
    plain = written.strip().replace("\N{MINUS SIGN}", "-").removesuffix("%").strip()
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    try:
        NUMBER(plain)
    except ValidationError:
        raise NotAllowed(f"“{written.strip()[:40]}” is no number. Write it like 62.5.") from None
    return plain


def _held(inspection: Inspection) -> Iterable[NationalEntry]:
    of = NationalEntry.objects.filter(indicator__inspection=inspection)
    return of.select_for_update(of=("self",)).select_related("force", "indicator")


def _names(found: Iterable[NationalEntry]) -> list[str]:
    return [f"{entry.reference} {entry.force.slug}" for entry in found]


def _checked(**words: str) -> dict[str, str]:
    """The words without white space at their ends. Raises NotAllowed for an empty one."""
    for name, value in words.items():
        if not value.strip():
            raise NotAllowed(f"Enter the {name} of the indicator.")
    return {name: " ".join(value.split()) for name, value in words.items()}


def _described(definition: str, better: str, national: str) -> dict[str, str]:
    """What readers are told of it. Raises NotAllowed for what is no figure, or no direction."""
    if better not in Indicator.Better.values:
        raise NotAllowed("Say whether higher or lower is better, or neither.")
    return {
        "definition": " ".join(definition.split()),
        "better": better,
        "national": number(national) if national.strip() else "",
    }


def values_of(inspection: Inspection) -> dict[tuple[UUID, UUID], str]:
    """(force, indicator) -> value as it is typed."""
    held = NationalEntry.objects.filter(indicator__inspection=inspection)
    return {(entry.force_id, entry.indicator_id): entry.written for entry in held}
