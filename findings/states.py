"""The states of a finding: which verb leads from where to where, as docs/workflow.md shows it, and the words of a
refusal."""

from findings.models import Finding

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


def allows(verb: str, finding: Finding) -> bool:
    """Whether the finding's state allows a verb, whoever asks."""
    return finding.state in TRANSITIONS[verb]
