"""How far an inspection is set up: each part with what it holds in words, what is missing, and what can be done next.

Reading only.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse

from hmic_core import clock
from hmic_core.templatetags.times import day, london
from inspections import states
from inspections.models import Assignment, Inspection
from inspections.setup.people import Role


@dataclass(frozen=True)
class Part:
    """One line of the overview."""

    label: str
    url: str
    said: str
    missing: str = ""


def overview(inspection: Inspection) -> dict[str, Any]:
    """Everything that the overview page shows."""
    parts = [
        _details(inspection),
        _themes(inspection),
        _criteria(inspection),
        _scope(inspection),
        _people(inspection),
        _check(inspection),
        _national(inspection),
        _deadlines(inspection),
    ]
    verbs = states.next_verbs(inspection)
    return {
        "parts": parts,
        "missing": [part for part in parts if part.missing],
        "forward": [(verb, *states.WORDS[verb]) for verb in verbs if verb not in states.WITH_REASON],
        "apart": [(verb, *states.WORDS[verb]) for verb in verbs if verb in states.WITH_REASON],
        "former_titles": list(inspection.former_titles.all()),
        "over": inspection.state in (Inspection.State.CLOSED, Inspection.State.CANCELLED),
    }


def _url(name: str, inspection: Inspection) -> str:
    return reverse(f"inspections:{name}", args=[inspection.slug])


def _details(inspection: Inspection) -> Part:
    first, last = inspection.fieldwork_from, inspection.fieldwork_until
    when = inspection.fieldwork_words or " to ".join(day(each) for each in (first, last) if each)
    missing = "" if inspection.contact_telephone else "Say whom forces ring: every page of a force names a person."
    if not when:
        missing = "Enter when the fieldwork is."
    said = f"{inspection.get_kind_display()}. Fieldwork: {when or 'not entered yet'}."
    return Part("Titles, fieldwork and contact", _url("setup-details", inspection), said, missing)


def _themes(inspection: Inspection) -> Part:
    titles = [theme.title for theme in inspection.themes.all()]
    said = f"{_many(len(titles), 'theme')}: {'; '.join(titles)}." if titles else "No theme yet."
    missing = "" if titles else "Add the themes: findings are drafted under them."
    return Part("Themes and their questions", _url("theme-list", inspection), said, missing)


def _criteria(inspection: Inspection) -> Part:
    counted = inspection.themes.annotate(number=Count("criteria")).values_list("title", "number")
    total = sum(number for _, number in counted)
    without = [title for title, number in counted if not number]
    said = f"{_many(total, 'question')} asked of every force." if total else "No question is asked of every force yet."
    missing = f"No criterion under: {'; '.join(without)}." if total and without else ""
    return Part("Criteria", f"{_url('theme-list', inspection)}#criteria", said, missing)


def _scope(inspection: Inspection) -> Part:
    number = inspection.scope.count()
    said = f"{_many(number, 'force')} in scope." if number else "No force in scope yet."
    return Part("Forces in scope", _url("scope-show", inspection), said, "" if number else "Add the forces.")


def _people(inspection: Inspection) -> Part:
    held = Assignment.objects.on(clock.Today()).filter(inspection=inspection)
    by_role: dict[str, set[Any]] = {}
    for role, user in held.values_list("role", "user"):
        by_role.setdefault(role, set()).add(user)
    said = ", ".join(_many(len(by_role[role]), str(role.label)) for role in Role if role in by_role)
    needed = [Role.INSPECTOR, Role.MODERATOR] + ([Role.DECIDER] if inspection.independent_decider else [])
    lacking = [str(role.label).lower() for role in needed if role not in by_role]
    missing = f"Nobody is assigned as {' or '.join(lacking)}." if lacking else ""
    return Part("People", _url("people-show", inspection), f"{said}." if said else "Nobody.", missing)


def _check(inspection: Inspection) -> Part:
    who = "somebody who did no fieldwork there" if inspection.independent_decider else "the lead inspector"
    said = (
        f"{_many(inspection.check_days, 'working day')}, to {inspection.check_hour:02}:00 in London. "
        f"Second look: {_many(inspection.second_look_days, 'day')}; more evidence: "
        f"{_many(inspection.more_evidence_days, 'day')}. Points are decided by {who}"
        f"{', whose name the force is told' if inspection.deciders_shown else ''}. "
        f"Differences are {'' if inspection.differences_printed else 'not '}printed in the letter’s annex."
    )
    return Part("Factual accuracy check", _url("setup-check", inspection), said)


def _national(inspection: Inspection) -> Part:
    held = Inspection.objects.filter(pk=inspection.pk).annotate(
        measured=Count("indicators", distinct=True), named=Count("report_passages", distinct=True)
    )
    measured, named = held.values_list("measured", "named").get()
    said = (
        f"{_many(measured, 'indicator')}; {_many(named, 'passage')} of the national report that "
        f"{'names' if named == 1 else 'name'} forces. Each force checks its own."
    )
    return Part("Indicators and national report", _url("indicator-list", inspection), said)


def _deadlines(inspection: Inspection) -> Part:
    known = list(inspection.deadlines.all())
    said = "; ".join(f"{each.get_stage_display()}: {london(each.due_at)}" for each in known)
    missing = "" if known else "Say by when each stage is done: My work counts the working days."
    return Part("Deadlines", _url("setup-deadlines", inspection), f"{said}." if said else "None yet.", missing)


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
