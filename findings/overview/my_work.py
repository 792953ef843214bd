"""What waits for one inspector: their drafts, findings to read, responses to decide, deadlines. Reading only."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Window
from django.urls import reverse

from findings import permissions
from findings.accuracy import rounds
from findings.accuracy.deadlines import working_days_left
from findings.drafting import editor
from findings.models import Finding, Revision, Round
from findings.overview import changes
from findings.overview.news import News, beside_findings
from findings.overview.timetable import Stage, Timetable, timetables
from findings.permissions import Coverage
from hmic_core import clock
from hmic_core.models import User
from inspections.models import Assignment, Inspection, assignments_today

#: How many of each list My work shows; the rest is behind the count.
SHOWN = 8
NEWS_SHOWN = 5
OVER = (Inspection.State.CLOSED, Inspection.State.CANCELLED)


@dataclass
class Mine:
    """One inspection as its list shows it."""

    inspection: Inspection
    coverage: Coverage
    states: dict[str, int]
    timetable: Timetable | None = None
    news: int = 0

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def moderated(self) -> int:
        return self.states.get("moderated", 0) + self.states.get("final", 0)


@dataclass
class Deadline:
    """A factual accuracy check that is with a force, and until when."""

    round: Round
    due: dt.datetime | None
    days_left: int | None


@dataclass
class Work:
    """Everything on My work."""

    sent_back: list[Finding]
    drafts: list[Finding]
    to_read: list[Finding]
    answers: list[Round]
    deadlines: list[Deadline]
    stages: list[tuple[Mine, Stage]]
    changes: list[Finding]
    beside: list[News]
    inspections: list[Mine]
    counts: dict[str, int]

    @property
    def waits(self) -> bool:
        return bool(self.sent_back or self.answers or self.to_read or self.drafts)

    @property
    def unshown(self) -> int:
        return self.counts["changes"] - len(self.changes) - len(self.beside)

    @property
    def first(self) -> dict[str, str] | None:
        """The one thing to do next: what came back, then forces' answers, then second readings, then own drafts."""
        if self.sent_back:
            return _step("Correct", self.sent_back[0], "It came back from its second reading.")
        if self.answers:
            answer = self.answers[0]
            url = reverse("findings:round-show", args=[answer.inspection.slug, answer.force.slug])
            return {
                "heading": f"Decide the points of {answer.force}",
                "url": url,
                "label": "Open its response",
                "why": "",
            }
        if self.to_read:
            return _step("Read", self.to_read[0], "It waits for its second reading.")
        return _step("Finish", self.drafts[0], "It is still a draft.") if self.drafts else None


def work(user: User) -> Work:
    """What waits for `user`, in a number of queries that does not grow with it."""
    drafts = _described(_open(Finding.objects.visible_to(user)).filter(author=user, state=Finding.State.DRAFT))
    back, own = [each for each in drafts if each.state_reason], [each for each in drafts if not each.state_reason]
    to_read = list(_described(to_moderate(user)).annotate(all_of_them=Window(Count("pk")))[:SHOWN])
    answers = _answers(user)
    mine = inspections(user)
    known = timetables(user, [each.inspection.pk for each in mine])
    news = list(changes.changed(user, known).annotate(all_of_them=Window(Count("pk")))[:NEWS_SHOWN])
    beside = beside_findings(user, {each.inspection.pk: each.inspection for each in mine}, known)
    for each in mine:
        each.timetable = known[each.inspection.pk]
        each.news = sum(change.inspection_id == each.inspection.pk for change in news)
        each.news += sum(other.inspection == each.inspection for other in beside)
    counts = {
        "back": len(back),
        "own": len(own),
        "to_read": to_read[0].all_of_them if to_read else 0,
        "changes": (news[0].all_of_them if news else 0) + len(beside),
    }
    now = next((each.now for each in known.values()), None)
    return Work(
        _few(back),
        _few(own),
        _few(to_read),
        answers,
        deadlines(_issued(user), now),
        _stages(mine),
        _described_changes(news),
        beside[:NEWS_SHOWN],
        mine,
        counts,
    )


