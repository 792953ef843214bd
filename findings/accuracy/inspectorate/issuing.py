"""The inspectorate sends: one draft or many, a second look at what is new, and recalls what should not be there."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.dispatch import Signal

from findings import notices, verdict
from findings.accuracy import national, reminders
from findings.accuracy.inspectorate import recalled_points, unconfirmed
from findings.accuracy.locking import locked, record
from findings.accuracy.rounds import STANDS, frozen_copy
from findings.accuracy.states import enter
from findings.models import Finding, Paragraph, Revision, Round
from findings.permissions import leads
from findings.unseen import NewWords, new_words
from forces import naming
from forces.models import Contact, Force
from hmic_core import clock, confirming
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections import legal_hold
from inspections.frozen import content_hash
from inspections.models import ForceInScope, Inspection

State = Round.State
SETTLED = (Finding.State.MODERATED, Finding.State.FINAL)

#: Sent with the `round` and `by`, who recalled it, inside the verb's transaction. A recall opens an incident.
on_recalled = Signal()


@dataclass(frozen=True)
class Sent:
    """What became of one force when several were sent their drafts."""

    force: Force
    round: Round | None
    sentence: str


@transaction.atomic
def issue_round(*, inspection: Inspection, force: Force, by: User, confirmed: Collection[str] = ()) -> Round:
    """Freeze the force's moderated findings and send the liaison officer a link. The clock starts when that is sent.

    `confirmed`: the keys of what the sender has ticked, see `unconfirmed`.
    """
    if not leads(by, inspection, force):
        raise NotAllowed("Only the lead inspector can send the draft to the force.")
    confirming.compare("issue_round", _lock_scope(inspection, force))
    legal_hold.refuse(inspection, force)
    findings = Finding.objects.filter(inspection=inspection, force=force).present()
    frozen = list(findings.in_order().select_related("theme").select_for_update(of=("self",)))
    if found := obstacles(inspection, force):
        raise NotAllowed(" ".join(found))
    kinds = unconfirmed.refuse_unconfirmed(inspection, force, confirmed)
    round = _next_round(inspection, force)
    _freeze(round, frozen, {})
    entries = national.freeze(round, len(frozen))
    recalled_points.carry_over(round, by)
    _send(round, by)
    facts = {"paragraphs": len(frozen) + entries, "confirmed": kinds}
    record(Action.ROUND_ISSUED, by, round, copy_hash=round.copy_hash, **facts)
    return round


def issue_rounds(
    *, inspection: Inspection, forces: Iterable[Force], by: User, confirmed: Collection[str] = ()
) -> list[Sent]:
    """Send several forces their drafts, each in a transaction of its own: one that cannot be sent stops no other."""
    results = []
    for force in forces:
        try:
            round = issue_round(inspection=inspection, force=force, by=by, confirmed=confirmed)
        except NotAllowed as refusal:
            results.append(Sent(force, None, refusal.sentence))
        else:
            results.append(Sent(force, round, "The draft is on its way."))
    return results


@transaction.atomic
def issue_second_look(*, inspection: Inspection, force: Force, by: User) -> Round:
    """Show the force only the words that came in after it looked, with a short time to answer."""
    if not leads(by, inspection, force):
        raise NotAllowed("Only the lead inspector can show the force new words.")
    confirming.compare("issue_second_look", _lock_scope(inspection, force))
    if found := second_look_obstacles(inspection, force):
        raise NotAllowed(" ".join(found))
    return send_second_look(inspection, force, new_words(inspection, force), by)


def send_second_look(inspection: Inspection, force: Force, new: Sequence[NewWords], by: User) -> Round:
    """For verbs that hold the lock: freeze and send what is new, unless a legal hold stops it."""
    legal_hold.refuse(inspection, force)
    round = _next_round(inspection, force)
    round.is_second_look = True
    _freeze(round, [each.finding for each in new], {each.finding.pk: each.known for each in new})
    recalled_points.carry_over(round, by)
    _send(round, by)
    record(Action.ROUND_ISSUED, by, round, copy_hash=round.copy_hash, paragraphs=len(new), second_look=True)
    return round


@transaction.atomic
def recall_round(round: Round, *, reason: str, by: User) -> None:
    """End the force's access at once. A new issue starts the clock again, with the force's points as drafts.

    What the force wrote stays its own to read: its points, their evidence, its receipts.
    """
    round = locked(round, "recall_round")
    if not leads(by, round.inspection, round.force):
        raise NotAllowed("Only the lead inspector can recall the draft.")
    if not reason.strip():
        raise NotAllowed("Say why the draft is recalled: the reason is kept.")
    enter(round, "recall_round")
    round.save(update_fields=["state"])
    record(Action.ROUND_RECALLED, by, round, reason=reason.strip())
    reminders.take_back(round)
    notices.round_recalled(round)
    on_recalled.send(Round, round=round, by=by)


def obstacles(inspection: Inspection, force: Force) -> list[str]:
    """Why the draft cannot be sent to the force now, as sentences; empty when it can."""
    return obstacles_of(inspection, [force])[force.pk]


def obstacles_of(inspection: Inspection, forces: Sequence[Force]) -> dict[UUID, list[str]]:
    """The same for many forces at once; the number of queries does not grow with theirs."""
    rounds = Round.objects.filter(inspection=inspection, force__in=forces).exclude(state=State.RECALLED)
    states: dict[UUID, str] = dict(rounds.order_by("number").values_list("force", "state"))
    findings: dict[UUID, list[Finding]] = {force.pk: [] for force in forces}
    present = Finding.objects.filter(inspection=inspection, force__in=forces).present()
    for finding in present.in_order().select_related("theme"):
        findings[finding.force_id].append(finding)
    readers = notices.readers(forces)
    held = legal_hold.held(inspection, forces)
    beside = national.entries_of(inspection, forces)
    register = naming.register()
    foreign = national.naming_others((entry for entries in beside.values() for entry in entries), register)
    blocked = _blocked([each for found in findings.values() for each in found], register)
    return {
        force.pk: [
            *_held(force, held),
            *_sent_already(states.get(force.pk)),
            *_not_moderated(force, findings[force.pk]),
            *(blocked[each.pk] for each in findings[force.pk] if each.pk in blocked),
            *national.obstacles(force, beside[force.pk], foreign),
            *_contacts_missing(force, readers[force.pk]),
        ]
        for force in forces
    }


def second_look_obstacles(inspection: Inspection, force: Force) -> list[str]:
    """Why new words cannot be shown to the force now."""
    rounds = Round.objects.filter(inspection=inspection, force=force).exclude(state=State.RECALLED)
    states = set(rounds.values_list("state", flat=True))
    return look_again_obstacles(inspection, force, states, new_words(inspection, force))


def look_again_obstacles(
    inspection: Inspection, force: Force, states: set[str], words: Iterable[NewWords]
) -> list[str]:
    """The same, where the states of the force's rounds (but recalled ones) and its new words are known already."""
    if states != {State.CLOSED}:
        return ["New words are shown again once the check before is complete."]
    new = [each.finding for each in words]
    if not new:
        return ["The force has seen every word: there is nothing to show again."]
    waiting = [finding.reference for finding in new if finding.state not in SETTLED]
    found = [f"A second reader must read these first: {', '.join(waiting)}."] if waiting else []
    found += _blocked(new).values()
    return [*_held(force, legal_hold.held(inspection, [force])), *found, *contact_obstacles(force)]


