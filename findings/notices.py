"""The messages of the factual accuracy check: a sentence and a link. No finding, point or decision is in any."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.urls import reverse

from findings.models import Comment, EvidenceRequest, Finding, Point, Round
from forces.models import Contact, Force
from hmic_core import clock, notices
from hmic_core.models import Notice, User
from inspections.models import Assignment, Inspection

READER_CAPACITIES = (
    Contact.Capacity.LIAISON_OFFICER,
    Contact.Capacity.REVIEWER,
    Contact.Capacity.CHIEF_OFFICER,
    Contact.Capacity.STAFF_OFFICER,
)


def liaison_officers(force: Force) -> list[User]:
    """The verified liaison officers of a force who can sign in today, the longest-serving first."""
    return officers_of([force])[force.pk]


def officers_of(forces: Sequence[Force]) -> dict[UUID, list[User]]:
    """The same for many forces at once, each of which is a key."""
    contacts = Contact.objects.on(clock.Today()).filter(
        force__in=forces,
        capacity=Contact.Capacity.LIAISON_OFFICER,
        verified_at__isnull=False,
        user__is_active=True,
    )
    found: dict[UUID, list[User]] = {force.pk: [] for force in forces}
    for contact in contacts.select_related("user").order_by("starts_on", "name"):
        found[contact.force_id].append(contact.user)
    return found


def readers(forces: Iterable[Force]) -> dict[UUID, dict[UUID, set[str]]]:
    """By force, who can read its drafts today, verified and able to sign in, and in which capacities."""
    contacts = Contact.objects.on(clock.Today()).filter(
        force__in=forces, capacity__in=READER_CAPACITIES, verified_at__isnull=False, user__is_active=True
    )
    found: dict[UUID, dict[UUID, set[str]]] = defaultdict(lambda: defaultdict(set))
    for force, user, capacity in contacts.values_list("force", "user", "capacity"):
        found[force][user].add(capacity)
    return found


def users_of(force: Force) -> list[User]:
    """The people of a force who can read its drafts today, by name."""
    return list(User.objects.filter(pk__in=readers([force])[force.pk]).order_by("name"))


def lead_inspectors(inspection: Inspection, force: Force) -> list[User]:
    """Who leads the inspection today, for this force."""
    leading = Assignment.objects.on(clock.today()).filter(
        inspection=inspection, role=Assignment.Role.LEAD_INSPECTOR, user__is_active=True
    )
    return [each.user for each in leading.select_related("user") if each.force_id in (None, force.pk)]


def round_issued(round: Round) -> Notice:
    """Tell the liaison officers. The notice returned starts the clock when it is sent. Needs at least one officer."""
    return _tell(
        liaison_officers(round.force),
        f"round_issued:{round.pk}",
        subject="A draft is ready for your factual accuracy check",
        body="HMIC has sent your force draft findings to check for factual accuracy. The date to respond by, and whom "
        "to ring with questions, are on the page.",
        link=reverse("findings:check-home"),
    )[0]


def second_look(round: Round) -> Notice:
    """The same for a second look, which has a shorter time."""
    return _tell(
        liaison_officers(round.force),
        f"round_issued:{round.pk}",
        subject="New words for your force to look at",
        body="HMIC has shown your force words that came in after its factual accuracy check. The date to respond by, "
        "and whom to ring with questions, are on the page.",
        link=reverse("findings:check-home"),
    )[0]


def evidence_asked(request: EvidenceRequest) -> Notice | None:
    """Tell the liaison officers. The notice returned starts the time to answer when it is sent."""
    round = request.point.round
    told = _tell(
        liaison_officers(round.force),
        f"evidence_asked:{request.pk}",
        subject="HMIC asks for more evidence",
        body="HMIC asks for more evidence on one of the points of your factual accuracy check. The question, and the "
        "date to answer by, are on the page.",
        link=reverse("findings:evidence-answer", args=[round.pk, request.pk]),
    )
    return told[0] if told else None


def evidence_answered(request: EvidenceRequest) -> None:
    point = request.point
    _tell(
        lead_inspectors(point.round.inspection, point.round.force),
        f"evidence_answered:{request.pk}",
        subject="A force has answered a question on a point",
        body="A force has answered when it was asked for more evidence. The answer stands beside the point.",
        link=reverse("findings:point-decide", args=[point.pk]),
    )


def round_recalled(round: Round) -> None:
    _tell(
        liaison_officers(round.force),
        f"round_recalled:{round.pk}",
        subject="HMIC has recalled a draft",
        body="HMIC has recalled the draft it sent your force for a factual accuracy check. Please destroy any copies. "
        "What your force wrote is kept: its points are drafts again in the next draft, which has its own full time. "
        "The inspectorate will ring you.",
        link=reverse("findings:check-home"),
    )


def response_received(round: Round) -> None:
    """Tell the lead inspectors, and give the force's liaison officers their receipt."""
    _tell(
        lead_inspectors(round.inspection, round.force),
        f"response_received:{round.pk}",
        subject="A force has answered its factual accuracy check",
        body="A force has sent the response to its factual accuracy check.",
        link=reverse("findings:round-show", args=[round.inspection.slug, round.force.slug]),
    )
    _tell(
        liaison_officers(round.force),
        f"response_receipt:{round.pk}",
        subject="Receipt: your response has reached HMIC",
        body="HMIC has received your force's response to its factual accuracy check. The receipt is on the page.",
        link=reverse("findings:check-receipt", args=[round.pk]),
    )


