"""What the inspectors' pages of the factual accuracy check show. Reads; decides nothing."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from findings import accuracy, anchors, notices
from findings.forms_accuracy import CloseForm, DecisionForm
from findings.models import Finding, ParagraphCheck, Point, Round
from forces.models import Force
from hmic_core import clock
from inspections.models import Inspection

State = Round.State

#: What the inbox can be narrowed to: its key in the address, its words, the states of rounds.
SHOWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "": ("Waiting for us", (State.RESPONDED, State.DECIDED, State.NO_INACCURACIES, State.NO_RESPONSE)),
    "force": ("With the force", (State.ISSUED,)),
    "complete": ("Complete", (State.CLOSED,)),
    "recalled": ("Recalled", (State.RECALLED,)),
}


def latest(inspection: Inspection, force: Force) -> Round | None:
    rounds = Round.objects.filter(inspection=inspection, force=force).order_by("-number")
    related = ("inspection", "force", "notice", "issued_by", "submitted_by", "closed_by")
    found: Round | None = rounds.select_related(*related).first()
    return found


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
    return list(sent.select_related("paragraph", "author", "decided_by").order_by("number"))


# Before it is sent


def preparation(inspection: Inspection, force: Force, recalled: Round | None) -> dict[str, Any]:
    """What the force would be sent, and what stands in the way."""
    findings = list(
        Finding.objects.filter(inspection=inspection, force=force).present().in_order().select_related("theme")
    )
    officers = notices.liaison_officers(force)
    return {
        "inspection": inspection,
        "force": force,
        "recalled": recalled,
        "findings": findings,
        "obstacles": accuracy.obstacles(inspection, force),
        "checks": [_moderated(findings), _officer(force, len(officers))],
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


def _officer(force: Force, count: int) -> dict[str, Any]:
    found = "Verified, and can sign in" if count else f"{force} has no verified liaison officer to send it to"
    return {"label": "Liaison officer", "found": found, "count": count, "state": "in_order" if count else "error"}


# Afterwards


def standing(round: Round, form: CloseForm | None) -> dict[str, Any]:
    """Where a sent round stands: when, who looked, what came back, and what keeps it from being completed."""
    due = accuracy.due_at(round)
    now = clock.now()
    points = points_sent(round)
    waiting = [point for point in points if point.state not in Point.DECIDED]
    closing = round.state in accuracy.STATES["close_round"][0]
    return {
        "round": round,
        "sent": accuracy.sent_at(round),
        "due": due,
        "days_left": accuracy.working_days_left(now, due) if due else None,
        "is_past_due": due is not None and now > due,
        "paragraphs": list(round.paragraphs.order_by("position")),
        "checked": ParagraphCheck.objects.filter(paragraph__round=round).count(),
        "openings": list(round.openings.select_related("by").order_by("at")),
        "points": points,
        "waiting": waiting,
        "closing": closing,
        "unread": _unread(round) if closing else [],
        "unseen": accuracy.unseen(round.inspection, round.force) if closing else [],
        "close_form": form or CloseForm(),
        **crumbs(round),
    }


def _unread(round: Round) -> list[Finding]:
    """Findings that a second reader must read before the check can be completed."""
    findings = Finding.objects.filter(inspection=round.inspection, force=round.force).present()
    unread = findings.exclude(state__in=[Finding.State.MODERATED, Finding.State.FINAL])
    return list(unread.in_order().select_related("theme"))


# One decision


def decision_begins(point: Point) -> dict[str, Any]:
    """What the decision form is filled with at first: the finding with the force's words put in."""
    if point.paragraph is None:
        return {}
    finding = point.paragraph.finding
    return {"amended_text": accuracy.proposal(point) or finding.text, "version": finding.version}


def decision(point: Point, form: DecisionForm) -> dict[str, Any]:
    """One point among the others of its round, with the finding as sent and as it is now."""
    round = point.round
    paragraph = point.paragraph
    finding = paragraph.finding if paragraph else None
    points = points_sent(round)
    undecided = [each for each in points if each.state not in Point.DECIDED]
    quote = anchors.Quote(point.quoted, point.number, current=True)
    amended = anchors.one_line_end(form["amended_text"].value() or "")
    here = (f"Point {point.number}", "")
    return {
        "point": point,
        "round": round,
        "points": points,
        "undecided": undecided,
        "remaining": f"{len(undecided)} of {len(points)} point{'' if len(points) == 1 else 's'}",
        "finding": finding,
        "current": finding.text if finding else "",
        "issued": anchors.marked(paragraph.text, [quote]) if paragraph else "",
        "moved_on": bool(paragraph and not anchors.same_words(paragraph.finding.text, paragraph.text)),
        "proposal": accuracy.proposal(point),
        "amended": amended if finding and not anchors.same_words(amended, finding.text) else "",
        "next_version": finding.version + 1 if finding else 0,
        "evidence": list(finding.evidence.order_by("number")) if finding else [],
        "amendment": point.amendments.order_by("version").last(),
        "before_amendment": _before(point),
        **crumbs(round, here),
    }


def _before(point: Point) -> str:
    """What the finding said just before this point's amendment."""
    amendment = point.amendments.order_by("version").last()
    if amendment is None:
        return ""
    before = amendment.finding.revisions.filter(version=amendment.version - 1).first()
    return before.text if before else ""
