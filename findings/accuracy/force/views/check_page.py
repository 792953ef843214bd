"""What stands around every page of the force's check, and the rows of its lists. Reads; decides nothing."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from findings.accuracy import deadlines, rounds
from findings.accuracy.contact import contact_name, contact_telephone, contact_words
from findings.accuracy.draft import Draft, Outcome
from findings.accuracy.letter_sentence import Foretold
from findings.accuracy.schedule import corrections_of
from findings.accuracy.states import ANSWER_STATES
from findings.models import EvidenceRequest, Paragraph, Point, Round
from findings.permissions import can_check, can_submit
from hmic_core import clock
from hmic_core.models import User
from hmic_core.templatetags.marks import ticks
from hmic_core.templatetags.times import london, working_days_left
from hmic_core.web import navigation

_OPEN = Round.State.ISSUED


def frame(request: HttpRequest, round: Round, draft: Draft, here: str) -> dict[str, Any]:
    """Navigation, identity, deadline, telephone number and what the reader may do. `here`: the page's URL name."""
    due = rounds.due_at(round)
    inspection = round.inspection
    user: User = request.user  # type: ignore[assignment]
    is_open = round.state == _OPEN
    left = deadlines.working_days_left(clock.now(), due) if due else None
    return {
        "round": round,
        "draft": draft,
        "sent": rounds.sent_at(round),
        "due": due,
        "days_left": left,
        "is_open": is_open,
        "may_write": is_open and can_check(user, round),
        "may_submit": is_open and can_submit(user, round),
        "may_offer": round.state in ANSWER_STATES["offer_point"][0] and can_submit(user, round),
        "facts": _facts(round, draft, due, left),
        "nav": _navigation(user, round, here),
        "questions": _questions(round),
        "letter": Foretold(round),
        "is_recalled": round.state == Round.State.RECALLED,
        "contact": contact_words(inspection),
        "contact_name": contact_name(inspection),
        "contact_telephone": contact_telephone(inspection),
    }


def _questions(round: Round) -> list[EvidenceRequest]:
    """What the inspectorate asks for more evidence on, and has had no answer to."""
    asked = EvidenceRequest.objects.filter(point__round=round, answered_at=None, point__state=Point.State.MORE_EVIDENCE)
    return list(asked.select_related("point")) if round.state == Round.State.RESPONDED else []


def afterwards(request: HttpRequest, round: Round) -> dict[str, Any]:
    """Beside the decisions: the second look that followed, and whether the reader may record a difference."""
    user: User = request.user  # type: ignore[assignment]
    later = Round.objects.for_force(user).filter(
        inspection=round.inspection, force=round.force, number__gt=round.number, state=_OPEN, is_second_look=True
    )
    second = later.select_related("inspection", "notice").first()
    return {
        "second_look": second,
        "second_due": rounds.due_at(second) if second else None,
        "may_differ": can_submit(user, round),
    }


def _navigation(user: User, round: Round, here: str) -> list[dict[str, Any]]:
    """The check's own pages, then whatever else the person has."""
    pages: list[tuple[str, str, list[Any]]] = [
        ("Home", "check-home", []),
        ("Draft", "check-draft", [round.pk]),
        ("Response log", "check-log", [round.pk]),
        ("People", "check-people", [round.pk]),
        ("Decisions", "check-decisions", [round.pk]),
    ]
    made = [
        {"label": label, "url": reverse(f"findings:{name}", args=args), "active": name == here}
        for label, name, args in pages
    ]
    if round.state == Round.State.RECALLED:  # the draft is not the force's to read any more: what it wrote is
        made = [each for each in made if each["label"] in ("Home", "Response log")]
    others = [each for each in navigation.entries_for(user) if each.url_name != "findings:check-home"]
    return made + [{"label": each.label, "url": reverse(each.url_name), "active": False} for each in others]


def _facts(round: Round, draft: Draft, due: Any, left: int | None) -> list[tuple[str, Any, str]]:
    if round.state != _OPEN:
        return _facts_afterwards(round, draft)
    ready = len(draft.points) - len(draft.unfinished)
    checked = format_html("<b>{} of {}</b> paragraphs{}", draft.checked, len(draft.passages), ticks(draft.ticks))
    return [
        ("Respond by", due or "Set once the message is sent", working_days_left(left) if left is not None else ""),
        ("Checked", checked, ""),
        ("Points", format_html("<b>{}</b> raised", len(draft.points)), _split(ready, len(draft.unfinished))),
    ]


def _facts_afterwards(round: Round, draft: Draft) -> list[tuple[str, Any, str]]:
    found: list[tuple[str, Any, str]] = []
    is_recalled = round.state == Round.State.RECALLED
    if round.submitted_at:
        found.append(("Response sent", round.submitted_at, f"Authorised by {round.authorised_by}"))
    else:
        found.append(("Response", format_html("<b>{}</b>", "None sent" if is_recalled else "None received"), ""))
    if is_recalled:
        found.append(("Draft", format_html("<b>{}</b>", "Recalled by HMIC"), ""))
    elif round.state == Round.State.CLOSED and round.closed_at:
        found.append(("Completed", round.closed_at, ""))
    elif round.submitted_at and draft.points:
        found.append(("Decisions", "With HMIC", "You will be told when they are ready"))
    return found


