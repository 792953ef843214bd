"""What the inspectors' pages of the factual accuracy check show. Reads; decides nothing."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from findings import notices
from findings.accuracy import deadlines, national, states
from findings.accuracy import rounds as check_rounds
from findings.accuracy.forms import CloseForm
from findings.accuracy.inspectorate import issuing
from findings.accuracy.inspectorate.forms import WaiveForm
from findings.accuracy.inspectorate.ledger import standing_of
from findings.accuracy.letter_sentence import Foretold
from findings.accuracy.locking import ABOUT
from findings.models import Finding, ParagraphCheck, Point, Round
from findings.permissions import Coverage
from findings.quotes import anchors
from findings.unseen import NewWords, new_in, with_shown
from forces.models import Force
from hmic_core import clock
from inspections.models import Inspection

State = Round.State
_CHECKS = ParagraphCheck.objects.filter(paragraph=OuterRef("pk"))

#: What the inbox can be narrowed to: its key in the address, its words, the states of rounds.
SHOWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "": ("Waiting for us", (State.RESPONDED, State.DECIDED, State.NO_INACCURACIES, State.NO_RESPONSE)),
    "force": ("With the force", (State.ISSUED,)),
    "complete": ("Complete", (State.CLOSED,)),
    "recalled": ("Recalled", (State.RECALLED,)),
}


def latest(inspection: Inspection, force: Force) -> Round | None:
    """The round that counts: the newest that was not recalled, or the recalled one where there is no other."""
    return newest(rounds_of(inspection, force))


def rounds_of(inspection: Inspection, force: Force) -> list[Round]:
    """All rounds of the force in this inspection, recalled ones included, the newest first."""
    related = ("inspection", "force", "notice", "issued_by", "submitted_by", "closed_by")
    return list(Round.objects.filter(inspection=inspection, force=force).order_by("-number").select_related(*related))


def newest(rounds: list[Round]) -> Round | None:
    standing = [round for round in rounds if round.state != State.RECALLED]
    return next(iter([*standing, *rounds]), None)


def crumbs(round: Round, *more: tuple[str, str]) -> dict[str, Any]:
    """The way back: inspection, its checks, this force's."""
    return _crumbs(round.inspection, round.force, *more)


def _crumbs(inspection: Inspection, force: Force, *more: tuple[str, str]) -> dict[str, Any]:
    check = reverse("findings:round-show", args=[inspection.slug, force.slug])
    path = [
        (inspection.short_title, reverse("findings:inspection-show", args=[inspection.slug])),
        (str(force), reverse("findings:force-show", args=[inspection.slug, force.slug])),
        ("Factual accuracy check", check if more else ""),
    ]
    return {"crumbs": [*path, *more]}


# Lists


def inbox(rounds: QuerySet[Round], show: str) -> dict[str, Any]:
    """Rounds as chosen by `show`, and the chips that choose."""
    chosen = show if show in SHOWS else ""
    states = list(rounds.values_list("state", flat=True))
    chips = [
        (f"{label} {sum(state in which for state in states)}", f"?show={key}" if key else "?", key == chosen)
        for key, (label, which) in SHOWS.items()
    ]
    picked = rounds.filter(state__in=SHOWS[chosen][1]).order_by("-undecided", "issued_at", "force__name")
    return {"chips": chips, "chosen": picked, "show": chosen}


def points_sent(round: Round) -> list[Point]:
    """The points that the force has sent, in the order of their numbers."""
    sent = round.points.filter(submitted_at__isnull=False)
    return list(sent.select_related("author", "decided_by", *ABOUT).order_by("number"))


# Before it is sent


def preparation(inspection: Inspection, force: Force, recalled: Round | None, coverage: Coverage) -> dict[str, Any]:
    """What the force would be sent, and what stands in the way. Its words within the reader's themes: until they are
    sent, they are the words of working copies.
    """
    findings = list(
        Finding.objects.filter(inspection=inspection, force=force).present().in_order().select_related("theme")
    )
    officers = notices.liaison_officers(force)
    return {
        "inspection": inspection,
        "force": force,
        "recalled": recalled,
        "findings": findings,
        "readable": [each for each in findings if coverage.covers(force.pk, each.theme_id)],
        "national": national.entries_of(inspection, [force])[force.pk],
        "obstacles": issuing.obstacles(inspection, force),
        "checks": [_moderated(findings), _contacts(force)],
        "officers": officers,
        **_crumbs(inspection, force),
    }


