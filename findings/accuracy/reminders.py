"""Reminders to forces that have not answered: at half time, three days, one day and the day, as the setting says.

Each is sent once however often the sweep runs: its event carries the round, which one it is, and the time it is about.
A force that has answered gets none: the round is locked and looked at again, and what was queued and has not left yet
is taken back when the answer arrives.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction

from findings.accuracy import notices
from findings.accuracy.deadlines import after_working_days, before_working_days
from findings.accuracy.locking import locked, record
from findings.accuracy.rounds import days_of, due_at, sent_at
from findings.models import Round
from findings.notices import liaison_officers
from hmic_core.audit import Action
from hmic_core.clock import LONDON
from hmic_core.models import Notice

#: Reminders go out in the morning, London time, at the latest this long before the time ends.
HOUR = 9
AHEAD = dt.timedelta(hours=2)


def moment(round: Round, which: str) -> dt.datetime | None:
    """The instant of one reminder: "half", or so many working days before the last day. None before it was sent."""
    sent, due = sent_at(round), due_at(round)
    if sent is None or due is None:
        return None
    if which == "half":
        day = after_working_days(sent.astimezone(LONDON).date(), days_of(round) // 2)
    else:
        day = before_working_days(due.astimezone(LONDON).date(), int(which))
    return min(dt.datetime.combine(day, dt.time(HOUR), LONDON).astimezone(dt.UTC), due - AHEAD)


def owed(round: Round, now: dt.datetime) -> str | None:
    """The latest reminder whose time has come, if the round's time still runs. Earlier ones that were missed are not
    made up for: three at once would be none."""
    sent, due = sent_at(round), due_at(round)
    if sent is None or due is None or now >= due:
        return None
    come = [(at, which) for which in settings.CHECK_REMINDERS if (at := moment(round, which)) and sent < at <= now]
    return max(come)[1] if come else None


def to_remind(now: dt.datetime) -> list[tuple[Round, str]]:
    """Rounds that are with their force and owed a reminder that nobody has queued yet."""
    waiting = Round.objects.filter(state=Round.State.ISSUED, notice__sent_at__isnull=False)
    rounds = list(waiting.select_related("inspection", "force", "notice"))
    found = [(round, which) for round in rounds if (which := owed(round, now))]
    events = {notices.reminder_event(round, which, due_at(round)) for round, which in found}  # type: ignore[arg-type]
    queued = set(Notice.objects.filter(event__in=events).values_list("event", flat=True))
    return [
        (round, which)
        for round, which in found
        if notices.reminder_event(round, which, due_at(round)) not in queued  # type: ignore[arg-type]
    ]


@transaction.atomic
def remind(round: Round, which: str) -> int:
    """Queue one reminder for the force's liaison officers; returns how many were told. The scheduler does this."""
    round = locked(round, "remind")
    due = due_at(round)
    if due is None or Notice.objects.filter(event=notices.reminder_event(round, which, due)).exists():
        return 0
    told = notices.reminder(round, which, due) if liaison_officers(round.force) else 0
    if told:
        record(Action.ROUND_REMINDED, None, round, which=which, due_at=due, people=told)
    return told


def take_back(round: Round) -> None:
    """Reminders that have not left yet are not sent any more: the force has answered, or the draft is recalled."""
    Notice.objects.filter(event__startswith=f"check_reminder:{round.pk}:", sent_at=None).delete()