def _stages(mine: list[Mine]) -> list[tuple[Mine, Stage]]:
    """The next deadline of each inspection, the soonest first."""
    found = [(each, each.timetable.next_stage) for each in mine if each.timetable and each.timetable.next_stage]
    open_ones = [(each, stage) for each, stage in found if stage and each.inspection.state not in OVER]
    return sorted(open_ones, key=lambda row: row[1].due)


def _described_changes(found: list[Any]) -> list[Finding]:
    for each in found:
        each.words = changes.in_words(each)
    return found


def to_moderate(user: User) -> Any:
    """The findings that wait for a second reading which `user` may give: in their part, in nobody's words of theirs."""
    reading = Assignment.objects.on(clock.Today()).filter(
        Q(force=None) | Q(force=OuterRef("force")),
        Q(theme=None) | Q(theme=OuterRef("theme")),
        user=user,
        inspection=OuterRef("inspection"),
        role__in=permissions.SECOND_READERS,
    )
    newest = Revision.objects.filter(finding=OuterRef("pk")).order_by("-version")
    ready = _open(Finding.objects.all()).filter(Exists(reading), state=Finding.State.READY)
    return ready.annotate(last_editor=Subquery(newest.values("by")[:1])).exclude(Q(author=user) | Q(last_editor=user))


def inspections(user: User) -> list[Mine]:
    """The inspections `user` works on, with how far the findings are that they may see."""
    held: dict[UUID, list[Assignment]] = {}
    for each in assignments_today(user):
        held.setdefault(each.inspection_id, []).append(each)
    states: dict[UUID, dict[str, int]] = {}
    counted = Finding.objects.visible_to(user).present().values("inspection", "state").annotate(number=Count("pk"))
    for row in counted.order_by():
        states.setdefault(row["inspection"], {})[row["state"]] = row["number"]
    found = Inspection.objects.filter(pk__in=held).annotate(forces_in_scope=Count("scope"))
    return [Mine(each, Coverage(tuple(held[each.pk])), states.get(each.pk, {})) for each in found]


def deadlines(checks: Iterable[Round], now: dt.datetime | None = None) -> list[Deadline]:
    """Those that are with a force, the soonest due first; one whose notice has not left yet has no time."""
    now = now or clock.now()
    rows = []
    for each in checks:
        if each.state != Round.State.ISSUED:
            continue
        due = rounds.due_at(each)
        rows.append(Deadline(each, due, working_days_left(now, due) if due else None))
    return sorted(rows, key=lambda row: (row.due is None, row.due, row.round.force.name))


def _open(findings: Any) -> Any:
    """Those of inspections in which something can still change."""
    return findings.exclude(inspection__state__in=OVER)


def _described(findings: Any) -> Any:
    return findings.select_related("inspection", "force", "theme", "author").order_by("changed_at", "pk")


def _few(findings: list[Any]) -> list[Finding]:
    found = findings[:SHOWN]
    for each in found:
        each.words = editor.beginning(each.text, 16)
    return found


def _issued(user: User) -> Any:
    with_forces = Round.objects.visible_to(user).filter(state=Round.State.ISSUED)
    return with_forces.select_related("notice", "inspection", "force")


def _answers(user: User) -> list[Round]:
    """Responses with points to decide, where `user` leads or decides; the oldest first."""
    deciding = Assignment.objects.on(clock.Today()).filter(
        Q(force=None) | Q(force=OuterRef("force")),
        user=user,
        inspection=OuterRef("inspection"),
        role__in=permissions.AMENDERS,
    )
    answered = Round.objects.filter(Exists(deciding), state=Round.State.RESPONDED)
    open_points = Count("points", filter=Q(points__decided_at=None))
    return list(
        answered.select_related("inspection", "force").annotate(open_points=open_points).order_by("submitted_at")
    )


def _step(verb: str, finding: Finding, why: str) -> dict[str, str]:
    return {
        "heading": f"{verb} {finding.reference} on {finding.force}",
        "url": reverse("findings:finding-show", args=[finding.pk]),
        "label": f"Open {finding.reference}",
        "why": why,
    }
