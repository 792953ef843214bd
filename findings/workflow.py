"""What can be done to a finding: every change of its words, state or place goes through one of these verbs.

Each verb locks the finding, asks who may and whether the present state allows it, and writes its audit entry in the
same transaction. It raises `NotAllowed` with the sentence for the screen. docs/workflow.md shows TRANSITIONS.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max

from findings import notices, permissions
from findings.drafting import causes
from findings.models import Evidence, EvidenceFile, Finding, Point, RefusedSave, Revision
from forces.models import Force
from hmic_core import audit, clock, errors
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.files import digest
from hmic_core.models import StoredFile, User
from hmic_core.text import check
from inspections.models import ForceInScope, Inspection, Theme

State = Finding.State

#: verb -> present state -> state afterwards. What is not here is refused. An edit after moderation voids it: somebody
#: reads the new words again.
TRANSITIONS: dict[str, dict[str, str]] = {
    "save": {State.DRAFT: State.DRAFT, State.READY: State.READY, State.MODERATED: State.READY},
    "amend": {
        State.DRAFT: State.DRAFT,
        State.READY: State.READY,
        State.MODERATED: State.READY,
        State.FINAL: State.READY,
    },
    "mark_ready": {State.DRAFT: State.READY},
    "send_back": {State.READY: State.DRAFT, State.MODERATED: State.DRAFT},
    "moderate": {State.READY: State.MODERATED},
    "make_final": {State.MODERATED: State.FINAL},
    "remove": {State.DRAFT: State.REMOVED, State.READY: State.REMOVED, State.MODERATED: State.REMOVED},
    "move": {State.DRAFT: State.DRAFT, State.READY: State.READY, State.MODERATED: State.MODERATED},
}

#: The words of each verb, for refusals.
VERB_WORDS = {
    "save": "change",
    "amend": "amend",
    "mark_ready": "mark as ready",
    "send_back": "send back",
    "moderate": "moderate",
    "make_final": "make final",
    "remove": "remove",
    "move": "move",
}

#: What a refused verb advises in each state.
NEXT_STEPS = {
    State.DRAFT: "Mark it as ready for second reading first.",
    State.READY: "It waits for its second reading: moderate it or send it back.",
    State.MODERATED: "Its second reading is done: send it back to change that.",
    State.FINAL: "Its words are settled: only an accepted point of the force changes them.",
    State.REMOVED: "It was removed. Draft a new finding instead.",
}

#: Called with a finding, inside the verb's transaction, whenever its words or whether it stands have changed. Higher
#: rooms add theirs at start-up: a letter voids its signature.
on_text_changed: list[Callable[[Finding], None]] = []


class Stale(errors.Stale):
    """Somebody saved first. `base` is what the writer started from (None if unknown), `theirs` what stands now."""

    def __init__(self, finding: Finding, *, base: Revision | None, theirs: Revision) -> None:
        super().__init__(
            f"{finding.reference} changed while you were writing. Nothing is lost: compare the texts and choose."
        )
        self.finding, self.base, self.theirs = finding, base, theirs


@transaction.atomic
def draft_finding(
    *,
    inspection: Inspection,
    force: Force,
    theme: Theme,
    text: str,
    kind: str,
    basis: str,
    by: User,
    cause: Finding | None = None,
) -> Finding:
    """Begin a finding at the end of its theme, under a number that is never used again.

    `cause` is the cause of concern that a recommendation answers.
    """
    if not permissions.can_draft(by, inspection, force, theme):
        raise NotAllowed(f"You are not assigned to draft findings on {force} for this theme.")
    _check_open(Inspection.objects.get(pk=inspection.pk))
    if theme.inspection_id != inspection.pk:
        raise NotAllowed("That theme belongs to another inspection. Choose one of this inspection’s themes.")
    _check_words(text, basis, kind)
    causes.check_cause(cause, of=(force.pk, theme.pk), kind=kind)
    # One draft at a time for each force, so that two writers never get the same number.
    scope = ForceInScope.objects.select_for_update().filter(inspection=inspection, force=force).first()
    if scope is None:
        raise NotAllowed(f"{force} is not in the scope of this inspection.")
    last = Finding.objects.filter(force=force, theme=theme).aggregate(number=Max("number"), position=Max("position"))
    finding = Finding.objects.create(
        inspection=inspection,
        force=force,
        theme=theme,
        number=(last["number"] or 0) + 1,
        position=(last["position"] or 0) + 1,
        kind=kind,
        text=_tidy(text),
        basis=_tidy(basis),
        cause=cause,
        author=by,
        changed_at=clock.now(),
    )
    _revise(finding, by)
    _record(Action.FINDING_DRAFTED, by, finding)
    return finding


def drafted_already(*, inspection: Inspection, force: Force, theme: Theme, text: str, by: User) -> Finding | None:
    """Their own draft of the same words: a form sent twice, or again after going back, makes no second finding.

    Call it in the transaction that drafts: it takes the lock that `draft_finding` takes.
    """
    ForceInScope.objects.select_for_update().filter(inspection=inspection, force=force).first()
    same = Finding.objects.present().filter(force=force, theme=theme, author=by, state=State.DRAFT)
    found: Finding | None = same.filter(text=_tidy(text)).first()
    return found


@transaction.atomic
def save_finding(
    finding: Finding,
    *,
    text: str,
    kind: str,
    basis: str,
    version: int,
    by: User,
    point: Point | None = None,
    restored_from: int | None = None,
) -> Finding:
    """Keep new words as a new revision. `version` is the one the writer started from.

    With `point` it is the amendment that an accepted point caused, the only way to change a final finding;
    `restored_from` is the earlier revision whose words these are. Raises
    `Stale` when somebody saved in between; the same words again change nothing, so a save sent twice is harmless.
    """
    finding = _lock(finding)
    allowed = permissions.can_save(by, finding) or (point is not None and permissions.can_amend(by, finding))
    if not allowed:
        raise NotAllowed(f"You are not assigned to write {finding.reference}.")
    after = _next_state("save" if point is None else "amend", finding)
    _check_words(text, basis, kind)
    text, basis = _tidy(text), _tidy(basis)
    if (finding.text, finding.basis, finding.kind) == (text, basis, kind):
        return finding
    _check_version(finding, version)
    if kind != finding.kind:
        causes.check_not_the_last(finding)
    finding.text, finding.basis, finding.kind = text, basis, kind
    finding.version += 1
    _set_state(finding, after)
    finding.save()
    _revise(finding, by, point, restored_from)
    _record(Action.FINDING_SAVED, by, finding, point=point.pk if point else None, restored_from=restored_from)
    _changed(finding)
    return finding


@transaction.atomic
def keep_refused_save(stale: Stale, *, text: str, kind: str, basis: str, version: int, by: User) -> RefusedSave:
    """Keep the words of a refused save beside the finding, as typed, whatever becomes of them."""
    finding = stale.finding
    kept, created = RefusedSave.objects.get_or_create(
        finding=finding,
        base_version=version,
        kind=kind,
        text=_tidy(text),
        basis=_tidy(basis),
        by=by,
        settled_at=None,
        defaults={"at": clock.now()},
    )
    if created:
        _record(Action.FINDING_SAVE_REFUSED, by, finding, started_from=version)
    return kept


@transaction.atomic
def settle_refused_save(refused: RefusedSave, *, by: User) -> RefusedSave:
    """Say that its writer has merged it, or leaves the other text as it is. The words stay kept."""
    refused = RefusedSave.objects.select_for_update().select_related("finding").get(pk=refused.pk)
    if refused.by_id != by.pk:
        raise NotAllowed("Only the person who wrote this text can set it aside.")
    if refused.settled_at is None:
        refused.settled_at = clock.now()
        refused.save(update_fields=["settled_at"])
    return refused


@transaction.atomic
def mark_ready(finding: Finding, *, by: User) -> Finding:
    """Hand a draft to its second reader."""
    finding = _lock(finding)
    if not permissions.can_save(by, finding):
        raise NotAllowed(f"You are not assigned to write {finding.reference}.")
    after = _next_state("mark_ready", finding)
    causes.check_answered(finding)
    _set_state(finding, after)
    finding.save()
    _record(Action.FINDING_READY, by, finding)
    return finding


@transaction.atomic
def send_back(finding: Finding, *, reason: str, by: User) -> Finding:
    """Give a finding back to its author, with what has to be done. The author is told."""
    finding = _lock(finding)
    if not permissions.can_send_back(by, finding):
        raise NotAllowed("Only a moderator or the lead inspector of this theme sends findings back.")
    after = _next_state("send_back", finding)
    reason = _reason(reason, "Say what has to be done, so that the author knows.")
    _set_state(finding, after)
    finding.state_reason = reason
    finding.save()
    entry = _record(Action.FINDING_SENT_BACK, by, finding, reason=reason)
    if by.pk != finding.author_id:
        notices.finding_sent_back(finding, occasion=entry.pk)
    _changed(finding)
    return finding


@transaction.atomic
def moderate(finding: Finding, *, version: int, by: User) -> Finding:
    """Settle the words that the second reader has seen, `version`. Nobody moderates their own words."""
    finding = _lock(finding)
    if permissions.wrote(by, finding):
        raise NotAllowed(
            "Nobody moderates their own words. You drafted this finding or changed it last: ask another second reader."
        )
    if not permissions.can_moderate(by, finding):
        raise NotAllowed("Only a moderator or the lead inspector of this theme moderates findings.")
    after = _next_state("moderate", finding)
    _check_version(finding, version)
    causes.check_answered(finding)
    _set_state(finding, after)
    finding.moderated_by, finding.moderated_at = by, clock.now()
    finding.save()
    _record(Action.FINDING_MODERATED, by, finding)
    return finding


@transaction.atomic
def remove_finding(finding: Finding, *, reason: str, by: User) -> Finding:
    """Take a finding out, with a reason. It is kept, and its number is never used again."""
    finding = _lock(finding)
    if not permissions.can_remove(by, finding):
        raise NotAllowed("Only the author or the lead inspector removes a finding.")
    after = _next_state("remove", finding)
    reason = _reason(reason, "Say why it is removed.")
    causes.check_not_the_last(finding)
    _set_state(finding, after)
    finding.state_reason = reason
    finding.save()
    _record(Action.FINDING_REMOVED, by, finding, reason=reason)
    _changed(finding)
    return finding


@transaction.atomic
def make_final(findings: Iterable[Finding], *, by: User) -> list[Finding]:
    """Settle moderated findings for the letter, all or none. Closing a round does this."""
    wanted = [finding.pk for finding in findings]
    locked = list(_locking().filter(pk__in=wanted).order_by("pk"))
    for finding in locked:
        if not permissions.can_finalise(by, finding):
            raise NotAllowed("Only the lead inspector makes findings final.")
        _set_state(finding, _next_state("make_final", finding), void=False)
        finding.save()
        _record(Action.FINDING_FINAL, by, finding)
    return locked


@transaction.atomic
def move_finding(finding: Finding, *, up: bool, by: User) -> Finding:
    """Change places with the finding before (`up`) or after it in its theme. At the end of the list nothing happens."""
    return _reorder(finding, lambda here: here - 1 if up else here + 1, by)


@transaction.atomic
def place_finding(finding: Finding, *, place: int, by: User) -> Finding:
    """Put a finding at a place in its theme, 1 being the first. Beyond either end of the list nothing happens."""
    return _reorder(finding, lambda here: place - 1, by)


def _reorder(finding: Finding, where: Callable[[int], int], by: User) -> Finding:
    """Take a finding out of the order of its theme and put it in again; all that it passes must allow to be moved."""
    asked = Finding.objects.values_list("force", "theme").get(pk=finding.pk)
    locked = _locking().filter(force=asked[0], theme=asked[1]).present().order_by("pk")
    siblings = sorted(locked, key=lambda each: (each.position, each.number))
    finding = next((each for each in siblings if each.pk == finding.pk), None) or _lock(finding)
    if not permissions.can_save(by, finding):
        raise NotAllowed(f"You are not assigned to write {finding.reference}.")
    _next_state("move", finding)
    here = siblings.index(finding)
    there = where(here)
    if there == here or not 0 <= there < len(siblings):
        return finding
    for passed in siblings[min(here, there) : max(here, there) + 1]:
        _next_state("move", passed)
    siblings.insert(there, siblings.pop(here))
    for position, each in enumerate(siblings, start=1):
        each.position = position
    Finding.objects.bulk_update(siblings, ["position"])
    _record(Action.FINDING_MOVED, by, finding, up=there < here)
    return finding


@transaction.atomic
def add_evidence(
    *,
    inspection: Inspection,
    force: Force,
    kind: str,
    source: str,
    note: str,
    happened_on: dt.date | None,
    findings: Iterable[Finding],
    by: User,
    files: Iterable[StoredFile] = (),
    source_reference: str = "",
) -> Evidence:
    """Record what findings rest on. Private to the inspectorate, with its files (`hmic_core.files.store`)."""
    if not permissions.can_add_evidence(by, inspection, force):
        raise NotAllowed(f"You are not assigned to add evidence on {force}.")
    _check_open(Inspection.objects.get(pk=inspection.pk))
    if kind not in Evidence.Kind.values:
        raise NotAllowed("Choose what kind of evidence it is.")
    source = _reason(source, "Say where the evidence comes from.")
    scope = ForceInScope.objects.select_for_update().filter(inspection=inspection, force=force).first()
    if scope is None:
        raise NotAllowed(f"{force} is not in the scope of this inspection.")
    linked = list(findings)
    if any((each.inspection_id, each.force_id) != (inspection.pk, force.pk) for each in linked):
        raise NotAllowed("Evidence supports findings on its own force only.")
    last = Evidence.objects.filter(inspection=inspection, force=force).aggregate(number=Max("number"))["number"] or 0
    evidence = Evidence.objects.create(
        inspection=inspection,
        force=force,
        number=last + 1,
        kind=kind,
        source=source,
        happened_on=happened_on,
        note=_tidy(note),
        source_reference=source_reference.strip(),
        created_by=by,
        created_at=clock.now(),
    )
    evidence.findings.set(linked)  # type: ignore[attr-defined]
    kept = [
        EvidenceFile.objects.create(evidence=evidence, file=file, added_by=by, added_at=clock.now()).file
        for file in files
    ]
    audit.record(
        Action.EVIDENCE_ADDED,
        by,
        evidence,
        force=force.slug,
        reference=evidence.reference,
        findings=[each.pk for each in linked],
        files_sha256=[file.sha256 for file in kept],
    )
    return evidence


@transaction.atomic
def link_evidence(finding: Finding, *, evidence: Evidence, linked: bool, by: User) -> Finding:
    """Say that a finding rests on a piece of evidence of its own force, or no longer does (`linked` False)."""
    finding = _lock(finding)
    if not permissions.can_save(by, finding):
        raise NotAllowed(f"You are not assigned to write {finding.reference}.")
    if finding.state == State.REMOVED:
        raise NotAllowed(f"{finding.reference} was removed: it rests on nothing any more.")
    if (evidence.inspection_id, evidence.force_id) != (finding.inspection_id, finding.force_id):
        raise NotAllowed("Evidence supports findings on its own force only.")
    if linked:
        finding.evidence.add(evidence)
    else:
        finding.evidence.remove(evidence)
    action = Action.EVIDENCE_LINKED if linked else Action.EVIDENCE_UNLINKED
    _record(action, by, finding, evidence=evidence.reference)
    return finding


def allows(verb: str, finding: Finding) -> bool:
    """Whether the finding's state allows a verb, whoever asks."""
    return finding.state in TRANSITIONS[verb]


