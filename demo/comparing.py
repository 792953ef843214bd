"""What makes the demonstration's forces comparable: invented criteria with answers, and deadlines ahead of today."""

import datetime as dt
import random
from collections.abc import Iterable

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
    "AC": ("Does it have a policy for attending reports of crime?",),
    "FT": ("Does it know how much time new technology saves?",),
}
#: Title and unit of each indicator, and between which numbers its invented values lie.
INDICATORS = (
    ("Crimes attended", "per cent of crimes reported", 48, 97),
    ("Officers’ time on patrol", "per cent of working time", 21, 44),
)
#: Stage -> how many working days ahead of the day that the demonstration is made.
AHEAD = {"ready": 5, "moderated": 9, "sent": 10, "decided": 24, "signed": 30}


def add_questions(inspection: Inspection) -> None:
    """The criteria and the deadlines, by the verbs of setting up."""
    lead = person("lead-inspector")
    for theme in inspection.themes.all():
        for question in QUESTIONS.get(theme.prefix, ()):
            questions.add_criterion(theme, question=question, by=lead)
    today = clock.today()
    due = {stage: _at_five(after_working_days(today, ahead)) for stage, ahead in AHEAD.items()}
    seen = stamp(dict.fromkeys(StageDeadline.Stage.values))
    setup.save_deadlines(inspection, seen=seen, due=due, by=lead)


def add_indicators(inspection: Inspection, seed: int) -> None:
    """Indicators with an invented value for each force, by the verbs of setting up."""
    dice, lead = random.Random(f"{seed}:indicators"), person("lead-inspector")  # noqa: S311
    forces = list(Force.objects.filter(scope__inspection=inspection))
    for title, unit, least, most in INDICATORS:
        about = {"period": inspection.fieldwork_words, "source": "Invented for the demonstration"}
        indicator = indicators.add_indicator(inspection, title=title, unit=unit, **about, by=lead)
        values = {(force, indicator): f"{dice.uniform(least, most):.1f}" for force in forces}
        indicators.save_values(inspection, values, by=lead)


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