def contact_obstacles(force: Force) -> list[str]:
    return _contacts_missing(force, notices.readers([force])[force.pk])


def _held(force: Force, held: Collection[UUID]) -> list[str]:
    return [legal_hold.sentence(force)] if force.pk in held else []


def _sent_already(state: str | None) -> list[str]:
    if state is None or state == State.PREPARING:
        return []
    return [f"A draft has been sent already. {STANDS[State(state)]}"]


def _not_moderated(force: Force, findings: Collection[Finding]) -> list[str]:
    if not findings:
        return [f"There are no findings about {force} yet."]
    waiting = [finding.reference for finding in findings if finding.state not in SETTLED]
    return [f"Not moderated yet: {', '.join(waiting)}."] if waiting else []


def _blocked(findings: Sequence[Finding], register: naming.Register | None = None) -> dict[UUID, str]:
    """By finding, what keeps it from being sent, as a sentence: neither settled nor kept with a reason."""
    if not findings:
        return {}
    held = verdict.blocking(findings, verdict.ground(findings, register))
    return {each.pk: f"{verdict.sentences(each, held[each.pk])}." for each in findings if each.pk in held}


def _contacts_missing(force: Force, readers: dict[UUID, set[str]]) -> list[str]:
    """A liaison officer, and somebody else of the force for the day that they are away."""
    if not any(Contact.Capacity.LIAISON_OFFICER in held for held in readers.values()):
        return [f"{force} has no verified liaison officer to send it to."]
    if len(readers) < 2:
        return [
            f"{force} has only one verified contact who can read it. Add and verify a second one (a reviewer, the "
            "chief officer or a staff officer) first."
        ]
    return []


def _lock_scope(inspection: Inspection, force: Force) -> ForceInScope:
    """One sender at a time for each force."""
    scope = ForceInScope.objects.select_for_update().filter(inspection=inspection, force=force).first()
    if scope is None:
        raise NotAllowed(f"{force} is not in this inspection.")
    return scope


def _next_round(inspection: Inspection, force: Force) -> Round:
    rounds = Round.objects.filter(inspection=inspection, force=force)
    prepared: Round | None = rounds.filter(state=State.PREPARING).first()
    number = (rounds.aggregate(last=Max("number"))["last"] or 0) + 1
    return prepared or Round.objects.create(inspection=inspection, force=force, number=number)


def _send(round: Round, by: User) -> None:
    enter(round, "issue_round")
    round.issued_by, round.issued_at = by, clock.now()
    round.copy_hash = content_hash(frozen_copy(round))
    round.notice = notices.second_look(round) if round.is_second_look else notices.round_issued(round)
    round.save()


def _freeze(round: Round, findings: Sequence[Finding], known: dict[UUID, str]) -> None:
    kept = Revision.objects.filter(finding__in=findings).values_list("finding_id", "version", "pk")
    revisions = {(finding, version): pk for finding, version, pk in kept}
    Paragraph.objects.bulk_create(
        Paragraph(
            round=round,
            position=position,
            reference=finding.reference,
            theme_title=finding.theme.title,
            theme_question=finding.theme.question,
            kind=finding.kind,
            text=finding.text,
            basis=finding.basis,
            finding=finding,
            revision_id=revisions[finding.pk, finding.version],
            moderated_by_id=finding.moderated_by_id,
            known_text=known.get(finding.pk, ""),
        )
        for position, finding in enumerate(findings, start=1)
    )
