"""What can be done to a finding: every change of its words, state or place goes through one of these verbs.

Each verb locks the finding, asks who may and whether the present state allows it, and writes its audit entry in the
same transaction (`findings.locking`). It raises `NotAllowed` with the sentence for the screen. Which state allows
what stands in `findings.states`.
"""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Max
from django.dispatch import Signal

from findings import causes, notices, permissions, verdict
from findings.locking import check_open, given, lock, locking, next_state, record, set_state, tidy
from findings.models import Finding, Point, RefusedSave, Revision
from forces.models import Force
from hmic_core import clock, errors
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.text.markdown import check
from inspections.models import ForceInScope, Inspection, Theme

State = Finding.State

#: Sent with `finding`, inside the verb's transaction, whenever its words have changed or it was removed. A receiver
#: that refuses stops the verb. A letter voids its signature.
on_text_changed = Signal()


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
    check_open(Inspection.objects.get(pk=inspection.pk))
    if theme.inspection_id != inspection.pk:
        raise NotAllowed("That theme belongs to another inspection. Choose one of this inspection’s themes.")
    text, basis = tidy(text), tidy(basis)
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
        text=text,
        basis=basis,
        cause=cause,
        author=by,
        changed_at=clock.now(),
    )
    _revise(finding, by)
    record(Action.FINDING_DRAFTED, by, finding)
    return finding


def drafted_already(*, inspection: Inspection, force: Force, theme: Theme, text: str, by: User) -> Finding | None:
    """Their own draft of the same words: a form sent twice, or again after going back, makes no second finding.

    Call it in the transaction that drafts: it takes the lock that `draft_finding` takes.
    """
    ForceInScope.objects.select_for_update().filter(inspection=inspection, force=force).first()
    same = Finding.objects.present().filter(force=force, theme=theme, author=by, state=State.DRAFT)
    found: Finding | None = same.filter(text=tidy(text)).first()
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
    finding = lock(finding)
    allowed = permissions.can_save(by, finding) or (point is not None and permissions.can_amend(by, finding))
    if not allowed:
        raise NotAllowed(f"You are not assigned to write {finding.reference}.")
    after = next_state("save" if point is None else "amend", finding)
    text, basis = tidy(text), tidy(basis)
    _check_words(text, basis, kind)
    if (finding.text, finding.basis, finding.kind) == (text, basis, kind):
        return finding
    _check_version(finding, version)
    if kind != finding.kind:
        causes.check_not_the_last(finding)
    finding.text, finding.basis, finding.kind = text, basis, kind
    finding.version += 1
    set_state(finding, after)
    finding.save()
    _revise(finding, by, point, restored_from)
    record(Action.FINDING_SAVED, by, finding, point=point.pk if point else None, restored_from=restored_from)
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
        text=tidy(text),
        basis=tidy(basis),
        by=by,
        settled_at=None,
        defaults={"at": clock.now()},
    )
    if created:
        record(Action.FINDING_SAVE_REFUSED, by, finding, started_from=version)
    return kept


@transaction.atomic
def settle_refused_save(
    refused: RefusedSave, *, against: int | None = None, saved_as: int | None = None, by: User
) -> RefusedSave:
    """Say that its writer has merged it, or leaves the other text as it is. The words stay kept.

    `against` is the revision that it was compared with, by default the present one; `saved_as` the one that the merged
    text became. Settled once, it changes no more.
    """
    refused = RefusedSave.objects.select_for_update(of=("self",)).select_related("finding").get(pk=refused.pk)
    if refused.by_id != by.pk:
        raise NotAllowed("Only the person who wrote this text can set it aside.")
    if refused.settled_at is not None:
        raise NotAllowed("This was settled before, perhaps in another window. Its page shows what came of it.")
    refused.settled_at = clock.now()
    refused.settled_against, refused.settled_as = against or refused.finding.version, saved_as
    refused.save(update_fields=["settled_at", "settled_against", "settled_as"])
    return refused


@transaction.atomic
def take_up_refused_save(refused: RefusedSave, *, by: User) -> RefusedSave:
    """Bring back a text that its writer had left, to be merged with what is saved now. What was settled stays so."""
    finding = lock(refused.finding)
    refused = RefusedSave.objects.get(pk=refused.pk)
    if refused.by_id != by.pk:
        raise NotAllowed("Only the person who wrote this text can take it up again.")
    if refused.settled_at is None or refused.settled_as is not None:
        raise NotAllowed("This text waits to be merged, or became a revision: there is nothing to bring back.")
    words = {name: getattr(refused, name) for name in ("base_version", "kind", "text", "basis")}
    taken_up, created = RefusedSave.objects.get_or_create(
        finding=finding, by=by, settled_at=None, **words, defaults={"at": clock.now()}
    )
    if created:
        record(Action.FINDING_SAVE_REFUSED, by, finding, started_from=refused.base_version)
    return taken_up


@transaction.atomic
def mark_ready(finding: Finding, *, by: User) -> Finding:
    """Hand a draft to its second reader."""
    finding = lock(finding)
    if not permissions.can_save(by, finding):
        raise NotAllowed(f"You are not assigned to write {finding.reference}.")
    after = next_state("mark_ready", finding)
    causes.check_answered(finding)
    verdict.refuse(finding, "mark as ready")
    set_state(finding, after)
    finding.save()
    record(Action.FINDING_READY, by, finding)
    return finding