def round_closed(round: Round) -> None:
    _tell(
        liaison_officers(round.force),
        f"round_closed:{round.pk}",
        subject="Your factual accuracy check is complete",
        body="HMIC has completed your force's factual accuracy check. "
        + ("Each decision is on the page, with its reason." if _has_points(round) else "The result is on the page."),
        link=reverse("findings:check-decisions", args=[round.pk]),
    )


def _has_points(round: Round) -> bool:
    return bool(round.points.filter(submitted_at__isnull=False).exists())


def decision_corrected(point: Point, *, occasion: int) -> None:
    """Tell the liaison officers. `occasion` tells one correction of the same point from the next."""
    _tell(
        liaison_officers(point.round.force),
        f"decision_corrected:{point.pk}:{occasion}",
        subject="A decision of your factual accuracy check was corrected",
        body="HMIC has corrected one of its decisions on your force's points. Both decisions, and the reason, are on "
        "the page.",
        link=reverse("findings:check-decisions", args=[point.round_id]),
    )


def finding_sent_back(finding: Finding, *, occasion: int) -> None:
    """Tell the author. `occasion` tells one time from the next: the same finding may come back twice."""
    _tell(
        [finding.author],
        f"finding_sent_back:{occasion}",
        subject="A finding came back from its second reading",
        body="A second reader asks you to look at one of your findings again. What to do is on the page.",
        link=reverse("findings:finding-show", args=[finding.pk]),
    )


def mentioned(comment: Comment, person: User) -> None:
    """Tell somebody that a comment mentions them. Neither the comment nor the finding is in it."""
    _tell(
        [person],
        f"comment_mention:{comment.pk}",
        subject="A comment mentions you",
        body="Somebody mentions you in a comment on a finding. What they say is on the page.",
        link=_comment_link(comment),
    )


def comment_answered(reply: Comment, person: User) -> None:
    """Tell who wrote a comment that it was answered, unless the answer mentions them: then they have been told."""
    if reply.mentioned.filter(pk=person.pk).exists():
        return
    _tell(
        [person],
        f"comment_answered:{reply.pk}",
        subject="Your comment was answered",
        body="Somebody answered one of your comments on a finding. The answer is on the page.",
        link=_comment_link(reply),
    )


def _comment_link(comment: Comment) -> str:
    return reverse("findings:finding-show", args=[comment.finding_id]) + "#comments"


def _tell(people: Iterable[User], event: str, *, subject: str, body: str, link: str) -> list[Notice]:
    return [notices.queue(person, event, subject=subject, body=body, link=link) for person in people]


def reminder(inspection: Inspection, user: User, day: dt.date) -> None:
    """Remind somebody of what waits for them. Once a day for each inspection."""
    _tell(
        [user],
        f"reminder:{inspection.pk}:{day.isoformat()}",
        subject="A reminder of findings that wait for you",
        body="The lead inspector reminds you of findings that wait for you. Which ones they are is on My work.",
        link=reverse("findings:work-show"),
    )
