"""What the inspectors' pages of the factual accuracy check show. Reads; decides nothing."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from findings import accuracy, notices, permissions
from findings.accuracy import issuing
from findings.accuracy.forms import CloseForm
from findings.accuracy.forms_deciding import DecisionForm, WaiveForm
from findings.accuracy.ledger import standing_of
from findings.accuracy.rounds import answer_due
from findings.accuracy.similar import similar
from findings.accuracy.unseen import NewWords, new_in, with_shown
from findings.models import AnswerFile, EvidenceRequest, Finding, ParagraphCheck, Point, Revision, Round
from findings.words import anchors
from forces.models import Force
from hmic_core import clock
from hmic_core.models import User
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
    return list(sent.select_related("paragraph__finding", "author", "decided_by").order_by("number"))


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
    due = accuracy.due_at(round)
    now = clock.now() if due and round.state == State.ISSUED else None
    points = points_sent(round)
    closing, closed = round.state in accuracy.STATES["close_round"][0], round.state == State.CLOSED
    findings = _findings_now(round) if closing or closed else []
    new = [each for each in map(new_in, findings) if each]
    paragraphs = list(round.paragraphs.annotate(checked=Exists(_CHECKS)).order_by("position"))
    return {
        "round": round,
        "sent": accuracy.sent_at(round),
        "due": due,
        "days_left": accuracy.working_days_left(now, due) if now and due else None,
        "is_past_due": bool(now and due and now > due),
        "paragraphs": paragraphs,
        "checked": sum(paragraph.checked for paragraph in paragraphs),
        "openings": list(round.openings.select_related("by").order_by("at")),
        "points": [(point, standing_now(point)) for point in points],
        "waiting": [point for point in points if point.state not in Point.DECIDED],
        "closing": closing,
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
    return standing_of(point, point.paragraph.finding.text) if point.paragraph else None


def _findings_now(round: Round) -> list[Any]:
    """The force's findings as they are now, each with what the force was shown of it."""
    findings = Finding.objects.present().filter(inspection=round.inspection_id, force=round.force_id)
    return list(with_shown(findings.in_order().select_related("theme")))


def _again_obstacles(round: Round, rounds: list[Round], new: list[NewWords]) -> list[str]:
    states = {each.state for each in rounds if each.state != State.RECALLED}
    return issuing.look_again_obstacles(round.inspection, round.force, states, new)


# One decision


def decision_begins(point: Point, start_from: str, user: User) -> dict[str, Any]:
    """What the decision form is filled with at first: the finding with the force's words put in.

    `start_from`: a similar point whose reason is a beginning for this one.
    """
    begins = {}
    alike = similar(point, user) if start_from else []
    like = next((each.point for each in alike if str(each.point.pk) == start_from), None)
    if like:
        begins["reason"] = like.decision_reason
    if point.paragraph is None:
        return begins
    finding = point.paragraph.finding
    return {**begins, "amended_text": accuracy.proposal(point) or finding.text, "version": finding.version}


def decision(point: Point, form: DecisionForm, user: User) -> dict[str, Any]:
    """One point among the others of its round, with the finding as sent and as it is now."""
    round = point.round
    points = points_sent(round)
    undecided = [each for each in points if each.state not in Point.DECIDED]
    return {
        "point": point,
        "round": round,
        "points": points,
        "undecided": undecided,
        "remaining": f"{len(undecided)} of {len(points)} point{'' if len(points) == 1 else 's'}",
        "found": standing_now(point),
        "files": list(point.files.select_related("file")),
        "requests": [(asked, answer_due(asked)) for asked in _requests(point)],
        "similar": similar(point, user),
        **_who(point, user),
        **_words(point, form),
        **crumbs(round, (f"Point {point.number}", "")),
    }


def _who(point: Point, user: User) -> dict[str, Any]:
    return {
        "may_decide": permissions.can_decide(user, point),
        "barred": permissions.why_barred(user, point),
        "why_may": permissions.why_may_decide(user, point),
    }


def _words(point: Point, form: DecisionForm) -> dict[str, Any]:
    """The finding as sent, as it is now, and as it would be."""
    paragraph = point.paragraph
    amendment = _amendment(point)
    about: dict[str, Any] = {"amendment": amendment, "before_amendment": amendment.before if amendment else ""}
    if paragraph is None:
        return about | {"issued": "", "evidence": [], "finding": None}
    finding = paragraph.finding
    amended = anchors.one_line_end(form["amended_text"].value() or "")
    quote = anchors.Quote(point.quoted, point.number, current=True)
    return about | {
        "finding": finding,
        "current": finding.text,
        "issued": anchors.marked(paragraph.text, [quote]),
        "moved_on": not anchors.same_words(finding.text, paragraph.text),
        "new_words": new.marked if (new := _new_in(finding)) else "",
        "proposal": accuracy.proposal(point),
        "amended": "" if anchors.same_words(amended, finding.text) else amended,
        "next_version": finding.version + 1,
        "evidence": list(finding.evidence.order_by("number")),
    }


def _requests(point: Point) -> list[EvidenceRequest]:
    asked = point.requests.select_related("asked_by", "answered_by", "notice", "point__round__inspection")
    files = Prefetch("files", AnswerFile.objects.select_related("file"))
    return list(asked.prefetch_related(files).order_by("number"))


def _new_in(finding: Finding) -> NewWords | None:
    return new_in(with_shown(Finding.objects.filter(pk=finding.pk).select_related("theme")).get())


def _amendment(point: Point) -> Any:
    """The amendment that an accepted point caused, with what the finding said just `before`."""
    if point.state not in (Point.State.ACCEPTED, Point.State.ACCEPTED_IN_PART):
        return None
    earlier = Revision.objects.filter(finding=OuterRef("finding"), version=OuterRef("version") - 1)
    made = point.amendments.annotate(
        before=Coalesce(Subquery(earlier.values("text")[:1]), Value(""), output_field=TextField())
    )
    return made.order_by("version").last()
