"""How a check ends: complete, with what is new shown again or waived, and what stays disputed recorded."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from findings import notices, workflow
from findings.accuracy.inspectorate.issuing import SETTLED, second_look_obstacles, send_second_look
from findings.accuracy.locking import locked, record
from findings.accuracy.states import enter
from findings.models import Finding, Round, Waiver
from findings.permissions import leads
from findings.unseen import NewWords, new_words
from hmic_core import audit, clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User

State = Round.State


@transaction.atomic
def close_round(round: Round, *, by: User, waiver: str = "", show_again: bool = False) -> Round | None:
    """End the check and make its findings final.

    Words that the force has not seen are shown to it again (`show_again`: the second look is returned), or waived with
    a reason (`waiver`). What is shown again becomes final when the second look is closed.
    """
    round = locked(round, "close_round")
    if not leads(by, round.inspection, round.force):
        raise NotAllowed("Only the lead inspector can complete the check.")
    present = list(
        Finding.objects.filter(inspection=round.inspection, force=round.force)
        .present()
        .in_order()
        .select_related("theme")
    )
    _require_settled(present)
    new = new_words(round.inspection, round.force)
    references = [each.reference for each in new]
    if new and not show_again and not waiver.strip():
        raise NotAllowed(
            f"The force has not seen these words: {', '.join(references)}. Say why they may stand, or show them again."
        )
    again = {each.finding.pk for each in new} if show_again else set()
    workflow.make_final(_moderated(each for each in present if each.pk not in again), by=by)
    enter(round, "close_round")
    round.closed_by, round.closed_at = by, clock.now()
    round.unseen_waiver = waiver.strip() if new and not show_again else ""
    round.save()
    if round.unseen_waiver:
        _waive(round, new, round.unseen_waiver, by)
    record(Action.ROUND_CLOSED, by, round, unseen=references, waiver=round.unseen_waiver, shown_again=bool(again))
    notices.round_closed(round)
    return _second_look(round, new, by) if again else None


def _require_settled(findings: Iterable[Finding]) -> None:
    if waiting := [finding.reference for finding in findings if finding.state not in SETTLED]:
        raise NotAllowed(f"A second reader must read these first: {', '.join(waiting)}.")


def _moderated(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.state == Finding.State.MODERATED]


def _second_look(round: Round, new: Sequence[NewWords], by: User) -> Round:
    if found := second_look_obstacles(round.inspection, round.force):
        raise NotAllowed(" ".join(found))
    return send_second_look(round.inspection, round.force, new, by)


@transaction.atomic
def waive_unseen(round: Round, *, reason: str, by: User) -> None:
    """Say why words that came in may stand after all, in a check that is complete: they become final."""
    round = locked(round, "waive_unseen")
    if not leads(by, round.inspection, round.force):
        raise NotAllowed("Only the lead inspector can waive a second look.")
    new = new_words(round.inspection, round.force)
    if not new:
        raise NotAllowed("The force has seen every word: there is nothing to waive.")
    if not reason.strip():
        raise NotAllowed("Say why these words may stand: the reason is kept.")
    findings = [each.finding for each in new]
    _require_settled(findings)
    round.unseen_waiver = "\n".join(filter(None, [round.unseen_waiver, reason.strip()]))
    round.save(update_fields=["unseen_waiver"])
    _waive(round, new, reason.strip(), by)
    workflow.make_final(_moderated(findings), by=by)


def _waive(round: Round, new: Sequence[NewWords], reason: str, by: User) -> None:
    now = clock.now()
    for each in new:
        finding = each.finding
        revision = finding.revisions.get(version=finding.version)
        Waiver.objects.create(finding=finding, revision=revision, round=round, reason=reason, by=by, at=now)
        facts = {"reference": finding.reference, "version": finding.version, "reason": reason}
        audit.record(Action.WORDS_WAIVED, by, finding, force=round.force.slug, **facts)
