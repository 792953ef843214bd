"""One verb on many forces at once, each finding by itself: what is done and what is refused is kept row by row.

A bulk verb is one transaction with a savepoint for each finding: a crash leaves nothing half done, and one refusal
does not undo the others. Nothing here moderates: a second reader reads, one finding after the other.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from findings import notices, permissions, verdict, workflow
from findings.models import Finding
from findings.permissions import LEADERS, WRITERS, coverage
from forces.models import Force
from hmic_core import audit, clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import Assignment, BulkRun, Inspection, Theme
from inspections.setup.people import Outcome, keep_run

State = Finding.State


@dataclass(frozen=True)
class Verb:
    """A verb of the bulk bar: its words, the state it begins in, and what is said of a finding that it moved."""

    words: str
    begins: str
    done: str
    with_reason: bool = False
    #: Whether `findings.verdict` has a say in it.
    checked: bool = False


VERBS = {
    "mark-ready": Verb("Mark ready for second reading", State.DRAFT, "Ready for second reading.", checked=True),
    "send-back": Verb("Send back to their authors", State.READY, "A draft again; its author is told.", True),
}


@dataclass
class Plan:
    """What a bulk verb would do on one force, before it is done."""

    force: Force
    would: list[Finding] = field(default_factory=list)
    #: What blocks a finding, as a sentence: the verb refuses it.
    blocked: list[tuple[Finding, str]] = field(default_factory=list)
    stay: Counter[str] = field(default_factory=Counter)

    @property
    def said(self) -> str:
        staying = ", ".join(f"{number} {State(state).label.lower()}" for state, number in self.stay.items())
        if self.blocked:
            held = " ".join(f"{sentence}." for _, sentence in self.blocked)
            staying = f"{staying}; to settle first: {held}" if staying else f"to settle first: {held}"
        if self.would:
            references = ", ".join(each.reference for each in self.would)
            return f"{references}; {staying}: stay as they are" if staying else references
        return f"Nothing: {staying}" if staying else "Nothing: no findings yet"


def plan(verb: str, inspection: Inspection, forces: Iterable[Force], theme: Theme | None, user: User) -> list[Plan]:
    """For each force the findings that the verb would move."""
    plans = {force.pk: Plan(force) for force in forces}
    found = list(_findings(inspection, plans, theme, user))
    beginning = [each for each in found if each.state == VERBS[verb].begins]
    blocked = verdict.blocking(beginning) if VERBS[verb].checked else {}
    for each in found:
        if each.pk in blocked:
            plans[each.force_id].blocked.append((each, verdict.sentences(each, blocked[each.pk])))
        elif each.state == VERBS[verb].begins:
            plans[each.force_id].would.append(each)
        else:
            plans[each.force_id].stay[each.state] += 1
    return list(plans.values())


@transaction.atomic
def move(
    verb: str, inspection: Inspection, forces: Iterable[Force], theme: Theme | None, *, reason: str = "", by: User
) -> BulkRun:
    """Do the verb to every finding that is in the state it begins in, and keep the result of each."""
    if VERBS[verb].with_reason and not reason.strip():
        raise NotAllowed("Say what has to be done, so that the authors know.")
    act: Callable[[Finding], Any] = {
        "mark-ready": lambda finding: workflow.mark_ready(finding, by=by),
        "send-back": lambda finding: workflow.send_back(finding, reason=reason, by=by),
    }[verb]
    outcomes = []
    for each in plan(verb, inspection, forces, theme, by):
        asked = [*each.would, *(finding for finding, _ in each.blocked)]
        outcomes += [_one(act, finding, VERBS[verb].done) for finding in asked]
        if not asked:
            outcomes.append(Outcome(each.force.name, "", False, f"{each.said}."))
    if not outcomes:
        raise NotAllowed("Tick the forces first.")
    return keep_run(inspection, VERBS[verb].words, outcomes, by=by)


def _one(act: Callable[[Finding], Any], finding: Finding, done: str) -> Outcome:
    try:
        with transaction.atomic():
            act(finding)
    except NotAllowed as refusal:
        return Outcome(finding.force.name, finding.reference, False, refusal.sentence)
    return Outcome(finding.force.name, finding.reference, True, done)


def _findings(inspection: Inspection, forces: Iterable[UUID], theme: Theme | None, user: User) -> Any:
    found = Finding.objects.visible_to(user).present().filter(inspection=inspection, force__in=list(forces))
    if theme:
        found = found.filter(theme=theme)
    return found.select_related("theme", "force").order_by("force__name", "theme__position", "position", "number")


# Reminders


@dataclass
class Waiting:
    """Whom a reminder about one force would go to, or why to nobody."""

    force: Force
    people: set[User]
    said: str = ""

    @property
    def names(self) -> str:
        return ", ".join(sorted(user.name for user in self.people))


def waiting(inspection: Inspection, forces: Iterable[Force], theme: Theme | None, user: User) -> list[Waiting]:
    """For each force the authors of open drafts and, where nothing is drafted yet, who is assigned to write.

    Nobody reminds themselves, and only lead inspectors of a force remind others.
    """
    forces = list(forces)
    mine = coverage(user, inspection)
    themes = [theme] if theme else list(inspection.themes.all())
    drafts: dict[UUID, set[User]] = {}
    started: set[tuple[UUID, Any]] = set()
    found = _findings(inspection, [force.pk for force in forces], theme, user)
    for each in found.select_related("author", "theme", "force"):
        started.add((each.force_id, each.theme_id))
        if each.state == State.DRAFT and each.author.is_active:
            drafts.setdefault(each.force_id, set()).add(each.author)
    writers = _writers(inspection)
    rows = []
    for force in forces:
        people = set(drafts.get(force.pk, ()))
        for each in themes:
            if (force.pk, each.pk) not in started:
                people |= writers(force.pk, each.pk)
        said = "" if people - {user} else "Nothing waits for anybody else here."
        if not mine.may(LEADERS, force.pk):
            people, said = set(), "Only the lead inspector reminds people."
        rows.append(Waiting(force, people - {user}, said))
    return rows


@transaction.atomic
def remind(inspection: Inspection, forces: Iterable[Force], theme: Theme | None, *, by: User) -> BulkRun:
    """Send the reminders: one message a person, day and inspection, however many forces. The result names whom."""
    rows = waiting(inspection, forces, theme, by)
    if not rows:
        raise NotAllowed("Tick the forces first.")
    people = {user for row in rows for user in row.people}
    day = clock.today()
    for user in sorted(people, key=lambda each: str(each.pk)):
        notices.reminder(inspection, user, day)
    if people:
        audit.record(Action.REMINDER_SENT, by, inspection, people=sorted(str(user.pk) for user in people))
    outcomes = [Outcome(row.force.name, row.names, not row.said, row.said or "Reminded, once today.") for row in rows]
    return keep_run(inspection, "Remind", outcomes, by=by)


def _writers(inspection: Inspection) -> Callable[[UUID, UUID], set[User]]:
    """(force, theme) -> who is assigned as inspector there today; asked once."""
    held = Assignment.objects.on(clock.Today()).filter(
        Q(role=Assignment.Role.INSPECTOR), inspection=inspection, user__is_active=True
    )
    known = list(held.select_related("user"))
    return lambda force, theme: {
        each.user for each in known if each.force_id in (None, force) and each.theme_id in (None, theme)
    }


def may(inspection: Inspection, user: User) -> dict[str, bool]:
    """Which buttons of the bulk bar `user` sees; what each does to a force is asked again by the verb."""
    mine = permissions.coverage(user, inspection)
    return {
        "remind": mine.has(LEADERS),
        "mark_ready": mine.has(WRITERS),
        "send_back": mine.has(permissions.SECOND_READERS),
    }