def _split(ready: int, drafts: int) -> str:
    words = [f"{ready} ready"] if ready else []
    words += [f"{drafts} {'draft' if drafts == 1 else 'drafts'}"] if drafts else []
    return ", ".join(words)


def composer_words(draft: Draft, about: Paragraph | None, point: Point | None) -> dict[str, Any]:
    """The composer's heading and what became of the words so far."""
    taken = [noted.point.number for noted in [*draft.points, *draft.withdrawn]]
    number = point.number if point else max(taken, default=0) + 1
    where = about.reference if about else "the whole draft"
    status = f"Saved {london(point.changed_at)} by {point.written_by}" if point else "Not saved yet"
    return {"number": number, "heading": f"Point {number} on {where}", "status": status}


# The response log


def log_rows(draft: Draft, show: str, user: Any) -> dict[str, Any]:
    """Rows of the log as chosen by `show`, with the chips that choose."""
    kinds = {
        "": ("All", draft.points),
        "work": ("Needs work", draft.unfinished),
        "ready": ("Ready", [noted for noted in draft.points if not noted.lacks]),
        "mine": ("Mine", [noted for noted in draft.points if noted.point.author_id == user.pk]),
    }
    chosen = show if show in kinds else ""
    return {
        "rows": kinds[chosen][1],
        "chips": [
            (f"{label} {len(points)}", f"?show={key}" if key else "?", key == chosen)
            for key, (label, points) in kinds.items()
        ],
    }


# Decisions


def decided(outcomes: Sequence[Outcome], points: Sequence[Point], show: str) -> dict[str, Any]:
    """The decided points in order with their paragraph's words before and after, and what they came to."""
    by_paragraph = {outcome.reference: outcome for outcome in outcomes}
    chosen = show if show in Point.DECIDED else ""
    rows = [
        (point, by_paragraph.get(point.paragraph.reference) if point.paragraph else None, corrections_of(point))
        for point in points
        if chosen in ("", point.state)
    ]
    return {
        "rows": rows,
        "counts": _counts(points, chosen),
        "summary": summary(outcomes, points),
        "other_changes": [each for each in outcomes if each.changed and not each.causes],
        "new_words": [each.reference for each in outcomes if not each.shown],
        "shown_again": [each.reference for each in outcomes if not each.shown and each.in_letter],
    }


def _counts(points: Sequence[Point], chosen: str) -> list[tuple[int, str, str, bool]]:
    numbers = Counter(point.state for point in points)
    counts = [(len(points), "All points", "?", not chosen)]
    return counts + [
        (numbers[state], str(Point.State(state).label), f"?show={state}", chosen == state)
        for state in Point.DECIDED
        if numbers[state]
    ]


def summary(outcomes: Sequence[Outcome], points: Sequence[Point]) -> str:
    """What the decisions came to, in sentences."""
    changed = [point for outcome in outcomes for point in outcome.causes]
    idle = sum(_accepted(point) for point in points) - len(changed)
    refused = sum(point.state == Point.State.NOT_ACCEPTED for point in points)
    updates = sum(point.state == Point.State.TAKEN_AS_UPDATE for point in points)
    said = []
    national = [point for point in changed if point.paragraph and point.paragraph.national_id]
    if own := len(changed) - len(national):
        said.append(f"{_many(own, 'point')} changed your findings.")
    if national:
        said.append(f"{_many(len(national), 'point')} changed what the national report says of your force.")
    if idle:
        said.append(f"{_many(idle, 'point')} {'was' if idle == 1 else 'were'} accepted without a change of words.")
    if refused:
        said.append(f"{_many(refused, 'point')} {'was' if refused == 1 else 'were'} not accepted.")
    if updates:
        said.append(f"{_many(updates, 'point')} {'is' if updates == 1 else 'are'} kept as an update.")
    if same := [each.reference for each in outcomes if not each.changed and not each.points]:
        which = _listed(same) if len(same) <= 6 else f"The other {len(same)} paragraphs"
        said.append(f"{which} drew no point and {'is' if len(same) == 1 else 'are'} exactly as you saw {_it(same)}.")
    return " ".join(said)


def _it(things: Sequence[str]) -> str:
    return "it" if len(things) == 1 else "them"


def _accepted(point: Point) -> bool:
    return point.state in (Point.State.ACCEPTED, Point.State.ACCEPTED_IN_PART)


def _many(number: int, noun: str) -> str:
    words = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
    return f"{words[number] if number < len(words) else number} {noun}{'' if number == 1 else 's'}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
