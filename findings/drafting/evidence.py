"""What findings rest on: evidence is added, linked, changed, and its files are added and taken off."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from findings import locking, permissions
from findings.models import Evidence, EvidenceFile, Finding
from forces.models import Force
from hmic_core import audit, clock, former_words
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import StoredFile, User
from inspections.locking import Stale, shown, stamp
from inspections.models import ForceInScope, Inspection

FIELDS = ("kind", "source", "source_reference", "happened_on", "note")
MOST_FILES = 20


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
    locking.check_open(Inspection.objects.get(pk=inspection.pk))
    if kind not in Evidence.Kind.values:
        raise NotAllowed("Choose what kind of evidence it is.")
    source = locking.given(source, "Say where the evidence comes from.")
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
        note=locking.tidy(note),
        source_reference=source_reference.strip(),
        created_by=by,
        created_at=clock.now(),
    )
    evidence.findings.set(linked)  # type: ignore[attr-defined]
    kept = [
        EvidenceFile.objects.create(evidence=evidence, file=file, added_by=by, added_at=clock.now()).file
        for file in files
    ]
    linked_to, hashes = [each.pk for each in linked], [file.sha256 for file in kept]
    _record(Action.EVIDENCE_ADDED, by, evidence, findings=linked_to, files_sha256=hashes)
    return evidence


@transaction.atomic
def link_evidence(finding: Finding, *, evidence: Evidence, linked: bool, by: User) -> Finding:
    """Say that a finding rests on a piece of evidence of its own force, or no longer does (`linked` False)."""
    finding = locking.lock(finding)
    if not permissions.can_save(by, finding):
        raise NotAllowed(f"You are not assigned to write {finding.reference}.")
    locking.check_open(finding.inspection)
    if finding.state == Finding.State.REMOVED:
        raise NotAllowed(f"{finding.reference} was removed: it rests on nothing any more.")
    if (evidence.inspection_id, evidence.force_id) != (finding.inspection_id, finding.force_id):
        raise NotAllowed("Evidence supports findings on its own force only.")
    if linked:
        finding.evidence.add(evidence)
    else:
        finding.evidence.remove(evidence)
    action = Action.EVIDENCE_LINKED if linked else Action.EVIDENCE_UNLINKED
    locking.record(action, by, finding, evidence=evidence.reference)
    return finding


@transaction.atomic
def change_evidence(
    evidence: Evidence,
    *,
    seen: str,
    kind: str,
    source: str,
    source_reference: str,
    happened_on: dt.date | None,
    note: str,
    findings: Iterable[Finding],
    by: User,
) -> Evidence:
    """Keep new facts about a piece of evidence, and which of the findings that `by` sees rest on it.

    `seen` is the `stamp` of what the form showed. Raises `Stale` when somebody changed it in between. Findings that
    `by` may not see stay linked as they are.
    """
    evidence = _lock(evidence, by)
    before = facts(evidence, by)
    wanted = sorted(findings, key=lambda each: str(each.pk))
    after = {
        "kind": kind,
        "source": source.strip(),
        "source_reference": source_reference.strip(),
        "happened_on": happened_on,
        "note": note.strip(),
        "findings": [str(each.pk) for each in wanted],
    }
    if before == after:
        return evidence
    if stamp(before) != seen:
        raise Stale(before)
    if kind not in Evidence.Kind.values:
        raise NotAllowed("Choose what kind of evidence it is.")
    if not after["source"]:
        raise NotAllowed("Say where the evidence comes from.")
    if any((each.inspection_id, each.force_id) != (evidence.inspection_id, evidence.force_id) for each in wanted):
        raise NotAllowed("Evidence supports findings on its own force only.")
    former_words.keep(evidence, _in_words(evidence, after), done="Changed", by=by)
    for name in FIELDS:
        setattr(evidence, name, after[name])
    evidence.save(update_fields=FIELDS)
    mine = Finding.objects.visible_to(by)
    others = list(evidence.findings.exclude(pk__in=mine.values("pk")))  # type: ignore[attr-defined]
    evidence.findings.set([*wanted, *others])  # type: ignore[attr-defined]
    changed = [name for name in after if before[name] != after[name]]
    _record(Action.EVIDENCE_CHANGED, by, evidence, fields=changed, findings=after["findings"])
    return evidence


def _in_words(evidence: Evidence, after: dict[str, Any]) -> dict[str, str]:
    """What is about to be replaced, by its label."""
    labels = {"kind": "Kind", "source": "Where it came from", "source_reference": "Its reference", "note": "Note"}
    found = {
        label: str(getattr(evidence, name)) for name, label in labels.items() if getattr(evidence, name) != after[name]
    }
    if evidence.happened_on and evidence.happened_on != after["happened_on"]:
        found["When"] = f"{evidence.happened_on:%d %B %Y}"
    return found


def facts(evidence: Evidence, user: User) -> dict[str, Any]:
    """What the form of a piece of evidence shows to `user`."""
    linked = evidence.findings.filter(pk__in=Finding.objects.visible_to(user).values("pk"))  # type: ignore[attr-defined]
    return {**shown(evidence, FIELDS), "findings": sorted(str(pk) for pk in linked.values_list("pk", flat=True))}


@transaction.atomic
def add_files(evidence: Evidence, files: Sequence[StoredFile], *, by: User) -> list[EvidenceFile]:
    """Add files that came through the gate (`hmic_core.uploads`)."""
    evidence = _lock(evidence, by)
    if evidence.files.filter(removed_at=None).count() + len(files) > MOST_FILES:  # type: ignore[attr-defined]
        raise NotAllowed(f"At most {MOST_FILES} files belong to one piece of evidence. Add another piece instead.")
    made = [
        EvidenceFile.objects.create(evidence=evidence, file=file, added_by=by, added_at=clock.now()) for file in files
    ]
    for each in made:
        _record(Action.EVIDENCE_FILE_ADDED, by, evidence, file=each.pk, file_sha256=each.file.sha256)
    return made


@transaction.atomic
def remove_file(file: EvidenceFile, *, reason: str, by: User) -> EvidenceFile:
    """Take a file off, with a reason. It leaves every page; the bytes stay until the retention schedule says so."""
    _lock(file.evidence, by)
    file = EvidenceFile.objects.select_for_update(of=("self",)).select_related("evidence", "file").get(pk=file.pk)
    if not reason.strip():
        raise NotAllowed("Say why the file is taken off.")
    if file.removed_at is None:
        file.removed_at, file.removed_by, file.removed_reason = clock.now(), by, reason.strip()[:300]
        file.save(update_fields=["removed_at", "removed_by", "removed_reason"])
        _record(Action.EVIDENCE_FILE_REMOVED, by, file.evidence, file=file.pk, file_sha256=file.file.sha256)
    return file


@transaction.atomic
def restore_file(file: EvidenceFile, *, by: User) -> EvidenceFile:
    """The undo of `remove_file`: the file is with its evidence again."""
    evidence = _lock(file.evidence, by)
    file = EvidenceFile.objects.select_for_update(of=("self",)).select_related("evidence", "file").get(pk=file.pk)
    if file.removed_at is None:
        return file
    if evidence.files.filter(removed_at=None).count() >= MOST_FILES:  # type: ignore[attr-defined]
        raise NotAllowed(f"At most {MOST_FILES} files belong to one piece of evidence. Take another one off first.")
    reason = {f"Why “{file.file.name}” was taken off": file.removed_reason}
    former_words.keep(evidence, reason, done="File put back", by=by)
    file.removed_at, file.removed_by, file.removed_reason = None, None, ""
    file.save(update_fields=["removed_at", "removed_by", "removed_reason"])
    _record(Action.EVIDENCE_FILE_RESTORED, by, evidence, file=file.pk, file_sha256=file.file.sha256)
    return file


def _lock(evidence: Evidence, by: User) -> Evidence:
    related = Evidence.objects.select_for_update(of=("self",)).select_related("inspection", "force")
    locked: Evidence = related.get(pk=evidence.pk)
    if not permissions.can_add_evidence(by, locked.inspection, locked.force):
        raise NotAllowed(f"You are not assigned to change evidence on {locked.force}.")
    locking.check_open(locked.inspection)
    return locked


def _record(action: Action, by: User, evidence: Evidence, **about: Any) -> None:
    audit.record(action, by, evidence, force=evidence.force.slug, reference=evidence.reference, **about)
