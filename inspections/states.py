"""The state table of an inspection. `inspections.setup` enforces it; docs/workflow.md prints it."""

from inspections.models import Inspection

State = Inspection.State

#: verb -> present state -> state afterwards. What is not here is refused.
TRANSITIONS: dict[str, dict[str, str]] = {
    "begin_fieldwork": {State.PLANNED: State.FIELDWORK},
    "begin_drafting": {State.PLANNED: State.DRAFTING, State.FIELDWORK: State.DRAFTING},
    "begin_checks": {State.DRAFTING: State.ACCURACY},
    "begin_finalising": {State.ACCURACY: State.FINALISING},
    "close": {State.FINALISING: State.CLOSED},
    "step_back": {
        State.FIELDWORK: State.PLANNED,
        State.DRAFTING: State.FIELDWORK,
        State.ACCURACY: State.DRAFTING,
        State.FINALISING: State.ACCURACY,
        State.CLOSED: State.FINALISING,
    },
    "cancel": dict.fromkeys(
        [State.PLANNED, State.FIELDWORK, State.DRAFTING, State.ACCURACY, State.FINALISING], State.CANCELLED
    ),
}

#: Verb -> the words of its button, and what follows from it.
WORDS: dict[str, tuple[str, str]] = {
    "begin_fieldwork": ("Begin fieldwork", "Inspectors are out in the forces."),
    "begin_drafting": ("Begin drafting", "Fieldwork is over; findings are written and read."),
    "begin_checks": ("Begin the factual accuracy checks", "Drafts go to the forces one by one, as they are ready."),
    "begin_finalising": ("Begin finalising", "The checks are over; letters are assembled and signed."),
    "close": ("Close", "Nothing in it changes any more."),
    "step_back": ("Take it back one step", "For when it was moved on too early. Nothing else changes."),
    "cancel": ("Cancel the inspection", "Nothing in it changes any more, and it cannot be taken up again."),
}
#: These ask for a reason first, on a page of their own.
WITH_REASON = ("step_back", "cancel")


def next_verbs(inspection: Inspection) -> list[str]:
    """What can be done in its present state, the usual next step first."""
    return [verb for verb, moves in TRANSITIONS.items() if inspection.state in moves]