def _locking() -> Any:
    return Finding.objects.select_for_update(of=("self",)).select_related("inspection", "force", "theme", "author")


def _lock(finding: Finding) -> Finding:
    """The finding as it now stands, locked until the transaction ends."""
    locked: Finding = _locking().get(pk=finding.pk)
    return locked


def _next_state(verb: str, finding: Finding) -> str:
    _check_open(finding.inspection)
    after = TRANSITIONS[verb].get(finding.state)
    if after is None:
        raise NotAllowed(
            f"You can’t {VERB_WORDS[verb]} {finding.reference}: it is "
            f"{finding.get_state_display().lower()}. {NEXT_STEPS[State(finding.state)]}"
        )
    return after


def _set_state(finding: Finding, state: str, *, void: bool = True) -> None:
    """A new state clears the reason of the last one; every change voids the moderation, unless `void` is False."""
    if state != finding.state:
        finding.state_reason = ""
    finding.state, finding.changed_at = state, clock.now()
    if void:
        finding.moderated_by = finding.moderated_at = None


def _check_version(finding: Finding, version: int) -> None:
    if finding.version == version:
        return
    revisions = {each.version: each for each in finding.revisions.filter(version__in=[version, finding.version])}
    raise Stale(finding, base=revisions.get(version), theirs=revisions[finding.version])


