"""What a force still disagrees with after a decision, in its own words."""

from django.db import transaction
from django.dispatch import Signal

from findings.accuracy.locking import keep_earlier, locked, locked_point, record
from findings.models import Difference, EarlierPoint, Point, Round
from findings.permissions import can_submit
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.text import markdown

#: Sent with a closed `round`, inside the verb's transaction, when its force recorded that it still disagrees. A letter
#: whose annex prints differences is made again.
on_difference = Signal()


@transaction.atomic
def record_difference(point: Point, *, words: str, by: User) -> Difference:
    """Record that the force still disagrees with a decision, in its words. What it said before is kept."""
    round = locked(point.round, "record_difference")
    if not can_submit(by, round):
        raise NotAllowed("Only your force’s liaison officer can record that it still disagrees.")
    point = locked_point(point, "record_difference")
    if not words.strip():
        raise NotAllowed("Say why your force still disagrees.")
    if errors := markdown.check(words):
        raise NotAllowed(errors[0])
    before = Difference.objects.filter(point=point).select_related("by").first()
    if before is not None and before.words != words.strip():
        keep_earlier(point, EarlierPoint.What.DIFFERENCE, {"words": before.words}, (before.by, before.at), by)
    difference, _ = Difference.objects.update_or_create(
        point=point, defaults={"words": words.strip(), "by": by, "at": clock.now()}
    )
    record(Action.DIFFERENCE_RECORDED, by, round, point=point.number)
    on_difference.send(Round, round=round)
    return difference
