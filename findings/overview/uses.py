"""What findings have built upon the set-up of an inspection: why a part of it can't be taken away.

Registered with `inspections.usage` at start-up. Each returns a sentence for the screen, or an empty string.
"""

from findings.accuracy import national
from findings.drafting import criteria
from findings.models import CriterionAnswer, Evidence, Finding, Round
from forces.models import Force
from inspections import national_entries, usage
from inspections.models import Inspection, Theme


def register() -> None:
    """Called once, at start-up."""
    usage.scope_checks.append(of_force)
    usage.theme_checks.append(of_theme)
    usage.criterion_checks.append(criteria.in_use)
    usage.state_checks.append(against)
    national_entries.checks.append(national.kept)


def of_force(inspection: Inspection, force: Force) -> str:
    """Removed findings count too: their numbers and words are kept."""
    for model, noun in (
        (Finding, "finding"),
        (Evidence, "piece of evidence"),
        (CriterionAnswer, "answer to a criterion"),
        (Round, "factual accuracy check"),
    ):
        number = model.objects.filter(inspection=inspection, force=force).count()  # type: ignore[attr-defined]
        if number:
            return f"It stays in scope: there {'is' if number == 1 else 'are'} {number} {_plural(noun, number)} on it."
    return ""


def of_theme(theme: Theme) -> str:
    number = Finding.objects.filter(theme=theme).count()
    if number:
        return f"“{theme}” can’t be removed: {number} {_plural('finding', number)} stand under it."
    answered = CriterionAnswer.objects.filter(criterion__theme=theme).count()
    return f"“{theme}” can’t be removed: its criteria are answered for {answered} forces already." if answered else ""


def against(inspection: Inspection, verb: str) -> str:
    """Nothing is closed or cancelled under a check that is still open."""
    if verb not in ("cancel", "close"):
        return ""
    still = Round.objects.filter(inspection=inspection).exclude(state__in=[Round.State.CLOSED, Round.State.RECALLED])
    number = still.count()
    if not number:
        return ""
    force = "1 force’s factual accuracy check is" if number == 1 else f"{number} forces’ factual accuracy checks are"
    return f"{force} still open. Close or recall {'it' if number == 1 else 'them'} first."


def _plural(noun: str, number: int) -> str:
    if number == 1:
        return noun
    first, _, rest = noun.partition(" ")
    return f"{first}s {rest}" if rest.startswith(("of", "to")) else f"{noun}s"
