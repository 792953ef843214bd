"""What makes the demonstration's forces comparable: invented criteria with answers, and deadlines ahead of today."""

import datetime as dt
import random
from collections.abc import Iterable
from typing import NamedTuple

from demo.cast import person
from findings.accuracy.deadlines import after_working_days
from findings.drafting import criteria
from findings.models import Finding
from findings.overview import changes
from forces.models import Force
from hmic_core import clock
from hmic_core.clock import LONDON
from inspections.locking import stamp
from inspections.models import Criterion, Inspection, StageDeadline
from inspections.setup import indicators, questions
from inspections.setup import inspection as setup

QUESTIONS = {
    "PC": ("Does the force have a plan for preventing crime?", "Does it test whether the plan works?"),
    "AC": ("Does it have a policy for attending reports of crime?", "Has it asked the public about that policy?"),
    "FT": ("Does it know how much time new technology saves?",),
}


class Made(NamedTuple):
    """One invented indicator, and between which numbers its invented values lie."""

    title: str
    unit: str
    definition: str
    better: str
    national: str
    least: float
    most: float


INDICATORS = (
    Made(
        "Crimes attended",
        "per cent of crimes reported",
        "Share of the crimes reported to the force that an officer went to.",
        "neither",
        "74.1",
        48,
        97,
    ),
    Made(
        "Officers’ time on patrol",
        "per cent of working time",
        "Share of the working time of constables spent out of a police station. Time in court is left out.",
        "neither",
        "33.0",
        21,
        44,
    ),
    Made(
        "Staff trained in preventing crime",
        "per cent of staff who deal with victims",
        "Staff who deal with victims and had formal training in the two years before.",
        "higher",
        "",
        18,
        83,
    ),
    Made(
        "Named suspects not yet arrested",
        "for each 1,000 crimes recorded",
        "Suspects whose name is known and who were wanted for arrest on the last day of the period.",
        "lower",
        "12.4",
        4,
        22,
    ),
)
#: What a few forces have instead of a final figure, so that readers see how each is shown.
EXCEPTIONS = ("{} [p]", "[c] under 10 cases", "{} [p]", "[x] not returned", "[x] cannot be counted")
#: Stage -> how many working days ahead of the day that the demonstration is made.
AHEAD = {"ready": 5, "moderated": 9, "sent": 10, "decided": 24, "signed": 30}


def add_questions(inspection: Inspection) -> None:
    """The criteria and the deadlines, by the verbs of setting up."""
    lead = person("lead-inspector")
    for theme in inspection.themes.all():
        for question in QUESTIONS.get(theme.prefix, ()):
            questions.add_criterion(theme, question=question, is_public=True, by=lead)
    today = clock.today()
    due = {stage: _at_five(after_working_days(today, ahead)) for stage, ahead in AHEAD.items()}
    seen = stamp(dict.fromkeys(StageDeadline.Stage.values))
    setup.save_deadlines(inspection, seen=seen, due=due, by=lead)


def add_indicators(inspection: Inspection, seed: int) -> None:
    """Indicators with an invented value for each force, by the verbs of setting up."""
    dice, lead = random.Random(f"{seed}:indicators"), person("lead-inspector")  # noqa: S311
    forces = list(Force.objects.filter(scope__inspection=inspection))
    for made in INDICATORS:
        indicator = indicators.add_indicator(
            inspection,
            title=made.title,
            unit=made.unit,
            definition=made.definition,
            better=made.better,
            national=made.national,
            period=inspection.fieldwork_words,
            source="Invented for the demonstration",
            by=lead,
        )
        middle = (made.least + made.most) / 2
        values = {force: f"{dice.triangular(made.least, made.most, middle):.1f}" for force in forces}
        apart = dice.sample(forces, min(len(EXCEPTIONS), len(forces) // 8))
        values |= {force: say.format(values[force]) for force, say in zip(apart, EXCEPTIONS, strict=False)}
        indicators.save_values(inspection, {(force, indicator): value for force, value in values.items()}, by=lead)


def nothing_is_new(inspection: Inspection) -> None:
    """What the demonstration made in its first minute is no news to its people; what a visitor does is."""
    for key in ("inspector", "second-inspector", "moderator", "lead-inspector", "hm-inspector"):
        changes.mark_seen(inspection, until=clock.now(), by=person(key))


def _at_five(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(17), LONDON).astimezone(dt.UTC)


def answer(inspection: Inspection, force: Force, findings: Iterable[Finding], seed: int) -> None:
    """Most criteria of a force, answered and carried by a finding of the same theme; a few are left open."""
    dice = random.Random(f"{seed}:{force.slug}:criteria")  # noqa: S311
    by_theme: dict[object, list[Finding]] = {}
    for each in findings:
        by_theme.setdefault(each.theme_id, []).append(each)
    for criterion in Criterion.objects.filter(theme__inspection=inspection).select_related("theme"):
        chosen = dice.choice(["yes", "yes", "yes", "partly", "partly", "no", "not_assessed", ""])
        if not chosen:
            continue
        carried = by_theme.get(criterion.theme_id, [])[:1] if chosen != "not_assessed" else []
        criteria.answer_criterion(
            criterion, force, answer=chosen, note="", findings=carried, version=0, by=person("inspector")
        )
