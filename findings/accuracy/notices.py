"""The messages about a force's answer: a sentence and a link. No finding, point, reason or file name is in any."""

import datetime as dt

from django.urls import reverse

from findings.models import Extension, Invitation, LateOffer, Round
from findings.notices import lead_inspectors, liaison_officers
from forces.models import Contact
from hmic_core import notices
from hmic_core.models import User
from hmic_core.templatetags.times import london

HOME = "findings:check-home"


def reviewer_invited(contact: Contact, invitation: Invitation) -> None:
    """To set a password, or straight to the draft for somebody who has one already."""
    if contact.user is None:
        return
    known = contact.user.has_usable_password()
    link = reverse(HOME) if known else reverse("findings:invitation-open", args=[invitation.pk])
    notices.queue(
        contact.user,
        f"reviewer_invited:{invitation.pk}",
        subject="You are invited to check a draft for your force",
        body="Your force’s liaison officer asks you to help with a factual accuracy check by HMIC. The draft is in "
        "confidence. Nothing happens until you press the button on the page.",
        link=link,
    )


def paragraphs_given(round: Round, to: User, at: dt.datetime) -> None:
    notices.queue(
        to,
        f"paragraphs_given:{round.pk}:{at.isoformat()}",
        subject="Paragraphs of a draft are yours to check",
        body="Your force’s liaison officer has given you paragraphs of a draft to check. Which ones is on the page.",
        link=reverse(HOME),
    )


def extension_asked(extension: Extension) -> None:
    round = extension.round
    for lead in lead_inspectors(round.inspection, round.force):
        notices.queue(
            lead,
            f"extension_asked:{extension.pk}",
            subject="A force asks for more time",
            body="A force asks for more time for its factual accuracy check. Its reason is on the page. Until you "
            "answer, its time goes on running.",
            link=reverse("findings:extension-decide", args=[extension.pk]),
        )


def extension_answered(extension: Extension, due: dt.datetime | None) -> None:
    """Tell the liaison officers, and who asked."""
    round = extension.round
    granted = extension.state == Extension.State.GRANTED
    when = f" The new time to respond by is {london(due)}." if granted and due else ""
    for person in {*liaison_officers(round.force), extension.asked_by}:
        notices.queue(
            person,
            f"extension_answered:{extension.pk}",
            subject=f"More time for your factual accuracy check: {'granted' if granted else 'not granted'}",
            body=f"HMIC has answered your request for more time.{when} The reason is on the page.",
            link=reverse(HOME),
        )


def reminder_event(round: Round, which: str, due: dt.datetime) -> str:
    """A moved time is reminded of afresh."""
    return f"check_reminder:{round.pk}:{which}:{due:%Y-%m-%dT%H:%M}"


def reminder(round: Round, which: str, due: dt.datetime) -> int:
    """Remind the liaison officers; returns how many people are told."""
    people = liaison_officers(round.force)
    for person in people:
        notices.queue(
            person,
            reminder_event(round, which, due),
            subject=f"Respond by {london(due)}: your factual accuracy check",
            body=f"HMIC has no response yet to your force’s factual accuracy check. The time ends on {london(due)}. "
            "You can send points, say that there are no inaccuracies, or ask for more time on the page.",
            link=reverse(HOME),
        )
    return len(people)


def point_offered(offer: LateOffer) -> None:
    round = offer.point.round
    for lead in lead_inspectors(round.inspection, round.force):
        notices.queue(
            lead,
            f"point_offered_late:{offer.pk}",
            subject="A force offers a late point",
            body="A force offers a point after the time of its factual accuracy check. Its reason is on the page.",
            link=reverse("findings:late-point-decide", args=[offer.pk]),
        )


def late_point_answered(offer: LateOffer) -> None:
    round = offer.point.round
    taken = offer.state == LateOffer.State.TAKEN
    for person in {*liaison_officers(round.force), offer.offered_by}:
        notices.queue(
            person,
            f"late_point_answered:{offer.pk}",
            subject=f"Your late point: {'taken' if taken else 'not taken'}",
            body="HMIC has answered the point that your force offered late. The reason is on the page.",
            link=reverse("findings:check-log", args=[round.pk]),
        )
