"""What the page of one point shows: its words and its decision. Reads; decides nothing."""

from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from findings import permissions
from findings.accuracy import amendments, national, rounds
from findings.accuracy.inspectorate.forms import DecisionForm
from findings.accuracy.inspectorate.similar import similar
from findings.accuracy.inspectorate.views.round_page import crumbs, points_sent, standing_now
from findings.accuracy.letter_sentence import Foretold
from findings.accuracy.rounds import answer_due
from findings.models import AnswerFile, EarlierPoint, EvidenceRequest, Finding, NationalAmendment, Paragraph, Point
from findings.quotes import anchors
from findings.unseen import NewWords, new_in, with_shown
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import NationalEntry, NationalRevision


def begins(point: Point, start_from: str, user: User) -> dict[str, Any]:
    """What the decision form is filled with at first: the finding with the force's words put in.

    `start_from`: a similar point whose reason is a beginning for this one.
    """
    first = {}
    alike = similar(point, user) if start_from else []
    like = next((each.point for each in alike if str(each.point.pk) == start_from), None)
    if like:
        first["reason"] = like.decision_reason
    if point.paragraph is None:
        return first
    about = point.paragraph.subject
    present = national.amendable(about) if isinstance(about, NationalEntry) else about.text
    return {**first, "amended_text": rounds.proposal(point) or present, "version": about.version}


def shown(point: Point, form: DecisionForm, user: User) -> dict[str, Any]:
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
        "files": list(point.files.given().select_related("file")),
        "requests": [(asked, answer_due(asked)) for asked in _requests(point)],
        "similar": similar(point, user),
        **_who(point, user),
        "letter_if_accepted": Foretold(round).if_accepted,
        "recorded_as": _recorded_as(point, form),
        "corrections": point.earlier.filter(what=EarlierPoint.What.DECISION).select_related("by", "replaced_by"),
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
    now, finding = paragraph.now, paragraph.finding
    amended = _amended(paragraph, anchors.one_line_end(form["amended_text"].value() or ""))
    quote = anchors.Quote(point.quoted, point.number, current=True)
    return about | {
        "finding": finding,
        "national": paragraph.national,
        "current": now,
        "issued": anchors.marked(paragraph.text, [quote]),
        "moved_on": not anchors.same_words(now, paragraph.text),
        "new_words": new.marked if finding and (new := _new_in(finding)) else "",
        "amended": "" if anchors.same_words(amended, now) else amended,
        "next_version": paragraph.subject.version + 1,
        "evidence": list(finding.evidence.order_by("number")) if finding else [],
    }


def _recorded_as(point: Point, form: DecisionForm) -> str:
    """What accepting would be recorded as in the words that stand in the form, in words; empty where it cannot be."""
    if point.paragraph is None or point.state in Point.DECIDED:
        return ""
    try:
        written = anchors.one_line_end(form["amended_text"].value() or "")
        found = amendments.planned(point, Point.State.ACCEPTED, written, amendments.present(point))
    except NotAllowed:
        return ""
    return str(Point.State(found.outcome).label).lower()


def _amended(paragraph: Paragraph, written: str) -> str:
    """The whole words as they would be."""
    return national.would_be(paragraph.national, written) if paragraph.national else written


def _requests(point: Point) -> list[EvidenceRequest]:
    asked = point.requests.select_related("asked_by", "answered_by", "notice", "point__round__inspection")
    files = Prefetch("files", AnswerFile.objects.select_related("file"))
    return list(asked.prefetch_related(files).order_by("number"))


def _new_in(finding: Finding) -> NewWords | None:
    return new_in(with_shown(Finding.objects.filter(pk=finding.pk).select_related("theme")).get())


def _amendment(point: Point) -> Any:
    """The amendment that an accepted point caused, with what it said just `before`."""
    if point.state not in (Point.State.ACCEPTED, Point.State.ACCEPTED_IN_PART):
        return None
    if point.paragraph and point.paragraph.national_id:
        of = NationalAmendment.objects.filter(point=point).values("revision")
        return _with_before(NationalRevision.objects.filter(pk__in=of), "entry").order_by("version").last()
    return _with_before(point.amendments, "finding").order_by("version").last()


def _with_before(revisions: Any, of: str) -> Any:
    earlier = revisions.model.objects.filter(**{of: OuterRef(of)}, version=OuterRef("version") - 1)
    return revisions.annotate(
        before=Coalesce(Subquery(earlier.values("text")[:1]), Value(""), output_field=TextField())
    )
