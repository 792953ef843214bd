"""The words that a decided point brings into a finding, an indicator's value or a passage, and takes out again.

Second reading of amendments. The author of words is never their second reader. When a point is accepted in exactly
the words that the force proposed, the force wrote them and the decider is the second person: the finding stays
moderated, by the decider (unless the decider drafted the finding). So it is when a corrected decision puts back the
words that stood before. Any other amended words are the decider's own: the finding goes back to a second reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from findings import workflow
from findings.accuracy import national
from findings.accuracy.rounds import proposal_on
from findings.locking import tidy
from findings.models import EarlierPoint, Finding, Point, Revision
from findings.quotes import anchors, merge
from findings.unseen import unseen_in, with_shown
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import NationalRevision


@dataclass(frozen=True)
class Amendment:
    """What would come to stand: the outcome that this is, the words, and whether somebody else than the decider wrote
    them."""

    outcome: str
    words: str
    is_others: bool


def present(point: Point) -> str:
    """What an amendment replaces, as it is now: the finding's words, the value, or the passage."""
    assert point.paragraph is not None  # noqa: S101
    entry = point.paragraph.national
    return national.amendable(entry) if entry else point.paragraph.now


def planned(point: Point, outcome: str, written: str | None, base: str) -> Amendment:
    """What accepting a point makes of `base`, in `written` words or else in the force's own.

    Accepted is only where exactly the proposed words come to stand, as a save would keep them; else it is accepted in
    part. Raises NotAllowed where there are no words, or none that change anything.
    """
    assert point.paragraph is not None  # noqa: S101
    proposed = proposal_on(point, base)
    words = written if written and written.strip() else proposed
    reference = point.paragraph.reference
    if words is None:
        raise NotAllowed(
            f"The words that point {point.number} disputes do not stand once in {reference} as it is now. "
            "Write the amended words yourself."
        )
    if anchors.same_words(words, base):
        raise NotAllowed(f"{reference} would stay as it is. Change its words, or choose another decision.")
    exact = proposed is not None and _kept(point, words) == _kept(point, proposed)
    if outcome == Point.State.ACCEPTED and not exact and not _added(point, words, base):
        outcome = Point.State.ACCEPTED_IN_PART
    return Amendment(outcome, words, exact)


def put_in(point: Point, amendment: Amendment, version: int | None, by: User) -> None:
    """Write the amendment of a decision. Raises Stale where the words are not at `version` any more."""
    assert point.paragraph is not None  # noqa: S101
    if point.paragraph.national:
        national.amend(point, point.paragraph.national, amendment.words, version, by)
        return
    finding = point.paragraph.subject
    assert isinstance(finding, Finding)  # noqa: S101
    was_settled = finding.state in (Finding.State.MODERATED, Finding.State.FINAL)
    saved = _save(finding, amendment.words, version, point, by)
    if amendment.is_others and was_settled and saved.author_id != by.pk:
        workflow.settle_amendment(saved, point=point, final=False, by=by)


def put_right(point: Point, words: str, *, is_others: bool, version: int | None, by: User) -> None:
    """The same for a corrected decision, whose point has its new state already.

    In a complete check words that the force knows are final again at once: nobody has to be shown anything.
    """
    assert point.paragraph is not None  # noqa: S101
    if point.paragraph.national:
        national.amend(point, point.paragraph.national, words, version, by)
        return
    finding = point.paragraph.subject
    assert isinstance(finding, Finding)  # noqa: S101
    was_final = finding.state == Finding.State.FINAL
    was_settled = was_final or finding.state == Finding.State.MODERATED
    saved = _save(finding, words, version, point, by)
    known = unseen_in(with_shown(Finding.objects.filter(pk=saved.pk).select_related("theme")).get()) is None
    if was_final and known and saved.author_id == by.pk:
        raise NotAllowed(f"You drafted {saved.reference}. Somebody else who may decide corrects this decision.")
    if was_settled and saved.author_id != by.pk and (is_others or (was_final and known)):
        workflow.settle_amendment(saved, point=point, final=was_final and known, by=by)


def taken_out(point: Point) -> str | None:
    """The present words without what the point changed; None where they were changed since in the same places."""
    words: str | None = present(point)
    for before, after in reversed(_made(point)):
        words = _undone(before, after, words) if words is not None else None
    return words


def is_in(point: Point) -> bool:
    """Whether the point's decision has changed words that its correction has to look at."""
    return bool(_made(point))


def _made(point: Point) -> list[tuple[str, str]]:
    """(before, after) of each amendment that the point has made since it was last not accepted, oldest first."""
    if point.paragraph is None or point.state not in Point.TAKEN:
        return []
    decisions = point.earlier.filter(what=EarlierPoint.What.DECISION)
    over = decisions.exclude(said__state__in=Point.TAKEN).order_by("-replaced_at")
    refused = over.values_list("replaced_at", flat=True).first()
    revisions: Any = point.amendments.order_by("version")
    if point.paragraph.national_id:
        revisions = NationalRevision.objects.filter(amendment__point=point).order_by("version")
    later = revisions.filter(at__gt=refused) if refused else revisions
    return [pair for each in later if (pair := _pair(point, each))]


def _pair(point: Point, revision: Any) -> tuple[str, str] | None:
    if isinstance(revision, Revision):
        before = Revision.objects.get(finding=revision.finding_id, version=revision.version - 1)
        return before.text, revision.text
    entry = revision.entry
    former = NationalRevision.objects.get(entry=entry, version=revision.version - 1)
    values = [national.value_in(entry, each.text) for each in (former, revision)]
    return (values[0], values[1]) if values[0] is not None and values[1] is not None else None


def _undone(before: str, after: str, words: str) -> str | None:
    if anchors.same_words(words, after):
        return before
    parts = merge.parts(after, words, before)
    merged = [each.both or (each.yours if each.theirs == each.base else each.theirs) for each in parts]
    return merge.assemble(merged) if all(each.by_itself or each.both for each in parts) else None


def _save(finding: Finding, words: str, version: int | None, point: Point, by: User) -> Finding:
    return workflow.save_finding(
        finding,
        text=words,
        kind=finding.kind,
        basis=finding.basis,
        version=finding.version if version is None else version,
        by=by,
        point=point,
    )


def _kept(point: Point, words: str) -> str:
    """Words as a save would keep them."""
    entry = point.paragraph.national if point.paragraph else None
    return national.kept_as(entry, words) if entry else tidy(words)


def _added(point: Point, words: str, base: str) -> bool:
    """Of a point that quotes nothing: whether its proposed words were put in whole, and nothing else was changed."""
    proposed, written = tidy(point.proposed), tidy(words)
    if point.quoted.strip() or not proposed or written.count(proposed) != 1:
        return False
    return anchors.same_words(written.replace(proposed, " "), base)


def causes_of(points: Sequence[Point]) -> set[Any]:
    """The points, by key, that have made an amendment of a finding or an entry of the national report."""
    keys = [point.pk for point in points if point.state in Point.TAKEN]
    own = Revision.objects.filter(point__in=keys).values_list("point", flat=True)
    of_report = NationalRevision.objects.filter(amendment__point__in=keys).values_list("amendment__point", flat=True)
    return {*own, *of_report}