def _check_open(inspection: Inspection) -> None:
    if inspection.state in (Inspection.State.CLOSED, Inspection.State.CANCELLED):
        raise NotAllowed(
            f"This inspection is {inspection.get_state_display().lower()}: nothing in it changes any more."
        )


def _check_words(text: str, basis: str, kind: str) -> None:
    if kind not in Finding.Kind.values:
        raise NotAllowed("Choose what kind of finding it is.")
    if not text.strip():
        raise NotAllowed("Write the finding: it can’t be empty. To take it out, remove it with a reason.")
    for sentence in [*check(text), *(f"In the basis: {sentence}" for sentence in check(basis))]:
        raise NotAllowed(sentence)


def _reason(words: str, otherwise: str) -> str:
    if not words.strip():
        raise NotAllowed(otherwise)
    return words.strip()


def _tidy(words: str) -> str:
    """As typed, with one kind of line end and nothing empty around it."""
    return words.replace("\r\n", "\n").replace("\r", "\n").strip()


def _revise(finding: Finding, by: User, point: Point | None = None, restored_from: int | None = None) -> Revision:
    return Revision.objects.create(
        finding=finding,
        version=finding.version,
        kind=finding.kind,
        text=finding.text,
        basis=finding.basis,
        by=by,
        at=finding.changed_at,
        point=point,
        restored_from=restored_from,
    )


def _record(action: Action, by: User, finding: Finding, **facts: Any) -> Any:
    words = digest(f"{finding.kind}\0{finding.text}\0{finding.basis}".encode())
    return audit.record(
        action,
        by,
        finding,
        force=finding.force.slug,
        reference=finding.reference,
        version=finding.version,
        words_sha256=words,
        **{name: value for name, value in facts.items() if value not in (None, "")},
    )


def _changed(finding: Finding) -> None:
    for react in on_text_changed:
        react(finding)
