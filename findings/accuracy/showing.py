"""What the forms of the factual accuracy check show: compared under the round's lock (docs/confirming.md)."""

from collections.abc import Sequence
from uuid import UUID

from findings import notices
from findings.accuracy import national
from findings.accuracy.rounds import files_of
from findings.models import Finding, Point, Round
from forces.models import Force
from hmic_core import confirming
from hmic_core.confirming import Facts, digest
from inspections.models import ForceInScope, Inspection

#: The facts of a draft that are none of its paragraphs.
ABOUT = ("Who receives it", "The time to respond")


@confirming.shows("submit_response")
def response_shown(round: Round) -> Facts:
    """Every point with its words and its evidence: what goes out under the chief officer's name."""
    points = list(round.points.order_by("number"))
    files = files_of(points)
    return {f"Point {point.number}": _words(point, files) for point in points}


def _words(point: Point, files: dict[UUID, list[dict[str, str]]]) -> str:
    given = [f"{each['sha256']}{each['shows']}" for each in files.get(point.pk, [])]
    about = (point.kind, point.paragraph_id, point.quoted, point.proposed, point.explanation)
    return digest(*about, *given)


@confirming.shows("decide_point", "correct_decision", "withdraw_point")
def point_shown(point: Point) -> Facts:
    """The point with its evidence, and the words it is about as they are now."""
    now = point.paragraph.now if point.paragraph else ""
    return {
        f"Point {point.number}": _words(point, files_of([point])),
        "The state": point.get_state_display(),
        "What the point is about": digest(now),
    }


@confirming.shows("correct_decision")
def decision_shown(point: Point) -> Facts:
    """The decision that is to be corrected, with the point that it answers."""
    decision = digest(point.state, point.decision_reason, point.decision_basis, point.decided_by_id, point.decided_at)
    return {**point_shown(point), "The decision": decision}


@confirming.shows("close_round", "waive_unseen", "recall_round", "record_no_response")
def round_shown(round: Round) -> Facts:
    """The state of the check, the points that were sent with what was decided, and the findings as they are."""
    sent = round.points.filter(submitted_at__isnull=False).order_by("number")
    findings = Finding.objects.filter(inspection=round.inspection_id, force=round.force_id).present().in_order()
    officers = notices.liaison_officers(round.force)
    return {
        "The check": round.get_state_display(),
        "The liaison officer": ", ".join(sorted(map(str, officers))),
        **{f"Point {point.number}": point.get_state_display() for point in sent},
        **{finding.reference: digest(finding.version, finding.state) for finding in findings},
    }


@confirming.shows("issue_round", "issue_second_look")
def draft_shown(scope: ForceInScope) -> Facts:
    """What one force would be sent, and to whom."""
    return drafts_shown(scope.inspection, [scope.force])[scope.force_id]


def drafts_shown(inspection: Inspection, forces: Sequence[Force]) -> dict[UUID, Facts]:
    """The same for many forces; the number of queries does not grow with theirs."""
    held: dict[UUID, dict[str, str]] = {force.pk: {} for force in forces}
    present = Finding.objects.filter(inspection=inspection, force__in=forces).present().in_order()
    for finding in present.select_related("theme"):
        held[finding.force_id][finding.reference] = digest(finding.kind, finding.text, finding.basis, finding.state)
    for pk, entries in national.entries_of(inspection, forces).items():
        held[pk] |= {entry.reference: digest(entry.text) for entry in entries}
    time = f"{inspection.check_days} working days, to {inspection.check_hour}:00"
    named = people(forces)
    return {pk: {ABOUT[0]: named[pk], ABOUT[1]: time, **words} for pk, words in held.items()}


def people(forces: Sequence[Force]) -> dict[UUID, str]:
    """The liaison officers of each force by name, in one line."""
    return {pk: ", ".join(sorted(map(str, officers))) for pk, officers in notices.officers_of(forces).items()}
