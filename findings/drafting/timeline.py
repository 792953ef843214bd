"""The life of one finding in one list: its revisions and what else was done to it, the newest first."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from findings.models import Finding, RefusedSave, Revision
from hmic_core.audit import Action
from hmic_core.models import AuditEntry

#: What the audit trail tells here. Revisions tell of drafting and saving themselves.
TOLD = {
    Action.FINDING_READY: ("Marked ready for second reading", "ready"),
    Action.FINDING_SENT_BACK: ("Sent back", "warn"),
    Action.FINDING_MODERATED: ("Moderated", "ok"),
    Action.FINDING_FINAL: ("Made final", "ok"),
    Action.FINDING_REMOVED: ("Removed", "stop"),
    Action.FINDING_MOVED: ("Moved within its theme", ""),
    Action.EVIDENCE_LINKED: ("Evidence linked", ""),
    Action.EVIDENCE_UNLINKED: ("Evidence unlinked", ""),
    Action.RECOMMENDATION_LINKED: ("Linked to a cause of concern", ""),
    Action.RECOMMENDATION_UNLINKED: ("No longer linked to a cause of concern", ""),
    Action.COMMENT_WRITTEN: ("Comment written", ""),
    Action.COMMENT_REPLIED: ("Comment answered", ""),
    Action.COMMENT_RESOLVED: ("Comment resolved", ""),
    Action.COMMENT_REOPENED: ("Comment opened again", ""),
}


@dataclass(frozen=True)
class Event:
    """One thing that happened. `revision` where it made one, `refused` where a save was refused."""

    at: dt.datetime
    who: str
    words: str
    detail: str = ""
    tone: str = ""
    revision: Revision | None = None
    refused: RefusedSave | None = None


def of(finding: Finding, revisions: list[Revision], refused: list[RefusedSave]) -> list[Event]:
    """Everything about one finding, with one query: the caller has its revisions and refused saves."""
    entries = AuditEntry.objects.filter(
        subject_type=Finding._meta.label_lower, subject_id=str(finding.pk), action__in=TOLD
    ).select_related("actor")
    events = [_revised(each) for each in revisions] + [_refused(each) for each in refused]
    events += [_done(each) for each in entries]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _revised(revision: Revision) -> Event:
    words = "Drafted" if revision.version == 1 else f"Saved as revision {revision.version}"
    detail = ""
    if revision.restored_from:
        words = f"Revision {revision.restored_from} restored as revision {revision.version}"
    elif revision.point:
        state = revision.point.get_state_display().lower()
        detail = f"Amended: point {revision.point.number} of the force, {state}"
    return Event(revision.at, str(revision.by), words, detail, "ready", revision=revision)


def _refused(refused: RefusedSave) -> Event:
    settled = "Since merged or set aside" if refused.settled_at else "Not merged yet"
    return Event(refused.at, str(refused.by), "Save refused: somebody else had saved", settled, "warn", refused=refused)


def _done(entry: AuditEntry) -> Event:
    words, tone = TOLD[Action(entry.action)]
    return Event(entry.at, str(entry.actor or "The scheduler"), words, _detail(entry.facts), tone)


def _detail(facts: dict[str, Any]) -> str:
    if "reason" in facts:
        return str(facts["reason"])
    if "comment" in facts:
        return f"Comment {facts['comment']}"
    return str(facts.get("evidence") or facts.get("cause") or "")