@transaction.atomic
def send_back(finding: Finding, *, reason: str, by: User) -> Finding:
    """Give a finding back to its author, with what has to be done. The author is told."""
    finding = lock(finding)
    if not permissions.can_send_back(by, finding):
        raise NotAllowed("Only a moderator or the lead inspector of this theme sends findings back.")
    after = next_state("send_back", finding)
    reason = given(reason, "Say what has to be done, so that the author knows.")
    set_state(finding, after)
    finding.state_reason = reason
    finding.save()
    entry = record(Action.FINDING_SENT_BACK, by, finding, reason=reason)
    if by.pk != finding.author_id:
        notices.finding_sent_back(finding, occasion=entry.pk)
    _changed(finding)
    return finding


@transaction.atomic
def moderate(finding: Finding, *, version: int, by: User) -> Finding:
    """Settle the words that the second reader has seen, `version`. Nobody moderates their own words."""
    finding = lock(finding)
    if permissions.wrote(by, finding):
        raise NotAllowed(
            "Nobody moderates their own words. You drafted this finding or changed it last: ask another second reader."
        )
    if not permissions.can_moderate(by, finding):
        raise NotAllowed("Only a moderator or the lead inspector of this theme moderates findings.")
    after = next_state("moderate", finding)
    _check_version(finding, version)
    causes.check_answered(finding)
    verdict.refuse(finding, "moderate")
    set_state(finding, after)
    finding.moderated_by, finding.moderated_at = by, clock.now()
    finding.save()
    record(Action.FINDING_MODERATED, by, finding)
    return finding


@transaction.atomic
def settle_amendment(finding: Finding, *, point: Point, final: bool, by: User) -> Finding:
    """The second reading of an amendment in words that somebody else wrote, by who put them in through a point.

    `final`: the check is complete and the words were final before, so they are final again.
    """
    finding = lock(finding)
    if not permissions.can_amend(by, finding) or finding.author_id == by.pk:
        raise NotAllowed(f"Another second reader must read {finding.reference}: you drafted it.")
    after = next_state("moderate", finding)
    causes.check_answered(finding)
    set_state(finding, after)
    finding.moderated_by, finding.moderated_at = by, clock.now()
    record(Action.FINDING_MODERATED, by, finding, point=point.number)
    if final:
        set_state(finding, next_state("make_final", finding), void=False)
        record(Action.FINDING_FINAL, by, finding, point=point.number)
    finding.save()
    return finding


@transaction.atomic
def remove_finding(finding: Finding, *, reason: str, by: User) -> Finding:
    """Take a finding out, with a reason. It is kept, and its number is never used again."""
    finding = lock(finding)
    if not permissions.can_remove(by, finding):
        raise NotAllowed("Only the author or the lead inspector removes a finding.")
    after = next_state("remove", finding)
    reason = given(reason, "Say why it is removed.")
    causes.check_not_the_last(finding)
    set_state(finding, after)
    finding.state_reason = reason
    finding.save()
    record(Action.FINDING_REMOVED, by, finding, reason=reason)
    _changed(finding)
    return finding


@transaction.atomic
def make_final(findings: Iterable[Finding], *, by: User) -> list[Finding]:
    """Settle moderated findings for the letter, all or none. Closing a round does this.

    A letter that was made before does not hold them, so it is told as of changed words.
    """
    wanted = [finding.pk for finding in findings]
    locked = list(locking().filter(pk__in=wanted).order_by("pk"))
    for finding in locked:
        if not permissions.can_finalise(by, finding):
            raise NotAllowed("Only the lead inspector makes findings final.")
        set_state(finding, next_state("make_final", finding), void=False)
        finding.save()
        record(Action.FINDING_FINAL, by, finding)
        _changed(finding)
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
    locked = locking().filter(force=asked[0], theme=asked[1]).present().order_by("pk")
    siblings = sorted(locked, key=lambda each: (each.position, each.number))
    finding = next((each for each in siblings if each.pk == finding.pk), None) or lock(finding)
    if not permissions.can_save(by, finding):
        raise NotAllowed(f"You are not assigned to write {finding.reference}.")
    next_state("move", finding)
    here = siblings.index(finding)
    there = where(here)
    if there == here or not 0 <= there < len(siblings):
        return finding
    for passed in siblings[min(here, there) : max(here, there) + 1]:
        next_state("move", passed)
    siblings.insert(there, siblings.pop(here))
    for position, each in enumerate(siblings, start=1):
        each.position = position
    Finding.objects.bulk_update(siblings, ["position"])
    record(Action.FINDING_MOVED, by, finding, up=there < here)
    return finding


def _check_version(finding: Finding, version: int) -> None:
    if finding.version == version:
        return
    revisions = {each.version: each for each in finding.revisions.filter(version__in=[version, finding.version])}
    raise Stale(finding, base=revisions.get(version), theirs=revisions[finding.version])


def _check_words(text: str, basis: str, kind: str) -> None:
    if kind not in Finding.Kind.values:
        raise NotAllowed("Choose what kind of finding it is.")
    if not text.strip():
        raise NotAllowed("Write the finding: it can’t be empty. To take it out, remove it with a reason.")
    for sentence in [*check(text), *(f"In the basis: {sentence}" for sentence in check(basis))]:
        raise NotAllowed(sentence)


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


def _changed(finding: Finding) -> None:
    on_text_changed.send(Finding, finding=finding)