def _moderated(findings: list[Finding]) -> dict[str, Any]:
    settled = (Finding.State.MODERATED, Finding.State.FINAL)
    waiting = [finding for finding in findings if finding.state not in settled]
    check: dict[str, Any] = {"label": "Second reading", "count": f"{len(findings) - len(waiting)} of {len(findings)}"}
    if not findings:
        return check | {"found": "There are no findings about this force yet", "state": "error"}
    if not waiting:
        return check | {"found": "Every finding is moderated", "state": "in_order"}
    first = reverse("findings:finding-show", args=[waiting[0].pk])
    found = "Not moderated yet: " + ", ".join(finding.reference for finding in waiting)
    return check | {"found": found, "state": "error", "url": first, "next": f"Open {waiting[0].reference}"}


def _contacts(force: Force) -> dict[str, Any]:
    """A liaison officer, and a deputy: a draft never goes to a single contact."""
    obstacle = next(iter(issuing.contact_obstacles(force)), "")
    count = len(notices.readers([force])[force.pk])
    found = obstacle.rstrip(".") or "Verified, with a deputy, and can sign in"
    return {"label": "Contacts", "found": found, "count": count, "state": "error" if obstacle else "in_order"}


# Afterwards


def standing(
    round: Round, rounds: list[Round], close: CloseForm | None, waive: WaiveForm | None = None
) -> dict[str, Any]:
    """Where a sent round stands: when, who looked, what came back, and what keeps it from being completed.

    `rounds`: all of the force's in this inspection.
    """
    due = check_rounds.due_at(round)
    now = clock.now() if due and round.state == State.ISSUED else None
    points = points_sent(round)
    closing, closed = round.state in states.STATES["close_round"][0], round.state == State.CLOSED
    findings = _findings_now(round) if closing or closed else []
    new = [each for each in map(new_in, findings) if each]
    paragraphs = list(round.paragraphs.annotate(checked=Exists(_CHECKS)).order_by("position"))
    return {
        "round": round,
        "sent": check_rounds.sent_at(round),
        "due": due,
        "days_left": deadlines.working_days_left(now, due) if now and due else None,
        "is_past_due": bool(now and due and now > due),
        "paragraphs": paragraphs,
        "checked": sum(paragraph.checked for paragraph in paragraphs),
        "openings": list(round.openings.select_related("by").order_by("at")),
        "points": [(point, standing_now(point)) for point in points],
        "waiting": [point for point in points if point.state not in Point.DECIDED],
        "closing": closing,
        "letter": Foretold(round),
        "unread": [finding for finding in findings if finding.state not in issuing.SETTLED],
        "unseen": new,
        "again_obstacles": _again_obstacles(round, rounds, new) if closed and new else [],
        "close_form": close or CloseForm(),
        "waive_form": waive or WaiveForm(),
        "others": [other for other in reversed(rounds) if other.pk != round.pk],
        **crumbs(round),
    }


def standing_now(point: Point) -> anchors.Found | None:
    """Whether the words that a point quotes still stand in its finding."""
    return standing_of(point, point.paragraph.now) if point.paragraph else None


def _findings_now(round: Round) -> list[Any]:
    """The force's findings as they are now, each with what the force was shown of it."""
    findings = Finding.objects.present().filter(inspection=round.inspection_id, force=round.force_id)
    return list(with_shown(findings.in_order().select_related("theme")))


def _again_obstacles(round: Round, rounds: list[Round], new: list[NewWords]) -> list[str]:
    states = {each.state for each in rounds if each.state != State.RECALLED}
    return issuing.look_again_obstacles(round.inspection, round.force, states, new)
