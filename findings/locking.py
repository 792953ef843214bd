"""How every verb on a finding begins and ends: lock it, ask the state table, write the audit entry."""

from typing import Any

from findings.models import Finding
from findings.states import NEXT_STEPS, TRANSITIONS, VERB_WORDS
from hmic_core import audit, clock, confirming
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.files import digest
from hmic_core.models import User
from hmic_core.text.folding import clean
from inspections.models import Inspection

State = Finding.State


def locking() -> Any:
    """Findings that stay locked until the transaction ends, each with what its verbs ask of it."""
    return Finding.objects.select_for_update(of=("self",)).select_related("inspection", "force", "theme", "author")


def lock(finding: Finding) -> Finding:
    """The finding as it now stands, locked."""
    locked: Finding = locking().get(pk=finding.pk)
    return locked


def next_state(verb: str, finding: Finding) -> str:
    """The state that the verb leads to. Raises NotAllowed in a state in which it cannot be done, Changed where the form
    showed another finding than there is now.
    """
    check_open(finding.inspection)
    after = TRANSITIONS[verb].get(finding.state)
    if after is None:
        raise NotAllowed(
            f"You can’t {VERB_WORDS[verb]} {finding.reference}: it is "
            f"{finding.get_state_display().lower()}. {NEXT_STEPS[State(finding.state)]}"
        )
    confirming.compare(verb, finding)
    return after


@confirming.shows("send_back", "remove", "make_final")
def finding_shown(finding: Finding) -> confirming.Facts:
    """Its words and its state, as whoever sends it back, takes it out or makes it final has read them."""
    return {
        "The wording": confirming.digest(finding.kind, finding.text, finding.basis),
        "The state": finding.get_state_display(),
    }


def set_state(finding: Finding, state: str, *, void: bool = True) -> None:
    """A new state clears the reason of the last one; every change voids the moderation, unless `void` is False."""
    if state != finding.state:
        finding.state_reason = ""
    finding.state, finding.changed_at = state, clock.now()
    if void:
        finding.moderated_by = finding.moderated_at = None


def check_open(inspection: Inspection) -> None:
    """Refuse any change in an inspection that is over."""
    if inspection.state in (Inspection.State.CLOSED, Inspection.State.CANCELLED):
        raise NotAllowed(
            f"This inspection is {inspection.get_state_display().lower()}: nothing in it changes any more."
        )


def given(words: str, otherwise: str) -> str:
    """Words that a verb cannot do without, such as a reason. `otherwise` is the refusal where there are none."""
    if not words.strip():
        raise NotAllowed(otherwise)
    return words.strip()


def tidy(words: str) -> str:
    """As typed, with one kind of line end, nothing empty around it and no character that nobody sees."""
    return clean(words.replace("\r\n", "\n").replace("\r", "\n")).strip()


def record(action: Action, by: User, finding: Finding, **facts: Any) -> Any:
    """The audit entry of a verb: the finding's words by their hash, never themselves."""
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
