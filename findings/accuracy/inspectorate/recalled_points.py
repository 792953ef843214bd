"""The points of a recalled check go on in the next one: drafts again, each on the same finding in its new words.

What was sent in the recalled check stays there as it was sent, with its receipt. A point that was withdrawn stays
withdrawn there.
"""

from uuid import UUID

from django.db.models import F

from findings.accuracy.locking import record
from findings.models import AnswerFile, Paragraph, Point, PointFile, Round
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.models import User


def carry_over(round: Round, by: User) -> None:
    """Take over the points and their evidence where the check just before this one was recalled. The caller holds the
    lock and has frozen the paragraphs."""
    before = Round.objects.filter(inspection=round.inspection, force=round.force, number__lt=round.number)
    last: Round | None = before.order_by("-number").first()
    if last is None or last.state != Round.State.RECALLED:
        return
    new = {each.subject_id: each for each in round.paragraphs.all()}
    old = list(last.points.present().select_related("paragraph").order_by("number"))
    made = Point.objects.bulk_create(_carried(each, round, new) for each in old)
    _carry_files({old.pk: point for old, point in zip(old, made, strict=True)})
    if made:
        record(Action.POINTS_CARRIED, by, round, points=len(made), recalled=last.number)


def _carried(point: Point, round: Round, new: "dict[UUID, Paragraph]") -> Point:
    return Point(
        round=round,
        paragraph=new.get(point.paragraph.subject_id) if point.paragraph else None,
        number=point.number,
        kind=point.kind,
        quoted=point.quoted,
        proposed=point.proposed,
        explanation=point.explanation,
        author_id=point.author_id,
        changed_by_id=point.changed_by_id,
        changed_at=clock.now(),
        carried_from=point,
    )


def _carry_files(carried: "dict[UUID, Point]") -> None:
    """The same files again, and those that the force gave when it was asked for more."""
    given = PointFile.objects.given().filter(point__in=list(carried)).values_list("point", "file", "shows")
    answers = AnswerFile.objects.filter(request__point__in=list(carried))
    answered = answers.annotate(of=F("request__point")).values_list("of", "file", "shows")
    PointFile.objects.bulk_create(
        PointFile(point=carried[of], file_id=file, shows=shows) for of, file, shows in [*given, *answered]
    )
